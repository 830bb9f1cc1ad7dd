namespace Ontmoetingsplein.Tests.Support;

/// <summary>
/// Test material that is kept outside the repository; tests that need it are skipped where it is absent.
/// </summary>
internal static class SharedData
{
    /// <summary>
    /// The path of a file or folder under <c>shared/data</c>; ends the test as ignored when there is none.
    /// </summary>
    public static string Path(params string[] parts)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var data = System.IO.Path.Combine(folder.FullName, "shared", "data");
            if (!Directory.Exists(data))
                continue;
            var path = System.IO.Path.Combine([data, .. parts]);
            if (File.Exists(path) || Directory.Exists(path))
                return path;
        }
        Assert.Ignore($"shared/data/{string.Join('/', parts)} is not beside this repository.");
        return "";
    }

    /// <summary>The bytes of one file.</summary>
    public static byte[] Read(params string[] parts) => File.ReadAllBytes(Path(parts));

    /// <summary>All JSON files of a folder and those below it, in a fixed order.</summary>
    public static IReadOnlyList<string> JsonFiles(params string[] parts) =>
        [.. Directory.EnumerateFiles(Path(parts), "*", SearchOption.AllDirectories)
            .Where(file => System.IO.Path.GetExtension(file) is ".json" or ".jsonld" or ".activity")
            .Order(StringComparer.Ordinal)];
}

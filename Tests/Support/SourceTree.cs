namespace Ontmoetingsplein.Tests.Support;

/// <summary>The files of this repository, as a reader of the code sees them.</summary>
public static class SourceTree
{
    private static readonly string[] Made =
        ["bin", "obj", ".git", "node_modules", "data", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts"];

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>All files but those that tools make; relative, with forward slashes, in a fixed order.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. Walk(Root).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/')).Order(
            StringComparer.Ordinal)];

    /// <summary>The projects that run. One may lie in the folder of another, and is no part of it then.</summary>
    public static IReadOnlyList<Project> Production { get; } =
        [new("Federation"), new("Storage"), new("Server/Forum"), new("Server")];

    /// <summary>Code: C# and Razor.</summary>
    public static IEnumerable<string> Code { get; } =
        [.. Files.Where(file => Path.GetExtension(file) is ".cs" or ".razor")];

    /// <summary>Code that runs at a municipality.</summary>
    public static IEnumerable<string> ProductionCode { get; } =
        [.. Code.Where(file => Production.Any(project => project.Holds(file)))];

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => !Made.Contains(Path.GetFileName(file))).Concat(
            Directory.EnumerateDirectories(folder)
            .Where(inner => !Made.Contains(Path.GetFileName(inner)))
            .SelectMany(Walk));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (folder.EnumerateFiles("Ontmoetingsplein.sln").Any())
                return folder.FullName;
        }
        throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    /// <summary>A project and its folder.</summary>
    /// <param name="Folder">Relative, with forward slashes.</param>
    public sealed record Project(string Folder)
    {
        public string Name { get; } = Folder.Split('/')[^1];

        public string File => $"{Folder}/{Name}.csproj";

        /// <summary>Whether a file is of this project.</summary>
        public bool Holds(string file) => file.StartsWith(Folder + "/", StringComparison.Ordinal)
            && !Production.Any(other => other.Folder.StartsWith(Folder + "/", StringComparison.Ordinal)
                && other.Holds(file));

        public override string ToString() => Name;
    }
}

using System.Diagnostics;
using System.Reflection;
using Ontmoetingsplein.Server;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>
/// The program as <c>dotnet publish</c> lays it out, made once for a run of the tests from what was built for them.
/// </summary>
internal static class PublishedProgram
{
    private static readonly Lazy<Task<DirectoryInfo>> Folder = new(PublishAsync);

    /// <summary>Starts it; settings come from the arguments and this environment only.</summary>
    public static async Task<ServerProcess> StartAsync(
        IEnumerable<string> arguments, DirectoryInfo workingFolder,
        params (string Name, string Value)[] environment) => ServerProcess.Start(
        Path.Combine((await Folder.Value).FullName, Path.GetFileName(typeof(Node).Assembly.Location)),
        arguments, workingFolder.FullName, environment);

    /// <summary>Runs it to its end.</summary>
    /// <returns>The exit code and what it said.</returns>
    public static async Task<(int Code, string Output)> RunAsync(
        DirectoryInfo workingFolder, IEnumerable<string> arguments,
        params (string Name, string Value)[] environment)
    {
        await using var process = await StartAsync(arguments, workingFolder, environment);
        return await process.EndAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>Takes it away, if it was made.</summary>
    public static async Task RemoveAsync()
    {
        if (Folder.IsValueCreated)
            (await Folder.Value).Delete(recursive: true);
    }

    private static async Task<DirectoryInfo> PublishAsync()
    {
        var folder = Directory.CreateTempSubdirectory("plein-published-");
        var configuration = typeof(Node).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!
            .Configuration;
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = SourceTree.Root,
            ArgumentList =
            {
                "publish", "Server/Server.csproj", "--no-build", "-c", configuration, "-o", folder.FullName, "--nologo",
                "-v", "q",
            },
        };
        using var publishing = Process.Start(start)!;
        var said = await publishing.StandardOutput.ReadToEndAsync();
        await publishing.WaitForExitAsync();
        Assert.That(publishing.ExitCode, Is.Zero, said);
        return folder;
    }
}

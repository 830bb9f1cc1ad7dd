using System.Diagnostics;
using System.Text;
using Ontmoetingsplein.Server;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>The program as an operator runs it: a process of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it said so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Number of the process.</summary>
    public int Id => _process.Id;

    /// <summary>Serves the node of a data folder; returns when it answers.</summary>
    public static async Task<ServerProcess> ServeAsync(DirectoryInfo folder, int port, params string[] settings)
    {
        var server = Command(folder, port, ["serve", .. settings.SelectMany(setting => (string[])["--set", setting])]);
        await server.SaysAsync("runs at");
        return server;
    }

    /// <summary>Starts a command.</summary>
    public static ServerProcess Command(DirectoryInfo folder, int port, params string[] command) =>
        Start(typeof(Node).Assembly.Location, [.. command, .. Settings(folder, port)]);

    /// <summary>Runs a command to its end.</summary>
    /// <returns>The exit code and what it said.</returns>
    public static async Task<(int Code, string Output)> RunAsync(
        DirectoryInfo folder, int port, params string[] command)
    {
        await using var process = Command(folder, port, command);
        return await process.EndAsync(Patience);
    }

    /// <summary>Starts a .NET program.</summary>
    public static ServerProcess Start(
        string program, IEnumerable<string> arguments, string? workingFolder = null,
        params (string Name, string Value)[] environment) =>
        StartNative(Environment.ProcessPath!, ["exec", program, .. arguments], workingFolder, environment);

    /// <summary>Starts any program.</summary>
    public static ServerProcess StartNative(
        string program, IEnumerable<string> arguments, string? workingFolder = null,
        params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingFolder ?? Path.GetTempPath(),
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ServerProcess(Process.Start(start)!);
    }

    /// <summary>Waits until it has said something.</summary>
    public Task SaysAsync(string text) => Until.TrueAsync(
        () => _process.HasExited && !Output.Contains(text, StringComparison.Ordinal)
            ? throw new AssertionException($"It ended with {_process.ExitCode}: {Output}")
            : Task.FromResult(Output.Contains(text, StringComparison.Ordinal)),
        $"it says {text}", Patience);

    /// <summary>Waits until it ends by itself.</summary>
    public async Task<(int Code, string Output)> EndAsync(TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within);
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, Output);
    }

    /// <summary>Ends it at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private static string[] Settings(DirectoryInfo folder, int port) =>
    [
        "--set", $"Plein:DataFolder={folder.FullName}", "--set", $"Plein:Urls=http://localhost:{port}",
        "--set", "Plein:Topics=geen", "--set", "Plein:Federation:AllowHttp=true",
        "--set", "Plein:Federation:AllowPrivateAddresses=true",
        "--set", "Plein:PostingFactor=100000",
        "--set", "Plein:Federation:InboxPerHostPerSecond=100000",
        "--set", "Plein:Federation:InboxPerActorPerMinute=6000000",
    ];

    private void Note(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }
}

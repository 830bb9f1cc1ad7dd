using System.Diagnostics;
using System.Net;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>A published node in a process of its own, with a data folder of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, int port) => (this.process, Port) = (process, port);

    public int Port { get; }

    /// <summary>Number of the process.</summary>
    public int Id => process.Id;

    public string Origin => $"http://localhost:{Port}";

    public bool HasExited => process.HasExited;

    /// <summary>Resident memory in megabytes.</summary>
    public double Megabytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1024.0 / 1024.0;
        }
    }

    /// <summary>Processor time it used so far, all cores together.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Publishes the server as it is deployed: ReadyToRun.</summary>
    /// <returns>Path of the program.</returns>
    public static string Publish()
    {
        var folder = Path.Combine(Path.GetTempPath(), "ontmoetingsplein-published");
        using var publish = Process.Start(new ProcessStartInfo("dotnet",
            [
                "publish", Path.Combine(Root(), "Server", "Server.csproj"), "-c", "Release", "-r", "linux-x64",
                "--self-contained", "false", "-p:PublishReadyToRun=true", "-o", folder, "--nologo", "-v", "q",
            ])
        { RedirectStandardOutput = true })!;
        var output = publish.StandardOutput.ReadToEnd();
        publish.WaitForExit();
        return publish.ExitCode == 0
            ? Path.Combine(folder, "Ontmoetingsplein.Server")
            : throw new InvalidOperationException("Publishing failed: " + output);
    }

    /// <summary>Waits until it has nothing to do any more.</summary>
    /// <exception cref="TimeoutException">It still has after two minutes.</exception>
    public async Task QuietAsync()
    {
        var window = TimeSpan.FromSeconds(2);
        for (var (before, rounds) = (ProcessorTime, 0); rounds < 60; rounds++)
        {
            await Task.Delay(window);
            var now = ProcessorTime;
            if (now - before < window / 20)
            {
                return;
            }

            before = now;
        }

        throw new TimeoutException("The server is still busy after two minutes.");
    }

    /// <summary>Ends it at once, as a power cut would.</summary>
    public Task KillAsync()
    {
        process.Kill();
        return process.WaitForExitAsync();
    }

    /// <summary>Starts it and waits for the first answer of a path.</summary>
    /// <param name="program">Path of the program.</param>
    /// <param name="folder">The data folder.</param>
    /// <param name="port">The port.</param>
    /// <param name="path">The path.</param>
    /// <param name="settings">Further ones, each NAME=VALUE.</param>
    public static async Task<(ServerProcess Server, TimeSpan FirstAnswer)> StartAsync(
        string program, string folder, int port, string path = "/nodeinfo/2.1", params string[] settings)
    {
        var arguments = new List<string>
        {
            "--set", $"Plein:Urls=http://localhost:{port}", "--set", $"Plein:DataFolder={folder}", "--set",
            "Plein:Federation:AllowPrivateAddresses=true", "--set", "Plein:Federation:AllowHttp=true", "--set",
            "Plein:PostingFactor=100000", "--set", "Plein:Federation:InboxPerHostPerSecond=1000000", "--set",
            "Plein:Federation:InboxPerActorPerMinute=60000000",
        };
        arguments.AddRange(settings.SelectMany(setting => new[] { "--set", setting }));
        var started = TimeProvider.System.GetTimestamp();
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        start.Environment.Remove(Generator.InlineCompletions);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        using var client = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}") };
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    var first = TimeProvider.System.GetElapsedTime(started);
                    // Off the thread that waits for sockets: the caller may block.
                    await Task.Yield();
                    return (new ServerProcess(process, port), first);
                }
            }
            catch (HttpRequestException)
            {
                // Not there yet.
            }

            if (process.HasExited || TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(60))
            {
                throw new InvalidOperationException("The server did not start.");
            }

            await Task.Delay(5);
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            // With a limit it does not wait for the end of the output, which this thread may have to read itself.
            process.WaitForExit(TimeSpan.FromSeconds(10));
        }

        process.Dispose();
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Ontmoetingsplein.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The solution is not above.");
        }

        return folder;
    }
}

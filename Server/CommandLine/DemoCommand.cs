using System.CommandLine;
using System.Globalization;
using Ontmoetingsplein.Server.Demo;

namespace Ontmoetingsplein.Server.CommandLine;

/// <summary>Shows in one go what the program is for: two nodes that exchange signed questions and answers.</summary>
internal static class DemoCommand
{
    public static void AddTo(RootCommand root, SettingsOption settings)
    {
        var port = new Option<int>("--port")
        {
            Description = "Port of the first node; the second takes the next one.",
            DefaultValueFactory = _ => 5080,
        };
        var once = new Option<bool>("--once") { Description = "Stop after the exchange instead of running on." };
        var command = new Command(
            "demo", "Start two nodes on this machine that follow each other, filled with invented data.");
        port.Validators.Add(result =>
        {
            if (result.Tokens is [var typed]
                && (!int.TryParse(typed.Value, CultureInfo.InvariantCulture, out var number)
                    || number is < 1 or > 65534))
            {
                result.AddError("--port: give a number from 1 to 65534; the second node takes the next one.");
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetResult(settings.Set) is { Implicit: false })
            {
                result.AddError("--set: the demo has settings of its own. Leave it out, or run a node: serve --set …");
            }
        });
        command.Options.Add(port);
        command.Options.Add(once);
        command.SetAction((parsed, stop) => RunAsync(
            parsed.GetValue(port), parsed.GetValue(once), parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error, stop));
        root.Subcommands.Add(command);
    }

    private static async Task<int> RunAsync(
        int port, bool once, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("ontmoetingsplein-demo-").FullName;
        var screen = TextWriter.Synchronized(output);
        try
        {
            await using var nodes = await TwoNodes.StartAsync(folder, port, screen.WriteLine, stop);
            screen.WriteLine($"Filling both with invented data in {folder} …");
            await nodes.SeedAsync(stop);
            await nodes.FollowAsync(stop);
            await nodes.ConverseAsync(stop);
            screen.WriteLine();
            screen.WriteLine($"Ontmoetingsplein Waterveen   http://localhost:{port}");
            screen.WriteLine($"Plein van De Brug            http://localhost:{port + 1}");
            screen.WriteLine($"Sign in with the password \"{Seeding.Password}\" as one of:");
            screen.WriteLine(
                "  beheer_waterveen@voorbeeld.example (administrator), samira_a@voorbeeld.example  at Waterveen");
            screen.WriteLine(
                "  beheer_de_brug@voorbeeld.example (administrator), lotte_v@voorbeeld.example     at De Brug");
            if (!once)
            {
                screen.WriteLine("Stop with Ctrl+C. What passes between them from now on:");
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception fault) when (CommandNode.IsExplained(fault))
        {
            errors.WriteLine(fault.Message);
            return 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

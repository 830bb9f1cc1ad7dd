using System.CommandLine;
using Ontmoetingsplein.Server.Hosting;

namespace Ontmoetingsplein.Server.CommandLine;

/// <summary>Runs the node until it is told to stop. What the program does without a command.</summary>
internal static class ServeCommand
{
    public static void AddTo(RootCommand root, SettingsOption settings)
    {
        var command = new Command("serve", "Run the node (the default).");
        command.SetAction((parsed, stop) => RunAsync(parsed, settings, stop));
        root.Subcommands.Add(command);
        root.SetAction((parsed, stop) => RunAsync(parsed, settings, stop));
    }

    private static async Task<int> RunAsync(ParseResult parsed, SettingsOption settings, CancellationToken stop)
    {
        var errors = parsed.InvocationConfiguration.Error;
        var output = parsed.InvocationConfiguration.Output;
        if (settings.Read(parsed, errors) is not { } options)
        {
            return 2;
        }

        try
        {
            await using var node = await Node.BuildAsync(options, TimeProvider.System, cancellationToken: stop);
            await node.StartAsync(stop);
            if (!options.Roles.HasFlag(Roles.Web))
            {
                await output.WriteLineAsync($"A worker of {options.Name} runs; it listens to nobody");
                await node.WaitForShutdownAsync(stop);
                return 0;
            }

            await output.WriteLineAsync($"{options.Name} runs at {options.Origin.GetLeftPart(UriPartial.Authority)}");
            await output.WriteLineAsync($"Its data is in {options.DataFolder}");
            var setup = node.Services.GetRequiredService<NodeSetup>();
            if (await setup.AdministratorPathAsync(stop) is { } path)
            {
                await output.WriteLineAsync(
                    $"Become its administrator (works once): {options.Origin.GetLeftPart(UriPartial.Authority)}{path}");
            }

            await node.WaitForShutdownAsync(stop);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception fault) when (CommandNode.IsExplained(fault))
        {
            await errors.WriteLineAsync(fault.Message);
            return 1;
        }
    }
}

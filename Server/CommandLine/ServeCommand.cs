using System.CommandLine;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Settings;

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
            return await ServeAsync(node, options, output, errors, stop);
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

    /// <summary>Runs a node until it is told to stop.</summary>
    /// <returns>The exit code: not 0 when it stopped by itself, so that whoever started it starts it again.</returns>
    internal static async Task<int> ServeAsync(
        Node node, ServerOptions options, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        try
        {
            await node.StartAsync(stop);
            await WelcomeAsync(node, options, output, stop);
            await node.WaitForShutdownAsync(stop);
        }
        catch (OperationCanceledException) when (node.Fault is not null)
        {
            // A worker ended it while it was still starting.
        }

        if (node.Fault is not { } fault)
        {
            return 0;
        }

        await errors.WriteLineAsync($"The node stopped by itself: {SafeHtml.OneLine(fault.Message, 300)}");
        return 1;
    }

    private static async Task WelcomeAsync(
        Node node, ServerOptions options, TextWriter output, CancellationToken stop)
    {
        if (!options.Roles.HasFlag(Roles.Web))
        {
            await output.WriteLineAsync($"A worker of {options.Name} runs; it listens to nobody");
            return;
        }

        var origin = options.Origin.GetLeftPart(UriPartial.Authority);
        await output.WriteLineAsync($"{options.Name} runs at {origin}");
        await output.WriteLineAsync($"Its data is in {options.DataFolder}");
        if (await node.Services.GetRequiredService<NodeSetup>().AdministratorPathAsync(stop) is { } path)
        {
            await output.WriteLineAsync($"Become its administrator (works once): {origin}{path}");
        }
    }
}

using System.CommandLine;
using System.CommandLine.Invocation;

namespace Ontmoetingsplein.Server.CommandLine;

/// <summary>The program's commands; without one it serves.</summary>
internal static class Commands
{
    /// <summary>Runs what the arguments ask for.</summary>
    /// <returns>The exit code: 0 done, 1 failed with a message, 2 wrong use.</returns>
    public static Task<int> RunAsync(string[] args)
    {
        // A handle starts with @, which would otherwise name a file with more arguments.
        var parsed = Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        return parsed.Action is ParseErrorAction ? Task.FromResult(Refuse(parsed)) : parsed.InvokeAsync();
    }

    /// <summary>All commands with their options.</summary>
    public static RootCommand Root()
    {
        var root = new RootCommand(
            """
            Ontmoetingsplein: questions and answers between citizens and their government.

            Examples:
              (no command)                              run a node on the embedded database
              demo                                      two nodes that follow each other, with invented data
              account create --name "Anna" --email anna@voorbeeld.nl --role administrator
              topic create --name "Groen in de wijk"
              follow @afval_en_recycling@plein.voorbeeld.nl
              organisation recognise @gemeente@plein.voorbeeld.nl
                                                        its signed answers are official here too
              hosts import blocklist.csv                what it would cut; add --apply to do it
              deliveries                                what waits for which server, and why
              move-database --to "Host=localhost;Database=plein;Username=plein"
              --set Plein:Origin=https://plein.voorbeeld.nl --set Plein:Name="Plein Voorbeeld"
              --set "Plein:Database=Host=db;Username=plein" --set Plein:Roles=worker
                                                        one of several processes on one PostgreSQL
            """);
        var settings = new SettingsOption();
        root.Options.Add(settings.Set);
        ServeCommand.AddTo(root, settings);
        DemoCommand.AddTo(root, settings);
        MigrateCommand.AddTo(root, settings);
        MoveDatabaseCommand.AddTo(root, settings);
        AccountCommands.AddTo(root, settings);
        TopicCommands.AddTo(root, settings);
        FollowCommand.AddTo(root, settings);
        OrganisationCommands.AddTo(root, settings);
        HostsCommands.AddTo(root, settings);
        DeliveriesCommand.AddTo(root, settings);
        return root;
    }

    // One line for each fault instead of a page of help below them.
    private static int Refuse(ParseResult parsed)
    {
        var errors = parsed.InvocationConfiguration.Error;
        foreach (var fault in parsed.Errors)
        {
            errors.WriteLine(fault.Message.ReplaceLineEndings(" "));
        }

        var command = string.Join(
            ' ', parsed.CommandResult.Command.Parents.OfType<Command>().Where(one => one is not RootCommand)
                .Append(parsed.CommandResult.Command).Where(one => one is not RootCommand).Select(one => one.Name)
                .Append("--help"));
        errors.WriteLine($"What can be given: {command}");
        return 2;
    }
}

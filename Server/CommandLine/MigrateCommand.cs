using System.CommandLine;

namespace Ontmoetingsplein.Server.CommandLine;

/// <summary>Brings the database up to date without serving.</summary>
internal static class MigrateCommand
{
    public static void AddTo(RootCommand root, SettingsOption settings)
    {
        var command = new Command("migrate", "Bring the database up to date; the server does this at its start too.");
        command.SetAction((parsed, stop) => CommandNode.RunAsync(
            parsed, settings,
            node =>
            {
                // Opening the database has migrated it.
                node.Output.WriteLine("The database is up to date.");
                return Task.FromResult(0);
            }, stop));
        root.Subcommands.Add(command);
    }
}

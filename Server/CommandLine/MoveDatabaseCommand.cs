using System.CommandLine;
using System.Globalization;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Engines;
using Spectre.Console;

namespace Ontmoetingsplein.Server.CommandLine;

/// <summary>Takes a stopped node from one database to another: to PostgreSQL when it grows, and back again.</summary>
internal static class MoveDatabaseCommand
{
    public static void AddTo(RootCommand root, SettingsOption settings)
    {
        var to = new Option<string>("--to")
        {
            Required = true,
            HelpName = "connection string",
            Description = "An empty database: \"Host=…\" for PostgreSQL or \"Data Source=…\" for SQLite.",
        };
        var command = new Command(
            "move-database",
            """
            Copy a stopped node into an empty database and compare every table with the original, which stays as it
            was. After an interruption run it again: it starts anew.

            Examples:
              move-database --to "Host=localhost;Database=plein;Username=plein;Password=…"
              move-database --set Plein:Database="Host=localhost;Database=plein" --to "Data Source=/srv/plein/plein.db"
            """) { to };
        command.SetAction((parsed, stop) => RunAsync(parsed, settings, parsed.GetValue(to)!, stop));
        root.Subcommands.Add(command);
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, SettingsOption settings, string to, CancellationToken stop)
    {
        var errors = parsed.InvocationConfiguration.Error;
        if (!ServerOptionsReader.NamesDatabase(to))
        {
            await errors.WriteLineAsync($"--to {ServerOptionsReader.DatabaseFault}");
            return 2;
        }

        if (new StorageOptions { Database = to }.Fault is { } unreadable)
        {
            await errors.WriteLineAsync($"--to cannot be read: {unreadable}");
            return 2;
        }

        if (settings.Read(parsed, errors) is not { } options)
        {
            return 2;
        }

        try
        {
            using var guard = DataFolderGuard.Take(options);
            await MoveAsync(CommandNode.Screen(parsed), options.Database, to, stop);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(
                $"All is there. Now set Plein:Database to what you gave with --to, and start the node. Keep"
                + $" {options.DataFolder}: node.key is in it.");
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await errors.WriteLineAsync("Stopped half-way. Run the same command again: it starts anew.");
            return 1;
        }
        catch (Exception fault) when (CommandNode.IsExplained(fault))
        {
            await errors.WriteLineAsync(fault.Message);
            return 1;
        }
    }

    private static async Task MoveAsync(
        IAnsiConsole screen, string from, string to, CancellationToken stop)
    {
        using var loggers = LoggerFactory.Create(_ => { });
        var mover = new DatabaseMover(TimeProvider.System, loggers.CreateLogger("Storage"));
        var moved = await screen.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .HideCompleted(true)
            .StartAsync(context => mover.MoveAsync(
                new StorageOptions { Database = from }, new StorageOptions { Database = to }, new Bars(context), stop));
        var table = new Table().Border(TableBorder.Minimal).AddColumns("table", "rows", "checksum in both");
        table.Columns[1].RightAligned();
        foreach (var one in moved)
        {
            table.AddRow(one.Table, one.Rows.ToString(CultureInfo.InvariantCulture), one.Checksum);
        }

        screen.Write(table);
    }

    /// <summary>A bar for each table, first while it is copied and then while it is compared.</summary>
    private sealed class Bars(ProgressContext context) : IProgress<MoveProgress>
    {
        private readonly Dictionary<(string, bool), ProgressTask> tasks = [];

        public void Report(MoveProgress value)
        {
            if (!tasks.TryGetValue((value.Table, value.Comparing), out var task))
            {
                task = context.AddTask($"{(value.Comparing ? "comparing" : "copying")} {value.Table}");
                tasks.Add((value.Table, value.Comparing), task);
            }

            task.MaxValue = value.Total;
            task.Value = value.Done;
        }
    }
}

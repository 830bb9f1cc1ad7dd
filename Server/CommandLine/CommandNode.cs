using System.CommandLine;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Engines;
using Spectre.Console;

namespace Ontmoetingsplein.Server.CommandLine;

/// <summary>A node without web server and workers, for commands beside a running one.</summary>
internal static class CommandNode
{
    private const int WidthOfFile = 250;

    /// <summary>What a command runs on.</summary>
    /// <param name="Parsed">What was typed.</param>
    /// <param name="Services">The node.</param>
    /// <param name="Screen">Where tables go.</param>
    /// <param name="Output">Where lines go.</param>
    /// <param name="Errors">Where faults go.</param>
    public sealed record Context(
        ParseResult Parsed, IServiceProvider Services, IAnsiConsole Screen, TextWriter Output, TextWriter Errors)
    {
        /// <summary>Whoever may run commands on the machine may do what an administrator may.</summary>
        public static Caller Operator { get; } = new(
            new Account { ActorId = default, Role = Role.Administrator }, []);

        public T Get<T>()
            where T : notnull => Services.GetRequiredService<T>();

        /// <summary>Prints why something was refused, after the option or argument that it is about.</summary>
        /// <returns>The exit code.</returns>
        public int Refuse(Refusal refusal)
        {
            var texts = Texts.For("en", FormOfAddress.U);
            var lines = refusal.Faults.Count == 0
                ? [texts[refusal.TextKey]]
                : refusal.Faults.Select(fault => Typed(fault.Field) + texts[fault.TextKey, fault.Arguments]);
            foreach (var line in lines)
            {
                Errors.WriteLine(line);
            }

            return 1;
        }

        /// <summary>What is in a file; says what is wrong when that cannot be had.</summary>
        /// <param name="name">Of the argument.</param>
        /// <param name="file">Which.</param>
        /// <param name="most">Longest, in bytes.</param>
        /// <param name="stop">Stops waiting.</param>
        /// <returns>Null when something is wrong.</returns>
        public async Task<string?> ReadAsync(string name, FileInfo file, long most, CancellationToken stop)
        {
            if (!file.Exists || file.Length > most)
            {
                await Errors.WriteLineAsync(
                    file.Exists
                        ? $"{name} {file}: it has more than {most} bytes. Divide it."
                        : $"{name} {file}: there is no such file. Give the path of one.");
                return null;
            }

            return await File.ReadAllTextAsync(file.FullName, stop);
        }

        // Fields are called as options are; what an argument is about is called in more ways.
        private string Typed(string field)
        {
            var command = Parsed.CommandResult.Command;
            var name = field == "displayName" ? "--name" : "--" + field;
            if (command.Options.FirstOrDefault(option => option.Name == name) is { } option)
            {
                return $"{name}{Value(Parsed.GetResult(option)?.Tokens)}: ";
            }

            return command.Arguments is [var argument]
                ? $"<{argument.Name}>{Value(Parsed.GetResult(argument)?.Tokens)}: "
                : "";
        }

        private static string Value(IEnumerable<System.CommandLine.Parsing.Token>? tokens) =>
            tokens is null ? "" : string.Concat(tokens.Select(token => " " + SafeHtml.OneLine(token.Value, 80)));
    }

    /// <summary>
    /// An end that the operator can mend and that its message explains; everything else is a fault of the program.
    /// </summary>
    public static bool IsExplained(Exception fault) => fault
        is SetupException or StorageException or MoveException or IOException or UnauthorizedAccessException;

    /// <summary>Where tables and progress go.</summary>
    public static IAnsiConsole Screen(ParseResult parsed)
    {
        var screen = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(parsed.InvocationConfiguration.Output),
        });
        if (Console.IsOutputRedirected)
        {
            // A file or another program has no width; nothing is to be broken off.
            screen.Profile.Width = WidthOfFile;
        }

        return screen;
    }

    /// <summary>Opens the database, runs the command, closes it.</summary>
    public static async Task<int> RunAsync(
        ParseResult parsed, SettingsOption settings, Func<Context, Task<int>> command, CancellationToken stop)
    {
        var errors = parsed.InvocationConfiguration.Error;
        if (settings.Read(parsed, errors) is not { } options)
        {
            return 2;
        }

        try
        {
            using var loggers = LoggerFactory.Create(_ => { });
            var database = await Database.OpenAsync(
                new StorageOptions { Database = options.Database }, TimeProvider.System,
                loggers.CreateLogger("Storage"),
                stop);
            await using var services = new ServiceCollection()
                .AddLogging()
                .AddNode(options, database, TimeProvider.System)
                .BuildServiceProvider();
            await services.GetRequiredService<NodeSetup>().ExecuteAsync(stop);
            return await command(
                new Context(parsed, services, Screen(parsed), parsed.InvocationConfiguration.Output, errors));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 1;
        }
        catch (Exception fault) when (IsExplained(fault))
        {
            await errors.WriteLineAsync(fault.Message);
            return 1;
        }
    }
}

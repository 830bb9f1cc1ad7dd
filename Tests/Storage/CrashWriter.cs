using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Settings;

namespace Ontmoetingsplein.Tests.Storage;

/// <summary>
/// What the process that is to be killed does: it writes, and says on its output what has become durable.
/// </summary>
public static class CrashWriter
{
    public const string Command = "write-until-killed";
    public const string Variable = "PLEIN_TEST_CRASH_DATABASE";

    public static async Task RunAsync(string round)
    {
        var options = new StorageOptions { Database = Environment.GetEnvironmentVariable(Variable)! };
        await using var database = await Database.OpenAsync(options, TimeProvider.System, NullLogger.Instance);
        var inbox = new InboxStore(database);
        using var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        await Task.WhenAll(Enumerable.Range(0, 16).Select(task => Task.Run(async () =>
        {
            for (var i = 0; i < 1_000_000; i++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{round}-{task}-{i}");
                var now = TimeProvider.System.GetUtcNow();
                await inbox.KeepAsync(Some.Entry($"https://a.example/{name}", now, body: new byte[1_000]));
                output.WriteLine($"https://a.example/{name}");
                await database.WriteAsync(w =>
                {
                    SettingStore.Set(w, $"left-{name}", "1");
                    SettingStore.Set(w, $"right-{name}", "1");
                });
            }
        })));
    }
}

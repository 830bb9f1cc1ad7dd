using System.Diagnostics;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

/// <summary>
/// A process that writes is killed at once: what it acknowledged is there, once, and nothing else is half there.
/// </summary>
public sealed class CrashTests(TestEngine engine) : StorageTest(engine)
{
    [Test]
    public async Task What_was_acknowledged_survives_kill_and_nothing_is_there_twice()
    {
        var acknowledged = new HashSet<string>();
        for (var round = 0; round < 3; round++)
        {
            using var writer = Start(round);
            for (var lines = 0; lines < 400; lines++)
            {
                acknowledged.Add(await writer.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60))
                    ?? throw new InvalidOperationException(await writer.StandardError.ReadToEndAsync()));
            }

            writer.Kill();
            // What it still said before it died counts too; a line that was cut off does not.
            var rest = (await writer.StandardOutput.ReadToEndAsync()).Split('\n')[..^1];
            acknowledged.UnionWith(rest);
            await writer.WaitForExitAsync();
        }

        acknowledged.Remove("ready");
        await ReopenAsync();
        var kept = await Db.QueryAsync<string>("select activity_uri from inbox", null, default);
        Assert.That(acknowledged, Has.Count.GreaterThanOrEqualTo(1_000));
        Assert.That(acknowledged.Except(kept), Is.Empty);
        Assert.That(kept, Is.Unique);
        // Each change wrote two settings; never one without the other.
        Assert.That(
            await CountAsync("settings", "name like 'left%'"),
            Is.EqualTo(await CountAsync("settings", "name like 'right%'")));
        Assert.That(await CountAsync("settings"), Is.Positive);
        // The queue of a process that died is not lost: its leases run out, or are void after a restart.
        // This clock stands still; theirs did not.
        Clock.Advance(TimeProvider.System.GetUtcNow().AddHours(1) - Clock.GetUtcNow());
        Assert.That(await new InboxStore(Db).TakeAsync(new(10, 10), TimeSpan.FromMinutes(1)), Is.Not.Empty);
    }

    private Process Start(int round)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [CrashWriter.Variable] = Place.Options.Database },
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(CrashWriter).Assembly.Location);
        start.ArgumentList.Add(CrashWriter.Command);
        start.ArgumentList.Add($"{round}");
        return Process.Start(start)!;
    }
}

using Ontmoetingsplein.Storage.Settings;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class DatabaseTests(TestEngine engine) : StorageTest(engine)
{
    [Test]
    public async Task A_failing_change_undoes_only_itself()
    {
        using var start = new ManualResetEventSlim();
        // Holds the writers, so that what follows waits together and commits as one group.
        var holders = Enumerable.Range(0, 8).Select(_ => WriteAsync(_ => start.Wait())).ToList();
        var good = Enumerable.Range(0, 20).Select(i => WriteAsync(w => SettingStore.Set(w, $"good{i}", "1"))).ToList();
        var bad = Enumerable.Range(0, 20).Select(i => Db.WriteAsync<int>(w =>
        {
            SettingStore.Set(w, $"bad{i}", "1");
            throw new FormatException($"no {i}");
        })).ToList();
        var broken = WriteAsync(w => w.Execute("insert into nowhere values (1)"));
        start.Set();

        await Task.WhenAll([.. holders, .. good]);
        for (var i = 0; i < bad.Count; i++)
        {
            Assert.That(async () => await bad[i], Throws.TypeOf<FormatException>().With.Message.EqualTo($"no {i}"));
        }

        Assert.That(async () => await broken, Throws.InstanceOf<System.Data.Common.DbException>());
        Assert.That(await CountAsync("settings"), Is.EqualTo(20));
    }

    [Test]
    public async Task A_signal_comes_only_after_the_commit_and_never_of_an_undone_change()
    {
        var seen = new List<(string Name, long Rows)>();
        using var enough = new SemaphoreSlim(0);
        Db.Signalled += name =>
        {
            // Blocks the writer's thread, and so proves that the commit is over.
            var rows = CountAsync("settings").GetAwaiter().GetResult();
            lock (seen)
            {
                seen.Add((name, rows));
            }

            enough.Release();
        };
        Assert.That(
            async () => await Db.WriteAsync<int>(w =>
            {
                w.Signal("undone");
                throw new FormatException();
            }), Throws.TypeOf<FormatException>());
        await WriteAsync(w =>
        {
            SettingStore.Set(w, "a", "1");
            w.Signal("settings");
        });
        Assert.That(await enough.WaitAsync(TimeSpan.FromSeconds(5)), Is.True);
        await WriteAsync(_ => { });
        Assert.That(seen, Is.EqualTo(new[] { ("settings", 1L) }));
    }

    [Test]
    public async Task A_listener_that_throws_does_not_stop_the_writer()
    {
        Db.Signalled += _ => throw new FormatException();
        await WriteAsync(w => SettingStore.Set(w, "a", "1"));
        await WriteAsync(w => SettingStore.Set(w, "b", "2"));
        Assert.That(await CountAsync("settings"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_change_that_was_cancelled_before_its_turn_does_not_happen()
    {
        using var start = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = WriteAsync(_ =>
        {
            begun.SetResult();
            start.Wait();
        });
        // One writer that takes many at a time has taken its share now; several that take one at a time have work.
        await begun.Task;
        Task[] holders = [first, .. Enumerable.Range(0, 64).Select(_ => WriteAsync(_ => start.Wait()))];
        var cancelled = Db.WriteAsync(w => SettingStore.Set(w, "a", "1"), cancel.Token);
        await cancel.CancelAsync();
        start.Set();
        await Task.WhenAll(holders);
        Assert.That(async () => await cancelled, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await CountAsync("settings"), Is.Zero);
    }

    [Test]
    public async Task What_waits_when_the_database_is_closed_is_still_written()
    {
        using var start = new ManualResetEventSlim();
        var holders = Enumerable.Range(0, 8).Select(_ => WriteAsync(_ => start.Wait())).ToList();
        var waiting = Enumerable.Range(0, 50).Select(i => WriteAsync(w => SettingStore.Set(w, $"{i}", "1"))).ToList();
        var closing = Db.DisposeAsync().AsTask();
        start.Set();
        await Task.WhenAll([.. holders, .. waiting, closing]);
        Assert.That(async () => await WriteAsync(_ => { }), Throws.TypeOf<ObjectDisposedException>());
        Db = await Place.OpenAsync(Clock);
        Assert.That(await CountAsync("settings"), Is.EqualTo(50));
    }

    [Test]
    public async Task Text_that_no_database_can_keep_is_made_harmless()
    {
        const string hostile = "a\0b\uD800c\uDC00d😀";
        await WriteAsync(w => SettingStore.Set(w, "x", hostile));
        var store = new SettingStore(Db);
        Assert.That(await store.FindAsync("x"), Is.EqualTo("a\uFFFDb\uFFFDc\uFFFDd😀"));
        Assert.That(await store.FindAsync("\uD800\0"), Is.Null);
    }

    [Test]
    public async Task Writers_of_many_threads_all_get_their_own_result()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(() => WriteAsync(w =>
        {
            SettingStore.Set(w, $"{i}", $"{i}");
            return i;
        }))));
        Assert.That(results, Is.EqualTo(Enumerable.Range(0, 500)));
        Assert.That(await CountAsync("settings"), Is.EqualTo(500));
    }
}

using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Settings;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class InboxStoreTests(TestEngine engine) : StorageTest(engine)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private InboxStore Store { get; set; } = null!;

    [SetUp]
    public void MakeStore() => Store = new InboxStore(Db);

    private Task<KeepResult> KeepAsync(string id, string host = "a.example", byte[]? body = null) =>
        Store.KeepAsync(Some.Entry(id, Clock.GetUtcNow(), host, body));

    private async Task<string[]> TakeAsync(int hosts = 10, int perHost = 10) =>
        [.. (await Store.TakeAsync(hosts, perHost, Lease)).SelectMany(b => b.Entries).Select(e => e.ActivityUri)];

    private async Task<InboxBatch?> ReleaseAsync(string host = "a.example") => await Store.ReleaseAsync(
        host, await Db.FirstAsync<long>("select inbox_lease from peers where host = @host", new { host }, default), 0,
        TimeSpan.Zero);

    [Test]
    public async Task Who_lost_its_lease_cannot_give_back_what_is_anothers()
    {
        await KeepAsync("a0");
        var late = (await Store.TakeAsync(1, 9, Lease)).Single();
        Clock.Advance(Lease);
        var holder = (await Store.TakeAsync(1, 9, Lease)).Single();
        Assert.That(await Store.ReleaseAsync(late.Host, late.Lease, 9, Lease), Is.Null);
        Assert.That(await TakeAsync(), Is.Empty, "it is still the other's");
        Assert.That((await Store.ReleaseAsync(holder.Host, holder.Lease, 9, Lease))!.Entries, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_activity_is_kept_once_to_the_byte()
    {
        byte[] body = [0, 1, 255, 0xC3, 0x28];
        Assert.That(await KeepAsync("https://a.example/1", body: body), Is.EqualTo(KeepResult.New));
        Assert.That(await KeepAsync("https://a.example/1", body: body), Is.EqualTo(KeepResult.Duplicate));
        Assert.That(await KeepAsync("https://a.example/1", body: [1]), Is.EqualTo(KeepResult.Conflict));
        var entry = (await Store.TakeAsync(1, 1, Lease)).Single().Entries.Single();
        Assert.That(entry.Body, Is.EqualTo(body));
        Assert.That(
            (entry.Host, entry.ActorUri, entry.Type, entry.Scheme, entry.Attempts, entry.ReceivedAt),
            Is.EqualTo(("a.example", "https://a.example/u/x", "Create", 1, 0, Clock.GetUtcNow())));
    }

    [Test]
    public async Task Of_the_same_activity_many_times_at_once_one_is_new()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(
            () => KeepAsync($"https://a.example/{i % 3}", body: [(byte)(i % 3)]))));
        Assert.That(results.Count(r => r == KeepResult.New), Is.EqualTo(3));
        Assert.That(results.Count(r => r == KeepResult.Duplicate), Is.EqualTo(297));
        Assert.That(await Store.CountWaitingAsync(), Is.EqualTo(3));
    }

    [Test]
    public async Task A_hostile_text_in_one_does_not_fail_the_others()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => Store.KeepAsync(
            Some.Entry(
                $"https://a.example/{i}", Clock.GetUtcNow()) with
            { Type = i == 7 ? "Cre\0ate\uD800" : "Create" }))));
        Assert.That(results, Is.All.EqualTo(KeepResult.New));
    }

    [Test]
    public async Task A_host_is_leased_to_one_taker_in_order_of_arrival()
    {
        for (var i = 0; i < 5; i++)
        {
            await KeepAsync($"a{i}");
            await KeepAsync($"b{i}", "b.example");
            Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        var batches = await Store.TakeAsync(10, 3, Lease);
        Assert.That(batches.Select(b => b.Host), Is.EquivalentTo(new[] { "a.example", "b.example" }));
        Assert.That(
            batches.Single(b => b.Host == "a.example").Entries.Select(e => e.ActivityUri),
            Is.EqualTo(new[] { "a0", "a1", "a2" }));
        Assert.That(await TakeAsync(), Is.Empty);
        await WriteAsync(
            w => InboxStore.Mark(w, batches.Single(b => b.Host == "a.example").Entries[0].Id, InboxState.Done, null));
        await ReleaseAsync();
        Assert.That(await TakeAsync(), Is.EqualTo(new[] { "a1", "a2", "a3", "a4" }));
    }

    [Test]
    public async Task The_host_that_waits_longest_is_taken_first_and_an_empty_one_not_again()
    {
        foreach (var host in new[] { "z.example", "m.example", "a.example" })
        {
            await KeepAsync(host, host);
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(await TakeAsync(hosts: 2), Is.EqualTo(new[] { "z.example", "m.example" }));
        Assert.That(await TakeAsync(hosts: 2), Is.EqualTo(new[] { "a.example" }));
        await WriteAsync(w => w.Execute("update inbox set state = 1"));
        await ReleaseAsync();
        Assert.That(await CountAsync("peers", "host = 'a.example' and inbox_due_at is null"), Is.EqualTo(1));
        await KeepAsync("next", "a.example");
        Assert.That(await TakeAsync(), Is.EqualTo(new[] { "next" }));
    }

    [Test]
    public async Task A_lease_that_ran_out_is_given_to_the_next_and_the_first_can_no_longer_apply()
    {
        await KeepAsync("a0");
        var late = (await Store.TakeAsync(1, 1, Lease)).Single().Entries.Single();
        Clock.Advance(Lease);
        var again = (await Store.TakeAsync(1, 1, Lease)).Single().Entries.Single();
        Assert.That(again.Id, Is.EqualTo(late.Id));
        Task ApplyAsync(string name) => WriteAsync(w =>
        {
            SettingStore.Set(w, name, "applied");
            InboxStore.Mark(w, late.Id, InboxState.Done, null);
        });
        await ApplyAsync("second");
        Assert.That(async () => await ApplyAsync("first"), Throws.TypeOf<InvalidOperationException>());
        Assert.That(await CountAsync("settings"), Is.EqualTo(1));
        // Nor can it bring it back.
        await WriteAsync(w => InboxStore.Postpone(w, late.Id, w.Now, "late"));
        await ReleaseAsync();
        Assert.That(await TakeAsync(), Is.Empty);
    }

    [Test]
    public async Task A_mark_stands_or_falls_with_the_change_it_is_of()
    {
        await KeepAsync("a0");
        var entry = (await Store.TakeAsync(1, 1, Lease)).Single().Entries.Single();
        Assert.That(
            async () => await Db.WriteAsync<int>(w =>
            {
                InboxStore.Mark(w, entry.Id, InboxState.Done, null);
                throw new FormatException();
            }), Throws.TypeOf<FormatException>());
        Assert.That(await Store.CountWaitingAsync(), Is.EqualTo(1));
        await WriteAsync(w => InboxStore.Mark(w, entry.Id, InboxState.Refused, "not allowed"));
        Assert.That(await CountAsync("inbox", "state = 3 and reason = 'not allowed'"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_postponed_waits_while_later_ones_go_on()
    {
        await KeepAsync("a0");
        await KeepAsync("a1");
        var first = (await Store.TakeAsync(1, 9, Lease)).Single().Entries[0];
        await WriteAsync(w => InboxStore.Postpone(w, first.Id, w.Now.AddMinutes(5), "its question is not here yet"));
        await ReleaseAsync();
        var second = (await Store.TakeAsync(1, 9, Lease)).Single().Entries.Single();
        Assert.That(second.ActivityUri, Is.EqualTo("a1"));
        await WriteAsync(w => InboxStore.Mark(w, second.Id, InboxState.Done, null));
        await ReleaseAsync();
        Assert.That(await TakeAsync(), Is.Empty);
        Clock.Advance(TimeSpan.FromMinutes(5));
        var again = (await Store.TakeAsync(1, 9, Lease)).Single().Entries.Single();
        Assert.That((again.ActivityUri, again.Attempts), Is.EqualTo(("a0", 1)));
    }

    [Test]
    public async Task Keeping_signals_and_duplicates_do_not()
    {
        using var signalled = new SemaphoreSlim(0);
        Db.Signalled += name =>
        {
            if (name == InboxStore.Signal)
            {
                signalled.Release();
            }
        };
        await KeepAsync("a0");
        Assert.That(await signalled.WaitAsync(TimeSpan.FromSeconds(5)), Is.True);
        await KeepAsync("a0");
        await WriteAsync(_ => { });
        Assert.That(await signalled.WaitAsync(TimeSpan.FromMilliseconds(100)), Is.False);
    }

    [Test]
    public async Task Bodies_are_forgotten_after_a_month_and_entries_after_a_year_but_never_what_waits()
    {
        await KeepAsync("done", body: [1]);
        await KeepAsync("waits", body: [2]);
        await WriteAsync(w => w.Execute("update inbox set state = 1 where activity_uri = 'done'"));
        Clock.Advance(TimeSpan.FromDays(29));
        Assert.That(await WriteAsync(InboxStore.Sweep), Is.Zero);
        Clock.Advance(TimeSpan.FromDays(2));
        Assert.That(await WriteAsync(InboxStore.Sweep), Is.EqualTo(1));
        Assert.That(await CountAsync("inbox", "body is null and activity_uri = 'done'"), Is.EqualTo(1));
        // Its id is still known, whatever the body.
        Assert.That(await KeepAsync("done", body: [9]), Is.EqualTo(KeepResult.Duplicate));
        Clock.Advance(TimeSpan.FromDays(340));
        Assert.That(await WriteAsync(InboxStore.Sweep), Is.EqualTo(1));
        Assert.That(await WriteAsync(InboxStore.Sweep), Is.Zero);
        Assert.That(await CountAsync("inbox"), Is.EqualTo(1));
        Assert.That(await Store.CountWaitingAsync(), Is.EqualTo(1));
    }
}

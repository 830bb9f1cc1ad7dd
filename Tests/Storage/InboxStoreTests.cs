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
        [.. (await Store.TakeAsync(new(hosts, perHost), Lease)).SelectMany(b => b.Entries).Select(e => e.ActivityUri)];

    private async Task<InboxBatch?> ReleaseAsync(string host = "a.example") => await Store.ReleaseAsync(
        host, await Db.FirstAsync<long>("select inbox_lease from peers where host = @host", new { host }, default), [],
        0, TimeSpan.Zero);

    [Test]
    public async Task Who_lost_its_lease_cannot_give_back_what_is_anothers()
    {
        await KeepAsync("a0");
        var late = (await Store.TakeAsync(new(1, 9), Lease)).Single();
        Clock.Advance(Lease);
        var holder = (await Store.TakeAsync(new(1, 9), Lease)).Single();
        Assert.That(await Store.ReleaseAsync(late.Host, late.Lease, [], 9, Lease), Is.Null);
        Assert.That(await TakeAsync(), Is.Empty, "it is still the other's");
        Assert.That((await Store.ReleaseAsync(holder.Host, holder.Lease, [], 9, Lease))!.Entries, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_activity_is_kept_once_to_the_byte()
    {
        byte[] body = [0, 1, 255, 0xC3, 0x28];
        Assert.That(await KeepAsync("https://a.example/1", body: body), Is.EqualTo(KeepResult.New));
        Assert.That(await KeepAsync("https://a.example/1", body: body), Is.EqualTo(KeepResult.Duplicate));
        Assert.That(await KeepAsync("https://a.example/1", body: [1]), Is.EqualTo(KeepResult.Conflict));
        var entry = (await Store.TakeAsync(new(1, 1), Lease)).Single().Entries.Single();
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

        var batches = await Store.TakeAsync(new(10, 3), Lease);
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
        var late = (await Store.TakeAsync(new(1, 1), Lease)).Single().Entries.Single();
        Clock.Advance(Lease);
        var again = (await Store.TakeAsync(new(1, 1), Lease)).Single().Entries.Single();
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
        var entry = (await Store.TakeAsync(new(1, 1), Lease)).Single().Entries.Single();
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
        var first = (await Store.TakeAsync(new(1, 9), Lease)).Single().Entries[0];
        await WriteAsync(w => InboxStore.Postpone(w, first.Id, w.Now.AddMinutes(5), "its question is not here yet"));
        await ReleaseAsync();
        var second = (await Store.TakeAsync(new(1, 9), Lease)).Single().Entries.Single();
        Assert.That(second.ActivityUri, Is.EqualTo("a1"));
        await WriteAsync(w => InboxStore.Mark(w, second.Id, InboxState.Done, null));
        await ReleaseAsync();
        Assert.That(await TakeAsync(), Is.Empty);
        Clock.Advance(TimeSpan.FromMinutes(5));
        var again = (await Store.TakeAsync(new(1, 9), Lease)).Single().Entries.Single();
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
    public async Task A_body_goes_when_its_activity_is_worked_off_and_the_line_with_the_reason_stays()
    {
        foreach (var state in new[] { InboxState.Done, InboxState.Ignored, InboxState.Refused })
        {
            await KeepAsync($"{state}", body: [1]);
            var entry = (await Store.TakeAsync(new(1, 1), Lease)).Single().Entries.Single();
            await WriteAsync(w => InboxStore.Mark(w, entry.Id, state, "why"));
            await ReleaseAsync();
            // Its id is still known, and so is whether it is the same activity.
            Assert.That(await KeepAsync($"{state}", body: [1]), Is.EqualTo(KeepResult.Duplicate));
            Assert.That(await KeepAsync($"{state}", body: [9]), Is.EqualTo(KeepResult.Conflict));
        }

        Assert.That(await CountAsync("inbox", "body is null and reason = 'why'"), Is.EqualTo(3));
    }

    [Test]
    public async Task What_was_of_no_consequence_is_forgotten_after_a_month_and_the_rest_after_a_year()
    {
        foreach (var id in new[] { "done", "ignored", "refused", "waits" })
        {
            await KeepAsync(id, body: [1]);
        }

        await WriteAsync(w => w.Execute("update inbox set state = 1 where activity_uri = 'done'"));
        await WriteAsync(w => w.Execute("update inbox set state = 2, body = null where activity_uri = 'ignored'"));
        await WriteAsync(w => w.Execute("update inbox set state = 3, body = null where activity_uri = 'refused'"));
        Clock.Advance(TimeSpan.FromDays(2));
        Assert.That(await WriteAsync(InboxStore.Sweep), Is.EqualTo(1), "a body that an earlier version left");
        Assert.That(await CountAsync("inbox", "body is null"), Is.EqualTo(3));
        Clock.Advance(TimeSpan.FromDays(29));
        Assert.That(await WriteAsync(InboxStore.Sweep), Is.EqualTo(2));
        Assert.That(await KeepAsync("done", body: [1]), Is.EqualTo(KeepResult.Duplicate));
        Clock.Advance(TimeSpan.FromDays(340));
        Assert.That(await WriteAsync(InboxStore.Sweep), Is.EqualTo(1));
        Assert.That(await WriteAsync(InboxStore.Sweep), Is.Zero);
        Assert.That(await CountAsync("inbox"), Is.EqualTo(1));
        Assert.That(await Store.CountWaitingAsync(), Is.EqualTo(1), "never what waits");
    }

    [Test]
    public async Task Of_one_party_only_so_many_hosts_are_leased_however_many_stand_in_front()
    {
        for (var i = 0; i < 450; i++)
        {
            await Store.KeepAsync(Some.Entry($"e{i}", Clock.GetUtcNow(), $"h{i}.evil.example") with
            { Party = "evil.example" });
        }

        Clock.Advance(TimeSpan.FromSeconds(1));
        await Store.KeepAsync(Some.Entry("honest", Clock.GetUtcNow(), "eerlijk.example") with
        { Party = "eerlijk.example" });
        var request = new InboxRequest(8, 9) { MostPerParty = 4 };
        var taken = await Store.TakeAsync(request, Lease);
        Assert.That(taken.Count(batch => batch.Host.EndsWith("evil.example", StringComparison.Ordinal)), Is.EqualTo(4));
        Assert.That(taken.Select(batch => batch.Host), Has.Member("eerlijk.example"));
        var busy = new Dictionary<string, int> { ["evil.example"] = 3 };
        Assert.That(await Store.TakeAsync(request with { Busy = busy }, Lease), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_host_whose_turn_is_over_waits_behind_the_others()
    {
        await KeepAsync("a0");
        await KeepAsync("a1");
        var first = (await Store.TakeAsync(new(1, 1), Lease)).Single();
        Clock.Advance(TimeSpan.FromSeconds(1));
        await KeepAsync("b0", "b.example");
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await Store.ReleaseAsync(first.Host, first.Lease, [], 0, Lease), Is.Null);
        Assert.That((await Store.TakeAsync(new(1, 9), Lease)).Single().Host, Is.EqualTo("b.example"));
        Assert.That(await TakeAsync(), Is.EqualTo(new[] { "a0", "a1" }));
    }

    [Test]
    public async Task A_host_is_kept_while_some_of_its_activities_are_worked_on_and_only_its_keeper_gets_the_others()
    {
        await KeepAsync("a0");
        var batch = (await Store.TakeAsync(new(1, 9), Lease)).Single();
        long[] away = [batch.Entries[0].Id];
        Assert.That(await Store.ReleaseAsync(batch.Host, batch.Lease, away, 9, Lease), Is.Null);
        await KeepAsync("a1");
        Assert.That(await TakeAsync(), Is.Empty, "others keep off");
        var mine = new InboxRequest(9, 9) { Kept = [new KeptInbox(batch.Host, batch.Lease, away)] };
        var again = (await Store.TakeAsync(mine, Lease)).Single();
        Assert.That(again.Entries.Select(entry => entry.ActivityUri), Is.EqualTo(new[] { "a1" }));
        await WriteAsync(w => InboxStore.Mark(w, again.Entries[0].Id, InboxState.Done, null));
        Assert.That(await Store.ReleaseAsync(again.Host, again.Lease, away, 9, Lease), Is.Null);

        await WriteAsync(w => InboxStore.PutOff(w, away, w.Now.AddSeconds(15)));
        Assert.That(await Store.ReleaseAsync(again.Host, again.Lease, [], 0, Lease), Is.Null);
        Assert.That(await TakeAsync(), Is.Empty);
        Clock.Advance(TimeSpan.FromSeconds(15));
        var put = (await Store.TakeAsync(new(1, 9), Lease)).Single().Entries.Single();
        Assert.That((put.ActivityUri, put.Attempts), Is.EqualTo(("a0", 0)));
    }

    [Test]
    public async Task What_the_keeper_of_a_host_had_in_hand_when_it_was_killed_is_taken_over()
    {
        await KeepAsync("a0");
        var batch = (await Store.TakeAsync(new(1, 9), Lease)).Single();
        await Store.ReleaseAsync(batch.Host, batch.Lease, [batch.Entries[0].Id], 9, Lease);
        Assert.That(await TakeAsync(), Is.Empty);
        Clock.Advance(Lease);
        Assert.That(await TakeAsync(), Is.EqualTo(new[] { "a0" }));
    }

    [Test]
    public async Task What_waits_is_weighed_for_a_host_and_for_a_party()
    {
        foreach (var (id, host) in new[] { ("1", "a.evil.example"), ("2", "b.evil.example"), ("3", "c.example") })
        {
            await Store.KeepAsync(Some.Entry(id, Clock.GetUtcNow(), host, new byte[1_000]) with
            { Party = host.Contains("evil", StringComparison.Ordinal) ? "evil.example" : host });
        }

        Assert.That(await Store.WeighAsync("a.evil.example", "evil.example"), Is.EqualTo(2_024));
        Assert.That(await Store.WeighAsync(null, "evil.example"), Is.EqualTo(4_048));
        await WriteAsync(w => w.Execute("update inbox set state = 2, body = null"));
        Assert.That(await Store.WeighAsync(null, "evil.example"), Is.Zero);
    }
}

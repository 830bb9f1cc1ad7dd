using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class OutboxStoreTests(TestEngine engine) : StorageTest(engine)
{
    private const string Host = "b.example";

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private OutboxStore Store => new(Db);

    private ActorId anna;

    [SetUp]
    public async Task AddActorAsync() => anna = (await AddActorAsync("anna")).Id;

    private Task<string> QueueAsync(string thread, params string[] hosts) => WriteAsync(w =>
    {
        var activity = Some.Activity(w, anna);
        Assert.That(OutboxStore.Add(w, activity), Is.True);
        OutboxStore.Queue(
            w, activity.Id, "https://plein.example/u/anna", thread,
            (hosts.Length == 0 ? [Host] : hosts).Select(host => ($"https://{host}/inbox", host)));
        return activity.Uri;
    });

    private async Task<IReadOnlyList<QueuedDelivery>> TakeAsync(int perHost = 10) =>
        (await Store.TakeAsync(10, perHost, Lease)).SingleOrDefault()?.Deliveries ?? [];

    private static DeliveryNote Note(
        QueuedDelivery delivery, DeliveryOutcome outcome, DateTimeOffset? retryAt = null, int? status = null) =>
        new(delivery.Id, delivery.Inbox, delivery.ThreadKey, outcome, retryAt, status, status is null ? null : "no");

    private async Task<QueuedBatch?> SettleAsync(params DeliveryNote[] notes) =>
        await Store.SettleAsync(Host, await LeaseAsync(), notes, 0, TimeSpan.Zero);

    private Task<long> LeaseAsync() =>
        Db.FirstAsync<long>("select delivery_lease from peers where host = @Host", new { Host }, default);

    private async Task<Peer> PeerAsync() => (await new PeerStore(Db).FindAsync(Host))!;

    [Test]
    public async Task Who_lost_its_lease_cannot_settle_what_is_anothers()
    {
        await QueueAsync("t");
        var late = (await Store.TakeAsync(1, 9, Lease)).Single();
        Clock.Advance(Lease);
        var holder = (await Store.TakeAsync(1, 9, Lease)).Single();
        DeliveryNote[] notes =
            [Note(late.Deliveries[0], DeliveryOutcome.PostponeHost, Clock.GetUtcNow().AddDays(1), 503)];
        Assert.That(await Store.SettleAsync(Host, late.Lease, notes, 9, Lease), Is.Null);
        Assert.That((await PeerAsync()).Failures, Is.Zero);
        Assert.That(await TakeAsync(), Is.Empty, "it is still the other's");
        notes = [Note(holder.Deliveries[0], DeliveryOutcome.Delivered)];
        Assert.That(await Store.SettleAsync(Host, holder.Lease, notes, 9, Lease), Is.Null);
        Assert.That(await Store.CountWaitingAsync(), Is.Zero);
    }

    [Test]
    public async Task An_activity_is_published_once_and_its_bytes_stay()
    {
        var activity = await WriteAsync(w =>
        {
            var one = Some.Activity(w, anna) with { ObjectUri = "https://plein.example/q/1", Body = [1, 2, 3] };
            OutboxStore.Add(w, one);
            Assert.That(OutboxStore.Add(w, one with { Id = w.Ids.Next(), Body = [9] }), Is.False);
            return one;
        });
        var found = (await Store.FindAsync(activity.Uri))!;
        Assert.That(found.Body, Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(found with { Body = activity.Body }, Is.EqualTo(activity with { CreatedAt = Clock.GetUtcNow() }));
        Assert.That(await Store.FindAsync("https://plein.example/none"), Is.Null);
    }

    [Test]
    public async Task An_outbox_shows_public_posts_from_new_to_old()
    {
        var (first, second) = await WriteAsync(w =>
        {
            OutboxActivity Add(string type, bool isPublic)
            {
                var activity = Some.Activity(w, anna, type, isPublic) with { IsListed = type != "Like" };
                OutboxStore.Add(w, activity);
                return activity;
            }

            var one = Add("Create", true);
            Add("Create", false);
            Add("Like", true);
            return (one, Add("Announce", true));
        });
        var page = await Store.ListAsync(anna, PageRequest.Newest(1));
        Assert.That((page.Items.Single().Uri, page.Next), Is.EqualTo((second.Uri, (long?)second.Id)));
        var older = await Store.ListAsync(anna, new PageRequest(page.Next, 9));
        Assert.That((older.Items.Single().Uri, older.Next), Is.EqualTo((first.Uri, (long?)null)));
        Assert.That(await Store.CountAsync(anna), Is.EqualTo(2));
    }

    [Test]
    public async Task An_outbox_is_counted_the_same_before_and_after_its_posts_are_added_up()
    {
        void Add(Writing w, string type, bool isPublic, bool isListed) =>
            OutboxStore.Add(w, Some.Activity(w, anna, type, isPublic) with { IsListed = isListed });

        await WriteAsync(w =>
        {
            Add(w, "Create", true, true);
            Add(w, "Create", false, true);
            Add(w, "Like", true, false);
            Add(w, "Announce", true, true);
        });
        Assert.That(await WriteAsync(OutboxStore.FoldCounts), Is.Zero, "too new: a smaller number may come yet");
        Clock.Advance(TimeSpan.FromMinutes(11));
        await WriteAsync(w => Add(w, "Create", true, true));
        Assert.That(await WriteAsync(OutboxStore.FoldCounts), Is.EqualTo(4));
        Assert.That(await WriteAsync(OutboxStore.FoldCounts), Is.Zero);
        Assert.That(await CountAsync("outbox_counts", "listed = 2"), Is.EqualTo(1));
        Assert.That(await Store.CountAsync(anna), Is.EqualTo(3));
        Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.That(await WriteAsync(OutboxStore.FoldCounts), Is.EqualTo(1));
        Assert.That(await CountAsync("outbox_counts", "listed = 3"), Is.EqualTo(1));
        Assert.That(await Store.CountAsync(anna), Is.EqualTo(3));
    }

    [Test]
    public async Task What_is_withdrawn_is_neither_counted_nor_delivered_and_its_deletion_is()
    {
        const string Gone = "https://plein.example/q/1";
        OutboxActivity Add(Writing w, string type, string about)
        {
            var activity = Some.Activity(w, anna, type) with { ObjectUri = about };
            OutboxStore.Add(w, activity);
            OutboxStore.Queue(w, activity.Id, "https://plein.example/u/anna", "t", [($"https://{Host}/inbox", Host)]);
            return activity;
        }

        await WriteAsync(w => Add(w, "Create", Gone));
        var other = await WriteAsync(w => Add(w, "Create", "https://plein.example/q/2"));
        Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.That(await WriteAsync(OutboxStore.FoldCounts), Is.EqualTo(2));
        await WriteAsync(w => Add(w, "Announce", Gone));
        var leased = (await Store.TakeAsync(1, 1, Lease)).Single();
        var deletion = await WriteAsync(w =>
        {
            OutboxStore.Withdraw(w, Gone);
            return Add(w, "Delete", Gone);
        });
        Assert.That(await Store.CountAsync(anna), Is.EqualTo(1));
        Assert.That((await Store.ListAsync(anna, PageRequest.Newest(9))).Items.Single().Uri, Is.EqualTo(other.Uri));
        var next = await Store.SettleAsync(
            Host, leased.Lease,
            [Note(leased.Deliveries.Single(), DeliveryOutcome.PostponeThread, Clock.GetUtcNow().AddDays(1), 503)], 9,
            Lease);
        Assert.That(
            next!.Deliveries.Select(one => one.ActivityUri), Is.EqualTo(new[] { other.Uri, deletion.Uri }),
            "what waited behind it goes on, in order");
        await SettleAsync([.. next.Deliveries.Select(one => Note(one, DeliveryOutcome.Delivered))]);
        Assert.That(await TakeAsync(), Is.Empty);
        Assert.That(await new PeerStore(Db).ListWaitingAsync(null, 10), Is.Empty);
    }

    [Test]
    public async Task A_host_for_which_all_was_withdrawn_waits_for_nothing_and_is_free_for_the_next()
    {
        const string Gone = "https://plein.example/q/1";
        await WriteAsync(w =>
        {
            var activity = Some.Activity(w, anna) with { ObjectUri = Gone };
            OutboxStore.Add(w, activity);
            OutboxStore.Queue(w, activity.Id, "https://plein.example/u/anna", "t", [($"https://{Host}/inbox", Host)]);
        });
        await WriteAsync(w => OutboxStore.Withdraw(w, Gone));
        Assert.That(await TakeAsync(), Is.Empty);
        Assert.That(await new PeerStore(Db).ListWaitingAsync(null, 10), Is.Empty);
        await QueueAsync("t");
        Assert.That(await TakeAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_delivery_carries_what_is_needed_and_is_gone_when_it_arrived()
    {
        var uri = await QueueAsync("t");
        var batch = (await Store.TakeAsync(10, 10, Lease)).Single();
        var delivery = batch.Deliveries.Single();
        Assert.That((batch.Host, batch.Failures, batch.FailingSince), Is.EqualTo((Host, 0, (DateTimeOffset?)null)));
        Assert.That(
            (delivery.ActivityUri, delivery.Type, delivery.ActorUri, delivery.Inbox, delivery.ThreadKey,
                delivery.CreatedAt),
            Is.EqualTo(
                (uri, "Create", "https://plein.example/u/anna", $"https://{Host}/inbox", "t", Clock.GetUtcNow())));
        Assert.That(delivery.Body, Is.EqualTo("{}"u8.ToArray()));
        Assert.That(await TakeAsync(), Is.Empty, "leased");
        await SettleAsync(Note(delivery, DeliveryOutcome.Delivered));
        Assert.That(await Store.CountWaitingAsync(), Is.Zero);
        Assert.That((await PeerAsync()).LastSuccessAt, Is.EqualTo(Clock.GetUtcNow()));
        Assert.That(await CountAsync("peers", "delivery_due_at is null"), Is.EqualTo(1));
    }

    [Test]
    public async Task Each_host_is_leased_by_itself_and_comes_back_when_the_lease_runs_out()
    {
        await QueueAsync("t", "b.example", "c.example", "d.example");
        var first = await Store.TakeAsync(2, 10, Lease);
        var second = await Store.TakeAsync(2, 10, Lease);
        Assert.That(
            first.Concat(second).Select(b => b.Host), Is.EquivalentTo(new[] { "b.example", "c.example", "d.example" }));
        Assert.That(first, Has.Count.EqualTo(2));
        Clock.Advance(Lease);
        Assert.That(await Store.TakeAsync(9, 10, Lease), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_postponed_delivery_holds_up_its_thread_and_no_other()
    {
        await QueueAsync("t1");
        await QueueAsync("t1");
        await QueueAsync("t2");
        var taken = await TakeAsync();
        Assert.That(taken.Select(d => d.ThreadKey), Is.EqualTo(new[] { "t1", "t1", "t2" }));
        var retry = Clock.GetUtcNow().AddMinutes(10);
        await SettleAsync(
            Note(taken[0], DeliveryOutcome.PostponeThread, retry, 401), Note(taken[2], DeliveryOutcome.Delivered));
        await QueueAsync("t1");
        await QueueAsync("t2");
        var next = await TakeAsync();
        Assert.That(next.Select(d => d.ThreadKey), Is.EqualTo(new[] { "t2" }));
        await SettleAsync(Note(next[0], DeliveryOutcome.Delivered));
        Clock.Advance(TimeSpan.FromMinutes(10));
        var late = await TakeAsync();
        Assert.That(late.Select(d => (d.ThreadKey, d.Attempts)), Is.EqualTo(new[] { ("t1", 1), ("t1", 0), ("t1", 0) }));
        Assert.That(late[0].Id, Is.EqualTo(taken[0].Id));
        Assert.That((late[0].LastStatus, late[0].LastError), Is.EqualTo(((int?)401, "no")));
    }

    [Test]
    public async Task Hosts_with_nothing_but_postponed_threads_do_not_take_the_place_of_others()
    {
        string[] stuck = [.. Enumerable.Range(0, 20).Select(i => $"s{i}.example")];
        await QueueAsync("t", stuck);
        await QueueAsync("t", stuck);
        var retry = Clock.GetUtcNow().AddHours(1);
        foreach (var batch in await Store.TakeAsync(20, 10, Lease))
        {
            await Store.SettleAsync(
                batch.Host, batch.Lease, [Note(batch.Deliveries[0], DeliveryOutcome.PostponeThread, retry, 401)], 0,
                TimeSpan.Zero);
        }

        Clock.Advance(TimeSpan.FromSeconds(1));
        await QueueAsync("t", Host);
        var seen = new List<string>();
        for (var round = 0; round < 12 && seen.Count == 0; round++)
        {
            seen.AddRange((await Store.TakeAsync(2, 10, Lease)).Select(b => b.Host));
        }

        Assert.That(seen, Is.EqualTo(new[] { Host }));
        Assert.That(await Store.TakeAsync(20, 10, Lease), Is.Empty);
        Assert.That(
            await CountAsync("peers", $"delivery_due_at <= {Clock.GetUtcNow().ToUnixTimeMilliseconds()}"),
            Is.EqualTo(1),
            "only the leased host stays due: nobody spins");
    }

    [Test]
    public async Task A_host_that_cannot_be_reached_waits_with_all_that_is_for_it()
    {
        await QueueAsync("t1");
        await QueueAsync("t2");
        var taken = await TakeAsync();
        var retry = Clock.GetUtcNow().AddMinutes(30);
        await SettleAsync(Note(taken[0], DeliveryOutcome.PostponeHost, retry, 503));
        await QueueAsync("t3");
        Assert.That(await TakeAsync(), Is.Empty);
        Assert.That(
            await CountAsync("peers", $"delivery_due_at = {retry.ToUnixTimeMilliseconds()}"), Is.EqualTo(1));
        var peer = await PeerAsync();
        Assert.That(
            (peer.Failures, peer.FailingSince, peer.LastStatus, peer.LastError, peer.RetryAt, peer.ParkedAt),
            Is.EqualTo((1, (DateTimeOffset?)Clock.GetUtcNow(), (int?)503, "no", retry, (DateTimeOffset?)null)));
        Clock.Advance(TimeSpan.FromMinutes(30));
        var batch = (await Store.TakeAsync(1, 10, Lease)).Single();
        Assert.That((batch.Failures, batch.FailingSince), Is.EqualTo((1, peer.FailingSince)));
        Assert.That(batch.Deliveries.Select(d => d.ThreadKey), Is.EqualTo(new[] { "t1", "t2", "t3" }));
        await SettleAsync(Note(batch.Deliveries[0], DeliveryOutcome.Delivered));
        peer = await PeerAsync();
        Assert.That(
            (peer.Failures, peer.FailingSince, peer.LastError), Is.EqualTo((0, (DateTimeOffset?)null, (string?)null)));
        Assert.That(await TakeAsync(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_host_without_an_answer_waits_and_then_another_thread_is_tried_first()
    {
        await QueueAsync("t1");
        await QueueAsync("t2");
        var taken = await TakeAsync();
        var retry = Clock.GetUtcNow().AddSeconds(30);
        await SettleAsync(
            Note(taken[0], DeliveryOutcome.PostponeThread, retry.AddSeconds(15)) with { HostRetryAt = retry });
        var peer = await PeerAsync();
        Assert.That((peer.Failures, peer.RetryAt), Is.EqualTo((1, retry)));
        Assert.That(await TakeAsync(), Is.Empty);
        Clock.Advance(TimeSpan.FromSeconds(30));
        var next = await TakeAsync();
        Assert.That(next.Select(d => d.ThreadKey), Is.EqualTo(new[] { "t2" }));
        await SettleAsync(Note(next[0], DeliveryOutcome.Delivered));
        Assert.That((await PeerAsync()).Failures, Is.Zero, "it was the activity, not the host");
        Clock.Advance(TimeSpan.FromSeconds(15));
        Assert.That((await TakeAsync()).Select(d => (d.ThreadKey, d.Attempts)), Is.EqualTo(new[] { ("t1", 1) }));
    }

    [Test]
    public async Task A_host_is_parked_after_a_week_and_what_waits_is_dropped_after_thirty_days()
    {
        await QueueAsync("t");
        var start = Clock.GetUtcNow();
        async Task FailAsync()
        {
            var taken = await TakeAsync();
            await SettleAsync(Note(taken[0], DeliveryOutcome.PostponeHost, Clock.GetUtcNow().AddDays(1), null));
        }

        await FailAsync();
        for (var day = 1; day <= 7; day++)
        {
            Clock.Advance(TimeSpan.FromDays(1));
            await FailAsync();
        }

        Assert.That((await PeerAsync()).ParkedAt, Is.Null);
        Clock.Advance(TimeSpan.FromDays(1));
        await FailAsync();
        Assert.That((await PeerAsync()).ParkedAt, Is.EqualTo(start.AddDays(8)));
        for (var day = 9; day <= 30; day++)
        {
            Clock.Advance(TimeSpan.FromDays(1));
            await FailAsync();
        }

        Assert.That(await Store.CountWaitingAsync(), Is.EqualTo(1));
        Clock.Advance(TimeSpan.FromDays(1));
        await FailAsync();
        Assert.That(await Store.CountWaitingAsync(), Is.Zero);
        Assert.That(await TakeAsync(), Is.Empty);
    }

    [Test]
    public async Task A_parked_host_wakes_when_it_signs_to_us()
    {
        await QueueAsync("t");
        var taken = await TakeAsync();
        await SettleAsync(Note(taken[0], DeliveryOutcome.PostponeHost, Clock.GetUtcNow().AddDays(1), null));
        await WriteAsync(w => w.Execute("update peers set parked_at = 1"));
        Assert.That(await TakeAsync(), Is.Empty);
        await new InboxStore(Db).KeepAsync(Some.Entry("x", Clock.GetUtcNow(), Host));
        var peer = await PeerAsync();
        Assert.That((peer.ParkedAt, peer.LastInboundAt), Is.EqualTo(((DateTimeOffset?)null, Clock.GetUtcNow())));
        Assert.That(await TakeAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_administrator_can_wake_a_host()
    {
        await QueueAsync("t");
        await QueueAsync("t");
        var taken = await TakeAsync();
        await SettleAsync(
            Note(taken[0], DeliveryOutcome.PostponeThread, Clock.GetUtcNow().AddDays(1), 401),
            Note(taken[1], DeliveryOutcome.PostponeHost, Clock.GetUtcNow().AddDays(1), 503));
        Assert.That(await TakeAsync(), Is.Empty);
        await WriteAsync(w => PeerStore.Wake(w, Host));
        Assert.That(await TakeAsync(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task An_inbox_that_is_gone_takes_its_deliveries_and_followers_along()
    {
        var topic = await AddActorAsync("groen", ActorKind.Group);
        var vera = await AddActorAsync("vera", host: Host);
        await WriteAsync(w => FollowStore.Put(w, new Follow
        {
            FollowerId = vera.Id,
            TargetId = topic.Id,
            State = FollowState.Accepted,
            ActivityUri = "x",
        }));
        await QueueAsync("t1");
        await QueueAsync("t2");
        var taken = await TakeAsync(perHost: 1);
        await SettleAsync(Note(taken[0], DeliveryOutcome.InboxGone, null, 410));
        Assert.That(await Store.CountWaitingAsync(), Is.Zero);
        Assert.That(await new FollowStore(Db).CountFollowersAsync(topic.Id), Is.Zero);
    }

    [Test]
    public async Task What_is_abandoned_is_dropped_and_frees_its_thread()
    {
        await QueueAsync("t");
        var second = await QueueAsync("t");
        var taken = await TakeAsync(perHost: 1);
        await SettleAsync(Note(taken[0], DeliveryOutcome.Abandoned, null, 400));
        Assert.That((await TakeAsync()).Single().ActivityUri, Is.EqualTo(second));
        Assert.That((await PeerAsync()).LastStatus, Is.EqualTo(400));
    }

    [Test]
    public async Task The_administrator_sees_what_waits()
    {
        await QueueAsync("t", Host, "c.example");
        await QueueAsync("t", Host);
        var peers = await new PeerStore(Db).ListWaitingAsync(null, 10);
        Assert.That(peers.Select(p => (p.Host, p.Waiting)), Is.EqualTo(new[] { (Host, 2L), ("c.example", 1L) }));
        var waiting = await Store.ListWaitingAsync(Host, 1);
        Assert.That((waiting.Single().ThreadKey, waiting[0].Body), Is.EqualTo(("t", Array.Empty<byte>())));
    }

    [Test]
    public async Task When_the_last_inbox_of_a_host_is_gone_the_host_is_parked()
    {
        await QueueAsync("t1");
        await SettleAsync(Note((await TakeAsync())[0], DeliveryOutcome.InboxGone, null, 410));
        await QueueAsync("t2");
        var peer = await PeerAsync();
        Assert.That((peer.ParkedAt, peer.LastStatus), Is.EqualTo(((DateTimeOffset?)Clock.GetUtcNow(), 410)));
        Assert.That(await TakeAsync(), Is.Empty);
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.That(await TakeAsync(), Has.Count.EqualTo(1), "it is tried once a day");
    }

    [Test]
    public async Task A_host_where_somebody_follows_on_is_not_parked_by_an_inbox_that_is_gone()
    {
        var topic = await AddActorAsync("groen", ActorKind.Group);
        var wim = await AddActorAsync("wim", host: Host);
        await WriteAsync(w =>
        {
            w.Execute(
                "update actors set inbox = 'https://x.example/wim', shared_inbox = null where id = @Id",
                new { wim.Id });
            FollowStore.Put(w, new Follow
            {
                FollowerId = wim.Id,
                TargetId = topic.Id,
                State = FollowState.Accepted,
                ActivityUri = "y",
            });
        });
        await QueueAsync("t1");
        await SettleAsync(Note((await TakeAsync())[0], DeliveryOutcome.InboxGone, null, 410));
        Assert.That((await PeerAsync()).ParkedAt, Is.Null);
    }

    private Task<string> QueueAboutAsync(string thread, string type, string about) => WriteAsync(w =>
    {
        var activity = Some.Activity(w, anna, type) with { ObjectUri = about };
        OutboxStore.Add(w, activity);
        OutboxStore.Queue(w, activity.Id, "https://plein.example/u/anna", thread, [($"https://{Host}/inbox", Host)]);
        return activity.Uri;
    });

    [Test]
    public async Task What_stands_alone_holds_up_nothing_but_what_its_actor_says_of_the_same_object()
    {
        var create = await QueueAboutAsync("t", "Create", "https://plein.example/a/1");
        var other = await QueueAboutAsync("t", "Create", "https://plein.example/a/2");
        var update = await QueueAboutAsync("t", "Update", "https://plein.example/a/1");
        var until = Clock.GetUtcNow().AddDays(1);
        await SettleAsync(Note((await TakeAsync())[0], DeliveryOutcome.PostponeAlone, until, 401));
        Assert.That((await TakeAsync()).Select(d => d.ActivityUri), Is.EqualTo(new[] { other }));
        await SettleAsync(Note((await Store.ListWaitingAsync(Host, 9))[1], DeliveryOutcome.Delivered));
        var late = await QueueAboutAsync("t", "Create", "https://plein.example/a/3");
        Assert.That((await TakeAsync()).Select(d => d.ActivityUri), Is.EqualTo(new[] { late }));
        await SettleAsync(Note((await Store.ListWaitingAsync(Host, 9))[2], DeliveryOutcome.Delivered));
        Assert.That(await TakeAsync(), Is.Empty);
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.That(
            (await TakeAsync()).Select(d => (d.ActivityUri, d.IsAlone)),
            Is.EqualTo(new[] { (create, true), (update, false) }), "a Create comes before its Update");
    }

    [Test]
    public async Task A_batch_tells_what_failed_by_itself_since_the_host_last_took_something()
    {
        foreach (var thread in new[] { "a", "b", "c" })
            await QueueAsync(thread);
        var taken = await TakeAsync();
        var retry = Clock.GetUtcNow().AddSeconds(30);
        await SettleAsync(
        [
            .. taken.Take(2).Select(one =>
                Note(one, DeliveryOutcome.PostponeThread, retry) with { Error = "Silence." }),
        ]);
        var batch = (await Store.TakeAsync(1, 9, Lease)).Single();
        Assert.That(batch.Failing, Is.EquivalentTo(new[] { taken[0].Id, taken[1].Id }));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await SettleAsync(Note(batch.Deliveries.Single(), DeliveryOutcome.Delivered));
        Clock.Advance(TimeSpan.FromSeconds(30));
        batch = (await Store.TakeAsync(1, 9, Lease)).Single();
        Assert.That(batch.Failing, Is.Empty);
        Assert.That(batch.Deliveries.Select(d => (d.Attempts, d.Unanswered)), Is.All.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_host_that_speaks_to_us_gets_all_that_waits_for_it_at_once_parked_or_not()
    {
        foreach (var thread in new[] { "a", "b", "c" })
            await QueueAsync(thread);
        var taken = await TakeAsync();
        await SettleAsync(
            Note(taken[0], DeliveryOutcome.PostponeAlone, Clock.GetUtcNow().AddDays(1), 401),
            Note(taken[1], DeliveryOutcome.PostponeThread, Clock.GetUtcNow().AddHours(1), 500),
            Note(taken[2], DeliveryOutcome.PostponeHost, Clock.GetUtcNow().AddHours(3)));
        await KeepAsync("x");
        Assert.That(await TakeAsync(), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_host_that_speaks_all_the_time_and_takes_nothing_is_not_tried_each_time()
    {
        await QueueAsync("a");
        await SettleAsync(
            Note((await TakeAsync())[0], DeliveryOutcome.PostponeThread, Clock.GetUtcNow().AddDays(1), 500));
        await KeepAsync("x1");
        await SettleAsync(
            Note((await TakeAsync())[0], DeliveryOutcome.PostponeThread, Clock.GetUtcNow().AddDays(1), 500));
        for (var minute = 10; minute < 60; minute += 10)
        {
            Clock.Advance(TimeSpan.FromMinutes(10));
            await KeepAsync($"after {minute}");
            Assert.That(await TakeAsync(), Is.Empty);
        }

        Clock.Advance(TimeSpan.FromMinutes(11));
        await KeepAsync("last");
        Assert.That(await TakeAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_host_that_asks_us_to_slow_down_is_not_tried_earlier_because_it_speaks()
    {
        await QueueAsync("a");
        await SettleAsync(
            Note((await TakeAsync())[0], DeliveryOutcome.PostponeHost, Clock.GetUtcNow().AddHours(1), 429));
        await KeepAsync("x");
        Assert.That(await TakeAsync(), Is.Empty);
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.That(await TakeAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_host_for_which_nothing_waits_is_not_made_due_by_what_it_says()
    {
        await KeepAsync("x");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await KeepAsync("y");
        Assert.That(await CountAsync("peers", "delivery_due_at is null and woken_at is null"), Is.EqualTo(1));
    }

    private Task<KeepResult> KeepAsync(string id) =>
        new InboxStore(Db).KeepAsync(Some.Entry(id, Clock.GetUtcNow(), Host));

    [Test]
    public async Task What_a_host_rejects_ends_there_and_nowhere_else_and_its_silence_meanwhile_says_nothing_of_it()
    {
        var uri = await QueueAsync("t", Host, "c.example");
        var next = await QueueAsync("t", Host);
        var batch = (await Store.TakeAsync(9, 1, Lease)).Single(b => b.Host == Host);
        Assert.That(await WriteAsync(w => OutboxStore.Reject(w, Host, [uri], null)), Is.EqualTo(1));
        await SettleAsync(
            Note(batch.Deliveries[0], DeliveryOutcome.PostponeThread, Clock.GetUtcNow().AddMinutes(1)) with
            {
                HostRetryAt = Clock.GetUtcNow().AddSeconds(30),
            });
        Assert.That(await CountAsync("deliveries", "host = 'c.example'"), Is.EqualTo(1));
        Assert.That((await TakeAsync()).Select(d => d.ActivityUri), Is.EqualTo(new[] { next }));
    }

    [Test]
    public async Task A_rejection_that_names_the_object_only_ends_the_oldest_of_its_type()
    {
        const string About = "https://plein.example/q/1";
        await QueueAboutAsync("t", "Announce", About);
        await QueueAboutAsync("t", "Update", About);
        await QueueAboutAsync("t", "Update", About);
        Assert.That(await WriteAsync(w => OutboxStore.Reject(w, "c.example", [About], "Update")), Is.Zero);
        Assert.That(await WriteAsync(w => OutboxStore.Reject(w, Host, [About], "Update")), Is.EqualTo(1));
        Assert.That(
            (await Store.ListWaitingAsync(Host, 9)).Select(d => d.Type), Is.EqualTo(new[] { "Announce", "Update" }));
        await WriteAsync(w => OutboxStore.Reject(w, Host, [About], "Update"));
        await WriteAsync(w => OutboxStore.Reject(w, Host, [About], "Update"));
        Assert.That(await Store.CountWaitingAsync(), Is.Zero, "it may have been passed on");
    }

    [Test]
    public async Task A_host_that_the_administrator_parked_is_tried_once_a_day_until_it_takes_something()
    {
        await QueueAsync("t");
        await WriteAsync(w => PeerStore.Park(w, Host));
        Assert.That(await TakeAsync(), Is.Empty);
        Clock.Advance(TimeSpan.FromDays(1));
        await SettleAsync(Note(
            (await TakeAsync()).Single(), DeliveryOutcome.PostponeHost, Clock.GetUtcNow().AddSeconds(30), null));
        Clock.Advance(TimeSpan.FromHours(12));
        Assert.That(await TakeAsync(), Is.Empty, "a failure of a day's try does not bring it back to the steps");
        Clock.Advance(TimeSpan.FromHours(12));
        await SettleAsync(Note((await TakeAsync()).Single(), DeliveryOutcome.Delivered, null, 202));
        Assert.That((await PeerAsync()).ParkedAt, Is.Null);
    }

    [Test]
    public async Task What_is_forgotten_is_thrown_away_with_what_was_learned_and_the_next_goes_at_once()
    {
        await QueueAsync("t");
        await new PeerStore(Db).LearnSchemeAsync(Host, 2);
        await SettleAsync(Note(
            (await TakeAsync()).Single(), DeliveryOutcome.PostponeHost, Clock.GetUtcNow().AddDays(1), 503));
        await WriteAsync(w => PeerStore.Forget(w, Host));
        var peer = await PeerAsync();
        Assert.That((peer.Scheme, peer.Failures, peer.LastError), Is.EqualTo(((int?)null, 0, (string?)null)));
        Assert.That(await Store.CountWaitingAsync(), Is.Zero);
        Assert.That(await new PeerStore(Db).ListWaitingAsync(null, 10), Is.Empty);
        await QueueAsync("t2");
        Assert.That(await TakeAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Lists_of_hosts_go_on_after_the_last_one_shown()
    {
        await QueueAsync("t", "a.example", "b.example", "c.example");
        await new PeerStore(Db).LearnSchemeAsync("d.example", 1);
        var store = new PeerStore(Db);
        Assert.That((await store.ListWaitingAsync("a.example", 2)).Select(p => (p.Host, p.WaitingSince)),
            Is.EqualTo(new[]
            {
                ("b.example", (DateTimeOffset?)Clock.GetUtcNow()), ("c.example", Clock.GetUtcNow()),
            }));
        Assert.That((await store.ListAsync("c.example", 2)).Select(p => (p.Host, p.Waiting, p.DueAt)),
            Is.EqualTo(new[] { ("d.example", 0L, (DateTimeOffset?)null) }));
    }
}

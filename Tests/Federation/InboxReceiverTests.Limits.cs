using System.Text.Json.Nodes;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

public partial class InboxReceiverTests
{
    private static async Task<InboxAnswer> SendAsync(TestNode node, SignedRequest request) =>
        await node.Get<InboxReceiver>().ReceiveAsync(request.Build(), default);

    private JsonObject Deletion() => new()
    {
        ["id"] = $"{_bram}#delete",
        ["type"] = "Delete",
        ["actor"] = _bram.AbsoluteUri,
        ["object"] = _bram.AbsoluteUri,
    };

    [Test]
    public async Task A_deletion_by_an_unknown_actor_gets_202_without_a_fetch()
    {
        Assert.That((await SendAsync(Signed(Deletion()))).Status, Is.EqualTo(202));
        Assert.That(_remote.Seen, Is.Empty);
        Assert.That(_node.Journal.Rows, Is.Empty);
    }

    [Test]
    public async Task A_known_actor_deletes_itself_while_its_host_says_410([Values(410, 404)] int status)
    {
        await SendAsync(Signed(Create()));
        _remote.ServeStatus("/u/bram", status);
        _node.Clock.Advance(TimeSpan.FromHours(25));
        Assert.That((await SendAsync(Signed(Deletion()))).Status, Is.EqualTo(202));
        Assert.That(_node.Journal.Rows, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Of_a_deletion_that_nobody_signed_nothing_is_kept_but_what_the_actors_own_server_says()
    {
        await SendAsync(Signed(Create()));
        _remote.ServeStatus("/u/bram", 410);
        _node.Clock.Advance(TimeSpan.FromHours(25));
        for (var i = 0; i < 30; i++)
        {
            var deletion = Deletion();
            deletion["id"] = $"{_bram}#delete-{i}";
            deletion["summary"] = new string('x', 10_000);
            Assert.That((await SendAsync(new SignedRequest(deletion.ToJsonString(), _node.Clock.GetUtcNow())
                .SignCavage(TestKeys.Other, $"{_remote.Origin}/any/{i}"))).Status, Is.EqualTo(202));
        }
        var kept = _node.Journal.Rows.Skip(1).Single().Entry;
        Assert.Multiple(() =>
        {
            Assert.That(kept.Body.Length, Is.LessThan(1_000));
            Assert.That(kept.Scheme, Is.Null, "nobody signed it");
            Assert.That(kept.Actor, Is.EqualTo(_bram));
            Assert.That(JsonNode.Parse(kept.Body.Span)!["object"]!.GetValue<string>(), Is.EqualTo(_bram.AbsoluteUri));
        });
        Assert.That((await SendAsync(Signed(Create(2)))).Status, Is.EqualTo(401), "its share is not used up: no 429");
    }

    [TestCase(410)]
    [TestCase(404)]
    public async Task Row_4_a_key_that_is_gone_says_nothing_of_an_actor_that_is_there(int status)
    {
        await SendAsync(Signed(Create()));
        _remote.ServeStatus("/gone", status);
        for (var i = 0; i < 48; i++)
        {
            var deletion = Deletion();
            deletion["id"] = $"{_bram}#delete-{i}";
            Assert.That((await SendAsync(new SignedRequest(deletion.ToJsonString(), _node.Clock.GetUtcNow())
                .SignCavage(TestKeys.Other, _remote.Origin + (i % 2 == 0 ? "/gone" : "/gone#k" + i)))).Status,
                Is.EqualTo(401));
        }
        Assert.That(_node.Journal.Rows, Has.Count.EqualTo(1));
        Assert.That((await SendAsync(Signed(Create(2)))).Status, Is.EqualTo(202), "the real server is heard");
    }

    [TestCase(500)]
    [TestCase(503)]
    [TestCase(429)]
    public async Task A_key_whose_host_fails_for_a_while_gets_503_and_a_time_to_come_back(int status)
    {
        var answer = _remote.Routes["/u/bram"];
        _remote.ServeStatus("/u/bram", status);
        var refused = await SendAsync(Signed(Create()));
        Assert.That(
            (refused.Status, refused.RetryAfter), Is.EqualTo((503, (TimeSpan?)TimeSpan.FromMinutes(1))),
            refused.Detail);
        _remote.Routes["/u/bram"] = answer;
        _node.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That((await SendAsync(Signed(Create()))).Status, Is.EqualTo(202));
    }

    [Test]
    public async Task A_key_whose_host_is_not_there_gets_503()
    {
        await _remote.DisposeAsync();
        var refused = await SendAsync(Signed(Create()));
        Assert.That((refused.Status, refused.RetryAfter), Is.EqualTo((503, (TimeSpan?)TimeSpan.FromMinutes(1))));
    }

    [Test]
    public async Task A_key_whose_host_does_not_answer_in_time_gets_503()
    {
        var asked = new TaskCompletionSource();
        _remote.Routes["/u/bram"] = async context =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        var sent = SendAsync(Signed(Create()));
        await asked.Task;
        // The clock moves once somebody waits for it, and no sooner.
        while (!sent.IsCompleted)
        {
            _node.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.That((await sent).Status, Is.EqualTo(503));
    }

    [Test]
    public async Task Unknown_keys_that_others_ask_for_do_not_keep_newcomers_of_the_named_host_out()
    {
        for (var i = 0; i < 280; i++)
        {
            var actor = _remote.Url($"/u/x{i}");
            var like = new JsonObject { ["id"] = $"{actor}#l", ["type"] = "Like", ["actor"] = actor.AbsoluteUri };
            var request = new SignedRequest(like.ToJsonString(), _node.Clock.GetUtcNow()) { Network = "203.0.113.7" }
                .SignCavage(TestKeys.Other, $"{actor}#main-key");
            Assert.That((await SendAsync(request)).Status, Is.EqualTo(401).Or.EqualTo(503).Or.EqualTo(429));
        }
        Assert.That(_remote.Seen, Has.Count.LessThanOrEqualTo(20), "the host is spared");
        var real = Signed(Create());
        // By chance a network may share its turns with that of the others; five do not.
        var answer = default(InboxAnswer);
        for (var network = 1; network <= 5 && answer.Status != 202; network++)
        {
            real.Network = $"198.51.100.{network}";
            answer = await SendAsync(real);
        }
        Assert.That(answer.Status, Is.EqualTo(202), answer.Detail);
    }

    [Test]
    public async Task A_network_that_a_host_was_heard_from_brings_newcomers_whatever_others_ask_for()
    {
        await SendAsync(Signed(Create()));
        for (var i = 0; i < 400; i++)
        {
            var actor = _remote.Url($"/u/x{i}");
            var like = new JsonObject { ["id"] = $"{actor}#l", ["type"] = "Like", ["actor"] = actor.AbsoluteUri };
            await SendAsync(new SignedRequest(like.ToJsonString(), _node.Clock.GetUtcNow()) { Network = $"n{i}" }
                .SignCavage(TestKeys.Other, $"{actor}#main-key"));
        }
        Assert.That(_remote.Seen, Has.Count.LessThanOrEqualTo(170), "the host is spared");
        for (var i = 0; i < 30; i++)
        {
            _bram = _remote.ServeActor($"new{i}", TestKeys.Bram);
            _node.Clock.Advance(TimeSpan.FromMilliseconds(100));
            var answer = await SendAsync(Signed(Create(10 + i)));
            Assert.That(answer.Status, Is.EqualTo(202), answer.Detail);
        }
    }

    [Test]
    public async Task A_key_that_was_asked_for_in_another_name_is_still_its_owners()
    {
        var nobody = _remote.Url("/u/nobody");
        var like = new JsonObject { ["id"] = $"{nobody}#l", ["type"] = "Like", ["actor"] = nobody.AbsoluteUri };
        Assert.That((await SendAsync(new SignedRequest(like.ToJsonString(), _node.Clock.GetUtcNow())
            .SignCavage(TestKeys.Other, $"{_bram}#main-key"))).Status, Is.EqualTo(401));
        var answer = await SendAsync(Signed(Create()));
        Assert.That(answer.Status, Is.EqualTo(202), answer.Detail);
    }

    [Test]
    public async Task A_burst_of_ten_times_the_rate_is_taken_and_after_that_the_rate_holds()
    {
        for (var i = 0; i < 200; i++)
            Assert.That((await SendAsync(Signed(Create(i)))).Status, Is.EqualTo(202));
        var answer = await SendAsync(Signed(Create(200)));
        Assert.That((answer.Status, answer.RetryAfter), Is.EqualTo((429, TimeSpan.FromMilliseconds(50))));
        Assert.That(answer.Detail, Does.Contain("this server"));
        _node.Clock.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 20; i++)
            Assert.That((await SendAsync(Signed(Create(200 + i)))).Status, Is.EqualTo(202));
        Assert.That((await SendAsync(Signed(Create(220)))).Status, Is.EqualTo(429));
    }

    [Test]
    public async Task An_actor_that_sends_more_than_its_share_gets_429_and_uses_up_nothing_of_its_host()
    {
        await using var node = new TestNode(
            o => o with { InboundPerActorPerMinute = 3, InboundPerHostPerSecond = 4 });
        var carla = _remote.ServeActor("carla", TestKeys.Other);
        for (var i = 0; i < 30; i++)
            Assert.That((await SendAsync(node, Signed(Create(i)))).Status, Is.EqualTo(202));
        for (var i = 30; i < 60; i++)
        {
            var answer = await SendAsync(node, Signed(Create(i)));
            Assert.That((answer.Status, answer.RetryAfter), Is.EqualTo((429, TimeSpan.FromSeconds(20))));
        }
        for (var i = 0; i < 10; i++)
        {
            var like = new JsonObject { ["id"] = $"{carla}#l{i}", ["type"] = "Like", ["actor"] = carla.AbsoluteUri };
            Assert.That(
                (await SendAsync(node, new SignedRequest(like.ToJsonString(), node.Clock.GetUtcNow())
                    .SignCavage(TestKeys.Other, $"{carla}#main-key"))).Status, Is.EqualTo(202));
        }
    }

    [Test]
    public async Task In_a_day_a_host_sends_only_so_much()
    {
        await using var node = new TestNode(o => o with { InboundPerHostPerDay = 24 });
        for (var i = 0; i < 24; i++)
            Assert.That((await SendAsync(node, Signed(Create(i)))).Status, Is.EqualTo(202));
        var answer = await SendAsync(node, Signed(Create(24)));
        Assert.That((answer.Status, answer.RetryAfter), Is.EqualTo((429, TimeSpan.FromHours(1))));
    }

    [Test]
    public async Task What_waits_of_a_host_takes_no_more_room_than_it_may_until_it_is_worked_off()
    {
        await using var node = new TestNode(o => o with { WaitingBytesPerHost = 10_000 });
        var sent = 0;
        var answer = await SendAsync(node, Signed(Create()));
        while (answer.Status == 202 && sent++ < 100)
            answer = await SendAsync(node, Signed(Create(sent + 1)));
        Assert.That((answer.Status, answer.RetryAfter), Is.EqualTo((429, JournalQuota.Pause)));
        Assert.That(answer.Detail, Does.Contain("waits"));
        Assert.That(sent, Is.InRange(5, 12));
        var weighed = node.Journal.Weighed;
        for (var i = 0; i < 20; i++)
            Assert.That((await SendAsync(node, Signed(Create(1_000 + i)))).Status, Is.EqualTo(429));
        Assert.That(node.Journal.Weighed, Is.EqualTo(weighed), "who has too much is not counted each time");

        await node.Get<InboxProcessor>().RunOnceAsync(default);
        node.Clock.Advance(JournalQuota.Pause);
        Assert.That((await SendAsync(node, Signed(Create(2_000)))).Status, Is.EqualTo(202));
    }

    [Test]
    public async Task All_hosts_of_one_domain_together_may_send_four_times_what_one_may()
    {
        var clock = new ManualClock();
        var limits = new InboxLimits(
            new FederationOptions
            {
                Origin = new Uri(TestNode.Origin),
                InboundPerHostPerSecond = 1,
                WaitingBytesPerHost = 100_000,
            }, new MemoryJournal(clock), new LimitShare(), clock);
        async Task<int> TakenAsync(int host) => (await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
            await limits.CheckAsync(new Uri($"https://h{host}.evil.example/u/{i}"), 1, default))))
            .Count(answer => answer is null);
        var taken = new List<int>();
        for (var host = 0; host < 6; host++)
            taken.Add(await TakenAsync(host));
        Assert.That(taken, Is.EqualTo(new[] { 10, 10, 10, 10, 0, 0 }));
        Assert.That(await limits.CheckAsync(new Uri("https://h.other.example/u/1"), 1, default), Is.Null);
    }

    [Test]
    public async Task What_waits_of_all_hosts_of_one_domain_is_limited_too()
    {
        var clock = new ManualClock();
        var journal = new MemoryJournal(clock);
        var quota = new JournalQuota(10_000, 4, journal, new LimitShare(), clock);
        var taken = 0;
        for (var i = 0; i < 200; i++)
        {
            var host = $"h{i}.evil.example";
            if (await quota.TakeAsync(host, "evil.example", 976, default) is not null)
                continue;
            taken++;
            await journal.KeepAsync(
                new JournalEntry(
                    $"{i}", new Uri($"https://{host}/"), "Like", host, null, new byte[976], clock.GetUtcNow()),
                default);
        }
        Assert.That(taken, Is.EqualTo(20));
    }

    [Test]
    public async Task Refusals_do_not_use_up_a_hosts_share()
    {
        for (var i = 0; i < 30; i++)
            await SendAsync(new SignedRequest(Create(i).ToJsonString(), _node.Clock.GetUtcNow())
                .SignCavage(TestKeys.Other, $"{_bram}#main-key"));
        Assert.That((await SendAsync(Signed(Create()))).Status, Is.EqualTo(202));
    }

    [Test]
    public async Task Row_28_one_network_has_unknown_keys_fetched_so_many_times_a_minute()
    {
        await using var node = new TestNode(o => o with { KeyFetchesPerNetworkPerMinute = 3 });
        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            var actor = _remote.Url($"/u/x{i}");
            var like = new JsonObject { ["id"] = $"{actor}#l", ["type"] = "Like", ["actor"] = actor.AbsoluteUri };
            statuses.Add((await node.Get<InboxReceiver>().ReceiveAsync(
                new SignedRequest(like.ToJsonString(), node.Clock.GetUtcNow())
                    .SignCavage(TestKeys.Other, $"{actor}#main-key").Build(), default)).Status);
        }
        Assert.That(statuses, Is.EqualTo(new[] { 401, 401, 401, 429, 429 }));
    }
}

using System.Collections.Concurrent;
using System.Text;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

/// <summary>Whoever waits for another server is in the way of nobody but itself.</summary>
public class InboxErrandTests
{
    private const string Slow = "evil.example";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private TaskCompletionSource _answer = null!;
    private ConcurrentQueue<string> _order = null!;
    private CancellationTokenSource _stop = null!;
    private TestNode _node = null!;
    private RemoteServer _remote = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // The clock is moved further than a request may take.
        var forever = TimeSpan.FromHours(2);
        (_order, _stop, _node) = (
            [], new CancellationTokenSource(),
            new TestNode(options => options with { HeaderTimeout = forever, RequestTimeout = forever }));
        _remote = await RemoteServer.StartAsync();
        _remote.Routes["/slow"] = async context =>
        {
            await _answer.Task.WaitAsync(context.RequestAborted);
            context.Response.StatusCode = 404;
        };
        _node.Handler.Script = async activity =>
        {
            var needs = activity.Activity.Type == "Create" && activity.Host.EndsWith(Slow, StringComparison.Ordinal);
            if (needs)
                await _node.Get<RemoteFetcher>().FetchAsync(_remote.Url("/slow"), null, default);
            _order.Enqueue(activity.Activity.Id!);
            return HandlingOutcome.Ignored("fine");
        };
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        _answer.TrySetResult();
        await _stop.CancelAsync();
        _stop.Dispose();
        await _remote.DisposeAsync();
        await _node.DisposeAsync();
    }

    private Task<Kept> KeepAsync(string host, string name, string body) =>
        _node.Journal.KeepAsync(new JournalEntry(
            $"https://{host}/{name}", new Uri($"https://{host}/p/bram"), "Create", host, SignatureScheme.CavageRsa,
            Encoding.UTF8.GetBytes(body), _node.Clock.GetUtcNow()), default);

    private Task<Kept> KeepAsync(string host, string name, string type, string about, string? actor = null) =>
        KeepAsync(host, name, $$$"""
            {"id":"https://{{{host}}}/{{{name}}}","type":"{{{type}}}",
            "actor":"https://{{{host}}}/p/{{{actor ?? name}}}",
            "object":{"id":"https://{{{host}}}/n/{{{about}}}","type":"Note"}}
            """);

    private bool IsHandled(string id) => _order.Contains(id);

    private static Task UntilAsync(Func<bool> look, string what) =>
        Until.TrueAsync(() => Task.FromResult(look()), what, Patience);

    [TestCase(8, false)]
    [TestCase(30, false)]
    [TestCase(30, true)]
    public async Task Hosts_that_wait_for_documents_hold_no_lane_from_another(int hosts, bool areOneParty)
    {
        for (var i = 0; i < hosts; i++)
        {
            var host = areOneParty ? $"h{i}.{Slow}" : $"h{i}-{Slow}";
            for (var n = 0; n < 3; n++)
                await KeepAsync(host, $"{n}", "Create", $"{n}");
        }
        var loop = _node.Get<InboxProcessor>().RunAsync(_stop.Token);
        await KeepAsync("eerlijk.example", "1", "Create", "1");
        await UntilAsync(() => IsHandled("https://eerlijk.example/1"), "the other host's activity is handled");
        Assert.That(_order, Has.Count.EqualTo(1), "nobody else's is");

        _answer.SetResult();
        await UntilAsync(() => _order.Count == (hosts * 3) + 1, "in the end all are");
        Assert.That(_node.Journal.Rows.Select(row => row.Attempt), Is.All.EqualTo(1));
        await _stop.CancelAsync();
        await loop.WaitAsync(Patience);
    }

    [Test]
    public async Task Of_its_own_host_only_what_is_about_the_same_waits_for_it_and_in_order()
    {
        const string host = "h." + Slow;
        await KeepAsync(host, "create", "Create", "1", "bram");
        await KeepAsync(host, "update", "Update", "1", "bram");
        await KeepAsync(host, "other", "Like", "2");
        await KeepAsync(host, "reply", $$$"""
            {"id":"https://{{{host}}}/reply","type":"Update","actor":"https://{{{host}}}/p/carla",
            "object":{"id":"https://{{{host}}}/n/3","type":"Note","inReplyTo":"https://{{{host}}}/n/1"}}
            """);
        await KeepAsync(host, "undo", $$$"""
            {"id":"https://{{{host}}}/undo","type":"Undo","actor":"https://{{{host}}}/p/carla",
            "object":{"type":"Like","object":"https://{{{host}}}/n/3"}}
            """);
        var loop = _node.Get<InboxProcessor>().RunAsync(_stop.Token);
        await UntilAsync(() => IsHandled($"https://{host}/other"), "what is about something else passes");
        Assert.That(_order, Has.Count.EqualTo(1));
        await KeepAsync(host, "later", "Like", "4");
        await UntilAsync(() => IsHandled($"https://{host}/later"), "what comes in meanwhile too");

        _answer.SetResult();
        await UntilAsync(() => _order.Count == 6, "all are handled");
        Assert.That(
            _order.Skip(2).Select(id => id[(id.LastIndexOf('/') + 1)..]),
            Is.EqualTo(new[] { "create", "update", "reply", "undo" }));
        await _stop.CancelAsync();
        await loop.WaitAsync(Patience);
    }

    [Test]
    public async Task Who_finds_no_place_in_line_comes_back_and_that_is_no_attempt()
    {
        _node.Handler.Script = async activity =>
            await _node.Get<RemoteFetcher>().FetchAsync(_remote.Url("/slow"), null, default)
                is FetchResult.Unreachable(var why)
                ? HandlingOutcome.Retry(why) : HandlingOutcome.Ignored("fine");
        for (var i = 0; i < 6; i++)
            await KeepAsync($"h{i}-{Slow}", "1", "Create", "1");
        await KeepAsync($"h5-{Slow}", "2", "Update", "1");
        var loop = _node.Get<InboxProcessor>().RunAsync(_stop.Token);
        await UntilAsync(() => _remote.Count("/slow") == 4, "four ask");
        await UntilAsync(() => _node.Handler.Handled.Count == 6, "and all are in hand");
        // Those two may not stand in line yet.
        await UntilAsync(
            () =>
            {
                _node.Clock.Advance(TimeSpan.FromSeconds(1));
                return _node.Journal.Rows.Count(row => row.DueAt is not null) == 3;
            }, "two are put off, and what is behind one of them");
        Assert.That(_node.Journal.Rows.Select(row => row.Attempt), Is.All.Zero);
        _answer.SetResult();
        await UntilAsync(
            () =>
            {
                _node.Clock.Advance(TimeSpan.FromSeconds(1));
                return _node.Journal.Rows.All(row => row.Outcome?.Reason == "fine");
            }, "all are handled");
        Assert.That(_node.Journal.Rows.Select(row => row.Attempt), Is.All.EqualTo(1));
        await _stop.CancelAsync();
        await loop.WaitAsync(Patience);
    }

    [Test]
    public async Task An_activity_has_a_deadline()
    {
        var begun = new TaskCompletionSource();
        _node.Handler.Script = async activity =>
        {
            FetchBudget.Begin();
            begun.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, _node.Handler.Stop);
            return HandlingOutcome.Done;
        };
        await KeepAsync("h.example", "1", "Create", "1");
        var run = _node.Get<InboxProcessor>().RunOnceAsync(default);
        await begun.Task.WaitAsync(Patience);
        await UntilAsync(
            () =>
            {
                _node.Clock.Advance(TimeSpan.FromSeconds(10));
                return run.IsCompleted;
            }, "it ends");
        Assert.That(_node.Journal.Rows[0].Outcome, Is.EqualTo(HandlingOutcome.Retry("It took too long.")));
        Assert.That(_node.Journal.Rows[0].DueAt, Is.Not.Null);
    }

    [Test]
    public async Task One_party_gets_only_some_of_the_lanes()
    {
        var (inLanes, most) = (0, 0);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _node.Handler.Script = async activity =>
        {
            if (activity.Host.EndsWith(Slow, StringComparison.Ordinal))
            {
                var now = Interlocked.Increment(ref inLanes);
                most = Math.Max(most, now);
                await go.Task;
                Interlocked.Decrement(ref inLanes);
            }
            _order.Enqueue(activity.Activity.Id!);
            return HandlingOutcome.Ignored("fine");
        };
        for (var i = 0; i < 30; i++)
            await KeepAsync($"h{i}.{Slow}", "1", "Like", "1");
        await KeepAsync("eerlijk.example", "1", "Like", "1");
        var loop = _node.Get<InboxProcessor>().RunAsync(_stop.Token);
        await UntilAsync(() => IsHandled("https://eerlijk.example/1"), "the other host has a lane");
        go.SetResult();
        await UntilAsync(() => _order.Count == 31, "all are handled");
        Assert.That(most, Is.LessThanOrEqualTo(4));
        await _stop.CancelAsync();
        await loop.WaitAsync(Patience);
    }
}

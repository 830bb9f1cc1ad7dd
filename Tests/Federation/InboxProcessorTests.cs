using System.Collections.Concurrent;
using System.Text;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

public class InboxProcessorTests
{
    private TestNode _node = null!;

    [SetUp]
    public void SetUp() => _node = new TestNode();

    [TearDown]
    public async Task TearDownAsync() => await _node.DisposeAsync();

    private Task<int> RunAsync() => _node.Get<InboxProcessor>().RunOnceAsync(default);

    private Task<Kept> KeepAsync(string id, string host = "buurt.example", string? body = null) =>
        _node.Journal.KeepAsync(new JournalEntry(
            id, new Uri($"https://{host}/p/bram"), "Like", host, SignatureScheme.CavageRsa,
            Encoding.UTF8.GetBytes(body ?? $$"""{"id":"{{id}}","type":"Like"}"""), _node.Clock.GetUtcNow()), default);

    [Test]
    public async Task An_activity_is_read_and_handed_to_the_handler()
    {
        await KeepAsync("https://buurt.example/a/1");
        Assert.That(await RunAsync(), Is.EqualTo(1));
        var handled = _node.Handler.Handled.Single();
        Assert.Multiple(() =>
        {
            Assert.That(handled.Activity.Id, Is.EqualTo("https://buurt.example/a/1"));
            Assert.That(handled.Actor, Is.EqualTo(new Uri("https://buurt.example/p/bram")));
            Assert.That(handled.JournalId, Is.EqualTo(1));
            Assert.That(_node.Journal.Rows[0].Outcome, Is.EqualTo(HandlingOutcome.Ignored("scripted")));
        });
        Assert.That(await RunAsync(), Is.Zero);
    }

    [Test]
    public async Task What_the_handler_committed_itself_is_not_marked_again()
    {
        _node.Handler.Script = _ => Task.FromResult(HandlingOutcome.Done);
        await KeepAsync("https://buurt.example/a/1");
        await RunAsync();
        Assert.That(_node.Journal.Rows[0].Outcome, Is.Null);
    }

    [Test]
    public async Task Activities_of_one_host_are_handled_one_after_the_other_and_hosts_beside_each_other()
    {
        var order = new ConcurrentQueue<string>();
        var (first, both) = (new TaskCompletionSource(), new TaskCompletionSource());
        _node.Handler.Script = async activity =>
        {
            order.Enqueue(activity.Activity.Id!);
            if (activity.Activity.Id == "https://a.example/1")
            {
                first.SetResult();
                await both.Task.WaitAsync(TimeSpan.FromSeconds(10));
            }
            if (activity.Host == "b.example")
            {
                await first.Task.WaitAsync(TimeSpan.FromSeconds(10));
                both.SetResult();
            }
            return HandlingOutcome.Ignored("done");
        };
        await KeepAsync("https://a.example/1", "a.example");
        await KeepAsync("https://a.example/2", "a.example");
        await KeepAsync("https://b.example/1", "b.example");
        await RunAsync();
        Assert.That(order.Last(), Is.EqualTo("https://a.example/2"));
        Assert.That(_node.Journal.Rows.Select(r => r.Outcome?.Reason), Is.All.EqualTo("done"));
    }

    [Test]
    public async Task A_handler_that_throws_costs_an_attempt_and_stops_nothing()
    {
        _node.Handler.Script = activity => activity.JournalId == 1
            ? throw new InvalidOperationException("bug") : Task.FromResult(HandlingOutcome.Ignored("fine"));
        await KeepAsync("https://buurt.example/a/1");
        await KeepAsync("https://buurt.example/a/2");
        await RunAsync();
        Assert.Multiple(() =>
        {
            Assert.That(_node.Journal.Rows[0].Outcome?.Verdict, Is.EqualTo(HandlingVerdict.Retry));
            Assert.That(_node.Journal.Rows[0].DueAt, Is.EqualTo(_node.Clock.GetUtcNow().AddSeconds(30)));
            Assert.That(_node.Journal.Rows[1].Outcome?.Verdict, Is.EqualTo(HandlingVerdict.Ignored));
        });
    }

    [Test]
    public async Task What_needs_something_else_first_is_tried_six_times_and_then_refused()
    {
        _node.Handler.Script = _ => Task.FromResult(HandlingOutcome.Retry("no question"));
        await KeepAsync("https://buurt.example/a/1");
        foreach (var minutes in new[] { 0.5, 2, 10, 60, 360 })
        {
            Assert.That(await RunAsync(), Is.EqualTo(1));
            Assert.That(_node.Journal.Rows[0].DueAt, Is.EqualTo(_node.Clock.GetUtcNow().AddMinutes(minutes)));
            _node.Clock.Advance(TimeSpan.FromMinutes(minutes));
        }
        await RunAsync();
        Assert.That(_node.Journal.Rows[0].Outcome?.Verdict, Is.EqualTo(HandlingVerdict.Refused));
        Assert.That(_node.Handler.Handled.Select(h => h.Attempt), Is.EqualTo(new[] { 0, 1, 2, 3, 4, 5 }));
        _node.Clock.Advance(TimeSpan.FromDays(1));
        Assert.That(await RunAsync(), Is.Zero);
    }

    [Test]
    public async Task What_the_handler_fails_on_six_times_is_set_aside_for_an_administrator()
    {
        _node.Handler.Script = _ => throw new InvalidOperationException("bug");
        await KeepAsync("https://buurt.example/a/1");
        for (var attempt = 0; attempt < 6; attempt++)
        {
            Assert.That(await RunAsync(), Is.EqualTo(1));
            _node.Clock.Advance(TimeSpan.FromHours(6));
        }
        var outcome = _node.Journal.Rows[0].Outcome;
        Assert.That(outcome?.Verdict, Is.EqualTo(HandlingVerdict.SetAside));
        Assert.That(outcome?.Reason, Does.Contain("InvalidOperationException").And.Contain("entry 1"));
        Assert.That(await RunAsync(), Is.Zero);
    }

    [Test]
    public async Task A_host_that_could_not_be_given_back_is_not_kept_until_its_lease_ends()
    {
        _node.Journal.ReleasesToFail = 3;
        await KeepAsync("https://buurt.example/a/1");
        var round = RunAsync();
        await Until.TrueAsync(
            () =>
            {
                _node.Clock.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(round.IsCompleted);
            }, "the host is given back");
        Assert.That(_node.Journal.ReleasesToFail, Is.Negative);
        await KeepAsync("https://buurt.example/a/2");
        Assert.That(await RunAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task What_cannot_be_read_is_refused()
    {
        await KeepAsync("https://buurt.example/a/1", body: "{");
        await RunAsync();
        Assert.That(_node.Journal.Rows[0].Outcome?.Verdict, Is.EqualTo(HandlingVerdict.Refused));
        Assert.That(_node.Handler.Handled, Is.Empty);
    }

    [Test]
    public async Task The_loop_works_off_what_comes_in_until_it_is_stopped()
    {
        using var stop = new CancellationTokenSource();
        var seen = new TaskCompletionSource();
        _node.Handler.Script = activity =>
        {
            if (activity.JournalId == 2)
                seen.SetResult();
            return Task.FromResult(HandlingOutcome.Ignored("fine"));
        };
        var loop = _node.Get<InboxProcessor>().RunAsync(stop.Token);
        await KeepAsync("https://buurt.example/a/1");
        await KeepAsync("https://buurt.example/a/2");
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await stop.CancelAsync();
        Assert.That(async () => await loop.WaitAsync(TimeSpan.FromSeconds(10)), Throws.Nothing);
    }
}

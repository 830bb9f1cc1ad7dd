using System.Net;
using System.Net.Sockets;
using Ontmoetingsplein.Federation.Delivery;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

public partial class DeliveryRunTests
{
    private static string ClosedOrigin()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return $"http://127.0.0.1:{port}";
    }

    [Test]
    public async Task A_host_that_cannot_be_reached_is_left_alone()
    {
        var origin = ClosedOrigin();
        var results = await DeliverAsync(To(origin + "/inbox", "a"), To(origin + "/inbox", "b"));
        Assert.That(results.Single().Verdict, Is.EqualTo(DeliveryVerdict.PostponeHost), results[0].Error);
    }

    [Test]
    public async Task A_dead_host_is_probed_daily_after_seven_days_and_its_queue_dropped_after_thirty()
    {
        var origin = ClosedOrigin();
        var now = _node.Clock.GetUtcNow();
        var parked = (await DeliverAsync(3, now.AddDays(-8), To(origin + "/inbox"))).Single();
        Assert.That((parked.RetryAt!.Value - now).TotalHours, Is.InRange(19.2, 28.8));
        var dropped = await DeliverAsync(
            30, now.AddDays(-30), To(origin + "/inbox", "a"), To(origin + "/inbox", "b"), To(origin + "/inbox", "a"));
        Assert.That(dropped.Select(r => r.Verdict),
            Is.EqualTo(new[] { DeliveryVerdict.Abandoned, DeliveryVerdict.Abandoned, DeliveryVerdict.Abandoned }));
    }

    [Test]
    public async Task An_activity_that_fails_for_seven_days_is_abandoned()
    {
        _remote.ServeStatus("/inbox", 500);
        Assert.That((await DeliverAsync(Here(attempt: 9, age: TimeSpan.FromDays(7)))).Single().Verdict,
            Is.EqualTo(DeliveryVerdict.Abandoned));
    }

    [Test]
    public async Task A_broken_connection_is_tried_again_at_once_twice()
    {
        _remote.Routes["/inbox"] = context =>
        {
            if (_remote.Seen.Count < 3)
                context.Abort();
            context.Response.StatusCode = 202;
            return Task.CompletedTask;
        };
        Assert.That((await DeliverAsync(Here())).Single().Verdict, Is.EqualTo(DeliveryVerdict.Delivered));
        Assert.That(_remote.Seen, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_host_that_breaks_every_connection_waits_and_tries_another_thread_before_this_activity()
    {
        _remote.Routes["/inbox"] = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var result = (await DeliverAsync(Here(), Here() with { Id = 2, ThreadKey = "other" })).Single();
        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.PostponeThread));
        Assert.That(result.HostRetryAt, Is.LessThan(result.RetryAt!.Value).And.GreaterThan(DateTimeOffset.MinValue));
    }

    [Test]
    public async Task A_host_that_does_not_answer_in_time_waits_and_tries_another_thread_before_this_activity()
    {
        await using var node = new TestNode(
            o => o with { HeaderTimeout = TimeSpan.FromMilliseconds(300) }, TimeProvider.System);
        _remote.Routes["/inbox"] = context => Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted);
        var delivery = Here() with { CreatedAt = TimeProvider.System.GetUtcNow() };
        node.Queue.Due.Enqueue(new DeliveryBatch(_remote.Authority, 0, null, [delivery]));
        await node.Get<DeliveryRun>().RunOnceAsync(default);
        var result = node.Queue.Settled.Single().Results.Single();
        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.PostponeThread));
        Assert.That(result.HostRetryAt, Is.LessThan(result.RetryAt!.Value));
    }

    private void Break(string activity) => _remote.Routes["/inbox"] = context =>
    {
        if (System.Text.Encoding.UTF8.GetString(_remote.Seen.Last().Body).Contains(activity, StringComparison.Ordinal))
            context.Abort();
        context.Response.StatusCode = 202;
        return Task.CompletedTask;
    };

    [Test]
    public async Task An_activity_that_had_no_answer_twice_stands_alone_and_the_host_gets_what_comes_next()
    {
        Break("/a/1\"");
        var results = await DeliverAsync(
            1, _node.Clock.GetUtcNow(), Here("a", attempt: 1) with { Unanswered = 1 }, Here("b"));
        Assert.That(results.Select(r => (r.Verdict, r.HostRetryAt)), Is.EqualTo(new[]
        {
            (DeliveryVerdict.PostponeAlone, (DateTimeOffset?)null), (DeliveryVerdict.Delivered, null),
        }));
        Assert.That(results[0].RetryAt - _node.Clock.GetUtcNow(),
            Is.EqualTo(TimeSpan.FromMinutes(2)).Within(TimeSpan.FromMinutes(0.4)), "it goes on by its own steps");
    }

    [Test]
    public async Task Where_others_had_no_answer_either_since_the_last_that_arrived_it_is_the_host()
    {
        Break("/a/1\"");
        _node.Queue.Due.Enqueue(new DeliveryBatch(
            _remote.Authority, 3, _node.Clock.GetUtcNow(),
            [Here("a", attempt: 1) with { Unanswered = 1 }, Here("b")])
        {
            Failing = [1, 77],
        });
        await _node.Get<DeliveryRun>().RunOnceAsync(default);
        var result = _node.Queue.Settled.Single().Results.Single();
        Assert.That((result.Verdict, result.HostRetryAt is null), Is.EqualTo((DeliveryVerdict.PostponeThread, false)));
    }

    [Test]
    public async Task What_stands_alone_makes_the_others_wait_for_one_time_out_of_a_batch_only()
    {
        Break("/a/");
        var results = await DeliverAsync(
            Here("a", attempt: 3) with { Unanswered = 3, IsAlone = true },
            Here("b", attempt: 3) with { Unanswered = 3, IsAlone = true });
        Assert.That(results.Single().Verdict, Is.EqualTo(DeliveryVerdict.PostponeAlone));
        Assert.That(results[0].HostRetryAt, Is.Null);
    }

    [TestCase(2, DeliveryVerdict.PostponeThread)]
    [TestCase(3, DeliveryVerdict.PostponeAlone)]
    public async Task An_activity_that_a_host_fails_on_again_and_again_lets_its_thread_go_on(
        int attempt, DeliveryVerdict expected)
    {
        _remote.ServeStatus("/inbox", 500);
        Assert.That((await DeliverAsync(Here(attempt: attempt))).Single().Verdict, Is.EqualTo(expected));
        var results = await DeliverAsync(Here("a", attempt: 3), Here("b", attempt: 3));
        Assert.That(results[1].Verdict, Is.EqualTo(DeliveryVerdict.PostponeThread), "it fails on others too");
    }

    [Test]
    public async Task What_never_has_an_answer_is_given_up_after_a_week()
    {
        Break("/a/");
        Assert.That(
            (await DeliverAsync(Here(attempt: 12, age: TimeSpan.FromDays(7)) with { IsAlone = true })).Single().Verdict,
            Is.EqualTo(DeliveryVerdict.Abandoned));
    }

    [Test]
    public async Task An_answer_without_end_does_not_hold_the_delivery()
    {
        _remote.Routes["/inbox"] = async context =>
        {
            context.Response.StatusCode = 202;
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(new byte[8192], context.RequestAborted);
        };
        Assert.That((await DeliverAsync(Here())).Single().Verdict, Is.EqualTo(DeliveryVerdict.Delivered));
    }

    [Test]
    public async Task A_blocked_host_gets_nothing()
    {
        _node.Peers.Hosts[_remote.Authority] = new PeerStanding(true, null);
        Assert.That((await DeliverAsync(Here())).Single().Verdict, Is.EqualTo(DeliveryVerdict.Abandoned));
        Assert.That(_remote.Seen, Is.Empty);
    }

    [Test]
    public async Task An_actor_without_keys_sends_nothing()
    {
        var result = (await DeliverAsync(Here() with { Actor = new Uri(TestNode.Origin + "/p/gone") })).Single();
        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Abandoned));
        Assert.That(_remote.Seen, Is.Empty);
    }

    [Test]
    public async Task An_inbox_of_our_own_is_not_posted_to()
    {
        var result = (await DeliverAsync(To(TestNode.Origin + "/inbox"))).Single();
        Assert.That(result.Verdict, Is.EqualTo(DeliveryVerdict.Abandoned));
    }

    [Test]
    public async Task Hosts_are_served_beside_each_other()
    {
        await using var other = await RemoteServer.StartAsync();
        var reached = new TaskCompletionSource();
        _remote.Routes["/inbox"] = async context =>
        {
            await reached.Task.WaitAsync(TimeSpan.FromSeconds(8));
            context.Response.StatusCode = 202;
        };
        other.Routes["/inbox"] = context =>
        {
            context.Response.StatusCode = 202;
            reached.TrySetResult();
            return Task.CompletedTask;
        };
        _node.Queue.Due.Enqueue(new DeliveryBatch(_remote.Authority, 0, null, [Here()]));
        _node.Queue.Due.Enqueue(new DeliveryBatch(other.Authority, 0, null, [To(other.Origin + "/inbox")]));
        Assert.That(await _node.Get<DeliveryRun>().RunOnceAsync(default), Is.EqualTo(2));
        Assert.That(_node.Queue.Settled.SelectMany(s => s.Results).Select(r => r.Verdict),
            Is.All.EqualTo(DeliveryVerdict.Delivered));
    }

    [Test]
    public async Task A_host_that_is_slow_does_not_keep_the_loop_from_another_until_it_is_stopped()
    {
        await using var other = await RemoteServer.StartAsync();
        using var stop = new CancellationTokenSource();
        var (slow, reached) = (new TaskCompletionSource(), new TaskCompletionSource());
        _remote.Routes["/inbox"] = async context =>
        {
            slow.TrySetResult();
            await Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted);
        };
        other.Routes["/inbox"] = context =>
        {
            reached.TrySetResult();
            return Task.CompletedTask;
        };
        var loop = _node.Get<DeliveryRun>().RunAsync(stop.Token);
        _node.Queue.Due.Enqueue(new DeliveryBatch(_remote.Authority, 0, null, [Here()]));
        await slow.Task.WaitAsync(TimeSpan.FromSeconds(10));
        _node.Queue.Due.Enqueue(new DeliveryBatch(other.Authority, 0, null, [To(other.Origin + "/inbox")]));
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await stop.CancelAsync();
        await loop.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(_node.Queue.Settled.Single(s => s.Host == _remote.Authority).Results, Is.Empty);
    }
}

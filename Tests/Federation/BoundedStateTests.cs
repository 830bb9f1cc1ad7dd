using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

public class BoundedStateTests
{
    [Test]
    public void Row_28_what_was_used_longest_ago_is_forgotten_first()
    {
        var cache = new BoundedCache<int, string>(3);
        for (var i = 1; i <= 3; i++)
            cache.Set(i, $"{i}");
        cache.TryGet(1, out _);
        cache.Set(4, "4");
        Assert.Multiple(() =>
        {
            Assert.That(cache.Count, Is.EqualTo(3));
            Assert.That(cache.TryGet(1, out _), Is.True);
            Assert.That(cache.TryGet(2, out _), Is.False);
        });
    }

    [Test]
    public void Row_28_a_hundred_thousand_hosts_take_no_more_room_than_the_limit()
    {
        var cache = new BoundedCache<string, int>(1000);
        for (var i = 0; i < 100_000; i++)
            cache.GetOrAdd($"h{i}.example", _ => i);
        Assert.That(cache.Count, Is.EqualTo(1000));
    }

    [Test]
    public void A_bucket_gives_its_burst_and_then_one_for_each_share_of_the_period()
    {
        var clock = new ManualClock();
        var buckets = new TokenBuckets(10, TimeSpan.FromSeconds(1), 100, clock);
        for (var i = 0; i < 10; i++)
            Assert.That(buckets.TryTake("a"), Is.Null);
        Assert.That(buckets.TryTake("a"), Is.EqualTo(TimeSpan.FromMilliseconds(100)));
        Assert.That(buckets.TryTake("b"), Is.Null);
        clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.That(buckets.TryTake("a"), Is.Null);
        Assert.That(buckets.TryTake("a"), Is.Not.Null);
    }

    [Test]
    public void A_larger_burst_is_shared_by_the_processes_like_the_rate()
    {
        var clock = new ManualClock();
        var share = new LimitShare { Processes = 4 };
        var buckets = new TokenBuckets(20, TimeSpan.FromSeconds(1), 100, clock, share, burst: 10);
        Assert.That(Enumerable.Range(0, 100).Count(_ => buckets.TryTake("a") is null), Is.EqualTo(50));
        Assert.That(buckets.TryTake("a"), Is.EqualTo(TimeSpan.FromMilliseconds(200)));
        buckets.Return("a");
        Assert.That(buckets.TryTake("a"), Is.Null);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(Enumerable.Range(0, 100).Count(_ => buckets.TryTake("a") is null), Is.EqualTo(50));
    }
}

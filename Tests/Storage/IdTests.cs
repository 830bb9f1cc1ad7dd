using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class IdTests
{
    [Test]
    public void Ids_rise_and_tell_their_moment()
    {
        var clock = new ManualClock();
        var ids = new IdSource(clock);
        var made = Enumerable.Range(0, 1_000).Select(_ => ids.Next()).ToList();
        Assert.That(made, Is.Ordered.And.Unique);
        Assert.That(made[0] >> 16, Is.EqualTo(clock.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    [Test]
    public void Ids_rise_when_the_clock_goes_back_or_a_millisecond_is_used_up()
    {
        var clock = new ManualClock();
        var ids = new IdSource(clock);
        var made = Enumerable.Range(0, 100_000).Select(_ => ids.Next()).ToList();
        clock.Advance(TimeSpan.FromMilliseconds(-5));
        made.Add(ids.Next());
        clock.Advance(TimeSpan.FromSeconds(5));
        made.Add(ids.Next());
        Assert.That(made, Is.Ordered.And.Unique);
    }

    [Test]
    public void Two_processes_in_lanes_of_their_own_never_make_the_same_id()
    {
        var clock = new ManualClock();
        var (first, second) = (new IdSource(clock), new IdSource(clock));
        first.UseLane(0, 6);
        second.UseLane(63, 6);
        var made = Enumerable.Range(0, 50_000).SelectMany(_ => new[] { first.Next(), second.Next() }).ToList();
        Assert.That(made, Is.Unique);
        Assert.That(made.Where((_, i) => i % 2 == 0), Is.Ordered);
    }

    [Test]
    public void An_id_of_an_earlier_moment_sorts_there()
    {
        var moment = new DateTimeOffset(2020, 5, 4, 3, 2, 1, TimeSpan.Zero);
        var id = IdSource.At(moment);
        Assert.That(id, Is.GreaterThanOrEqualTo(IdSource.FirstAt(moment)));
        Assert.That(id, Is.LessThan(IdSource.FirstAt(moment.AddSeconds(1))));
        Assert.That(
            IdSource.At(moment.AddMilliseconds(7)) >> 16,
            Is.EqualTo(IdSource.FirstAt(moment.AddMilliseconds(7)) >> 16));
    }
}

using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

/// <summary>What comes in goes before what is worked off, but never stops it.</summary>
public sealed class InboxPressureTests
{
    private ManualClock _clock = null!;
    private InboxPressure _pressure = null!;

    [SetUp]
    public void Start()
    {
        _clock = new ManualClock();
        _pressure = new InboxPressure(_clock);
    }

    [Test]
    public async Task A_few_requests_hold_nothing_up()
    {
        Receive(5);
        Assert.That(_pressure.IsHigh, Is.False);
        await _pressure.EbbAsync(default);
    }

    [Test]
    public void A_wave_is_not_over_in_a_trough_but_is_soon_after()
    {
        Receive(6);
        for (var i = 0; i < 6; i++)
            _pressure.Leave();
        _clock.Advance(TimeSpan.FromMilliseconds(40));
        Assert.That(_pressure.IsHigh, Is.True, "all were answered at once; the next are on their way");
        _clock.Advance(TimeSpan.FromMilliseconds(20));
        Assert.That(_pressure.IsHigh, Is.False);
    }

    [Test]
    public async Task A_wave_that_does_not_end_holds_the_work_up_for_a_quarter_of_a_second_at_most()
    {
        Receive(100);
        var started = _clock.GetUtcNow();
        var ebb = _pressure.EbbAsync(default).AsTask();
        for (var step = 0; step < 2_000 && !ebb.IsCompleted; step++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.WhenAny(ebb, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System));
        }

        Assert.That(ebb.IsCompletedSuccessfully, Is.True);
        Assert.That(_clock.GetUtcNow() - started, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(250)));
    }

    private void Receive(int count)
    {
        for (var i = 0; i < count; i++)
            _pressure.Enter();
    }
}

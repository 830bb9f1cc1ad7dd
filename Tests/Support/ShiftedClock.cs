namespace Ontmoetingsplein.Tests.Support;

/// <summary>The system's clock, ahead of itself by as much as a test says; its timers run as always.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}

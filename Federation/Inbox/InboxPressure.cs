namespace Ontmoetingsplein.Federation.Inbox;

/// <summary>
/// Lets what comes in go before what is worked off: a wave of activities is answered first, and handled as it ebbs.
/// Handling never stops; under pressure each lane goes on at a walk.
/// </summary>
internal sealed class InboxPressure(TimeProvider time)
{
    // With fewer requests at once there is time for both.
    private const int High = 6;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    // All that wait for one flush to disk are answered at once: a wave has troughs, and is not over at each of them.
    private static readonly TimeSpan Trough = TimeSpan.FromMilliseconds(50);

    private int receiving;
    private long highAt;

    /// <summary>A request is being received.</summary>
    public void Enter()
    {
        if (Interlocked.Increment(ref receiving) >= High)
            Volatile.Write(ref highAt, time.GetTimestamp());
    }

    /// <summary>It is answered.</summary>
    public void Leave() => Interlocked.Decrement(ref receiving);

    /// <summary>Many requests come in, or did a moment ago.</summary>
    public bool IsHigh => Volatile.Read(ref receiving) >= High
        || (Volatile.Read(ref highAt) is not 0 and var at && time.GetElapsedTime(at) < Trough);

    /// <summary>Waits while many requests come in, but not for long.</summary>
    public async ValueTask EbbAsync(CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; waited < LongestWait && IsHigh; waited += Pause)
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
    }
}

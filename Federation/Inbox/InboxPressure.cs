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

    private int receiving;

    /// <summary>A request is being received.</summary>
    public void Enter() => Interlocked.Increment(ref receiving);

    /// <summary>It is answered.</summary>
    public void Leave() => Interlocked.Decrement(ref receiving);

    /// <summary>Waits while many requests come in, but not for long.</summary>
    public async ValueTask EbbAsync(CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; waited < LongestWait && Volatile.Read(ref receiving) >= High; waited += Pause)
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
    }
}

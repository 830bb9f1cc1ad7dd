namespace Ontmoetingsplein.Federation;

/// <summary>
/// By how many processes the limits on what comes in are shared: each allows its part of them, so that together they
/// never allow more. What a host sends to one process only is limited to that part.
/// </summary>
public sealed class LimitShare
{
    private volatile int processes = 1;

    /// <summary>Processes that take requests, this one included; at least 1.</summary>
    public int Processes
    {
        get => processes;
        set => processes = Math.Max(1, value);
    }
}

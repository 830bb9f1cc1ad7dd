namespace Ontmoetingsplein.Benchmarks;

/// <summary>How requests were answered.</summary>
internal sealed class Tally
{
    private int accepted;
    private int refused;
    private int polite;
    private int broken;
    private int wrong;
    private volatile int wrongStatus;

    /// <summary>As expected.</summary>
    public int Accepted => accepted;

    /// <summary>With 503.</summary>
    public int Refused => refused;

    /// <summary>Those of them that said when to come back.</summary>
    public int Polite => polite;

    /// <summary>With anything else.</summary>
    public int Wrong => wrong;

    /// <summary>Counts an answer.</summary>
    /// <param name="answer">Status and whether it says when to come back.</param>
    /// <param name="expected">The status that is well.</param>
    /// <param name="counts">Whether it counts as accepted when well.</param>
    /// <returns>Whether it was well.</returns>
    public bool Count((int Status, bool HasRetryAfter) answer, int expected, bool counts = true)
    {
        switch (answer.Status)
        {
            case var status when status == expected:
                if (counts)
                {
                    Interlocked.Increment(ref accepted);
                }

                return true;
            case 503:
                Interlocked.Increment(ref refused);
                if (answer.HasRetryAfter)
                {
                    Interlocked.Increment(ref polite);
                }

                return false;
            case 0:
                Interlocked.Increment(ref broken);
                return false;
            default:
                wrongStatus = answer.Status;
                Interlocked.Increment(ref wrong);
                return false;
        }
    }

    public override string ToString() =>
        $"{refused:N0} times 503, {broken:N0} broken connections, {wrong:N0} other answers"
        + (wrong > 0 ? $" (such as {wrongStatus})" : "");
}

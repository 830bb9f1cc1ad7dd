namespace Ontmoetingsplein.Federation.Fetching;

/// <summary>
/// How many documents may still be fetched on behalf of one inbound activity (CONTRACT.md §7 row 27). Flows with the
/// asynchronous call, so that whatever handles the activity need not pass it along.
/// </summary>
public static class FetchBudget
{
    /// <summary>Fetches that one inbound activity may lead to.</summary>
    public const int PerActivity = 20;

    private static readonly AsyncLocal<Spending?> Current = new();

    /// <summary>
    /// Gives the present call a fresh budget. It sees to it by itself that no party is asked too much at once; if it
    /// is part of an activity, that goes on beside the lanes.
    /// </summary>
    /// <param name="fetches">How many documents.</param>
    public static void Begin(int fetches = PerActivity)
    {
        Current.Value?.Errand?.Leave();
        Current.Value = new Spending(new Left { Count = fetches }, null);
    }

    /// <summary>Gives the handling of an activity its budget.</summary>
    internal static void Begin(Errand errand) =>
        Current.Value = new Spending(new Left { Count = PerActivity }, errand);

    /// <summary>The present call is shared with others: it counts, but has its place in line already.</summary>
    internal static void Share()
    {
        if (Current.Value is { Errand: not null } spending)
            Current.Value = spending with { Errand = null };
    }

    /// <summary>Takes one fetch; outside of any budget there is no limit.</summary>
    internal static bool TryTake() => Current.Value is not { } spending ||
        Interlocked.Decrement(ref spending.Left.Count) >= 0;

    /// <summary>The activity on whose behalf the present call is, while it has to stand in line.</summary>
    internal static Errand? Errand => Current.Value?.Errand;

    private sealed record Spending(Left Left, Errand? Errand);

    private sealed class Left
    {
        public int Count;
    }
}

namespace Ontmoetingsplein.Federation.Fetching;

/// <summary>
/// How many documents may still be fetched on behalf of one inbound activity (federation.md §7 row 27). Flows with the
/// asynchronous call, so that whatever handles the activity need not pass it along.
/// </summary>
public static class FetchBudget
{
    /// <summary>Fetches that one inbound activity may lead to.</summary>
    public const int PerActivity = 20;

    private static readonly AsyncLocal<Left?> Current = new();

    /// <summary>Gives the present call a fresh budget.</summary>
    /// <param name="fetches">How many documents.</param>
    public static void Begin(int fetches = PerActivity) => Current.Value = new Left { Count = fetches };

    /// <summary>Takes one fetch; outside of any budget there is no limit.</summary>
    internal static bool TryTake() => Current.Value is not { } left || Interlocked.Decrement(ref left.Count) >= 0;

    private sealed class Left
    {
        public int Count;
    }
}

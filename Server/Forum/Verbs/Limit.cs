using System.Security.Cryptography;
using System.Text;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Processes;

namespace Ontmoetingsplein.Forum.Verbs;

/// <summary>How often something may be done: so many at once, and they come back evenly over a period.</summary>
/// <param name="Count">How many.</param>
/// <param name="Period">Within which.</param>
internal sealed record Limit(int Count, TimeSpan Period)
{
    /// <summary>The same, some times wider.</summary>
    public Limit Times(int factor) => this with { Count = (int)Math.Min((long)Count * factor, MostCount) };

    /// <summary>Uses one.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="who">Of whom, for what; only a hash of it is kept.</param>
    /// <returns>Null, or how long to wait; then nothing was counted.</returns>
    public TimeSpan? Spend(Writing writing, string who) => AllowanceStore.Spend(writing, Name(who), Count, Period);

    /// <summary>Gives one back.</summary>
    public void GiveBack(Writing writing, string who) => AllowanceStore.GiveBack(writing, Name(who), Count, Period);

    // The store counts in milliseconds.
    private int MostCount => (int)Math.Min(Period.TotalMilliseconds, int.MaxValue);

    private static string Name(string who) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(who)).AsSpan(0, 16));
}

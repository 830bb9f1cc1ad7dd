using System.Globalization;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>
/// What a load came to against a limit that was measured just before it, in several rounds: a shared machine changes
/// its speed from one minute to the next, and the ratio of a round much less.
/// </summary>
/// <param name="Least">Of the worst round.</param>
/// <param name="Median">Of the rounds; this one is held against the target.</param>
/// <param name="Most">Of the best round.</param>
internal sealed record Ratios(double Least, double Median, double Most)
{
    /// <summary>In percents, for people.</summary>
    public string Percents => string.Create(
        CultureInfo.InvariantCulture, $"{100 * Median:N0} % ({100 * Least:N0} to {100 * Most:N0})");

    /// <summary>In times, for people.</summary>
    public string Times => string.Create(CultureInfo.InvariantCulture, $"{Median:N1} ({Least:N1} to {Most:N1})");

    /// <summary>Of some rounds.</summary>
    /// <param name="rounds">The ratio of each, and what it came to.</param>
    /// <returns>The ratios, and the round in the middle.</returns>
    public static (Ratios Ratios, T Typical) Of<T>(IEnumerable<(double Ratio, T Round)> rounds)
    {
        (double Ratio, T Round)[] sorted = [.. rounds.OrderBy(round => round.Ratio)];
        var (median, typical) = sorted[sorted.Length / 2];
        return (new Ratios(sorted[0].Ratio, median, sorted[^1].Ratio), typical);
    }
}

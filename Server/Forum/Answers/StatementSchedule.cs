using Ontmoetingsplein.Storage.Answers;

namespace Ontmoetingsplein.Forum.Answers;

/// <summary>When the server of an official answer is asked again without a reader (CONTRACT.md §4.5).</summary>
internal static class StatementSchedule
{
    /// <summary>What nobody opens is looked at after this time at the latest.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>What is opened is looked at once in this time.</summary>
    public static readonly TimeSpan Shown = TimeSpan.FromDays(1);

    /// <summary>The next of its dates, and in any case after a month.</summary>
    public static DateTimeOffset Next(Answer answer, DateTimeOffset now) =>
        new[] { Soon(answer.ValidUntil, now)?.AddHours(12), answer.ReviewBefore, now + Longest }
            .OfType<DateTimeOffset>().Where(moment => moment > now).Min();

    // What others send may be the last day that there is, and has none after it.
    private static DateTimeOffset? Soon(DateTimeOffset? day, DateTimeOffset now) => day < now + Longest ? day : null;

    /// <summary>After failing so many times in a row: an hour, then four times as long, up to a week.</summary>
    public static DateTimeOffset AfterFailure(int failures, DateTimeOffset now) =>
        now + TimeSpan.FromHours(Math.Min(Math.Pow(4, failures - 1), 7 * 24));
}

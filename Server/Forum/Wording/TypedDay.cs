using System.Globalization;

namespace Ontmoetingsplein.Forum.Wording;

/// <summary>A day as it is typed and as it is kept.</summary>
internal static class TypedDay
{
    /// <summary>How browsers send a day.</summary>
    public const string Form = "yyyy-MM-dd";

    // Browsers send year first, people may type day first.
    private static readonly string[] Forms = [Form, "d-M-yyyy"];

    /// <summary>Reads a day.</summary>
    /// <param name="typed">Like 2026-12-31 or 31-12-2026.</param>
    /// <returns>Null when it is none.</returns>
    public static DateOnly? Read(string typed) => DateOnly.TryParseExact(
        typed.Trim(), Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? day
        : null;

    /// <summary>A day as it is kept: noon, so that it is that day in every nearby time zone.</summary>
    public static DateTimeOffset? Noon(DateOnly? day) =>
        day is { } date ? new DateTimeOffset(date, new TimeOnly(12, 0), TimeSpan.Zero) : null;

    /// <summary>The day that is kept so.</summary>
    public static DateOnly Of(DateTimeOffset kept) => DateOnly.FromDateTime(kept.UtcDateTime);
}

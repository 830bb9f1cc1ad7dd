using System.Globalization;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>Dates on the wire: RFC 3339, read leniently and written strictly.</summary>
internal static class Timestamps
{
    private const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    private static readonly string[] formats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd",
    ];

    /// <summary>Reads a date with or without time; without offset it is UTC. Null when it is none.</summary>
    public static DateTimeOffset? Parse(string text) =>
        text.Length is >= 10 and <= 40 && DateTimeOffset.TryParseExact(
            Shorten(text).ToUpperInvariant(), formats, CultureInfo.InvariantCulture, Styles, out var time)
            ? time : null;

    /// <summary>Reads the date of <c>2026-03-01</c> or <c>2026-03-01T…</c> as written. Null when it is none.</summary>
    public static DateOnly? ParseDay(string text) =>
        Parse(text) is not null && DateOnly.TryParseExact(
            text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day : null;

    /// <summary>Writes UTC with Z, milliseconds only when there are any.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString(
        time.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
        CultureInfo.InvariantCulture);

    // Some servers send nanoseconds; a DateTimeOffset keeps seven digits.
    private static string Shorten(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
            return text;
        var end = dot + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        return end - dot <= 8 ? text : string.Concat(text.AsSpan(0, dot + 8), text.AsSpan(end));
    }
}

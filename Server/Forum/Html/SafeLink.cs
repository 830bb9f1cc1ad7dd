using System.Text;

namespace Ontmoetingsplein.Forum.Html;

/// <summary>Where a link in a text leads to, as an absolute address.</summary>
internal static class SafeLink
{
    private const int LongestAddress = 2_000;

    /// <summary>Resolves a link as a browser would, at the address of the text that it stands in.</summary>
    /// <param name="typed">The value of its `href`; anything.</param>
    /// <param name="place">Address of the text: what has no host is meant to be there, not here.</param>
    /// <returns>An http, https or mailto address; null when it leads nowhere that is safe to go.</returns>
    /// <remarks>WHATWG URL §4.4: line ends and tabs are passed over, a backslash counts as a slash.</remarks>
    public static string? Resolve(string? typed, Uri? place)
    {
        var text = Bare(typed ?? "");
        if (text.Length is 0 or > LongestAddress)
        {
            return null;
        }

        if (text.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
        {
            return Uri.TryCreate(text, UriKind.Absolute, out var mail) ? mail.AbsoluteUri : null;
        }

        var rest = text.AsSpan(HasScheme(text) ? text.IndexOf(':') + 1 : 0);
        var path = rest.IndexOfAny('?', '#') is >= 0 and var end ? rest[..end] : rest;
        var straight = string.Concat(
            text.AsSpan(0, text.Length - rest.Length), path.ToString().Replace('\\', '/'), rest[path.Length..]);
        return Absolute(straight, place) is { } uri && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            && uri.Host.Length > 0 && uri.AbsoluteUri is { Length: <= LongestAddress } address
            ? address
            : null;
    }

    private static Uri? Absolute(string text, Uri? place)
    {
        if (HasScheme(text))
        {
            return Uri.TryCreate(text, UriKind.Absolute, out var whole) ? whole : null;
        }

        // A path by itself is a file for .NET on Unix.
        return place is not null && Uri.TryCreate(text, UriKind.Relative, out var part)
            && Uri.TryCreate(place, part, out var resolved)
                ? resolved
                : null;
    }

    private static bool HasScheme(string text)
    {
        var colon = text.IndexOfAny([':', '/', '\\', '?', '#']);
        return colon > 0 && text[colon] == ':' && char.IsAsciiLetter(text[0])
            && text.Take(colon).All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '-' or '.');
    }

    private static string Bare(string typed)
    {
        var text = new StringBuilder(Math.Min(typed.Length, LongestAddress + 1));
        foreach (var letter in typed)
        {
            if (letter is '\t' or '\n' or '\r' || (letter <= ' ' && text.Length == 0) || text.Length > LongestAddress)
            {
                continue;
            }

            text.Append(letter);
        }

        return text.ToString().TrimEnd([.. Enumerable.Range(0, ' ' + 1).Select(code => (char)code)]);
    }
}

using System.Text;

namespace Ontmoetingsplein.Forum.Addresses;

/// <summary>
/// Makes an address safe to go to: every redirect, and every link made of what a request says, passes here. What
/// comes out is a path of this node in ASCII, which no browser or proxy reads as an address of another site.
/// </summary>
internal static class LocalPath
{
    /// <summary>Longest path, as it is sent.</summary>
    public const int MaxLength = 2_000;

    /// <summary>
    /// The same path, percent-encoded where need be; the home page for anything that is no plain path.
    /// </summary>
    /// <param name="text">What came from outside, or a path of our own.</param>
    public static string Of(string? text)
    {
        if (text is not ['/', ..] || text.Length > MaxLength
            || text.Any(c => c is ' ' or '\\' || char.IsControl(c)))
        {
            return Paths.Home;
        }

        var end = text.AsSpan().IndexOfAny('?', '#');
        if (!IsPlain(end < 0 ? text : text[..end]))
        {
            return Paths.Home;
        }

        var ascii = Ascii(text);
        return ascii.Length <= MaxLength ? ascii : Paths.Home;
    }

    // No part of the path is empty or climbs: "//host" is another site to a browser, and "/..//host" becomes that for
    // who tidies a path before looking at it. What is encoded is judged as whoever decodes it would read it.
    private static bool IsPlain(string path)
    {
        var parts = path[1..].Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[i];
            if (part.Length == 0 && i < parts.Length - 1)
            {
                return false;
            }

            for (var plain = part; plain.Contains('%', StringComparison.Ordinal);)
            {
                var decoded = Uri.UnescapeDataString(plain);
                if (decoded == plain)
                {
                    break;
                }

                if (decoded is "." or ".." || decoded.Any(c => c is '/' or '\\' || char.IsControl(c)))
                {
                    return false;
                }

                plain = decoded;
            }

            if (part is "." or "..")
            {
                return false;
            }
        }

        return true;
    }

    // Headers are ASCII; a browser would write the rest the same way.
    private static string Ascii(string text)
    {
        if (text.All(char.IsAscii))
        {
            return text;
        }

        var ascii = new StringBuilder(text.Length * 3);
        foreach (var rune in text.EnumerateRunes())
        {
            ascii.Append(rune.IsAscii ? rune.ToString() : Uri.EscapeDataString(rune.ToString()));
        }

        return ascii.ToString();
    }
}

/// <summary>Where to go back to after signing in, as a request or a mailed link says.</summary>
internal static class ReturnPath
{
    /// <summary>A path of this node that is no page for signing in or out, else the home page.</summary>
    public static string Of(string? text) =>
        LocalPath.Of(text) is var path && !path.StartsWith(Paths.SignIn, StringComparison.OrdinalIgnoreCase)
            && !path.StartsWith(Paths.SignOut, StringComparison.OrdinalIgnoreCase)
            ? path
            : Paths.Home;
}

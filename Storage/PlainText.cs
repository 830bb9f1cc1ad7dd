using System.Net;
using System.Text;

namespace Ontmoetingsplein.Storage;

/// <summary>The words of HTML, for the search index, titles and summaries.</summary>
public static class PlainText
{
    // Within a word or sentence: what stands on both sides of such a tag belongs together.
    private static readonly HashSet<string> Inline = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "abbr", "b", "bdi", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s", "small", "span",
        "strong", "sub", "sup", "u",
    };

    /// <summary>Brings any text into a Unicode normal form. Never throws.</summary>
    /// <param name="text">Any characters; for halves of pairs, and for what is no character, U+FFFD counts.</param>
    /// <param name="form">Which form.</param>
    public static string Normalized(string text, NormalizationForm form)
    {
        var whole = text;
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') >= 0
            || text.AsSpan().IndexOfAnyInRange('\uFDD0', '\uFFFF') >= 0)
        {
            var clean = new StringBuilder(text.Length);
            foreach (var rune in text.EnumerateRunes())
            {
                var isNone = (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF;
                clean.Append(isNone ? Rune.ReplacementChar : rune);
            }

            whole = clean.ToString();
        }

        return whole.Normalize(form);
    }

    /// <summary>Drops tags and resolves entities; linear in the length.</summary>
    /// <param name="html">HTML or plain text; a &lt; that starts no tag stays.</param>
    /// <returns>Text with single spaces where blocks and line breaks stood.</returns>
    public static string Of(string html)
    {
        var text = new StringBuilder(html.Length);
        for (var at = 0; at < html.Length; at++)
        {
            if (html[at] != '<' || !StartsTag(html, at))
            {
                text.Append(html[at]);
                continue;
            }

            if (text.Length > 0 && text[^1] != ' ' && !Inline.Contains(Name(html, at + 1)))
            {
                text.Append(' ');
            }

            var end = html.IndexOf('>', at);
            at = end < 0 ? html.Length : end;
        }

        return WebUtility.HtmlDecode(text.ToString()).Trim();
    }

    private static bool StartsTag(string html, int at) =>
        at + 1 < html.Length && (char.IsAsciiLetter(html[at + 1]) || html[at + 1] is '/' or '!' or '?');

    private static string Name(string html, int from)
    {
        var start = html[from] == '/' ? from + 1 : from;
        var end = start;
        while (end < html.Length && end - start < 10 && char.IsAsciiLetterOrDigit(html[end]))
        {
            end++;
        }

        return html[start..end];
    }
}

using System.Text;
using Microsoft.AspNetCore.Components;

namespace Ontmoetingsplein.Server.Web.Parts;

/// <summary>
/// What in a text may be wider than the page, code and tables, scrolls by itself; so that who has no mouse can scroll
/// it too, it can be reached with the keyboard (WCAG 2.1.1).
/// </summary>
internal static class WideContent
{
    /// <summary>Safe HTML, with what is wide made reachable.</summary>
    /// <param name="html">Well-formed and safe already.</param>
    /// <param name="table">What a table is called for who hears the page.</param>
    public static MarkupString Reachable(MarkupString html, string table)
    {
        var text = html.Value;
        if (!text.Contains("<pre", StringComparison.Ordinal) && !text.Contains("<table", StringComparison.Ordinal))
        {
            return html;
        }

        var name = System.Net.WebUtility.HtmlEncode(table);
        var shown = new StringBuilder(text.Length + 200);
        var rest = text.AsSpan();
        while (rest.IndexOf('<') is >= 0 and var start)
        {
            shown.Append(rest[..start]);
            var tag = rest[start..EndOfTag(rest, start)];
            rest = rest[(start + tag.Length)..];
            if (Is(tag, "<pre"))
            {
                shown.Append("<pre tabindex=\"0\"").Append(tag[4..]);
            }
            else if (Is(tag, "<table"))
            {
                shown.Append("<div class=\"pl-tablewrap\" role=\"group\" tabindex=\"0\" aria-label=\"").Append(name)
                    .Append("\">").Append(tag);
            }
            else
            {
                shown.Append(tag);
                if (Is(tag, "</table"))
                {
                    shown.Append("</div>");
                }
            }
        }

        return new MarkupString(shown.Append(rest).ToString());
    }

    private static bool Is(ReadOnlySpan<char> tag, string name) =>
        tag.StartsWith(name, StringComparison.Ordinal) && tag[name.Length..] is [' ' or '>', ..];

    // What stands in the value of an attribute is no tag.
    private static int EndOfTag(ReadOnlySpan<char> html, int start)
    {
        var quote = '\0';
        for (var at = start; at < html.Length; at++)
        {
            var one = html[at];
            if (quote != '\0')
            {
                quote = one == quote ? '\0' : quote;
            }
            else if (one is '"' or '\'')
            {
                quote = one;
            }
            else if (one == '>')
            {
                return at + 1;
            }
        }

        return html.Length;
    }
}

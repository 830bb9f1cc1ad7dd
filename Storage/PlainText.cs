using System.Net;
using System.Text;

namespace Ontmoetingsplein.Storage;

/// <summary>The words of sanitised HTML, for the search index.</summary>
public static class PlainText
{
    /// <summary>Drops tags and resolves entities; linear in the length.</summary>
    /// <param name="html">Sanitised HTML, so that every &lt; starts a tag.</param>
    /// <returns>Text with single spaces where tags stood.</returns>
    public static string Of(string html)
    {
        var text = new StringBuilder(html.Length);
        var inTag = false;
        foreach (var letter in html)
        {
            if (letter == '<')
            {
                inTag = true;
                if (text.Length > 0 && text[^1] != ' ')
                {
                    text.Append(' ');
                }
            }
            else if (letter == '>' && inTag)
            {
                inTag = false;
            }
            else if (!inTag)
            {
                text.Append(letter);
            }
        }

        return WebUtility.HtmlDecode(text.ToString()).Trim();
    }
}

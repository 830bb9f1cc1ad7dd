using AngleSharp;
using Ganss.Xss;
using Ontmoetingsplein.Forum.Wording;

namespace Ontmoetingsplein.Forum.Html;

/// <summary>
/// Makes HTML that may stand on a page: from what people here type (Markdown) and from what other servers send. Done
/// once, when it comes in; what is stored is safe to show.
/// </summary>
internal static class SafeHtml
{
    /// <summary>The longest HTML that is read of a peer, in characters; the rest is cut off.</summary>
    public const int MaxLength = 60_000;

    // One serves all threads as long as its settings stay; making one costs as much as sanitizing.
    private static readonly Lazy<HtmlSanitizer> Sanitizer = new(MakeSanitizer);

    /// <summary>Markdown to safe HTML; headings become paragraphs' weight so that a page keeps its outline.</summary>
    /// <param name="markdown">Anything that was typed.</param>
    /// <param name="place">Address of the text, at which its links are resolved.</param>
    public static string FromMarkdown(string markdown, string place) =>
        FromPeer(MarkdownText.ToHtml(markdown), place);

    /// <summary>HTML of anybody to safe HTML. Never throws on any text.</summary>
    /// <param name="html">HTML, or plain text.</param>
    /// <param name="place">Address of the text, at which its links are resolved; null when it has none.</param>
    public static string FromPeer(string? html, string? place)
    {
        if (string.IsNullOrWhiteSpace(html))
        {
            return "";
        }

        var text = html.Length > MaxLength ? html[..MaxLength] : html;
        using var document = Sanitizer.Value.SanitizeDom(HtmlShape.Of(text));
        ShownText.Tidy(document.Body!, Uri.TryCreate(place, UriKind.Absolute, out var address) ? address : null);
        return document.Body!.ChildNodes.ToHtml(Sanitizer.Value.OutputFormatter).Trim();
    }

    /// <summary>Plain text to a safe paragraph.</summary>
    public static string AsText(string text) => $"<p>{System.Net.WebUtility.HtmlEncode(text)}</p>";

    /// <summary>Plain text on one line as people read it, at most so many characters.</summary>
    public static string OneLine(string? text, int max) => ReadableText.Line(text, max);

    private static HtmlSanitizer MakeSanitizer()
    {
        var sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
            {
                "p", "br", "a", "strong", "b", "em", "i", "del", "s", "code", "pre", "blockquote", "ul", "ol", "li",
                "h3", "h4", "hr", "table", "thead", "tbody", "tr", "th", "td", "span",
            },
            AllowedAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href", "lang", "start" },
            AllowedSchemes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "http", "https", "mailto" },
            UriAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href" },
            AllowedCssProperties = new HashSet<string>(StringComparer.OrdinalIgnoreCase),
        })
        {
            // An unknown tag loses itself, not the words in it; scripts and styles lose both.
            KeepChildNodes = true,
        };
        sanitizer.RemovingTag += (_, e) =>
        {
            if (HtmlNames.LoseTheirWords.Contains(e.Tag.LocalName))
            {
                e.Tag.InnerHtml = "";
            }
        };
        return sanitizer;
    }
}

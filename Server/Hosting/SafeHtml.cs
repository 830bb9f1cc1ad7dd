using System.Text;
using Ganss.Xss;
using Markdig;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server.Hosting;

/// <summary>
/// Makes HTML that may stand on a page: from what people here type (Markdown) and from what other servers send. Done
/// once, when it comes in; what is stored is safe to show.
/// </summary>
internal static class SafeHtml
{
    /// <summary>The longest HTML that is read of a peer, in characters; the rest is cut off.</summary>
    public const int MaxLength = 60_000;

    // Deeper than any text people write; keeps both parsers linear.
    private const int MaxOpenTags = 5_000;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml().UseAutoLinks().UseEmphasisExtras(
            Markdig.Extensions.EmphasisExtras.EmphasisExtraOptions.Strikethrough)
        .UsePipeTables().Build();

    // One serves all threads as long as its settings stay; making one costs as much as sanitizing.
    private static readonly Lazy<HtmlSanitizer> Sanitizer = new(MakeSanitizer);

    /// <summary>Markdown to safe HTML; headings become paragraphs' weight so that a page keeps its outline.</summary>
    public static string FromMarkdown(string markdown) => FromPeer(Markdown.ToHtml(markdown, Pipeline));

    /// <summary>HTML of anybody to safe HTML. Never throws on any text.</summary>
    public static string FromPeer(string? html)
    {
        if (string.IsNullOrWhiteSpace(html))
        {
            return "";
        }

        var text = html.Length > MaxLength ? html[..MaxLength] : html;
        if (text.AsSpan().Count('<') > MaxOpenTags)
        {
            return AsText(PlainText.Of(text));
        }

        return Sanitizer.Value.Sanitize(text).Trim();
    }

    /// <summary>Plain text to a safe paragraph.</summary>
    public static string AsText(string text) => $"<p>{System.Net.WebUtility.HtmlEncode(text)}</p>";

    /// <summary>Plain text on one line, without control characters, at most so many characters.</summary>
    public static string OneLine(string? text, int max)
    {
        var line = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            var visible = !Rune.IsControl(rune) && rune.Value is not (>= 0x202A and <= 0x202E)
                and not (>= 0x2066 and <= 0x2069);
            if (line.Length + rune.Utf16SequenceLength > max)
            {
                break;
            }

            line.Append(visible ? rune.ToString() : " ");
        }

        return string.Join(' ', line.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

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
            if (e.Tag.LocalName is "script" or "style" or "iframe" or "object" or "embed" or "svg" or "math" or "form"
                or "template" or "noscript" or "title" or "textarea" or "select")
            {
                e.Tag.InnerHtml = "";
            }
        };
        sanitizer.PostProcessNode += (_, e) =>
        {
            if (e.Node is AngleSharp.Html.Dom.IHtmlAnchorElement anchor && anchor.HasAttribute("href"))
            {
                anchor.SetAttribute("rel", "nofollow noopener ugc");
            }
        };
        return sanitizer;
    }
}

namespace Ontmoetingsplein.Forum.Html;

/// <summary>The elements of HTML by what becomes of them in a text that is shown.</summary>
internal static class HtmlNames
{
    /// <summary>Stay, within a line.</summary>
    public static HashSet<string> Inline { get; } = Set("a", "strong", "b", "em", "i", "del", "s", "code", "span");

    /// <summary>Stay, with other blocks in them.</summary>
    public static HashSet<string> Containers { get; } = Set("blockquote", "ul", "ol", "table");

    /// <summary>Stay, in a table only.</summary>
    public static HashSet<string> OfTable { get; } = Set("table", "thead", "tbody", "tr", "td", "th");

    /// <summary>Lose themselves, and part what stands before and after.</summary>
    public static HashSet<string> Blocks { get; } = Set(
        "p", "h1", "h2", "h5", "h6", "address", "article", "aside", "body", "caption", "center", "dd", "details",
        "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "head", "header", "hgroup",
        "html", "legend", "main", "menu", "nav", "search", "section", "summary", "tfoot");

    /// <summary>Lose themselves and what stands in them.</summary>
    public static HashSet<string> LoseTheirWords { get; } = Set(
        "script", "style", "iframe", "object", "embed", "svg", "math", "form", "template", "noscript", "title",
        "textarea", "select", "noembed", "noframes", "xmp", "audio", "video", "canvas", "frameset");

    /// <summary>Have no end.</summary>
    public static HashSet<string> Void { get; } = Set("embed");

    /// <summary>What stands in them is no HTML until their end tag.</summary>
    public static HashSet<string> Raw { get; } = Set(
        "script", "style", "iframe", "title", "textarea", "noembed", "noframes", "xmp");

    private static HashSet<string> Set(params string[] names) => new(names, StringComparer.Ordinal);
}

using AngleSharp.Dom;
using Ontmoetingsplein.Forum.Wording;

namespace Ontmoetingsplein.Forum.Html;

/// <summary>
/// Puts sanitized HTML in order: its words as <see cref="ReadableText"/> has them, its links absolute, and no room for
/// what says nothing: empty paragraphs, lines and rules in a row.
/// </summary>
internal static class ShownText
{
    private const int MostBreaks = 2;

    /// <summary>Changes what stands in an element.</summary>
    /// <param name="element">What was sanitized; nested no deeper than <see cref="HtmlShape"/> leaves it.</param>
    /// <param name="place">Address of the text, at which links are resolved; null when it has none.</param>
    /// <returns>Whether anything in it is seen.</returns>
    public static bool Tidy(IElement element, Uri? place)
    {
        var (isSeen, breaks, isRuled) = (false, 0, true);
        foreach (var node in element.ChildNodes.ToArray())
        {
            switch (node)
            {
                case IText text:
                    text.Data = Written(text.Data, element.LocalName is "pre" || element.ParentElement is
                    {
                        LocalName: "pre"
                    });
                    if (ReadableText.SaysSomething(text.Data))
                    {
                        (isSeen, breaks, isRuled) = (true, 0, false);
                    }
                    else if (breaks > MostBreaks)
                    {
                        node.RemoveFromParent();
                    }

                    break;
                case IElement { LocalName: "br" }:
                    if (++breaks > MostBreaks || !isSeen)
                    {
                        node.RemoveFromParent();
                    }

                    break;
                case IElement { LocalName: "hr" }:
                    if (isRuled)
                    {
                        node.RemoveFromParent();
                    }

                    isRuled = true;
                    break;
                case IElement child:
                    if (Tidy(child, place))
                    {
                        (isSeen, breaks, isRuled) = (true, 0, false);
                    }
                    else if (child.LocalName is not ("td" or "th"))
                    {
                        child.RemoveFromParent();
                    }

                    break;
                default:
                    node.RemoveFromParent();
                    break;
            }
        }

        if (!HtmlNames.Inline.Contains(element.LocalName))
        {
            RemoveLast(element);
        }

        if (element.LocalName == "a")
        {
            Link(element, place);
        }

        return isSeen;
    }

    // A line end, or a rule, is something between two others.
    private static void RemoveLast(IElement element)
    {
        while (element.LastChild is { } last
            && (last is IElement { LocalName: "br" or "hr" } || (last is IText text && text.Data.Trim().Length == 0)))
        {
            last.RemoveFromParent();
        }
    }

    private static void Link(IElement anchor, Uri? place)
    {
        if (!anchor.HasAttribute("href"))
        {
            return;
        }

        if (SafeLink.Resolve(anchor.GetAttribute("href"), place) is { } address)
        {
            anchor.SetAttribute("href", address);
            anchor.SetAttribute("rel", "nofollow noopener ugc");
        }
        else
        {
            anchor.RemoveAttribute("href");
        }
    }

    private static string Written(string text, bool isAsTyped) =>
        isAsTyped ? ReadableText.Lines("|" + text + "|")[1..^1] : ReadableText.Piece(text);
}

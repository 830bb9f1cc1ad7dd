using System.Text;

namespace Ontmoetingsplein.Forum.Html;

/// <summary>
/// Gives any HTML a shape that costs little to read, before the sanitizer reads it: only elements that are shown, each
/// where HTML allows it, closed in order, so many and so deep at most. What is more or deeper stays as text. Linear in
/// the length.
/// </summary>
/// <remarks>
/// A parser as browsers have it makes thousands of elements of a few that are left open, and goes through all that is
/// open for each tag (HTML §13.2.4.3, "reconstruct the active formatting elements"). Nothing here is about safety: what
/// may stay is decided by the sanitizer, that reads the result as a browser does.
/// </remarks>
internal sealed class HtmlShape
{
    /// <summary>Most quotes, lists and tables in each other.</summary>
    public const int MaxDepth = 12;

    /// <summary>Most elements of one text.</summary>
    public const int MaxElements = 1_500;

    private readonly StringBuilder text;
    private readonly List<string> open = [];

    // Left out, but their end tags will come.
    private readonly Dictionary<string, int> skipped = new(StringComparer.Ordinal);
    private string? paragraph;
    private int elements;

    private HtmlShape(int length) => text = new StringBuilder(length + (length / 4));

    /// <summary>Reshapes HTML. Never throws on any text.</summary>
    public static string Of(string html)
    {
        var shape = new HtmlShape(html.Length);
        var reader = new HtmlTokens(html);
        while (reader.Read())
        {
            if (!reader.IsTag)
            {
                shape.Text(reader.Text);
            }
            else if (reader.IsEnd)
            {
                shape.End(reader.Name);
            }
            else if (HtmlNames.LoseTheirWords.Contains(reader.Name))
            {
                reader.SkipContent();
            }
            else
            {
                shape.Start(reader.Name, reader.Attributes());
            }
        }

        shape.PopTo(0);
        return shape.text.ToString();
    }

    private string? Top => open.Count == 0 ? null : open[^1];

    private bool IsDeep => open.Count(HtmlNames.Containers.Contains) >= MaxDepth;

    private bool IsInText => Top is not (null or "blockquote" or "ul" or "ol" or "table" or "thead" or "tbody" or "tr");

    private void Text(ReadOnlySpan<char> words)
    {
        if (words.IsWhiteSpace() && (paragraph is not null || !IsInText))
        {
            return;
        }

        Room();
        text.Append(words);
    }

    private void Start(string name, string attributes)
    {
        switch (name)
        {
            case "br":
                Room();
                Put(name, "");
                break;
            case "hr":
                EndParagraph();
                Place();
                Put(name, "");
                break;
            case "p" or "h1" or "h2" or "h5" or "h6":
                EndParagraph();
                paragraph = attributes;
                break;
            case "h3" or "h4" or "pre":
                EndParagraph();
                Place();
                Open(name, attributes);
                break;
            case "li":
                EndParagraph();
                if (skipped.ContainsKey("ul") || skipped.ContainsKey("ol") || !Item() || !Open(name, attributes))
                {
                    Part();
                }

                break;
            case "thead" or "tbody" or "tr" or "td" or "th":
                EndParagraph();
                Cell(name);
                break;
            case "a" when Find("a") is >= 0 and var at:
                PopTo(at);
                StartInline(name, attributes);
                break;
            default:
                StartOther(name, attributes);
                break;
        }
    }

    private void StartOther(string name, string attributes)
    {
        if (HtmlNames.Inline.Contains(name))
        {
            StartInline(name, attributes);
        }
        else if (HtmlNames.Containers.Contains(name))
        {
            EndParagraph();
            if (IsDeep || !Place() || !Open(name, attributes))
            {
                Skip(name);
                Part();
            }
        }
        else if (HtmlNames.Blocks.Contains(name))
        {
            EndParagraph();
            Part();
        }
    }

    private void StartInline(string name, string attributes)
    {
        // A bold text in a bold text is as bold; a span says something with its language only.
        if (Find(name) >= 0 || (name == "span" && attributes.Length == 0))
        {
            Skip(name);
            return;
        }

        Room();
        Open(name, attributes);
    }

    private void End(string name)
    {
        if (skipped.TryGetValue(name, out var times))
        {
            if (times > 1)
            {
                skipped[name] = times - 1;
            }
            else
            {
                skipped.Remove(name);
            }

            if (HtmlNames.Containers.Contains(name))
            {
                EndParagraph();
                Part();
            }
        }
        else if (HtmlNames.Blocks.Contains(name))
        {
            EndParagraph();
            Part();
        }
        else if (Find(name) is >= 0 and var at)
        {
            if (!HtmlNames.Inline.Contains(name))
            {
                EndParagraph();
            }

            PopTo(Math.Min(at, open.Count));
        }
    }

    // Where it is open, as far as an end tag of that name reaches.
    private int Find(string name)
    {
        var isInline = HtmlNames.Inline.Contains(name);
        var isOfTable = HtmlNames.OfTable.Contains(name);
        for (var at = open.Count - 1; at >= 0; at--)
        {
            if (open[at] == name)
            {
                return at;
            }

            if ((isInline && !HtmlNames.Inline.Contains(open[at])) || (open[at] is "td" or "th" && !isOfTable)
                || (name == "li" && open[at] is "ul" or "ol"))
            {
                return -1;
            }
        }

        return -1;
    }

    // Text directly in a list or table has no place there.
    private bool Place() => Top switch
    {
        "ul" or "ol" => Open("li", ""),
        "table" or "thead" or "tbody" => Open("tr", "") && Open("td", ""),
        "tr" => Open("td", ""),
        _ => true,
    };

    private void Room()
    {
        if (paragraph is null && IsInText)
        {
            return;
        }

        Place();
        if (paragraph is not null || !IsInText)
        {
            Open("p", paragraph ?? "");
            paragraph = null;
        }
    }

    private bool Item()
    {
        for (var at = open.Count - 1; at >= 0 && open[at] is not ("blockquote" or "td" or "th"); at--)
        {
            if (open[at] is "ul" or "ol")
            {
                PopTo(at + 1);
                return true;
            }
        }

        return !IsDeep && Place() && Open("ul", "");
    }

    private void Cell(string name)
    {
        var table = open.LastIndexOf("table");
        if (table < 0 || skipped.ContainsKey("table"))
        {
            return;
        }

        string[] within = name switch
        {
            "td" or "th" => ["table", "thead", "tbody", "tr"],
            "tr" => ["table", "thead", "tbody"],
            _ => ["table"],
        };
        var at = open.Count;
        while (at - 1 > table && !within.Contains(open[at - 1]))
        {
            at--;
        }

        PopTo(at);
        if ((name is not ("td" or "th")) || Top == "tr" || Open("tr", ""))
        {
            Open(name, "");
        }
    }

    private void EndParagraph()
    {
        paragraph = null;
        var at = open.Count;
        while (at > 0 && HtmlNames.Inline.Contains(open[at - 1]))
        {
            at--;
        }

        if (at > 0 && open[at - 1] is "p" or "h3" or "h4" or "pre")
        {
            at--;
        }

        PopTo(at);
        foreach (var name in skipped.Keys.Where(HtmlNames.Inline.Contains).ToList())
        {
            skipped.Remove(name);
        }

        if (elements >= MaxElements)
        {
            NewLine();
        }
    }

    // What follows in an item or cell is a paragraph by itself; elsewhere any text is.
    private void Part() => paragraph = Top is "li" or "td" or "th" ? "" : null;

    private void Skip(string name) => skipped[name] = skipped.GetValueOrDefault(name) + 1;

    private bool Put(string name, string attributes)
    {
        if (elements >= MaxElements)
        {
            NewLine();
            return false;
        }

        elements++;
        text.Append('<').Append(name).Append(attributes).Append('>');
        return true;
    }

    private void NewLine()
    {
        if (text[^1] != '\n')
        {
            text.Append('\n');
        }
    }

    private bool Open(string name, string attributes)
    {
        var isPut = Put(name, attributes);
        if (isPut)
        {
            open.Add(name);
        }

        return isPut;
    }

    private void PopTo(int count)
    {
        while (open.Count > count)
        {
            text.Append("</").Append(open[^1]).Append('>');
            open.RemoveAt(open.Count - 1);
        }
    }
}

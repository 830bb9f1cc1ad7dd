namespace Ontmoetingsplein.Forum.Html;

/// <summary>Reads HTML as text and tags, each character once, as far as a browser would agree (HTML §13.2.5).</summary>
/// <param name="html">Any text.</param>
internal ref struct HtmlTokens(string html)
{
    private const int LongestName = 20;

    // Longer addresses lead nowhere; what is left out costs nothing further on.
    private const int LongestValue = 4_000;

    private int at;
    private int start;
    private int end;
    private int attributesAt;

    /// <summary>Whether it is a tag; else <see cref="Text"/>.</summary>
    public bool IsTag { get; private set; }

    public bool IsEnd { get; private set; }

    /// <summary>Of a tag, in lower case.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Characters as they stand there, with entities; without a &lt; that is none.</summary>
    public readonly ReadOnlySpan<char> Text => IsTag ? [] : start < 0 ? "&lt;" : html.AsSpan(start, end - start);

    /// <summary>Goes to the next piece; false at the end.</summary>
    public bool Read()
    {
        while (at < html.Length)
        {
            if (html[at] != '<')
            {
                (start, IsTag) = (at, false);
                var next = html.IndexOf('<', at);
                at = end = next < 0 ? html.Length : next;
                return true;
            }

            if (Markup())
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The attributes of the tag that are shown, as they are written anew: with a space before each.</summary>
    public readonly string Attributes()
    {
        var (kept, seen) = ("", "");
        var from = attributesAt;
        while (NextAttribute(ref from, out var name, out var value))
        {
            var isShown = name == "lang" || (name, Name) is ("href", "a") or ("start", "ol");
            if (isShown && value.Length <= LongestValue && !seen.Contains(name, StringComparison.Ordinal))
            {
                seen += name;
                kept += $" {name}=\"{value.ToString().Replace("\"", "&quot;", StringComparison.Ordinal)}\"";
            }
        }

        return kept;
    }

    /// <summary>Passes over what stands in the element that begins here, and its end tag.</summary>
    public void SkipContent()
    {
        var name = Name;
        if (HtmlNames.Void.Contains(name))
        {
            return;
        }

        if (HtmlNames.Raw.Contains(name))
        {
            var close = html.IndexOf("</" + name, at, StringComparison.OrdinalIgnoreCase);
            at = close < 0 ? html.Length : close;
            Read();
            return;
        }

        for (var depth = 1; depth > 0 && Read();)
        {
            if (!IsTag)
            {
                continue;
            }

            if (Name == name)
            {
                depth += IsEnd ? -1 : 1;
            }
            else if (!IsEnd && HtmlNames.Raw.Contains(Name))
            {
                SkipContent();
            }
        }
    }

    // What begins with a <: true when it is something to show.
    private bool Markup()
    {
        var next = at + 1 < html.Length ? html[at + 1] : ' ';
        if (next is '!' or '?' || (next == '/' && !IsLetter(at + 2)))
        {
            if (html.AsSpan(at).StartsWith("<!--", StringComparison.Ordinal))
            {
                var close = html.AsSpan(at).StartsWith("<!-->", StringComparison.Ordinal)
                    ? at + 2
                    : html.IndexOf("-->", at + 4, StringComparison.Ordinal);
                at = close < 0 ? html.Length : close + "-->".Length;
            }
            else
            {
                var close = html.IndexOf('>', at);
                at = close < 0 ? html.Length : close + 1;
            }

            return false;
        }

        if (next != '/' && !IsLetter(at + 1))
        {
            (start, IsTag) = (-1, false);
            at++;
            return true;
        }

        (IsTag, IsEnd) = (true, next == '/');
        var from = at + (IsEnd ? 2 : 1);
        var to = from;
        while (to < html.Length && !IsSpace(html[to]) && html[to] is not ('/' or '>'))
        {
            to++;
        }

        Name = to - from > LongestName ? "unknown" : html[from..to].ToLowerInvariant();
        attributesAt = at = to;
        while (NextAttribute(ref at, out _, out _))
        {
        }

        // A tag that does not end is none, and nothing follows it.
        var isWhole = at < html.Length;
        at++;
        return isWhole;
    }

    private readonly bool NextAttribute(ref int from, out string name, out ReadOnlySpan<char> value)
    {
        name = "";
        value = [];
        while (from < html.Length && (IsSpace(html[from]) || html[from] == '/'))
        {
            from++;
        }

        if (from >= html.Length || html[from] == '>')
        {
            return false;
        }

        var first = from++;
        while (from < html.Length && !IsSpace(html[from]) && html[from] is not ('/' or '>' or '='))
        {
            from++;
        }

        // Only the short ones mean something here.
        name = from - first <= 5 ? html[first..from].ToLowerInvariant() : "";
        while (from < html.Length && IsSpace(html[from]))
        {
            from++;
        }

        if (from < html.Length && html[from] == '=')
        {
            from++;
            value = Value(ref from);
        }

        return true;
    }

    private readonly ReadOnlySpan<char> Value(ref int from)
    {
        while (from < html.Length && IsSpace(html[from]))
        {
            from++;
        }

        var first = from;
        if (from < html.Length && html[from] is '"' or '\'')
        {
            var close = html.IndexOf(html[from], from + 1);
            from = close < 0 ? html.Length : close + 1;
            return close < 0 ? [] : html.AsSpan(first + 1, close - first - 1);
        }

        while (from < html.Length && !IsSpace(html[from]) && html[from] != '>')
        {
            from++;
        }

        return html.AsSpan(first, from - first);
    }

    private readonly bool IsLetter(int where) => where < html.Length && char.IsAsciiLetter(html[where]);

    private static bool IsSpace(char letter) => letter is ' ' or '\t' or '\n' or '\r' or '\f';
}

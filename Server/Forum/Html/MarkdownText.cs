using System.Net;
using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Ontmoetingsplein.Forum.Html;

/// <summary>
/// Makes HTML of the Markdown that people type, in a time that is linear in its length. What nests too deep, or has so
/// many signs that reading them as Markdown costs too much, is shown as it was typed.
/// </summary>
internal static class MarkdownText
{
    // In one paragraph: the parser tries each of these with all before it.
    private const int MostSigns = 800;
    private const int MostOpenBrackets = 40;

    // Quotes and lists in each other.
    private const int MaxDepth = 24;
    private const int MostCells = 2_000;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml().UseAutoLinks().UseEmphasisExtras(EmphasisExtraOptions.Strikethrough).UsePipeTables()
        .UseSoftlineBreakAsHardlineBreak().Build();

    /// <summary>HTML of Markdown; not yet safe. A line break that was typed is one.</summary>
    public static string ToHtml(string markdown)
    {
        if (!IsCheap(markdown))
        {
            return AsTyped(markdown);
        }

        try
        {
            var document = Markdown.Parse(markdown, Pipeline);
            return Length(document) <= SafeHtml.MaxLength ? document.ToHtml(Pipeline) : AsTyped(markdown);
        }
        catch (ArgumentException)
        {
            // Its way to say that it is nested deeper than the parser goes.
            return AsTyped(markdown);
        }
    }

    /// <summary>Text as HTML that shows it as it was typed: an empty line parts paragraphs.</summary>
    public static string AsTyped(string text) => string.Concat(
        text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Trim('\n')).Where(part => part.Length > 0)
            .Select(part => $"<p>{WebUtility.HtmlEncode(part).Replace("\n", "<br>", StringComparison.Ordinal)}</p>"));

    private static bool IsCheap(string markdown)
    {
        var (signs, brackets, cells, columns, lines) = (0, 0, 0, 0, 0);
        foreach (var line in markdown.AsSpan().EnumerateLines())
        {
            var depth = Nesting(line, out var content);
            if (depth > MaxDepth)
            {
                return false;
            }

            if (content.IsWhiteSpace())
            {
                (signs, brackets, columns, lines) = (0, 0, 0, 0);
                continue;
            }

            for (var at = 0; at < content.Length; at++)
            {
                switch (content[at])
                {
                    case '[':
                        signs++;
                        brackets++;
                        break;
                    case ']':
                        brackets = Math.Max(0, brackets - 1);
                        break;
                    case '*' or '_' or '~' or '`' or '<' when at == 0 || content[at - 1] != content[at]:
                        signs++;
                        break;
                }
            }

            // A table gives each of its rows as many cells as the widest.
            columns = Math.Max(columns, content.Count('|'));
            cells = columns * ++lines;
            if (signs > MostSigns || brackets > MostOpenBrackets || cells > MostCells)
            {
                return false;
            }
        }

        return true;
    }

    // How many quotes and lists a line begins with, as far as its first words tell, and what follows.
    private static int Nesting(ReadOnlySpan<char> line, out ReadOnlySpan<char> content)
    {
        var (depth, columns, at) = (0, 0, 0);
        while (at < line.Length)
        {
            if (line[at] is ' ' or '\t')
            {
                columns += line[at] == '\t' ? 4 : 1;
                at++;
                continue;
            }

            var marker = Marker(line[at..]);
            if (marker == 0)
            {
                break;
            }

            depth++;
            at += marker;
        }

        content = line[at..];
        return depth == 0 ? 0 : depth + (columns / 2);
    }

    private static int Marker(ReadOnlySpan<char> text)
    {
        var digits = 0;
        while (digits < text.Length && digits < 10 && char.IsAsciiDigit(text[digits]))
        {
            digits++;
        }

        var length = text[0] == '>' ? 1
            : text[0] is '-' or '+' or '*' ? 1
            : digits > 0 && digits < text.Length && text[digits] is '.' or ')' ? digits + 1
            : 0;
        return length > 0 && text[0] != '>' && length < text.Length && text[length] is not (' ' or '\t') ? 0 : length;
    }

    // Addresses of links are written wherever they are named.
    private static long Length(MarkdownDocument document)
    {
        var length = 0L;
        foreach (var link in document.Descendants<LinkInline>())
        {
            length += (link.Url?.Length ?? 0) + (link.Title?.Length ?? 0);
        }

        return length;
    }
}

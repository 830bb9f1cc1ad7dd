using System.Globalization;
using System.Text;

namespace Ontmoetingsplein.Forum.Wording;

/// <summary>
/// What every text is like that people read, whoever wrote it and wherever it came in: a name, a title, a text, a
/// reason. What nobody sees is left out, and nothing reaches out of its line. Characters that a script or a picture
/// needs stay: joiners, marks, the selectors and tags of emoji.
/// </summary>
internal static class ReadableText
{
    // Vietnamese takes two; Hebrew, Arabic, Thai, Tibetan and Burmese have marks of their own and take more.
    private const int MostCommonMarks = 2;
    private const int MostMarks = 5;
    private const int MostTags = 8;
    private const int BlackFlag = 0x1F3F4;

    private enum Form
    {
        Line,
        Lines,
        Piece,
    }

    /// <summary>One line: single spaces, no direction marks.</summary>
    /// <param name="text">Anything; null for nothing.</param>
    public static string Line(string? text) => Clean(text, Form.Line, int.MaxValue);

    /// <summary>One line of at most so many characters (UTF-16 units, as `maxlength` counts them).</summary>
    /// <param name="text">Anything; null for nothing.</param>
    /// <param name="max">Where it is cut, between what a reader takes for one character.</param>
    public static string Line(string? text, int max)
    {
        var line = Clean(text, Form.Line, max);
        if (line.Length <= max)
        {
            return line;
        }

        var length = 0;
        while (StringInfo.GetNextTextElementLength(line.AsSpan(length)) is var next && length + next <= max)
        {
            length += next;
        }

        return line[..length].TrimEnd();
    }

    /// <summary>
    /// Paragraphs as somebody typed them: lines end in a line feed, at most two empty lines stand together, none at
    /// the ends.
    /// </summary>
    /// <param name="text">Anything; null for nothing.</param>
    public static string Lines(string? text) => Clean(text, Form.Lines, int.MaxValue).Trim();

    /// <summary>Part of a longer text: its spaces and lines stay as they are.</summary>
    public static string Piece(string text) => Clean(text, Form.Piece, int.MaxValue);

    /// <summary>Whether there is anything to see in a text.</summary>
    public static bool SaysSomething(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (Letters.Of(rune) == Letter.Ink)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What is wrong with the length of a text that was made with the functions here.</summary>
    /// <param name="field">Name of its field.</param>
    /// <param name="text">The text.</param>
    /// <param name="min">The least that says something, in characters as a reader counts them.</param>
    /// <param name="max">The most, in characters as `maxlength` counts them (UTF-16 units).</param>
    /// <param name="tooShort">Key of the sentence when it is too short; it may ask for {n}.</param>
    public static FieldFault? Fault(string field, string text, int min, int max, string tooShort = "error.tooShort") =>
        text.Length > max ? new FieldFault(field, "error.tooLong", ("n", max))
        : !SaysAtLeast(text, min) ? new FieldFault(field, tooShort, ("n", min))
        : null;

    private static bool SaysAtLeast(string text, int min)
    {
        if (min > 0 && !SaysSomething(text))
        {
            return false;
        }

        var (count, at) = (0, 0);
        while (count < min && at < text.Length)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out var first, out _);
            count += Letters.Of(first) is Letter.Ink or Letter.Space ? 1 : 0;
            at += StringInfo.GetNextTextElementLength(text.AsSpan(at));
        }

        return count >= min;
    }

    // Enough: a line is not read any further than a little beyond this.
    private static string Clean(string? text, Form form, int enough)
    {
        var clean = new StringBuilder(Math.Min(text?.Length ?? 0, enough));
        var (isSpaced, breaks, marks, common, tags) = (false, 0, 0, 0, 0);
        var isChosen = false;
        Rune? based = null;
        Rune? joiner = null;
        Rune? marked = null;
        foreach (var rune in (text ?? "").ReplaceLineEndings("\n").EnumerateRunes())
        {
            if (clean.Length > enough)
            {
                break;
            }

            switch (Letters.Of(rune))
            {
                case Letter.Break when form != Form.Line:
                    End();
                    if (form == Form.Lines)
                    {
                        TrimEnd(clean);
                    }

                    if (++breaks <= 3 || form == Form.Piece)
                    {
                        clean.Append('\n');
                    }

                    break;
                case Letter.Break or Letter.Space when form == Form.Line:
                    End();
                    isSpaced = clean.Length > 0;
                    break;
                case Letter.Space:
                    End();
                    clean.Append(rune.Value is '\t' or 0xA0 || Rune.IsWhiteSpace(rune) && rune.Value > 0x9F
                        ? rune.ToString()
                        : " ");
                    break;
                case Letter.Mark when based is not null && marks < MostMarks && marked != rune
                    && (common < MostCommonMarks || !Letters.IsCommonMark(rune)):
                    clean.Append(joiner?.ToString()).Append(rune);
                    (marked, joiner) = (rune, null);
                    marks++;
                    common += Letters.IsCommonMark(rune) ? 1 : 0;
                    break;
                case Letter.Selector when based is { } chosen && !isChosen && Letters.TakesSelector(chosen, rune):
                    clean.Append(rune);
                    isChosen = true;
                    break;
                case Letter.Joiner when based is { } letter && Letters.TakesJoiners(letter):
                    joiner = rune;
                    break;
                case Letter.Direction when form != Form.Line && (clean.Length == 0 || clean[^1] != rune.Value):
                    clean.Append(rune);
                    break;
                case Letter.Tag when based?.Value == BlackFlag && tags < MostTags:
                    clean.Append(rune);
                    tags++;
                    break;
                case Letter.Ink or Letter.Unknown:
                    if (isSpaced)
                    {
                        clean.Append(' ');
                    }

                    if (joiner is { } between)
                    {
                        clean.Append(between);
                    }

                    clean.Append(rune);
                    End();
                    (based, isSpaced, breaks) = (rune, false, 0);
                    break;
            }
        }

        return clean.ToString();

        void End()
        {
            (based, joiner, marked, isChosen) = (null, null, null, false);
            (marks, common, tags) = (0, 0, 0);
        }
    }

    private static void TrimEnd(StringBuilder text)
    {
        var length = text.Length;
        while (length > 0 && text[length - 1] != '\n' && char.IsWhiteSpace(text[length - 1]))
        {
            length--;
        }

        text.Length = length;
    }
}

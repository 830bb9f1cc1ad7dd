using System.Globalization;
using System.Text;

namespace Ontmoetingsplein.Forum.Wording;

/// <summary>
/// The part of ICU MessageFormat that our texts use: <c>{name}</c> and
/// <c>{n, plural, =0 {none} one {1 thing} other {# things}}</c>, nested, with # for the number.
/// </summary>
internal static class MessageFormat
{
    public static string Fill(
        string pattern, ReadOnlySpan<(string Name, object Value)> values, CultureInfo culture)
    {
        var text = new StringBuilder(pattern.Length + 32);
        Append(text, pattern, values, culture, number: null);
        return text.ToString();
    }

    private static void Append(
        StringBuilder text,
        ReadOnlySpan<char> pattern,
        ReadOnlySpan<(string Name, object Value)> values,
        CultureInfo culture,
        string? number)
    {
        while (!pattern.IsEmpty)
        {
            var next = pattern.IndexOfAny('{', '#');
            if (next < 0)
            {
                text.Append(pattern);
                return;
            }

            text.Append(pattern[..next]);
            if (pattern[next] == '#')
            {
                text.Append(number ?? "#");
                pattern = pattern[(next + 1)..];
                continue;
            }

            var length = Block(pattern[next..]);
            var inner = pattern.Slice(next + 1, length - 2);
            var comma = inner.IndexOf(',');
            var value = Find(values, (comma < 0 ? inner : inner[..comma]).Trim());
            if (comma < 0)
                text.Append(Written(value, culture));
            else
                Append(text, Choose(inner[(comma + 1)..], value), values, culture, Written(value, culture));
            pattern = pattern[(next + length)..];
            // "Welkom, Noor J." ends the sentence already.
            if (text.Length > 0 && text[^1] is '.' or '!' or '?' or '…' && pattern is ['.', ..]
                && (pattern.Length == 1 || char.IsWhiteSpace(pattern[1])))
            {
                pattern = pattern[1..];
            }
        }
    }

    private static ReadOnlySpan<char> Choose(ReadOnlySpan<char> choices, object value)
    {
        var count = Convert.ToInt64(value, CultureInfo.InvariantCulture);
        choices = choices.TrimStart()["plural,".Length..].Trim();
        ReadOnlySpan<char> other = [];
        while (!choices.IsEmpty)
        {
            var open = choices.IndexOf('{');
            var length = Block(choices[open..]);
            var selector = choices[..open].Trim();
            var body = choices.Slice(open + 1, length - 2);
            if (selector is "other")
                other = body;
            else if (selector is "one" ? count == 1 : long.Parse(selector[1..], CultureInfo.InvariantCulture) == count)
                return body;
            choices = choices[(open + length)..].Trim();
        }

        return other;
    }

    /// <summary>Length of the block that begins with the first character, braces included.</summary>
    private static int Block(ReadOnlySpan<char> from)
    {
        var depth = 0;
        for (var i = 0; i < from.Length; i++)
        {
            if (from[i] == '{')
                depth++;
            else if (from[i] == '}' && --depth == 0)
                return i + 1;
        }

        throw new FormatException($"A brace is not closed in \"{from}\".");
    }

    private static object Find(ReadOnlySpan<(string Name, object Value)> values, ReadOnlySpan<char> name)
    {
        foreach (var (given, value) in values)
        {
            if (name.SequenceEqual(given))
                return value;
        }

        throw new FormatException($"The text asks for {{{name}}}, which was not given.");
    }

    private static string Written(object value, CultureInfo culture) => value switch
    {
        int or long => ((IFormattable)value).ToString("N0", culture),
        IFormattable formattable => formattable.ToString(null, culture),
        _ => value.ToString() ?? "",
    };
}

using System.Globalization;
using System.Text;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>A token of a structured field, told apart from a string.</summary>
internal readonly record struct SfToken(string Text);

/// <summary>A date of a structured field, in seconds.</summary>
internal readonly record struct SfDate(long Seconds);

/// <summary>An inner list or item with its parameters, in the order sent.</summary>
internal sealed record SfMember(
    string Key, object? Value, IReadOnlyList<SfItem>? Items, IReadOnlyList<KeyValuePair<string, object>> Parameters);

/// <summary>An item of an inner list.</summary>
internal sealed record SfItem(object Value, IReadOnlyList<KeyValuePair<string, object>> Parameters);

/// <summary>
/// Reads dictionaries of structured field values (RFC 9651 §4.2.2) as RFC 9421 and RFC 9530 need them, strictly: the
/// whole field or nothing, no duplicate keys, bounded in length and number.
/// </summary>
internal static class StructuredFields
{
    private const int MaxLength = 8192, MaxMembers = 8, MaxItems = 32, MaxParameters = 16;

    public static IReadOnlyList<SfMember>? ReadDictionary(string text)
    {
        if (text.Length > MaxLength)
            return null;
        var reader = new Reader(text);
        return reader.Dictionary();
    }

    /// <summary>Writes an inner list with parameters in the one canonical spelling (RFC 9651 §4.1.1.1).</summary>
    public static void WriteInnerList(
        StringBuilder to, IReadOnlyList<SfItem> items, IReadOnlyList<KeyValuePair<string, object>> parameters)
    {
        to.Append('(');
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                to.Append(' ');
            WriteItem(to, items[i]);
        }
        to.Append(')');
        WriteParameters(to, parameters);
    }

    /// <summary>Writes a dictionary in its canonical spelling (RFC 9651 §4.1.2).</summary>
    public static string WriteDictionary(IReadOnlyList<SfMember> members)
    {
        var to = new StringBuilder();
        foreach (var member in members)
        {
            to.Append(to.Length == 0 ? "" : ", ").Append(member.Key);
            if (member is not { Items: null, Value: true })
                to.Append('=').Append(WriteMember(member));
            else
                WriteParameters(to, member.Parameters);
        }
        return to.ToString();
    }

    /// <summary>Writes the value of a member of a dictionary with its parameters.</summary>
    public static string WriteMember(SfMember member)
    {
        var to = new StringBuilder();
        if (member.Items is { } items)
            WriteInnerList(to, items, member.Parameters);
        else
            WriteItem(to, new SfItem(member.Value!, member.Parameters));
        return to.ToString();
    }

    public static void WriteItem(StringBuilder to, SfItem item)
    {
        WriteBare(to, item.Value);
        WriteParameters(to, item.Parameters);
    }

    private static void WriteParameters(StringBuilder to, IReadOnlyList<KeyValuePair<string, object>> parameters)
    {
        foreach (var (key, value) in parameters)
        {
            to.Append(';').Append(key);
            if (value is true)
                continue;
            to.Append('=');
            WriteBare(to, value);
        }
    }

    private static void WriteBare(StringBuilder to, object value)
    {
        switch (value)
        {
            case string text:
                to.Append('"').Append(text.Replace("\\", "\\\\", StringComparison.Ordinal)
                    .Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
                break;
            case SfToken token:
                to.Append(token.Text);
                break;
            case SfDate date:
                to.Append(CultureInfo.InvariantCulture, $"@{date.Seconds}");
                break;
            case byte[] bytes:
                to.Append(':').Append(Convert.ToBase64String(bytes)).Append(':');
                break;
            case bool flag:
                to.Append(flag ? "?1" : "?0");
                break;
            case long number:
                to.Append(CultureInfo.InvariantCulture, $"{number}");
                break;
            case decimal number:
                to.Append(number.ToString("0.0##", CultureInfo.InvariantCulture));
                break;
        }
    }

    private ref struct Reader(ReadOnlySpan<char> text)
    {
        private static readonly KeyValuePair<string, object>[] None = [];
        private ReadOnlySpan<char> _rest = text.Trim(' ');

        public List<SfMember>? Dictionary()
        {
            List<SfMember> members = [];
            while (true)
            {
                if (members.Count == MaxMembers || Key() is not { } key || members.Exists(m => m.Key == key))
                    return null;
                if (!Take('='))
                    members.Add(Parameters() is { } flags ? new SfMember(key, true, null, flags) : null!);
                else if (Peek('('))
                    members.Add(InnerList() is { } items && Parameters() is { } p ? new(key, null, items, p) : null!);
                else
                    members.Add(Bare() is { } value && Parameters() is { } p ? new(key, value, null, p) : null!);
                if (members[^1] is null)
                    return null;
                _rest = _rest.TrimStart(" \t");
                if (_rest.IsEmpty)
                    return members;
                if (!Take(','))
                    return null;
                _rest = _rest.TrimStart(" \t");
            }
        }

        private List<SfItem>? InnerList()
        {
            List<SfItem> items = [];
            Take('(');
            while (true)
            {
                var before = _rest.Length;
                _rest = _rest.TrimStart(' ');
                if (Take(')'))
                    return items;
                var separated = items.Count == 0 || _rest.Length < before;
                if (!separated || items.Count == MaxItems || Bare() is not { } value || Parameters() is not { } p)
                    return null;
                items.Add(new SfItem(value, p));
            }
        }

        private IReadOnlyList<KeyValuePair<string, object>>? Parameters()
        {
            if (!Peek(';'))
                return None;
            List<KeyValuePair<string, object>> parameters = [];
            while (Take(';'))
            {
                _rest = _rest.TrimStart(' ');
                if (parameters.Count == MaxParameters || Key() is not { } key || parameters.Exists(p => p.Key == key))
                    return null;
                object? value = true;
                if (Take('=') && (value = Bare()) is null)
                    return null;
                parameters.Add(new(key, value));
            }
            return parameters;
        }

        private string? Key()
        {
            var length = 0;
            while (length < _rest.Length && (char.IsAsciiLetterLower(_rest[length]) || _rest[length] == '*' ||
                (length > 0 && (char.IsAsciiDigit(_rest[length]) || _rest[length] is '_' or '-' or '.'))))
                length++;
            return length is 0 or > 64 ? null : Cut(length).ToString();
        }

        private object? Bare()
        {
            if (_rest.IsEmpty)
                return null;
            return _rest[0] switch
            {
                '"' => Text(),
                ':' => Bytes(),
                '?' => Flag(),
                '@' => Date(),
                '-' or (>= '0' and <= '9') => Number(),
                '*' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') => Token(),
                _ => null,
            };
        }

        private string? Text()
        {
            var text = new StringBuilder();
            for (var i = 1; i < _rest.Length; i++)
            {
                var c = _rest[i];
                if (c == '"')
                {
                    _rest = _rest[(i + 1)..];
                    return text.ToString();
                }
                if (c == '\\' && (++i == _rest.Length || (c = _rest[i]) is not ('"' or '\\')))
                    return null;
                if (c is < ' ' or > '~')
                    return null;
                text.Append(c);
            }
            return null;
        }

        private byte[]? Bytes()
        {
            var end = _rest[1..].IndexOf(':');
            if (end < 0)
                return null;
            var base64 = _rest.Slice(1, end);
            var bytes = new byte[(base64.Length / 4 * 3) + 3];
            if (base64.ContainsAny(" \t\r\n") || !Convert.TryFromBase64Chars(base64, bytes, out var written))
                return null;
            _rest = _rest[(end + 2)..];
            return bytes[..written];
        }

        private object? Flag()
        {
            if (_rest.Length < 2 || _rest[1] is not ('0' or '1'))
                return null;
            return Cut(2)[1] == '1';
        }

        private SfDate? Date()
        {
            Take('@');
            return !_rest.IsEmpty && Number() is long seconds ? new SfDate(seconds) : null;
        }

        private object? Number()
        {
            var length = 1;
            while (length < _rest.Length && (char.IsAsciiDigit(_rest[length]) || _rest[length] == '.'))
                length++;
            var digits = Cut(Math.Min(length, _rest.Length));
            if (digits.Contains('.'))
                return digits.Length <= 17 && char.IsAsciiDigit(digits[^1]) && decimal.TryParse(digits,
                    NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                    out var fraction) ? fraction : null;
            return digits.Length <= 16 && long.TryParse(
                digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null;
        }

        private SfToken Token()
        {
            var length = 1;
            while (length < _rest.Length &&
                (char.IsAsciiLetterOrDigit(_rest[length]) || "!#$%&'*+-.^_`|~:/".Contains(_rest[length])))
                length++;
            return new SfToken(Cut(length).ToString());
        }

        private readonly bool Peek(char c) => !_rest.IsEmpty && _rest[0] == c;

        private bool Take(char c)
        {
            if (!Peek(c))
                return false;
            _rest = _rest[1..];
            return true;
        }

        private ReadOnlySpan<char> Cut(int length)
        {
            var cut = _rest[..length];
            _rest = _rest[length..];
            return cut;
        }
    }
}

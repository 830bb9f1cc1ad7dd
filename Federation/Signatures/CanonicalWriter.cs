using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>
/// The pass behind <see cref="CanonicalJson"/>: writes members as they come, then puts them in order.
/// </summary>
internal sealed class CanonicalWriter(ReadOnlyMemory<byte> json)
{
    private readonly List<Member> members = [];
    private byte[] output = new byte[json.Length + 16];
    private byte[] sorted = [];
    private int length;

    public byte[] Write(ref StrictReader reader, ReadOnlySpan<string> without)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
            WriteObject(ref reader, without);
        else
            WriteValue(ref reader);
        while (reader.Read())
        {
        }
        return output[..length];
    }

    private void WriteValue(ref StrictReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                WriteObject(ref reader, []);
                break;
            case JsonTokenType.StartArray:
                WriteArray(ref reader);
                break;
            case JsonTokenType.String when reader.IsEscaped:
                WriteString(Encoding.UTF8.GetBytes(reader.GetString()));
                break;
            case JsonTokenType.String:
                Append(json.Span[reader.TokenStart..reader.TokenEnd]);
                break;
            case JsonTokenType.Number:
                WriteNumber(ref reader);
                break;
            default:
                Append(reader.Lexeme);
                break;
        }
    }

    private void WriteArray(ref StrictReader reader)
    {
        Append((byte)'[');
        for (var first = true; reader.Read() && reader.TokenType != JsonTokenType.EndArray; first = false)
        {
            if (!first)
                Append((byte)',');
            WriteValue(ref reader);
        }
        Append((byte)']');
    }

    private void WriteObject(ref StrictReader reader, ReadOnlySpan<string> without)
    {
        var mark = members.Count;
        Append((byte)'{');
        var start = length;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (IsOneOf(reader.Name, without))
            {
                reader.Read();
                reader.Skip();
                continue;
            }
            WriteMember(ref reader);
        }
        Sort(start, MembersFrom(mark));
        members.RemoveRange(mark, members.Count - mark);
        if (length > start)
            length--;
        Append((byte)'}');
    }

    /// <summary>Writes name, colon, value and comma.</summary>
    private void WriteMember(ref StrictReader reader)
    {
        var start = length;
        var name = reader.IsEscaped
            ? reader.Name.ToArray()
            : json.Slice(reader.TokenStart + 1, reader.Name.Length);
        WriteString(name.Span);
        Append((byte)':');
        reader.Read();
        WriteValue(ref reader);
        Append((byte)',');
        members.Add(new Member(name, start, length - start));
    }

    private Span<Member> MembersFrom(int mark) =>
        CollectionsMarshal.AsSpan(members)[mark..];

    private void Sort(int start, Span<Member> own)
    {
        var inOrder = true;
        for (var i = 1; i < own.Length && inOrder; i++)
            inOrder = CanonicalOrder.Compare(own[i - 1].Name.Span, own[i].Name.Span) < 0;
        if (inOrder)
            return;
        own.Sort(static (a, b) => CanonicalOrder.Compare(a.Name.Span, b.Name.Span));
        if (sorted.Length < length - start)
            sorted = new byte[output.Length];
        var at = 0;
        foreach (var member in own)
        {
            output.AsSpan(member.Start, member.Length).CopyTo(sorted.AsSpan(at));
            at += member.Length;
        }
        sorted.AsSpan(0, at).CopyTo(output.AsSpan(start));
    }

    private void WriteNumber(ref StrictReader reader)
    {
        var lexeme = reader.Lexeme;
        // Most numbers are short integers, which are written as they are.
        if (lexeme.Length <= 15 && !lexeme.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            Append(lexeme);
        else
            Append(Encoding.ASCII.GetBytes(CanonicalNumber.Format(reader.GetDouble())));
    }

    private void WriteString(ReadOnlySpan<byte> text)
    {
        Append((byte)'"');
        foreach (var octet in text)
        {
            if (octet >= 0x20 && octet is not ((byte)'"' or (byte)'\\'))
                Append(octet);
            else
                WriteEscape(octet);
        }
        Append((byte)'"');
    }

    private void WriteEscape(byte octet) => Append(octet switch
    {
        (byte)'"' => "\\\""u8,
        (byte)'\\' => "\\\\"u8,
        0x08 => "\\b"u8,
        0x09 => "\\t"u8,
        0x0A => "\\n"u8,
        0x0C => "\\f"u8,
        0x0D => "\\r"u8,
        _ => Encoding.ASCII.GetBytes($"\\u{octet:x4}"),
    });

    private void Append(byte octet)
    {
        if (length == output.Length)
            Array.Resize(ref output, output.Length * 2);
        output[length++] = octet;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > output.Length - length)
            Array.Resize(ref output, Math.Max(output.Length * 2, length + bytes.Length));
        bytes.CopyTo(output.AsSpan(length));
        length += bytes.Length;
    }

    private static bool IsOneOf(ReadOnlySpan<byte> name, ReadOnlySpan<string> names)
    {
        foreach (var other in names)
        {
            if (name.Length == other.Length && Encoding.UTF8.GetString(name) == other)
                return true;
        }
        return false;
    }

    private readonly record struct Member(ReadOnlyMemory<byte> Name, int Start, int Length);
}

using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>
/// Walks a JSON document of a peer token by token and refuses, with a <see cref="JsonException"/>, what RFC 8259
/// leaves to chance or RFC 7493 (I-JSON) forbids: invalid UTF-8, lone surrogates, NUL, names given twice in one
/// object, numbers beyond a double, over 64 levels, over 32 objects in each other, over 50,000 values. Work is
/// linear in the input.
/// </summary>
internal ref struct StrictReader
{
    /// <summary>Size of the first table of names that the caller lends.</summary>
    public const int NameSlots = 256;

    /// <summary>Size of the table of open objects that the caller lends.</summary>
    public const int DepthSlots = MaxDepth + 2;

    private const int MaxDepth = 64;
    private const int MaxObjectDepth = 32;
    private const int MaxValues = 50_000;
    private const int MaxNumberLength = 64;

    // Unguessable, so that no peer can choose names that all fall into one slot.
    private static readonly ulong seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));

    private readonly Span<int> openObjects;
    private Utf8JsonReader reader;
    private Span<ulong> seenNames;
    private byte[]? unescapedName;
    private int objects;
    private int objectDepth;
    private int names;
    private int values;

    public StrictReader(ReadOnlySpan<byte> document, Span<ulong> nameSlots, Span<int> depthSlots)
    {
        if (!Utf8.IsValid(document))
            throw new JsonException("The document is not valid UTF-8.");
        reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = MaxDepth });
        seenNames = nameSlots;
        openObjects = depthSlots;
    }

    public readonly JsonTokenType TokenType => reader.TokenType;

    /// <summary>Where the present token begins, in bytes from the start of the document.</summary>
    public readonly int TokenStart => (int)reader.TokenStartIndex;

    /// <summary>The first byte after the present token.</summary>
    public readonly int TokenEnd => (int)reader.BytesConsumed;

    public readonly int Depth => reader.CurrentDepth;

    /// <summary>The present property name, unescaped.</summary>
    public readonly ReadOnlySpan<byte> Name => unescapedName ?? reader.ValueSpan;

    /// <summary>A hash of <see cref="Name"/>, stable while the process lives.</summary>
    public ulong NameHash { get; private set; }

    /// <summary>The bytes of a number, or of a string between its quotes and still escaped.</summary>
    public readonly ReadOnlySpan<byte> Lexeme => reader.ValueSpan;

    public readonly bool IsEscaped => reader.ValueIsEscaped;

    public readonly string GetString() => reader.GetString()!;

    public readonly bool TryGetInt64(out long value) => reader.TryGetInt64(out value);

    public readonly double GetDouble() => reader.GetDouble();

    public bool Read()
    {
        if (!reader.Read())
            return false;
        if (++values > MaxValues)
            throw new JsonException("The document has too many values.");
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                openObjects[reader.CurrentDepth + 1] = ++objects;
                if (++objectDepth > MaxObjectDepth)
                    throw new JsonException("Objects are nested too deeply.");
                break;
            case JsonTokenType.EndObject:
                objectDepth--;
                break;
            case JsonTokenType.PropertyName:
                TakeName();
                break;
            case JsonTokenType.String when reader.ValueIsEscaped:
                CheckEscapes(reader.ValueSpan);
                break;
            case JsonTokenType.Number:
                CheckNumber();
                break;
        }
        return true;
    }

    /// <summary>Goes to the end of the present value, checking what is passed over.</summary>
    public void Skip()
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return;
        var depth = reader.CurrentDepth;
        while (Read() && reader.CurrentDepth > depth)
        {
        }
    }

    /// <summary>The hash under which <see cref="NameHash"/> gives a name.</summary>
    /// <param name="name">UTF-8.</param>
    public static ulong Hash(ReadOnlySpan<byte> name)
    {
        var hash = seed ^ ((ulong)name.Length * 0x9E3779B97F4A7C15);
        for (; name.Length >= 8; name = name[8..])
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(name), 0xA0761D6478BD642F);
        ulong tail = 0;
        foreach (var octet in name)
            tail = (tail << 8) | octet;
        return Mix(hash ^ tail, 0xE7037ED1A0B428DB);
    }

    private static ulong Mix(ulong a, ulong b) => Math.BigMul(a, b, out var low) ^ low;

    private void TakeName()
    {
        unescapedName = reader.ValueIsEscaped ? Unescape() : null;
        NameHash = Hash(Name);
        if (++names * 2 > seenNames.Length)
            GrowNames();
        if (!AddName(Mix(NameHash ^ ((ulong)openObjects[reader.CurrentDepth] << 32), 0x8EBC6AF09C88C6E3)))
            throw new JsonException("An object has the same name twice.");
    }

    private readonly byte[] Unescape()
    {
        CheckEscapes(reader.ValueSpan);
        var buffer = new byte[reader.ValueSpan.Length];
        return buffer[..reader.CopyString(buffer)];
    }

    // Two names with the same 64 bits would be refused as one: harmless, and no peer can aim at it for another.
    private readonly bool AddName(ulong key)
    {
        if (key == 0)
            key = 1;
        var mask = seenNames.Length - 1;
        var slot = (int)key & mask;
        for (; seenNames[slot] != 0; slot = (slot + 1) & mask)
        {
            if (seenNames[slot] == key)
                return false;
        }
        seenNames[slot] = key;
        return true;
    }

    private void GrowNames()
    {
        var old = seenNames;
        seenNames = new ulong[old.Length * 4];
        foreach (var key in old)
        {
            if (key != 0)
                AddName(key);
        }
    }

    private readonly void CheckNumber()
    {
        if (reader.ValueSpan.Length > MaxNumberLength || !double.IsFinite(reader.GetDouble()))
            throw new JsonException("A number is beyond the range of a double.");
    }

    // The reader has already seen that every escape is well formed.
    private static void CheckEscapes(ReadOnlySpan<byte> text)
    {
        var highSurrogate = false;
        for (int at; (at = text.IndexOf((byte)'\\')) >= 0;)
        {
            if (highSurrogate && at != 0)
                break;
            text = text[(at + 1)..];
            if (text[0] != 'u')
            {
                if (highSurrogate)
                    break;
                text = text[1..];
                continue;
            }
            var unit = ushort.Parse(text[1..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            text = text[5..];
            if (unit == 0)
                throw new JsonException("A string contains NUL.");
            if (char.IsLowSurrogate((char)unit) != highSurrogate)
                throw new JsonException("A string contains a lone surrogate.");
            highSurrogate = char.IsHighSurrogate((char)unit);
        }
        if (highSurrogate)
            throw new JsonException("A string contains a lone surrogate.");
    }
}

using System.Text.Json;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>
/// Under which prefixes a document uses the own namespace: always <c>omp:</c> and the full IRI, and the first other
/// prefix that an inline <c>@context</c> at the top gives it.
/// </summary>
internal struct ProfilePrefix
{
    private const int MaxName = 128;
    private byte[]? declared;

    private static ReadOnlySpan<byte> Own => "omp:"u8;

    private static ReadOnlySpan<byte> Namespace => "https://w3id.org/ontmoetingsplein/ns#"u8;

    /// <summary>Finds the term of the present property name.</summary>
    public readonly Term Find(ref StrictReader reader, out TermKind kind)
    {
        var name = reader.Name;
        var term = Terms.Find(name, reader.NameHash, out kind);
        if (term != Term.None || name.IndexOf((byte)':') < 0)
            return term;
        if (name.StartsWith(Namespace))
            return FindLocal(name[Namespace.Length..], out kind);
        return declared is not null && name.StartsWith(declared) ? FindLocal(name[declared.Length..], out kind) : term;
    }

    /// <summary>Reads the value of the present property, <c>@context</c>.</summary>
    public void Read(ref StrictReader reader)
    {
        reader.Read();
        var depth = reader.Depth;
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return;
        ReadOnlySpan<byte> name = default;
        while (reader.Read() && reader.Depth > depth)
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
                name = reader.Name;
            else if (declared is null && reader.TokenType == JsonTokenType.String && !name.IsEmpty
                && reader.Lexeme.SequenceEqual(Namespace))
                declared = [.. name, (byte)':'];
        }
    }

    private static Term FindLocal(ReadOnlySpan<byte> local, out TermKind kind)
    {
        kind = default;
        if (local.Length > MaxName)
            return Term.None;
        Span<byte> name = stackalloc byte[MaxName + 4];
        Own.CopyTo(name);
        local.CopyTo(name[4..]);
        name = name[..(local.Length + 4)];
        return Terms.Find(name, StrictReader.Hash(name), out kind);
    }
}

using System.Security.Cryptography;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>The SHA-256 of a body in the two spellings that servers use.</summary>
public sealed class ContentDigest
{
    private readonly byte[] _hash;

    private ContentDigest(byte[] hash)
    {
        _hash = hash;
        var base64 = Convert.ToBase64String(hash);
        Digest = "SHA-256=" + base64;
        Field = $"sha-256=:{base64}:";
    }

    /// <summary>The value of <c>Digest</c> (RFC 3230, as draft-cavage uses it).</summary>
    public string Digest { get; }

    /// <summary>The value of <c>Content-Digest</c> (RFC 9530).</summary>
    public string Field { get; }

    /// <summary>Hashes a body. Do it once per body: the same goes to many inboxes.</summary>
    /// <param name="body">The bytes as they are sent.</param>
    public static ContentDigest Of(ReadOnlySpan<byte> body) => new(SHA256.HashData(body));

    /// <summary>Whether the hash is the one given. Takes the same time for every wrong one.</summary>
    internal static bool Equal(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) =>
        CryptographicOperations.FixedTimeEquals(a, b);

    /// <summary>Reads the SHA-256 out of a <c>Digest</c> value; other algorithms are ignored.</summary>
    /// <returns>32 bytes, or null when there is none or two.</returns>
    internal static byte[]? ReadDigest(string value)
    {
        byte[]? found = null;
        foreach (var range in value.AsSpan().Split(','))
        {
            var part = value.AsSpan(range).Trim();
            if (!part.StartsWith("sha-256=", StringComparison.OrdinalIgnoreCase))
                continue;
            if (found is not null || (found = Decode(part[8..])) is null)
                return null;
        }
        return found;
    }

    /// <summary>Reads the SHA-256 out of a <c>Content-Digest</c> value; other algorithms are ignored.</summary>
    /// <returns>32 bytes, or null when there is none or the field is malformed.</returns>
    internal static byte[]? ReadField(string value)
    {
        if (StructuredFields.ReadDictionary(value) is not { } members)
            return null;
        foreach (var member in members)
        {
            if (member.Key == "sha-256")
                return member.Value is byte[] { Length: 32 } hash ? hash : null;
        }
        return null;
    }

    private static byte[]? Decode(ReadOnlySpan<char> base64)
    {
        var hash = new byte[32];
        return Convert.TryFromBase64Chars(base64, hash, out var written) && written == 32 ? hash : null;
    }

    /// <summary>The 32 bytes.</summary>
    public ReadOnlyMemory<byte> Hash => _hash;
}

using System.Diagnostics.CodeAnalysis;
using System.Text;
using SimpleBase;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>
/// Ed25519 public keys in text: multibase base58btc of ED 01 and 32 bytes (Controlled Identifiers §2.2.2).
/// </summary>
public static class Multikey
{
    private const int KeyLength = 32;
    private const int MaxTextLength = 64;

    private static ReadOnlySpan<byte> Ed25519Prefix => [0xED, 0x01];

    /// <summary>Writes a key as <c>z6Mk…</c>.</summary>
    /// <param name="key">The 32 raw bytes.</param>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public static string Encode(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyLength)
            throw new ArgumentException("An Ed25519 key has 32 bytes.", nameof(key));
        return EncodeBytes([.. Ed25519Prefix, .. key]);
    }

    /// <summary>Reads an Ed25519 key.</summary>
    /// <param name="text">What an actor publishes as <c>publicKeyMultibase</c>.</param>
    /// <param name="key">The 32 raw bytes.</param>
    /// <returns>False for another alphabet, kind of key or length, or no text.</returns>
    public static bool TryDecode(string? text, [NotNullWhen(true)] out byte[]? key)
    {
        key = null;
        if (!TryDecodeBytes(text, KeyLength + Ed25519Prefix.Length, out var bytes)
            || !bytes.AsSpan().StartsWith(Ed25519Prefix))
            return false;
        key = bytes[Ed25519Prefix.Length..];
        return true;
    }

    internal static string EncodeBytes(ReadOnlySpan<byte> bytes) => "z" + Base58.Bitcoin.Encode(bytes);

    /// <summary>
    /// Reads base58btc of a known number of bytes; the cost of base58 is quadratic, so length comes first.
    /// </summary>
    internal static bool TryDecodeBytes(string? text, int expected, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        // SimpleBase 5.6 throws on characters beyond its table of ASCII.
        if (text is not ['z', _, ..] || text.Length > MaxTextLength + expected || !Ascii.IsValid(text))
            return false;
        Span<byte> buffer = stackalloc byte[2 * MaxTextLength + expected];
        if (!Base58.Bitcoin.TryDecode(text.AsSpan(1), buffer, out var length) || length != expected)
            return false;
        bytes = buffer[..length].ToArray();
        return true;
    }
}

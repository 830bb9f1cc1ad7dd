namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>What of a request a signature stands for.</summary>
[Flags]
internal enum Covered
{
    None = 0,
    Method = 1,
    Path = 2,
    Authority = 4,
    Digest = 8,
    ContentDigest = 16,
    Date = 32,
    Created = 64,
}

/// <summary>A signature as it was read from a request, of either scheme.</summary>
/// <param name="IsMessage">RFC 9421; otherwise draft-cavage.</param>
/// <param name="KeyId">Opaque.</param>
/// <param name="Algorithm">What the sender named; null when the key decides.</param>
/// <param name="Value">The signature itself.</param>
/// <param name="Base">The bytes that were signed.</param>
/// <param name="Covers">What these bytes stand for.</param>
/// <param name="Created">When it was made, if stated.</param>
/// <param name="Expires">When it ends, if stated.</param>
internal sealed record RequestSignature(
    bool IsMessage, string KeyId, KeyAlgorithm? Algorithm, byte[] Value, byte[] Base, Covered Covers,
    DateTimeOffset? Created, DateTimeOffset? Expires);

/// <summary>The outcome of reading a signature: either the signature or the error is null.</summary>
internal readonly record struct SignatureParse(
    RequestSignature? Signature, string? Error, SignatureReason Reason = SignatureReason.Valid)
{
    /// <summary>It cannot be read.</summary>
    public static SignatureParse Failed(string error) => new(null, error, SignatureReason.Malformed);

    /// <summary>It is well-formed, and cannot be checked here.</summary>
    public static SignatureParse Unsupported(string error) => new(null, error, SignatureReason.Unsupported);
}

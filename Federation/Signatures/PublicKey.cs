namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>The kinds of key that actors publish.</summary>
public enum KeyAlgorithm
{
    /// <summary>RSA, 2,048 to 8,192 bits, as SubjectPublicKeyInfo.</summary>
    Rsa,

    /// <summary>Ed25519, 32 bytes raw.</summary>
    Ed25519,
}

/// <summary>A published key as it is stored.</summary>
/// <param name="Id">The key's id as published.</param>
/// <param name="Algorithm">Its kind.</param>
/// <param name="Bytes">DER SubjectPublicKeyInfo for RSA, 32 raw bytes for Ed25519.</param>
public sealed record PublicKey(string Id, KeyAlgorithm Algorithm, ReadOnlyMemory<byte> Bytes);

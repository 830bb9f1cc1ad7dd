namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>The ways in which servers sign requests (CONTRACT.md §3).</summary>
public enum SignatureScheme
{
    /// <summary>draft-cavage-http-signatures-12 with RSA-SHA256 and Digest.</summary>
    CavageRsa,

    /// <summary>RFC 9421 with rsa-v1_5-sha256 and Content-Digest.</summary>
    MessageRsa,

    /// <summary>RFC 9421 with ed25519 and Content-Digest.</summary>
    MessageEd25519,
}

/// <summary>What this node knows of a host.</summary>
/// <param name="Blocked">Nothing is sent to it and nothing accepted of it.</param>
/// <param name="Scheme">The scheme it is known to verify; null when unknown.</param>
public readonly record struct PeerStanding(bool Blocked, SignatureScheme? Scheme);

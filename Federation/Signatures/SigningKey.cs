namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>The two private keys of a local actor.</summary>
/// <param name="Rsa">For draft-cavage and RFC 9421 with RSA.</param>
/// <param name="Ed25519">For RFC 9421 with Ed25519 and for object integrity proofs.</param>
public sealed record ActorKeys(SigningKey Rsa, SigningKey Ed25519);

using System.Security.Cryptography;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>Fresh keys for one local actor, in the forms in which they are stored and published.</summary>
/// <param name="RsaPkcs8">The private RSA key, DER PrivateKeyInfo: secret.</param>
/// <param name="RsaPublicPem">Its public half as PEM SubjectPublicKeyInfo, for <c>publicKeyPem</c>.</param>
/// <param name="Ed25519Seed">The private Ed25519 key, 32 bytes: secret.</param>
/// <param name="Ed25519Public">Its public half, 32 bytes, for <c>publicKeyMultibase</c>.</param>
public sealed record KeyPairs(byte[] RsaPkcs8, string RsaPublicPem, byte[] Ed25519Seed, byte[] Ed25519Public)
{
    /// <summary>Makes a private RSA-2048 key. Takes some 100 ms.</summary>
    /// <returns>DER PrivateKeyInfo: secret.</returns>
    public static byte[] CreateRsa()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportPkcs8PrivateKey();
    }

    /// <summary>Makes a private Ed25519 key.</summary>
    /// <returns>32 bytes: secret.</returns>
    public static byte[] CreateEd25519() => RandomNumberGenerator.GetBytes(32);

    /// <summary>Makes an RSA-2048 and an Ed25519 pair from the system's randomness. Takes some 100 ms.</summary>
    public static KeyPairs Create()
    {
        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(CreateRsa(), out _);
        var seed = CreateEd25519();
        using var key = NSec.Cryptography.Key.Import(
            NSec.Cryptography.SignatureAlgorithm.Ed25519, seed, NSec.Cryptography.KeyBlobFormat.RawPrivateKey);
        return new KeyPairs(
            rsa.ExportPkcs8PrivateKey(), rsa.ExportSubjectPublicKeyInfoPem(), seed,
            key.PublicKey.Export(NSec.Cryptography.KeyBlobFormat.RawPublicKey));
    }

    /// <summary>
    /// Loads both private keys for signing, under the ids <c>actor#main-key</c> and <c>actor#ed25519-key</c>.
    /// </summary>
    /// <param name="actor">The actor that publishes them.</param>
    public ActorKeys Load(Uri actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return new ActorKeys(
            SigningKey.FromRsaPkcs8(actor.AbsoluteUri + "#main-key", RsaPkcs8),
            SigningKey.FromEd25519Seed(actor.AbsoluteUri + "#ed25519-key", Ed25519Seed));
    }
}

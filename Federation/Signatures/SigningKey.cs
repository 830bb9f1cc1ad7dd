using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>The two private keys of a local actor.</summary>
/// <param name="Rsa">For draft-cavage and RFC 9421 with RSA.</param>
/// <param name="Ed25519">For RFC 9421 with Ed25519 and for object integrity proofs.</param>
public sealed record ActorKeys(SigningKey Rsa, SigningKey Ed25519);

/// <summary>A loaded private key. Safe for use by several threads at once; load it once and keep it.</summary>
public abstract class SigningKey
{
    private SigningKey(string keyId, KeyAlgorithm algorithm)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyId);
        KeyId = keyId;
        Algorithm = algorithm;
    }

    /// <summary>The id under which the public half is published, such as <c>https://host/p/anna#main-key</c>.</summary>
    public string KeyId { get; }

    /// <summary>Its kind.</summary>
    public KeyAlgorithm Algorithm { get; }

    /// <summary>Loads an RSA key that signs with RSASSA-PKCS1-v1_5 and SHA-256 (RFC 8017 §8.2).</summary>
    /// <param name="keyId">The id of the published half.</param>
    /// <param name="pkcs8">DER PrivateKeyInfo, at least 2,048 bits.</param>
    /// <exception cref="CryptographicException">The bytes are no RSA key or the key is too short.</exception>
    public static SigningKey FromRsaPkcs8(string keyId, ReadOnlySpan<byte> pkcs8) => new RsaKey(keyId, pkcs8);

    /// <summary>Loads an Ed25519 key (RFC 8032).</summary>
    /// <param name="keyId">The id of the published half.</param>
    /// <param name="seed">The 32 raw bytes of the private key.</param>
    /// <exception cref="CryptographicException">The seed has another length.</exception>
    public static SigningKey FromEd25519Seed(string keyId, ReadOnlySpan<byte> seed) => new EdKey(keyId, seed);

    /// <summary>Signs bytes.</summary>
    /// <param name="data">What to sign; hashed here where the algorithm asks it.</param>
    /// <returns>The signature: as long as the modulus for RSA, 64 bytes for Ed25519.</returns>
    public abstract byte[] Sign(ReadOnlySpan<byte> data);

    /// <summary>The public half, as it is published.</summary>
    public abstract PublicKey PublicKey { get; }

    private sealed class RsaKey : SigningKey
    {
        // An RSA object promises nothing about threads; loading one costs ten signatures. Hence a few, reused.
        private readonly ConcurrentBag<RSA> _idle = [];
        private readonly byte[] _pkcs8;
        private readonly PublicKey _public;

        public RsaKey(string keyId, ReadOnlySpan<byte> pkcs8) : base(keyId, KeyAlgorithm.Rsa)
        {
            _pkcs8 = pkcs8.ToArray();
            var rsa = Load();
            if (rsa.KeySize < 2048)
                throw new CryptographicException("An RSA key must have at least 2,048 bits.");
            _public = new PublicKey(keyId, KeyAlgorithm.Rsa, rsa.ExportSubjectPublicKeyInfo());
            _idle.Add(rsa);
        }

        public override PublicKey PublicKey => _public;

        public override byte[] Sign(ReadOnlySpan<byte> data)
        {
            if (!_idle.TryTake(out var rsa))
                rsa = Load();
            var signature = rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            _idle.Add(rsa);
            return signature;
        }

        private RSA Load()
        {
            var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(_pkcs8, out _);
            return rsa;
        }
    }

    private sealed class EdKey : SigningKey
    {
        private readonly NSec.Cryptography.Key _key;

        public EdKey(string keyId, ReadOnlySpan<byte> seed) : base(keyId, KeyAlgorithm.Ed25519)
        {
            if (!NSec.Cryptography.Key.TryImport(
                NSec.Cryptography.SignatureAlgorithm.Ed25519, seed,
                NSec.Cryptography.KeyBlobFormat.RawPrivateKey, out var key))
                throw new CryptographicException("An Ed25519 seed has 32 bytes.");
            _key = key!;
            PublicKey = new PublicKey(keyId, KeyAlgorithm.Ed25519,
                _key.PublicKey.Export(NSec.Cryptography.KeyBlobFormat.RawPublicKey));
        }

        public override PublicKey PublicKey { get; }

        public override byte[] Sign(ReadOnlySpan<byte> data) =>
            NSec.Cryptography.SignatureAlgorithm.Ed25519.Sign(_key, data);
    }
}

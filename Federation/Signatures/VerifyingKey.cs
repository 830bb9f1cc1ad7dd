using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>
/// A public key that is loaded and ready. Safe for several threads; loading RSA costs ten verifications.
/// </summary>
internal abstract class VerifyingKey
{
    /// <summary>Loads a key.</summary>
    /// <returns>Null when the bytes are no such key, or an RSA key outside 2,048 to 8,192 bits.</returns>
    public static VerifyingKey? Load(PublicKey key)
    {
        if (key.Algorithm == KeyAlgorithm.Ed25519)
            return NSec.Cryptography.PublicKey.TryImport(
                NSec.Cryptography.SignatureAlgorithm.Ed25519, key.Bytes.Span,
                NSec.Cryptography.KeyBlobFormat.RawPublicKey, out var loaded) ? new Ed(loaded!) : null;
        try
        {
            return new Rsa(key.Bytes);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Whether a signature over these bytes was made with the private half.</summary>
    public abstract bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    private sealed class Ed(NSec.Cryptography.PublicKey key) : VerifyingKey
    {
        public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
            signature.Length == 64 && NSec.Cryptography.SignatureAlgorithm.Ed25519.Verify(key, data, signature);
    }

    private sealed class Rsa : VerifyingKey
    {
        // An RSA object promises nothing about threads: one is lent at a time, more are loaded when several need it.
        private readonly ConcurrentQueue<RSA> _idle = new();
        private readonly ReadOnlyMemory<byte> _key;

        public Rsa(ReadOnlyMemory<byte> key)
        {
            _key = key;
            var rsa = LoadOne();
            if (rsa.KeySize is < 2048 or > 8192)
                throw new CryptographicException("RSA keys have 2,048 to 8,192 bits.");
            _idle.Enqueue(rsa);
        }

        public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
        {
            if (!_idle.TryDequeue(out var rsa))
                rsa = LoadOne();
            var valid = rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            _idle.Enqueue(rsa);
            return valid;
        }

        private RSA LoadOne()
        {
            var rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(_key.Span, out _);
            return rsa;
        }
    }
}

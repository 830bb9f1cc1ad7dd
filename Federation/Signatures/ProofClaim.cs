using NSec.Cryptography;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>A proof whose form is right and whose key is still to be found.</summary>
public sealed class ProofClaim
{
    private readonly byte[] signedData;
    private readonly byte[] signature;

    internal ProofClaim(byte[] signedData, byte[] signature)
    {
        this.signedData = signedData;
        this.signature = signature;
    }

    /// <summary>The id of the key that is said to have made the proof.</summary>
    public required string VerificationMethod { get; init; }

    /// <summary>
    /// Who must own that key: the one actor of an activity, else the one attributedTo of an object; null when neither
    /// is there. The caller of <see cref="IntegrityProof"/> may name another property, such as <c>omp:issuer</c>.
    /// </summary>
    public required string? Owner { get; init; }

    /// <summary>When it is said to have been made.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Until when it holds; null for ever.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Checks the signature.</summary>
    /// <param name="key">
    /// The key with the id <see cref="VerificationMethod"/> out of the assertionMethod of <see cref="Owner"/>, as the
    /// owner's own origin serves it; null when there is none.
    /// </param>
    public ProofResult Verify(PublicKey? key)
    {
        if (key is null || key.Algorithm != KeyAlgorithm.Ed25519 || key.Id != VerificationMethod
            || !NSec.Cryptography.PublicKey.TryImport(
                SignatureAlgorithm.Ed25519, key.Bytes.Span, KeyBlobFormat.RawPublicKey, out var loaded))
            return new(ProofVerdict.UnknownKey, "The owner does not publish this key.", this);
        return SignatureAlgorithm.Ed25519.Verify(loaded!, signedData, signature)
            ? new(ProofVerdict.Valid, null, this)
            : new(ProofVerdict.WrongSignature, "The signature does not fit the document.", this);
    }
}

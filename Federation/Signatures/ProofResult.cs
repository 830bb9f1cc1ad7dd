namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>How the check of an integrity proof ended.</summary>
public enum ProofVerdict
{
    /// <summary>The named key made the proof over exactly this document.</summary>
    Valid,

    /// <summary>The document has no proof.</summary>
    Missing,

    /// <summary>The document is not I-JSON, or the proof lacks something or has it in a wrong form.</summary>
    Malformed,

    /// <summary>The proof is not a DataIntegrityProof with eddsa-jcs-2022.</summary>
    UnknownSuite,

    /// <summary>The purpose is not assertionMethod.</summary>
    WrongPurpose,

    /// <summary>A context is not an array, or the proof's is not the beginning of the document's.</summary>
    ContextMismatch,

    /// <summary>The proof has expired.</summary>
    Expired,

    /// <summary>The key is not on the origin of the document's owner.</summary>
    ForeignKey,

    /// <summary>The owner does not publish such an Ed25519 key.</summary>
    UnknownKey,

    /// <summary>The signature does not fit: the document was changed, or another key made it.</summary>
    WrongSignature,
}

/// <summary>A verdict and, for the log, its reason.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">One line in English without content of the document; null when valid.</param>
/// <param name="Claim">What the proof says of itself; null when it could not be read so far.</param>
public readonly record struct ProofResult(ProofVerdict Verdict, string? Reason, ProofClaim? Claim)
{
    /// <summary>Whether the verdict is <see cref="ProofVerdict.Valid"/>.</summary>
    public bool IsValid => Verdict == ProofVerdict.Valid;
}

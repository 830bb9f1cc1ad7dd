namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>Why a signed request was taken or not.</summary>
public enum SignatureReason
{
    /// <summary>Valid.</summary>
    Valid,

    /// <summary>The same signature was accepted before.</summary>
    Replayed,

    /// <summary>There is no signature.</summary>
    Missing,

    /// <summary>The signature fields cannot be read.</summary>
    Malformed,

    /// <summary>The signature uses something that we do not support.</summary>
    Unsupported,

    /// <summary>The signature leaves out something that it must cover.</summary>
    Weak,

    /// <summary>The body has no SHA-256 digest or another one.</summary>
    Digest,

    /// <summary>Too old, too new, expired or valid for too long.</summary>
    Time,

    /// <summary>The key belongs to another actor or host.</summary>
    Owner,

    /// <summary>The key cannot be had.</summary>
    NoKey,

    /// <summary>The key's owner is deleted: its own server says 410.</summary>
    KeyGone,

    /// <summary>The signature does not fit the key.</summary>
    Wrong,

    /// <summary>Too many unknown keys were asked for from the network that it came from.</summary>
    TooManyKeys,

    /// <summary>Whether it is valid cannot be known now: the key's host does not answer.</summary>
    Later,
}

/// <summary>The outcome of checking the signature of a request.</summary>
/// <param name="Reason">What was found.</param>
/// <param name="Detail">One line for the sender; nothing secret.</param>
/// <param name="Actor">When valid: the owner of the key.</param>
/// <param name="Scheme">When valid: how it was signed.</param>
/// <param name="RetryAfter">
/// For <see cref="SignatureReason.TooManyKeys"/> and <see cref="SignatureReason.Later"/>: how long to wait.
/// </param>
/// <param name="Value">The signature, for the replay cache.</param>
public sealed record SignatureVerdict(
    SignatureReason Reason, string Detail, Uri? Actor = null, SignatureScheme Scheme = default,
    TimeSpan? RetryAfter = null, ReadOnlyMemory<byte> Value = default)
{
    /// <summary>Whether the request was made by <see cref="Actor"/>.</summary>
    public bool IsValid => Reason == SignatureReason.Valid;

    /// <summary>The actor's own address, asked just now or a moment ago, says that there is no such actor.</summary>
    public bool IsActorGone { get; init; }

    /// <summary>The HTTP status to answer with; 200 when valid, 202 when replayed.</summary>
    public int Status => Reason switch
    {
        SignatureReason.Valid => 200,
        SignatureReason.Replayed => 202,
        SignatureReason.Malformed => 400,
        SignatureReason.TooManyKeys => 429,
        SignatureReason.Later => 503,
        _ => 401,
    };
}

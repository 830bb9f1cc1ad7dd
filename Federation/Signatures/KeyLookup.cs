namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>What became of looking for a key.</summary>
internal enum KeyStatus
{
    /// <summary>Found, and its owner lists it.</summary>
    Found,

    /// <summary>The owner is deleted (410).</summary>
    Gone,

    /// <summary>The owner's server does not know the owner, or the key (404).</summary>
    NotFound,

    /// <summary>The owner is there and lists no such key.</summary>
    NotListed,

    /// <summary>The document of the key or of its owner breaks a rule.</summary>
    Refused,

    /// <summary>Its host does not answer now.</summary>
    Unreachable,

    /// <summary>It was not looked for, because of a limit of ours; this says nothing of the key.</summary>
    Limited,
}

/// <summary>Which key is meant: what one actor calls so is not what another one calls so.</summary>
/// <param name="KeyId">As it stands in the signature; opaque.</param>
/// <param name="Owner">The id of the actor that is said to own it, canonical; null for whoever does.</param>
internal readonly record struct KeyName(string KeyId, string? Owner);

/// <summary>A published key with its owner, or why there is none.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Owner">The actor that lists the key, canonical.</param>
/// <param name="Key">The key.</param>
/// <param name="FetchedAt">When the owner's document was fetched.</param>
/// <param name="Reason">Why not.</param>
internal sealed record KeyLookup(
    KeyStatus Status, Uri? Owner, PublicKey? Key, DateTimeOffset FetchedAt, string? Reason = null)
{
    public static KeyLookup Failed(KeyStatus status, string reason) => new(status, null, null, default, reason);
}

/// <summary>Where keys come from: the directory of known actors, else the network.</summary>
internal abstract class KeySource
{
    /// <summary>Finds a key without going to the network.</summary>
    public abstract ValueTask<KeyLookup?> FindKnownAsync(KeyName name, CancellationToken cancellationToken);

    /// <summary>
    /// Fetches a key and the actor that owns it from their origin. Where the owner is named, nobody but the owner is
    /// asked: what it does not list is not its key, wherever that may be found.
    /// </summary>
    public abstract Task<KeyLookup> FetchAsync(KeyName name, CancellationToken cancellationToken);
}

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>What became of looking for a key.</summary>
internal enum KeyStatus
{
    /// <summary>Found, and its owner lists it.</summary>
    Found,

    /// <summary>The owner is deleted (410).</summary>
    Gone,

    /// <summary>There is no such key, or its document breaks a rule.</summary>
    Refused,

    /// <summary>Its host does not answer now.</summary>
    Unreachable,
}

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
    public abstract ValueTask<KeyLookup?> FindKnownAsync(string keyId, CancellationToken cancellationToken);

    /// <summary>Fetches a key and the actor that owns it from their origin.</summary>
    public abstract Task<KeyLookup> FetchAsync(string keyId, CancellationToken cancellationToken);
}

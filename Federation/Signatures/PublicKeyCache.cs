namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>
/// Loaded keys of other servers, with the keys that could not be had (federation.md §3.3 rules 5 and 6): a key serves
/// 24 hours, may be fetched again when it fails after 5 minutes, and one that was not to be had is not asked for again
/// within 10 minutes.
/// </summary>
internal sealed class PublicKeyCache(int capacity, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);
    public static readonly TimeSpan MinimumAge = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan NegativeLife = TimeSpan.FromMinutes(10);

    private readonly BoundedCache<string, LoadedKey> _loaded = new(capacity);
    private readonly BoundedCache<string, NoKey> _missing = new(capacity);
    private readonly BoundedCache<string, string[]> _keysOf = new(capacity);

    /// <summary>A key ready for use.</summary>
    /// <param name="Owner">The actor that lists it.</param>
    /// <param name="Algorithm">Its kind.</param>
    /// <param name="Bytes">As published, to see whether it changed.</param>
    /// <param name="Verifier">The loaded key.</param>
    /// <param name="FetchedAt">When its owner was fetched.</param>
    internal sealed record LoadedKey(
        Uri Owner, KeyAlgorithm Algorithm, ReadOnlyMemory<byte> Bytes, VerifyingKey Verifier, DateTimeOffset FetchedAt);

    private sealed record NoKey(DateTimeOffset Until, KeyLookup Why);

    /// <summary>The loaded key, if it is not older than a day.</summary>
    public LoadedKey? Find(string keyId) =>
        _loaded.TryGet(keyId, out var key) && time.GetUtcNow() - key.FetchedAt < Life ? key : null;

    /// <summary>Why the key was not to be had within the last ten minutes.</summary>
    public KeyLookup? FindMissing(string keyId) =>
        _missing.TryGet(keyId, out var none) && time.GetUtcNow() < none.Until ? none.Why : null;

    /// <summary>Loads a key that was found; null when it is not usable.</summary>
    public LoadedKey? Add(string keyId, KeyLookup found)
    {
        if (_loaded.TryGet(keyId, out var old) && CanonicalAuthority.SameId(old.Owner, found.Owner) &&
            old.Algorithm == found.Key!.Algorithm && old.Bytes.Span.SequenceEqual(found.Key.Bytes.Span))
        {
            var same = old with { FetchedAt = found.FetchedAt };
            _loaded.Set(keyId, same);
            return same;
        }
        if (VerifyingKey.Load(found.Key!) is not { } verifier)
        {
            AddMissing(keyId, KeyLookup.Failed(KeyStatus.Refused, "The key is not usable."));
            return null;
        }
        var loaded = new LoadedKey(found.Owner!, found.Key!.Algorithm, found.Key.Bytes, verifier, found.FetchedAt);
        _loaded.Set(keyId, loaded);
        _missing.Remove(keyId);
        Note(found.Owner!.AbsoluteUri, keyId);
        return loaded;
    }

    /// <summary>
    /// Remembers that a key is not to be had. One that is still loaded survives a silence of its host.
    /// </summary>
    public void AddMissing(string keyId, KeyLookup why)
    {
        if (why.Status != KeyStatus.Unreachable)
            _loaded.Remove(keyId);
        _missing.Set(keyId, new NoKey(time.GetUtcNow() + NegativeLife, why));
    }

    /// <summary>Drops the keys that an actor, as just fetched, no longer lists or lists with another value.</summary>
    public void Replace(Uri actor, IReadOnlyList<PublicKey> keys)
    {
        if (!_keysOf.TryGet(actor.AbsoluteUri, out var keyIds))
            return;
        foreach (var keyId in keyIds)
        {
            if (!_loaded.TryGet(keyId, out var loaded))
                continue;
            var kept = keys.Any(k => k.Id == keyId && k.Bytes.Span.SequenceEqual(loaded.Bytes.Span));
            if (!kept)
                _loaded.Remove(keyId);
        }
    }

    /// <summary>Drops the keys of an actor, or all: they may have changed, and are at hand in the directory.</summary>
    public void Forget(Uri? actor)
    {
        if (actor is null)
            _loaded.Clear();
        else if (_keysOf.TryGet(actor.AbsoluteUri, out var keyIds))
            Array.ForEach(keyIds, _loaded.Remove);
    }

    private void Note(string owner, string keyId)
    {
        var keyIds = _keysOf.TryGet(owner, out var known) ? known : [];
        if (!keyIds.Contains(keyId))
            _keysOf.Set(owner, [.. keyIds.TakeLast(19), keyId]);
    }
}

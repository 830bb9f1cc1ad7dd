namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>
/// Loaded keys of other servers, with the keys that could not be had (CONTRACT.md §3.3 rules 5 and 6): a key serves
/// 24 hours, may be fetched again when it fails after 5 minutes, and one that was not to be had is not asked for again
/// within 10 minutes, or within one when its host did not answer. What was not to be had is remembered of the one name
/// only, so that nobody keeps the keys of others out by asking for what is not there.
/// </summary>
internal sealed class PublicKeyCache(int capacity, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);
    public static readonly TimeSpan MinimumAge = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan NegativeLife = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan SilentLife = TimeSpan.FromMinutes(1);

    private readonly BoundedCache<KeyName, LoadedKey> _loaded = new(capacity);
    private readonly BoundedCache<KeyName, NoKey> _missing = new(capacity);
    private readonly BoundedCache<string, KeyName[]> _keysOf = new(capacity);

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
    public LoadedKey? Find(KeyName name) =>
        _loaded.TryGet(name, out var key) && time.GetUtcNow() - key.FetchedAt < Life ? key : null;

    /// <summary>Why the key was not to be had a moment ago, and how long it is not asked for again.</summary>
    public (KeyLookup Why, TimeSpan Left)? FindMissing(KeyName name) =>
        _missing.TryGet(name, out var none) && none.Until - time.GetUtcNow() is var left && left > TimeSpan.Zero
            ? (none.Why, left) : null;

    /// <summary>Loads a key that was found; null when it is not usable.</summary>
    public LoadedKey? Add(KeyName name, KeyLookup found)
    {
        if (_loaded.TryGet(name, out var old) && CanonicalAuthority.SameId(old.Owner, found.Owner) &&
            old.Algorithm == found.Key!.Algorithm && old.Bytes.Span.SequenceEqual(found.Key.Bytes.Span))
        {
            var same = old with { FetchedAt = found.FetchedAt };
            _loaded.Set(name, same);
            return same;
        }
        if (VerifyingKey.Load(found.Key!) is not { } verifier)
        {
            AddMissing(name, KeyLookup.Failed(KeyStatus.Refused, "The key is not usable."));
            return null;
        }
        var loaded = new LoadedKey(found.Owner!, found.Key!.Algorithm, found.Key.Bytes, verifier, found.FetchedAt);
        _loaded.Set(name, loaded);
        _missing.Remove(name);
        Note(found.Owner!.AbsoluteUri, name);
        return loaded;
    }

    /// <summary>
    /// Remembers that a key is not to be had. One that is still loaded survives a silence of its host.
    /// </summary>
    public void AddMissing(KeyName name, KeyLookup why)
    {
        if (why.Status != KeyStatus.Unreachable)
            _loaded.Remove(name);
        var life = why.Status switch
        {
            KeyStatus.Unreachable => SilentLife,
            // It may be about to: keys are changed.
            KeyStatus.NotListed => MinimumAge,
            _ => NegativeLife,
        };
        _missing.Set(name, new NoKey(time.GetUtcNow() + life, why));
    }

    /// <summary>Drops the keys that an actor, as just fetched, no longer lists or lists with another value.</summary>
    public void Replace(Uri actor, IReadOnlyList<PublicKey> keys)
    {
        if (!_keysOf.TryGet(actor.AbsoluteUri, out var names))
            return;
        foreach (var name in names)
        {
            if (!_loaded.TryGet(name, out var loaded))
                continue;
            var kept = keys.Any(k => k.Id == name.KeyId && k.Bytes.Span.SequenceEqual(loaded.Bytes.Span));
            if (!kept)
                _loaded.Remove(name);
        }
    }

    /// <summary>Drops the keys of an actor, or all: they may have changed, and are at hand in the directory.</summary>
    public void Forget(Uri? actor)
    {
        if (actor is null)
            _loaded.Clear();
        else if (_keysOf.TryGet(actor.AbsoluteUri, out var names))
            Array.ForEach(names, _loaded.Remove);
    }

    private void Note(string owner, KeyName name)
    {
        var names = _keysOf.TryGet(owner, out var known) ? known : [];
        if (!names.Contains(name))
            _keysOf.Set(owner, [.. names.TakeLast(19), name]);
    }
}

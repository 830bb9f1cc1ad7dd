using System.Collections.Concurrent;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>A key ready for use, or why there is none: one of the two is null.</summary>
internal readonly record struct KeyAnswer(PublicKeyCache.LoadedKey? Key, SignatureVerdict? Refusal);

/// <summary>
/// Finds the key that a signature names: loaded, known, or asked for at its owner's server. Who asks for the same key
/// at the same time shares one look-up.
/// </summary>
internal sealed class KeyFinder(
    FederationOptions options, KeySource source, PublicKeyCache keys, LookUpTurns turns, TimeProvider time)
{
    // All that one network asks for one key at the same time is one question: it takes one turn.
    private readonly ConcurrentDictionary<Question, Lazy<Task<KeyAnswer>>> _questions = new();
    private readonly ConcurrentDictionary<KeyName, Lazy<Task<Found>>> _running = new();

    private readonly record struct Question(KeyName Name, DateTimeOffset? After, string Network);

    // The loaded key goes along: what was found may be forgotten again at once, when its owner was changed elsewhere.
    private readonly record struct Found(KeyLookup Lookup, PublicKeyCache.LoadedKey? Key);

    /// <summary>The key, if it is loaded.</summary>
    public PublicKeyCache.LoadedKey? FindLoaded(KeyName name) => keys.Find(name);

    /// <summary>Finds a key; goes to the network when it has to.</summary>
    /// <param name="name">Which.</param>
    /// <param name="network">Who asks.</param>
    /// <param name="cancellationToken">Stops waiting; a look-up that was begun goes on.</param>
    public async ValueTask<KeyAnswer> FindAsync(KeyName name, string network, CancellationToken cancellationToken)
    {
        if (keys.Find(name) is { } loaded)
            return new KeyAnswer(loaded, null);
        if (await source.FindKnownAsync(name, cancellationToken).ConfigureAwait(false) is { } known &&
            time.GetUtcNow() - known.FetchedAt < PublicKeyCache.Life && keys.Add(name, known) is { } found)
            return new KeyAnswer(found, null);
        return await FetchAsync(name, null, network, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks for a key at its owner's server.</summary>
    /// <param name="name">Which.</param>
    /// <param name="old">The one that is loaded and did not do.</param>
    /// <param name="network">Who asks.</param>
    /// <param name="cancellationToken">Stops waiting; a look-up that was begun goes on.</param>
    public async Task<KeyAnswer> FetchAsync(
        KeyName name, PublicKeyCache.LoadedKey? old, string network, CancellationToken cancellationToken)
    {
        if (Settled(name, old) is { } settled)
            return settled;
        var question = new Question(name, old?.FetchedAt, network);
        return await _questions.GetOrAdd(question, _ => new Lazy<Task<KeyAnswer>>(() => AskAsync(question, old)))
            .Value.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<KeyAnswer> AskAsync(Question question, PublicKeyCache.LoadedKey? old)
    {
        try
        {
            return await TakeTurnAsync(question.Name, old, question.Network).ConfigureAwait(false);
        }
        finally
        {
            _questions.TryRemove(question, out _);
        }
    }

    private async Task<KeyAnswer> TakeTurnAsync(KeyName name, PublicKeyCache.LoadedKey? old, string network)
    {
        if (!_running.TryGetValue(name, out var running))
        {
            if (CanonicalAuthority.Parse(name.Owner ?? name.KeyId, options) is not { } target)
                return Refuse(SignatureReason.NoKey, "The key is not the address of a peer.");
            var turn = await turns.EnterAsync(network, target, CancellationToken.None).ConfigureAwait(false);
            if (turn.Seat is not { } seat)
                return turn.IsOwnDoing
                    ? Refuse(SignatureReason.TooManyKeys, "Too many unknown keys.", turn.RetryAfter)
                    : Refuse(SignatureReason.Later, "Too many keys are asked for now.", turn.RetryAfter);
            // Somebody else's turn may have come before.
            if (Settled(name, old) is { } meanwhile)
            {
                seat.Dispose();
                return meanwhile;
            }
            var own = new Lazy<Task<Found>>(() => LookUpAsync(name, seat));
            running = _running.GetOrAdd(name, own);
            if (running != own)
                seat.Dispose();
        }
        try
        {
            var found = await running.Value.WaitAsync(LookUpTurns.Patience, time).ConfigureAwait(false);
            return found.Key is { } key && IsNewer(key, old)
                ? new KeyAnswer(key, null)
                : Settled(name, old) ?? Refusal(name, found.Lookup, LookUpTurns.SoonAgain);
        }
        catch (TimeoutException)
        {
            return Refuse(SignatureReason.Later, "The key's host does not answer in time.", LookUpTurns.SoonAgain);
        }
    }

    // The place is kept for as long as the other server is busy with us, not for as long as somebody waits for it.
    private async Task<Found> LookUpAsync(KeyName name, IDisposable seat)
    {
        try
        {
            var found = await source.FetchAsync(name, CancellationToken.None).ConfigureAwait(false);
            if (found.Status == KeyStatus.Found)
                return new Found(found, keys.Add(name, found));
            if (found.Status != KeyStatus.Limited)
                keys.AddMissing(name, found);
            return new Found(found, null);
        }
        finally
        {
            _running.TryRemove(name, out _);
            seat.Dispose();
        }
    }

    private KeyAnswer? Settled(KeyName name, PublicKeyCache.LoadedKey? old)
    {
        if (keys.Find(name) is { } loaded && IsNewer(loaded, old))
            return new KeyAnswer(loaded, null);
        return keys.FindMissing(name) is var (why, left) ? Refusal(name, why, left) : null;
    }

    private static bool IsNewer(PublicKeyCache.LoadedKey key, PublicKeyCache.LoadedKey? old) =>
        old is null || key.FetchedAt > old.FetchedAt;

    private KeyAnswer Refusal(KeyName name, KeyLookup missing, TimeSpan left)
    {
        var detail = missing.Reason ?? "The key cannot be had.";
        return missing.Status switch
        {
            // Only what its own address says: that a key is gone says nothing of its owner.
            KeyStatus.Gone => Refuse(SignatureReason.KeyGone, "The key's owner is deleted.", isGone: IsOwners()),
            KeyStatus.NotFound => Refuse(SignatureReason.NoKey, detail, isGone: IsOwners()),
            KeyStatus.NotListed when !IsInOwnersDocument() =>
                Refuse(SignatureReason.Owner, "The key is not one of the actor's."),
            KeyStatus.Unreachable or KeyStatus.Limited => Refuse(SignatureReason.Later, detail, left),
            _ => Refuse(SignatureReason.NoKey, detail),
        };

        bool IsOwners() => name.Owner is not null;

        bool IsInOwnersDocument() => name.Owner is null || CanonicalAuthority.Parse(name.KeyId, options) is { } url &&
            CanonicalAuthority.Parse(name.Owner, options) is { } owner &&
            url.GetLeftPart(UriPartial.Query) == owner.GetLeftPart(UriPartial.Query);
    }

    private static KeyAnswer Refuse(
        SignatureReason reason, string detail, TimeSpan? retryAfter = null, bool isGone = false) =>
        new(null, new SignatureVerdict(reason, detail, RetryAfter: retryAfter) { IsActorGone = isGone });
}

using System.Collections.Concurrent;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Federation.Actors;

/// <summary>
/// Finds actors of other servers: in the directory while younger than a day, else at their origin. One fetch at a
/// time per actor; one that was not to be had is not asked for again within ten minutes, or within one when its server
/// did not answer.
/// </summary>
public sealed class ActorResolver
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);
    private static readonly TimeSpan NegativeLife = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan SilentLife = TimeSpan.FromMinutes(1);
    private const int MaxBareKeys = 3, MostJoined = 3;

    private readonly FederationOptions _options;
    private readonly RemoteFetcher _fetcher;
    private readonly IActorDirectory _directory;
    private readonly PublicKeyCache _keys;
    private readonly IPeerPolicy _peers;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, Lazy<Task<ActorLookup>>> _running = new();
    private readonly BoundedCache<string, (DateTimeOffset Until, ActorLookup Why)> _missing = new(20_000);

    internal ActorResolver(
        FederationOptions options, RemoteFetcher fetcher, IActorDirectory directory, PublicKeyCache keys,
        IPeerPolicy peers, TimeProvider time)
    {
        _options = options;
        _fetcher = fetcher;
        _directory = directory;
        _keys = keys;
        _peers = peers;
        _time = time;
        directory.Changed += keys.Forget;
    }

    /// <summary>Finds an actor. An old copy serves while its server is silent.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Stops waiting; a fetch that others wait for goes on.</param>
    public async Task<ActorLookup> ResolveAsync(Uri id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (CanonicalAuthority.Canonical(id, _options) is not { } canonical)
            return ActorLookup.Failed(ActorStatus.Refused, "The id is not the address of a peer.");
        // Its authors count no more either, however well they are known (CONTRACT.md §7 row 26).
        if ((await _peers.FindAsync(canonical.Authority, cancellationToken).ConfigureAwait(false)).Blocked)
            return ActorLookup.Failed(ActorStatus.Refused, "The host is blocked.");
        var known = await _directory.FindAsync(canonical, cancellationToken).ConfigureAwait(false);
        if (known is not null && _time.GetUtcNow() - known.FetchedAt < Life)
            return ActorLookup.Found(known);
        var fresh = await RefreshAsync(canonical, cancellationToken).ConfigureAwait(false);
        return fresh.Status == ActorStatus.Unreachable && known is not null ? ActorLookup.Found(known) : fresh;
    }

    /// <summary>Fetches an actor from its origin, whatever is known, and remembers it.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Stops waiting; a fetch that others wait for goes on.</param>
    public async Task<ActorLookup> RefreshAsync(Uri id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (CanonicalAuthority.Canonical(id, _options) is not { } canonical)
            return ActorLookup.Failed(ActorStatus.Refused, "The id is not the address of a peer.");
        var key = canonical.AbsoluteUri;
        if (_missing.TryGet(key, out var missing) && _time.GetUtcNow() < missing.Until)
            return missing.Why;
        if (FetchBudget.Errand is not { } errand)
            return await FetchSharedAsync(canonical, key, cancellationToken).ConfigureAwait(false);
        using var place = await errand.StandInLineAsync(canonical.Authority, cancellationToken).ConfigureAwait(false);
        if (place is null)
            return ActorLookup.Failed(ActorStatus.Unreachable, "The domain is slow, and others are asking it.");
        var lookup = await FetchSharedAsync(canonical, key, cancellationToken).ConfigureAwait(false);
        if (lookup.NotAsked)
            errand.NoteHeldUp();
        return lookup;
    }

    // The shared fetch must not end because the first of those who wait for it gives up.
    private async Task<ActorLookup> FetchSharedAsync(Uri id, string key, CancellationToken cancellationToken)
    {
        var own = new Lazy<Task<ActorLookup>>(() => FetchOnceAsync(id, key));
        for (var joined = 0; ; joined++)
        {
            var running = _running.GetOrAdd(key, own);
            var found = await running.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
            // That somebody else had no fetches left is no answer to who has.
            if (!found.IsOurLimit || running == own || joined == MostJoined)
                return found;
        }
    }

    private async Task<ActorLookup> FetchOnceAsync(Uri id, string key)
    {
        FetchBudget.Share();
        try
        {
            var result = await _fetcher.FetchAsync(id, null, CancellationToken.None).ConfigureAwait(false);
            var found = result is FetchResult.Found document
                ? await AcceptAsync(document, id).ConfigureAwait(false)
                : Failed(result) with { NotAsked = result is FetchResult.Unreachable { NotAsked: true } };
            if (result is FetchResult.Found && found.Status == ActorStatus.Refused)
                found = found with { IsOther = true };
            if (found.Status != ActorStatus.Found && !found.IsOurLimit)
                _missing.Set(key, (_time.GetUtcNow() + LifeOf(found), found));
            return found;
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }

    private static TimeSpan LifeOf(ActorLookup missing) =>
        missing.Status == ActorStatus.Unreachable ? SilentLife : NegativeLife;

    private static ActorLookup Failed(FetchResult result) => (result switch
    {
        FetchResult.Gone => ActorLookup.Failed(ActorStatus.Gone, "The actor is deleted."),
        FetchResult.NotFound => ActorLookup.Failed(ActorStatus.NotFound, "There is no such actor."),
        FetchResult.Unreachable(var reason) => ActorLookup.Failed(ActorStatus.Unreachable, reason),
        FetchResult.Refused(var reason) => ActorLookup.Failed(ActorStatus.Refused, reason),
        _ => ActorLookup.Failed(ActorStatus.Refused, "The answer makes no sense."),
    }) with
    { IsOurLimit = result.IsOurLimit };

    /// <summary>Reads an actor that was just fetched, with its keys, and remembers it.</summary>
    internal async Task<ActorLookup> AcceptAsync(FetchResult.Found found, Uri expected)
    {
        if (VocabularyReader.Read(found.Bytes) is not { IsRead: true, Value: { } document })
            return ActorLookup.Failed(ActorStatus.Refused, "The actor's document cannot be read.");
        if (!CanonicalAuthority.SameId(found.Url, expected))
            return ActorLookup.Failed(ActorStatus.Refused, "The actor's address leads to another actor.");
        var read = ActorReader.Read(document, found.Url, _options, _time.GetUtcNow());
        if (read.Actor is not { } actor)
            return read;
        foreach (var keyId in ActorReader.BareKeys(document).Take(MaxBareKeys))
        {
            var (key, silence) = await FetchKeyAsync(keyId, actor.Id).ConfigureAwait(false);
            // Remembered without this key, the actor would be taken for somebody who does not have it.
            if (silence is not null)
                return silence;
            if (key is not null)
                actor = actor with { Keys = [.. actor.Keys, key] };
        }
        await _directory.RememberAsync(actor, CancellationToken.None).ConfigureAwait(false);
        _keys.Replace(actor.Id, actor.Keys);
        return ActorLookup.Found(actor);
    }

    private async Task<(PublicKey? Key, ActorLookup? Silence)> FetchKeyAsync(string keyId, Uri owner)
    {
        if (CanonicalAuthority.Parse(keyId, _options) is not { } url || !CanonicalAuthority.SameOrigin(url, owner))
            return default;
        var result = await _fetcher.FetchAsync(url, null, CancellationToken.None).ConfigureAwait(false);
        if (result.IsOurLimit || result is FetchResult.Unreachable)
            return (null, Failed(result));
        return result is FetchResult.Found found &&
            VocabularyReader.Read(found.Bytes) is { IsRead: true, Value: { } document } && document.Id == keyId
                ? (ActorReader.ReadKey(document, owner, _options), null) : default;
    }
}

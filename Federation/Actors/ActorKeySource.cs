using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Federation.Actors;

/// <summary>
/// Finds the actor behind a key id. A key id is opaque: it may be a fragment of the actor, an address that serves the
/// actor (GoToSocial's <c>/main-key</c>), or a document of its own whose owner must list it back.
/// </summary>
internal sealed class ActorKeySource(
    FederationOptions options, RemoteFetcher fetcher, ActorResolver actors, IActorDirectory directory,
    TimeProvider time) : KeySource
{
    public override async ValueTask<KeyLookup?> FindKnownAsync(KeyName name, CancellationToken cancellationToken)
    {
        var actor = name.Owner is { } owner
            ? await directory.FindAsync(new Uri(owner), cancellationToken).ConfigureAwait(false)
            : await directory.FindByKeyAsync(name.KeyId, cancellationToken).ConfigureAwait(false);
        return actor is not null && Listed(ActorLookup.Found(actor), name.KeyId) is { Status: KeyStatus.Found } found
            ? found : null;
    }

    public override async Task<KeyLookup> FetchAsync(KeyName name, CancellationToken cancellationToken)
    {
        var keyId = name.KeyId;
        if (name.Owner is { } owner)
            return await FromActorAsync(new Uri(owner), keyId, cancellationToken).ConfigureAwait(false);
        if (CanonicalAuthority.Parse(keyId, options) is not { } url)
            return KeyLookup.Failed(KeyStatus.Refused, "The key id is not the address of a peer.");
        var known = await directory.FindByKeyAsync(keyId, cancellationToken).ConfigureAwait(false);
        if (known is not null)
            return await FromActorAsync(known.Id, keyId, cancellationToken).ConfigureAwait(false);
        // Nearly always a fragment of the actor: then this is the one fetch that is needed.
        if (url.Fragment.Length > 0)
        {
            var actor = new Uri(url.GetLeftPart(UriPartial.Query));
            var direct = await AskActorAsync(actor, cancellationToken).ConfigureAwait(false);
            if (!direct.IsOther)
                return Listed(direct, keyId);
        }
        return await fetcher.FetchAsync(url, null, cancellationToken).ConfigureAwait(false) switch
        {
            FetchResult.Found found =>
                await FromDocumentAsync(found, url, keyId, cancellationToken).ConfigureAwait(false),
            { IsOurLimit: true } => KeyLookup.Failed(KeyStatus.Limited, "Too much is asked of this host."),
            FetchResult.Gone => KeyLookup.Failed(KeyStatus.Gone, "The key is deleted."),
            FetchResult.NotFound => KeyLookup.Failed(KeyStatus.NotFound, "There is no such key."),
            FetchResult.Unreachable(var reason) => KeyLookup.Failed(KeyStatus.Unreachable, reason),
            FetchResult.Refused(var reason) => KeyLookup.Failed(KeyStatus.Refused, reason),
            _ => KeyLookup.Failed(KeyStatus.Refused, "The answer makes no sense."),
        };
    }

    private async Task<KeyLookup> FromDocumentAsync(
        FetchResult.Found found, Uri asked, string keyId, CancellationToken cancellationToken)
    {
        if (VocabularyReader.Read(found.Bytes) is not { IsRead: true, Value: { } document })
            return KeyLookup.Failed(KeyStatus.Refused, "The key's document cannot be read.");
        if (document.Types.Any(ActorReader.IsActorType))
        {
            var actor = await actors.AcceptAsync(found, found.Url).ConfigureAwait(false);
            return Listed(actor, keyId);
        }
        if (CanonicalAuthority.Parse(document.OwnerId ?? document.ControllerId, options) is not { } owner ||
            !CanonicalAuthority.SameOrigin(owner, asked))
            return KeyLookup.Failed(KeyStatus.Refused, "The key names no owner on its own host.");
        return await FromActorAsync(owner, keyId, cancellationToken).ConfigureAwait(false);
    }

    private async Task<KeyLookup> FromActorAsync(Uri id, string keyId, CancellationToken cancellationToken) =>
        Listed(await AskActorAsync(id, cancellationToken).ConfigureAwait(false), keyId);

    // An actor that was fetched a moment ago has no more keys than it had then: many unknown key ids cost one fetch.
    private async Task<ActorLookup> AskActorAsync(Uri id, CancellationToken cancellationToken)
    {
        var known = await directory.FindAsync(id, cancellationToken).ConfigureAwait(false);
        return known is not null && time.GetUtcNow() - known.FetchedAt <= PublicKeyCache.MinimumAge
            ? ActorLookup.Found(known)
            : await actors.RefreshAsync(id, cancellationToken).ConfigureAwait(false);
    }

    private static KeyLookup Listed(ActorLookup lookup, string keyId)
    {
        if (lookup.Actor is { } actor)
            return actor.Keys.FirstOrDefault(k => k.Id == keyId) is { } key
                ? new KeyLookup(KeyStatus.Found, actor.Id, key, actor.FetchedAt)
                : KeyLookup.Failed(KeyStatus.NotListed, "The actor does not list the key.");
        return KeyLookup.Failed(lookup switch
        {
            { IsOurLimit: true } => KeyStatus.Limited,
            { Status: ActorStatus.Gone } => KeyStatus.Gone,
            { Status: ActorStatus.NotFound } => KeyStatus.NotFound,
            { Status: ActorStatus.Unreachable } => KeyStatus.Unreachable,
            _ => KeyStatus.Refused,
        }, lookup.Reason ?? "The actor cannot be had.");
    }
}

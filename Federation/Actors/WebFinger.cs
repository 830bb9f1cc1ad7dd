using Ontmoetingsplein.Federation.Discovery;
using Ontmoetingsplein.Federation.Fetching;

namespace Ontmoetingsplein.Federation.Actors;

/// <summary>
/// From a handle to its actor (RFC 7033). The answer counts only when actor and handle lead to each other, so that
/// no host can speak for another one's names (CONTRACT.md §1, §7 row 33).
/// </summary>
public sealed class WebFinger
{
    private readonly FederationOptions _options;
    private readonly RemoteFetcher _fetcher;
    private readonly ActorResolver _actors;

    internal WebFinger(FederationOptions options, RemoteFetcher fetcher, ActorResolver actors)
    {
        _options = options;
        _fetcher = fetcher;
        _actors = actors;
    }

    private sealed record Answer(Handle Subject, IReadOnlyList<SelfLink> Selves);

    /// <summary>Resolves a handle.</summary>
    /// <param name="handle">Such as <c>@anna@plein.example</c>.</param>
    /// <param name="type">
    /// The wanted type where a name belongs to two actors (Lemmy: Person and Group); null for the first that is found.
    /// </param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<ActorLookup> ResolveAsync(string handle, string? type, CancellationToken cancellationToken)
    {
        if (Handle.Parse(handle, _options) is not { } asked)
            return ActorLookup.Failed(ActorStatus.NotFound, "This is not a handle.");
        var (answer, failure) = await AskAsync(asked, cancellationToken).ConfigureAwait(false);
        if (answer is null)
            return failure!;
        if (!answer.Subject.IsSameAs(asked))
        {
            // The host says that the account has another name: then the host of that name must say so itself.
            var named = answer.Subject;
            (answer, failure) = await AskAsync(named, cancellationToken).ConfigureAwait(false);
            if (answer is null)
                return failure!;
            if (!answer.Subject.IsSameAs(named))
                return Refused("The handle leads from host to host.");
        }
        var links = answer.Selves.DistinctBy(l => l.Href).ToList();
        if (links.Count is 0 or > 2)
            return Refused("The host names no actor for this handle, or too many.");
        if (links.Count == 2 && links.FindAll(l => l.Type is not null && l.Type == (type ?? "Person")) is [var typed])
            links = [typed];
        ActorLookup? last = null;
        foreach (var link in links)
        {
            last = await ConfirmAsync(link, answer.Subject, cancellationToken).ConfigureAwait(false);
            if (last.Actor is { } actor && (links.Count == 1 || type is null || actor.Type == type))
                return last;
        }
        return last!.Actor is null ? last : Refused("No actor of this type has the handle.");
    }

    private async Task<ActorLookup> ConfirmAsync(SelfLink link, Handle subject, CancellationToken cancellationToken)
    {
        if (CanonicalAuthority.Parse(link.Href, _options) is not { } id)
            return Refused("The actor's address is not one of a peer.");
        var found = await _actors.ResolveAsync(id, cancellationToken).ConfigureAwait(false);
        if (found.Actor is not { } actor)
            return found;
        // Either way the host of the name leads here, so the names need only be the same.
        if (actor.Webfinger is { } claimed && claimed.IsSameAs(subject))
            return found;
        var own = new Handle(actor.PreferredUsername, actor.Id.Authority);
        if (own.IsSameAs(subject))
            return found;
        var (answer, failure) = await AskAsync(own, cancellationToken).ConfigureAwait(false);
        if (answer is null)
            return failure!;
        return answer.Subject.IsSameAs(subject) &&
            answer.Selves.Any(l => CanonicalAuthority.SameId(CanonicalAuthority.Parse(l.Href, _options), actor.Id))
            ? found : Refused("The actor does not go by this handle.");
    }

    private async Task<(Answer? Answer, ActorLookup? Failure)> AskAsync(
        Handle handle, CancellationToken cancellationToken)
    {
        var scheme = _options.AllowHttp ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        var origin = $"{scheme}://{handle.Host}";
        var resource = Uri.EscapeDataString($"acct:{handle}");
        var url = new Uri($"{origin}/.well-known/webfinger?resource={resource}");
        var result = await _fetcher.FetchJsonAsync(url, cancellationToken).ConfigureAwait(false);
        // As Mastodon does: a host may keep its names elsewhere, and say so here (RFC 6415).
        if (result is FetchResult.NotFound
            && await _fetcher.FetchXrdAsync(new Uri($"{origin}/.well-known/host-meta"), cancellationToken)
                .ConfigureAwait(false) is FetchResult.Found meta
            && HostMeta.ReadTemplate(meta.Bytes.Span) is { } template
            && CanonicalAuthority.Parse(template.Replace("{uri}", resource, StringComparison.Ordinal), _options)
                is { } elsewhere
            && elsewhere != url)
            result = await _fetcher.FetchJsonAsync(elsewhere, cancellationToken).ConfigureAwait(false);
        if (result is not FetchResult.Found found)
            return (null, result switch
            {
                FetchResult.NotFound => ActorLookup.Failed(ActorStatus.NotFound, "The host does not know this name."),
                FetchResult.Gone => ActorLookup.Failed(ActorStatus.Gone, "The account is deleted."),
                FetchResult.Unreachable(var reason) => ActorLookup.Failed(ActorStatus.Unreachable, reason),
                FetchResult.Refused(var reason) => Refused(reason),
                _ => Refused("The answer makes no sense."),
            });
        if (ResourceDescriptor.Read(found.Bytes) is not { } descriptor)
            return (null, Refused("The WebFinger answer cannot be read."));
        // An answer without a subject, or about an address, is about what was asked.
        var subject = descriptor.Subject is { } text && text.StartsWith("acct:", StringComparison.OrdinalIgnoreCase)
            ? Handle.Parse(text, _options) : handle;
        return subject is { } about
            ? (new Answer(about, descriptor.Selves), null)
            : (null, Refused("The WebFinger answer is about nobody."));
    }

    private static ActorLookup Refused(string reason) => ActorLookup.Failed(ActorStatus.Refused, reason);
}

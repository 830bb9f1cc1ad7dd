using Ontmoetingsplein.Federation.Signatures;

namespace Ontmoetingsplein.Federation.Fetching;

/// <summary>
/// Gets documents from other servers, signed by the node's own actor, with the limits of CONTRACT.md §7 rows 2, 3 and
/// 5 to 8. What comes back stands on the host that is its origin.
/// </summary>
public sealed class RemoteFetcher
{
    private const int MaxRedirects = 3;

    private static readonly Kind Activity = new(MediaTypes.Accept, MediaTypes.IsActivity);
    private static readonly Kind Json = new("application/jrd+json, application/json", MediaTypes.IsJson);
    private static readonly Kind Page = new("text/html", MediaTypes.IsHtml);
    private static readonly Kind Xrd = new("application/xrd+xml, application/xml", MediaTypes.IsXrd);

    private readonly FederationOptions _options;
    private readonly RemoteHttp _http;
    private readonly ISigningKeys _keys;
    private readonly IPeerPolicy _peers;
    private readonly TimeProvider _time;
    private readonly TokenBuckets? _perDomain;

    internal RemoteFetcher(
        FederationOptions options, RemoteHttp http, ISigningKeys keys, IPeerPolicy peers, TimeProvider time,
        LimitShare? share = null)
    {
        if (options.FetchesPerDomainPerMinute is { } perMinute)
            _perDomain = new TokenBuckets(perMinute, TimeSpan.FromMinutes(1), 10_000, time, share);
        _options = options;
        _http = http;
        _keys = keys;
        _peers = peers;
        _time = time;
    }

    /// <summary>Fetches an ActivityStreams document by its id.</summary>
    /// <param name="id">The id; a fragment is not sent.</param>
    /// <param name="etag">The ETag of what is already there; null for whatever there is.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>
    /// Found only when the document's own id is the URL that served it. Served under another URL of the same
    /// origin, it is fetched once more by its id (Mastodon's rule, CVE-2024-23832).
    /// </returns>
    public async Task<FetchResult> FetchAsync(Uri id, string? etag, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        var result = await FollowAsync(id, etag, Activity, cancellationToken).ConfigureAwait(false);
        for (var again = false; ; again = true)
        {
            if (result is not FetchResult.Found found)
                return result;
            if (CanonicalAuthority.Parse(DocumentId.Read(found.Bytes.Span), _options) is not { } own)
                return new FetchResult.Refused("The document has no id.");
            own = WithoutFragment(own);
            if (own == found.Url)
                return found;
            if (!CanonicalAuthority.SameOrigin(own, found.Url))
                return new FetchResult.Refused("The document's id is on another host.");
            if (again)
                return new FetchResult.Refused("The document's id leads to another document.");
            result = await FollowAsync(own, null, Activity, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Fetches plain JSON, such as a WebFinger or NodeInfo answer, without a signature.</summary>
    /// <param name="url">Where.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<FetchResult> FetchJsonAsync(Uri url, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        return FollowAsync(url, null, Json, cancellationToken);
    }

    /// <summary>Fetches a page for people, such as the home page of a website, without a signature.</summary>
    /// <param name="url">Where.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<FetchResult> FetchPageAsync(Uri url, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        return FollowAsync(url, null, Page, cancellationToken);
    }

    /// <summary>Fetches host-meta, without a signature.</summary>
    internal Task<FetchResult> FetchXrdAsync(Uri url, CancellationToken cancellationToken) =>
        FollowAsync(url, null, Xrd, cancellationToken);

    private async Task<FetchResult> FollowAsync(
        Uri start, string? etag, Kind kind, CancellationToken cancellationToken)
    {
        if (!FetchBudget.TryTake())
            return new FetchResult.Refused("Too many documents are asked for at once.") { IsOurLimit = true };
        if (FetchBudget.Errand is not { } errand)
            return await FollowOnAsync(start, etag, kind, cancellationToken).ConfigureAwait(false);
        using var place = await errand.StandInLineAsync(start.Authority, cancellationToken).ConfigureAwait(false);
        if (place is null)
            return NotAsked("The domain is slow, and others are asking it.");
        var result = await FollowOnAsync(start, etag, kind, cancellationToken).ConfigureAwait(false);
        if (result is FetchResult.Unreachable { NotAsked: true })
            errand.NoteHeldUp();
        return result;
    }

    private static FetchResult.Unreachable NotAsked(string reason) => new(reason)
    {
        NotAsked = true,
        IsOurLimit = true,
    };

    private async Task<FetchResult> FollowOnAsync(
        Uri start, string? etag, Kind kind, CancellationToken cancellationToken)
    {
        var url = start;
        HashSet<Uri> seen = [];
        for (var hops = 0; hops <= MaxRedirects; hops++)
        {
            if (CanonicalAuthority.Canonical(url, _options) is not { } canonical)
                return new FetchResult.Refused("The address is not one of a peer.");
            if (canonical.AbsoluteUri.Length > CanonicalAuthority.MostBytes)
                return new FetchResult.Refused("The address is too long.");
            url = WithoutFragment(canonical);
            if (CanonicalAuthority.SameOrigin(url, _options.Origin))
                return new FetchResult.Refused("The address is our own.");
            if (!seen.Add(url))
                return new FetchResult.Refused("The redirects go round in a circle.");
            var standing = await _peers.FindAsync(url.Authority, cancellationToken).ConfigureAwait(false);
            if (standing.Blocked)
                return new FetchResult.Refused("The host is blocked.");
            if (RegistrableDomain.Of(url.Host) is { } domain && _perDomain?.TryTake(domain) is not null)
                return NotAsked("Too many documents are asked of this domain.");
            var answer = kind == Activity
                ? await KnockAsync(url, etag, standing, cancellationToken).ConfigureAwait(false)
                : await AskAsync(url, null, kind, null, default, false, cancellationToken).ConfigureAwait(false);
            if (answer.Status is not (301 or 302 or 303 or 307 or 308))
                return Read(answer, url, kind);
            if (answer.Location is null || !Uri.TryCreate(url, answer.Location, out var next))
                return new FetchResult.Refused("The redirect leads nowhere.");
            url = next;
        }
        return new FetchResult.Refused("There are too many redirects.");
    }

    private async Task<RemoteAnswer> KnockAsync(
        Uri url, string? etag, PeerStanding standing, CancellationToken cancellationToken)
    {
        var keys = await _keys.FindAsync(_keys.NodeActor, cancellationToken).ConfigureAwait(false);
        var scheme = standing.Scheme ?? SignatureScheme.CavageRsa;
        var answer = await AskAsync(url, etag, Activity, keys, scheme, false, cancellationToken).ConfigureAwait(false);
        if (keys is null || answer.Status is not (400 or 401 or 403))
            return answer;
        if (answer.Status == 401 && scheme == SignatureScheme.CavageRsa && url.Query.Length > 0)
        {
            var bare = await AskAsync(url, etag, Activity, keys, scheme, true, cancellationToken).ConfigureAwait(false);
            if (bare.Status is not (400 or 401 or 403))
                return bare;
        }
        var wish = SignatureWish.Read(answer.AcceptSignature);
        var other = RequestSigner.Next(scheme, wish);
        var second = await AskAsync(url, etag, Activity, keys, other, false, cancellationToken, wish)
            .ConfigureAwait(false);
        if (second.Status is 200 or 304 or 404 or 410)
            await _peers.LearnAsync(url.Authority, other, cancellationToken).ConfigureAwait(false);
        return second;
    }

    private async Task<RemoteAnswer> AskAsync(
        Uri url, string? etag, Kind kind, ActorKeys? keys, SignatureScheme scheme, bool withoutQuery,
        CancellationToken cancellationToken, SignatureWish? wish = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept", kind.Accept);
        if (etag is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        if (keys is not null)
            RequestSigner.Sign(request, keys, scheme, null, _time.GetUtcNow(), withoutQuery, wish);
        return await _http.GetAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private static FetchResult Read(RemoteAnswer answer, Uri url, Kind kind) => answer switch
    {
        { IsRefusal: true } => new FetchResult.Refused(answer.Problem!),
        { Problem: { } problem } => new FetchResult.Unreachable(problem),
        { Status: 200 } when kind.IsWanted(answer.ContentType) =>
            new FetchResult.Found(answer.Body, url, answer.ETag),
        { Status: 200 } => new FetchResult.Refused("The document has another media type."),
        { Status: 304 } => new FetchResult.NotModified(),
        { Status: 404 } => new FetchResult.NotFound(),
        { Status: 410 } => new FetchResult.Gone(),
        { Status: 408 or 429 or >= 500 } => new FetchResult.Unreachable($"The host answered {answer.Status}."),
        _ => new FetchResult.Refused($"The host answered {answer.Status}."),
    };

    private static Uri WithoutFragment(Uri url) =>
        url.Fragment.Length == 0 ? url : new Uri(url.GetLeftPart(UriPartial.Query));

    private sealed record Kind(string Accept, Func<string?, bool> IsWanted);
}

using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Discovery;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Server.Peers.Documents;

/// <summary>
/// How other servers find this node and its actors: WebFinger, host-meta, NodeInfo (CONTRACT.md §1).
/// </summary>
internal sealed class ShowDiscovery(
    ActorStore actors, NodeAddresses addresses, ServerOptions options, NodeStatistics statistics, LimitShare share,
    TimeProvider clock)
{
    private const int PerNetworkPerMinute = 300;

    // Enough for a large server that meets a thread full of names, too little to try all names there could be.
    private readonly TokenBuckets lookUps = new(PerNetworkPerMinute, TimeSpan.FromMinutes(1), 10_000, clock, share);

    /// <summary>GET /.well-known/webfinger.</summary>
    public async Task<IResult> WebFingerAsync(HttpContext http, string? resource, CancellationToken cancellationToken)
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        if (lookUps.TryTake(ClientNetwork.Of(http.Connection.RemoteIpAddress)) is { } wait)
        {
            Problem.SetRetryAfter(http, wait);
            return new ProblemResult(429, "Too many look-ups.");
        }

        if (string.IsNullOrWhiteSpace(resource) || resource.Length > 500)
        {
            return new ProblemResult(400, "Ask with ?resource=acct:name@host.");
        }

        if (resource.TrimEnd('/').Equals(addresses.Root, StringComparison.OrdinalIgnoreCase))
        {
            return Jrd(ResourceDescriptor.OfNode(addresses.Root + "/", addresses.Node));
        }

        return await FindAsync(resource, cancellationToken) switch
        {
            { DeletedAt: null } actor => Jrd(ResourceDescriptor.OfActor(
                $"{actor.Name}@{addresses.Host}", actor.Uri, actor.Url ?? actor.Uri)),
            { } => new ProblemResult(410, "This actor is gone."),
            null => new ProblemResult(404, "There is no such actor here."),
        };
    }

    /// <summary>GET /.well-known/host-meta.</summary>
    public IResult HostMetaXml() => new ActivityResult(HostMeta.WriteXml(options.Origin))
    {
        ContentType = HostMeta.XmlContentType,
    };

    /// <summary>GET /.well-known/host-meta.json.</summary>
    public IResult HostMetaJson() => Jrd(HostMeta.WriteJson(options.Origin));

    /// <summary>GET /.well-known/nodeinfo.</summary>
    public IResult Index() => new ActivityResult(
        NodeInfo.WriteIndex(options.Origin, "/nodeinfo/2.0", "/nodeinfo/2.1", addresses.Node))
    {
        ContentType = "application/json",
    };

    /// <summary>GET /nodeinfo/2.0 and /nodeinfo/2.1.</summary>
    public async Task<IResult> NodeInfoAsync(HttpContext http, string version, CancellationToken cancellationToken)
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        if (version is not ("2.0" or "2.1"))
        {
            return new ProblemResult(404, "There are 2.0 and 2.1.");
        }

        var counts = await statistics.CountAsync(cancellationToken);
        var info = new NodeInfo
        {
            Version = version,
            Software = new NodeSoftware("ontmoetingsplein", Product.Version, options.Source?.AbsoluteUri),
            OpenRegistrations = true,
            Usage = new NodeUsage
            {
                Users = new NodeUsers(counts.Accounts),
                LocalPosts = counts.Questions,
                LocalComments = counts.Answers,
            },
        };
        return new ActivityResult(info.Write()) { ContentType = NodeInfo.ContentType(version) };
    }

    private async Task<Actor?> FindAsync(string resource, CancellationToken cancellationToken)
    {
        if (resource.Contains("://", StringComparison.Ordinal))
        {
            return addresses.IsOwn(resource)
                && await actors.FindByUriAsync(resource, cancellationToken) is { IsLocal: true } byUri
                ? byUri
                : null;
        }

        var handle = resource.StartsWith("acct:", StringComparison.OrdinalIgnoreCase) ? resource["acct:".Length..]
            : resource;
        handle = handle.TrimStart('@');
        var at = handle.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && handle[(at + 1)..].TrimEnd('.').Equals(addresses.Host, StringComparison.OrdinalIgnoreCase)
            ? await actors.FindLocalAsync(handle[..at], cancellationToken)
            : null;
    }

    private static ActivityResult Jrd(ResourceDescriptor descriptor) => Jrd(descriptor.Write());

    private static ActivityResult Jrd(byte[] body) => new(body) { ContentType = ResourceDescriptor.ContentType };
}

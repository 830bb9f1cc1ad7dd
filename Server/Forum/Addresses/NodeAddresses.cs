using System.Globalization;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum.Addresses;

/// <summary>The addresses of this node's own things (CONTRACT.md D9): every id it mints is made here.</summary>
internal sealed class NodeAddresses(ServerOptions options)
{
    /// <summary>Name of who reports to other servers.</summary>
    public const string ReporterName = "meldpunt";

    private readonly string root = options.Origin.GetLeftPart(UriPartial.Authority).ToLowerInvariant();

    /// <summary>Scheme, host and port, without a slash at the end.</summary>
    public string Root => root;

    /// <summary>Host with the port where it is not the usual one: the part after @ in a handle.</summary>
    public string Host { get; } = options.Origin.Authority.ToLowerInvariant();

    /// <summary>The node's Application actor.</summary>
    public string Node => $"{root}/actor";

    /// <summary>Who reports to other servers in the name of people here: a Person, for Lemmy takes no other.</summary>
    public string Reporter => Person(ReporterName);

    /// <summary>The inbox that all actors share.</summary>
    public string SharedInbox => $"{root}/inbox";

    public string Person(string name) => $"{root}/p/{name}";

    public string Topic(string slug) => $"{root}/o/{slug}";

    public string Question(QuestionId id) => $"{root}/q/{id}";

    public string Answer(AnswerId id) => $"{root}/r/{id}";

    public string Activity(long id) => $"{root}/x/{id.ToString(CultureInfo.InvariantCulture)}";

    public string Context(QuestionId id) => $"{root}/q/{id}/context";

    public static string Attestation(Actor issuer, long id) =>
        $"{issuer.Uri}/attestations/{id.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Whether an id is of this node.</summary>
    public bool IsOwn(string uri) =>
        uri.StartsWith(root, StringComparison.OrdinalIgnoreCase)
        && (uri.Length == root.Length || uri[root.Length] is '/' or '?' or '#');

    /// <summary>Whether what somebody typed, an address or a handle, is of this node.</summary>
    public bool IsHere(string typed) =>
        IsOwn(typed) || typed.EndsWith("@" + Host, StringComparison.OrdinalIgnoreCase);

    /// <summary>A handle as people write it.</summary>
    public string Handle(string name, string? host) => $"@{name}@{host ?? Host}";

    /// <summary>Authority of an address that was canonical when it was stored.</summary>
    public static string HostOf(string uri) =>
        Federation.CanonicalAuthority.Stored(uri).Authority.ToLowerInvariant();
}

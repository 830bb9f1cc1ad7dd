using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ontmoetingsplein.Federation.Discovery;

/// <summary>An answer of WebFinger (RFC 7033 §4.4), ours or a peer's.</summary>
public sealed record ResourceDescriptor
{
    /// <summary>The content type to serve it as.</summary>
    public const string ContentType = "application/jrd+json";

    /// <summary>Who it is about: <c>acct:name@host</c>.</summary>
    public string? Subject { get; init; }

    /// <summary>Other addresses of the same.</summary>
    public IReadOnlyList<string>? Aliases { get; init; }

    /// <summary>Links.</summary>
    public IReadOnlyList<ResourceLink> Links { get; init; } = [];

    /// <summary>
    /// Describes a local actor: exactly one self link, because peers take the first or the last of them.
    /// </summary>
    /// <param name="handle"><c>name@host</c>.</param>
    /// <param name="actor">The actor's id.</param>
    /// <param name="page">Its page for people.</param>
    public static ResourceDescriptor OfActor(string handle, string actor, string page) => new()
    {
        Subject = "acct:" + handle,
        Aliases = actor == page ? [actor] : [actor, page],
        Links =
        [
            new("self", ResourceLink.ActivityJson, actor),
            new("http://webfinger.net/rel/profile-page", "text/html", page),
        ],
    };

    /// <summary>Describes the node itself, asked as <c>https://host/</c> (FEP-d556).</summary>
    /// <param name="origin">The node's origin with a slash at the end.</param>
    /// <param name="nodeActor">The id of the Application actor.</param>
    public static ResourceDescriptor OfNode(string origin, string nodeActor) => new()
    {
        Subject = origin,
        Links = [new("https://www.w3.org/ns/activitystreams#Service", ResourceLink.ActivityJson, nodeActor)],
    };

    /// <summary>Writes it.</summary>
    /// <returns>JSON as UTF-8.</returns>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, DiscoveryDocuments.Json.ResourceDescriptor);

    /// <summary>Reads an answer of a peer. Never throws.</summary>
    /// <param name="document">JSON as UTF-8.</param>
    /// <returns>
    /// What could be read: links without href, unknown members and values of a wrong type are left out, at most 50
    /// links and aliases are kept. Null when it is no JSON object.
    /// </returns>
    public static ResourceDescriptor? Read(ReadOnlyMemory<byte> document) => DescriptorReader.Read(document);

    /// <summary>The links to actors: rel self with a type of ActivityPub, in the order sent.</summary>
    /// <remarks>
    /// Lemmy may give a Person and a Group for one name: choose by <see cref="ResourceLink.ActorType"/>.
    /// </remarks>
    [JsonIgnore]
    public IReadOnlyList<ResourceLink> Actors => [.. Links.Where(link => link.IsActor)];
}

/// <summary>A link of WebFinger or host-meta.</summary>
/// <param name="Rel">The relation.</param>
/// <param name="Type">The media type.</param>
/// <param name="Href">Where it points.</param>
/// <param name="Template">An address with <c>{uri}</c> in it.</param>
public sealed record ResourceLink(string? Rel, string? Type, string? Href, string? Template = null)
{
    internal const string ActivityJson = "application/activity+json";
    internal const string ActorTypeProperty = "https://www.w3.org/ns/activitystreams#type";

    /// <summary>Further properties; values may be null.</summary>
    public IReadOnlyDictionary<string, string?>? Properties { get; init; }

    /// <summary>Lemmy: Person or Group; null when not said.</summary>
    [JsonIgnore]
    public string? ActorType => Properties?.GetValueOrDefault(ActorTypeProperty);

    /// <summary>Whether it points to an actor.</summary>
    [JsonIgnore]
    public bool IsActor => Rel == "self" && Href is not null && Type is not null
        && (IsType(ActivityJson) || (IsType("application/ld+json")
            && Type.Contains("https://www.w3.org/ns/activitystreams", StringComparison.Ordinal)));

    private bool IsType(string mediaType) =>
        Type!.AsSpan().TrimStart().StartsWith(mediaType, StringComparison.OrdinalIgnoreCase)
        && Type!.AsSpan().TrimStart()[mediaType.Length..] is [] or [';' or ' ', ..];
}

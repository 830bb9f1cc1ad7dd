using System.Text.Json;

namespace Ontmoetingsplein.Federation.Discovery;

/// <summary>What a node tells about itself (NodeInfo 2.0 and 2.1, FEP-0151, FEP-f1d5).</summary>
public sealed record NodeInfo
{
    /// <summary>2.0 or 2.1: the schema.</summary>
    public required string Version { get; init; }

    /// <summary>The software.</summary>
    public required NodeSoftware Software { get; init; }

    /// <summary>Always activitypub.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = ["activitypub"];

    /// <summary>Other services it is connected to: none.</summary>
    public NodeServices Services { get; init; } = new();

    /// <summary>Whether anybody can make an account.</summary>
    public required bool OpenRegistrations { get; init; }

    /// <summary>How much it is used; numbers that are not published are left out.</summary>
    public NodeUsage Usage { get; init; } = new();

    /// <summary>Anything else, such as the node's name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Writes it in the schema of its <see cref="Version"/>.</summary>
    /// <returns>JSON as UTF-8, to be served as <see cref="ContentType"/> says.</returns>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(
        Version == "2.0" ? this with { Software = Software with { Repository = null, Homepage = null } } : this,
        DiscoveryDocuments.Json.NodeInfo);

    /// <summary>The content type of a version.</summary>
    /// <param name="version">2.0 or 2.1.</param>
    public static string ContentType(string version) =>
        $"application/json; profile=\"{SchemaOf(version)}#\"";

    /// <summary>Writes the index at <c>/.well-known/nodeinfo</c>, with the node's actor beside it (FEP-2677).</summary>
    /// <param name="origin">The node's origin.</param>
    /// <param name="path20">Path of the 2.0 document, with its slash.</param>
    /// <param name="path21">Path of the 2.1 document, with its slash.</param>
    /// <param name="nodeActor">The id of the Application actor.</param>
    public static byte[] WriteIndex(Uri origin, string path20, string path21, string nodeActor)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return JsonSerializer.SerializeToUtf8Bytes(
            new NodeInfoIndex([
                new(SchemaOf("2.1"), new Uri(origin, path21).AbsoluteUri),
                new(SchemaOf("2.0"), new Uri(origin, path20).AbsoluteUri),
                new("https://www.w3.org/ns/activitystreams#Application", nodeActor),
            ]),
            DiscoveryDocuments.Json.NodeInfoIndex);
    }

    private static string SchemaOf(string version) => $"http://nodeinfo.diaspora.software/ns/schema/{version}";
}

/// <summary>The software of a node.</summary>
/// <param name="Name">Lower-case letters, digits and hyphens.</param>
/// <param name="Version">Its version.</param>
/// <param name="Repository">Its source; schema 2.1 only.</param>
/// <param name="Homepage">Its page; schema 2.1 only.</param>
public sealed record NodeSoftware(string Name, string Version, string? Repository = null, string? Homepage = null);

/// <summary>Connected services: the schema asks for both lists.</summary>
public sealed record NodeServices
{
    /// <summary>Where posts are taken from.</summary>
    public IReadOnlyList<string> Inbound { get; init; } = [];

    /// <summary>Where posts are put.</summary>
    public IReadOnlyList<string> Outbound { get; init; } = [];
}

/// <summary>How much a node is used.</summary>
public sealed record NodeUsage
{
    /// <summary>Accounts.</summary>
    public NodeUsers Users { get; init; } = new();

    /// <summary>Questions made here.</summary>
    public long? LocalPosts { get; init; }

    /// <summary>Answers and comments made here.</summary>
    public long? LocalComments { get; init; }
}

/// <summary>How many use a node; may be empty.</summary>
/// <param name="Total">Accounts.</param>
/// <param name="ActiveHalfyear">Of them seen in 180 days.</param>
/// <param name="ActiveMonth">Of them seen in 30 days.</param>
public sealed record NodeUsers(long? Total = null, long? ActiveHalfyear = null, long? ActiveMonth = null);

/// <summary>The index of NodeInfo documents.</summary>
internal sealed record NodeInfoIndex(IReadOnlyList<NodeInfoLink> Links);

/// <summary>One line of it.</summary>
internal sealed record NodeInfoLink(string Rel, string Href);

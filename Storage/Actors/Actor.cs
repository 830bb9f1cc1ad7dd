namespace Ontmoetingsplein.Storage.Actors;

/// <summary>What an actor is (CONTRACT.md §2).</summary>
public enum ActorKind
{
    /// <summary>A citizen.</summary>
    Person = 0,

    /// <summary>A municipality, society, company.</summary>
    Organisation = 1,

    /// <summary>A topic.</summary>
    Group = 2,

    /// <summary>A node itself, or another program.</summary>
    Application = 3,
}

/// <summary>Anybody who acts: of this node when <see cref="Host"/> is null, else of another server.</summary>
public sealed record Actor
{
    /// <summary>Its number here.</summary>
    public required ActorId Id { get; init; }

    /// <summary>What it is.</summary>
    public required ActorKind Kind { get; init; }

    /// <summary>The name in its handle; unique within its host, people and topics together.</summary>
    public required string Name { get; init; }

    /// <summary>Authority of its server; null for our own.</summary>
    public string? Host { get; init; }

    /// <summary>Its ActivityPub id.</summary>
    public required string Uri { get; init; }

    /// <summary>The name people read; plain text.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What it says of itself; sanitised HTML.</summary>
    public string SummaryHtml { get; init; } = "";

    /// <summary>Picture.</summary>
    public string? IconUrl { get; init; }

    /// <summary>Page for people.</summary>
    public string? Url { get; init; }

    /// <summary>Its inbox.</summary>
    public required string Inbox { get; init; }

    /// <summary>The inbox shared on its host.</summary>
    public string? SharedInbox { get; init; }

    /// <summary>Its outbox.</summary>
    public string? Outbox { get; init; }

    /// <summary>Its followers collection.</summary>
    public string? Followers { get; init; }

    /// <summary>Of a group: its moderators collection.</summary>
    public string? Moderators { get; init; }

    /// <summary>Of a group: its pinned objects.</summary>
    public string? Featured { get; init; }

    /// <summary>What a remote actor says that it is ("organisation"); a claim.</summary>
    public string? ClaimedKind { get; init; }

    /// <summary>Of an own node.</summary>
    public bool SpeaksProfile { get; init; }

    /// <summary>Of a person of here: wants to be found, with what they wrote, by people of other servers.</summary>
    public bool IsDiscoverable { get; init; }

    /// <summary>First seen.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Of a remote actor: when its document was fetched.</summary>
    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>Gone since.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>Of a remote actor: what was decided about it (peer_rules), kept here so that reads can obey.</summary>
    public PeerVerdict Standing { get; init; }

    /// <summary>It is one of ours.</summary>
    public bool IsLocal => Host is null;
}

/// <summary>
/// A key of an actor; <see cref="PrivateBox"/> is encrypted by the node key and null for remote actors.
/// </summary>
public sealed record ActorKey
{
    /// <summary>The key's id.</summary>
    public required string KeyId { get; init; }

    /// <summary>Whose.</summary>
    public required ActorId ActorId { get; init; }

    /// <summary>0 = RSA, 1 = Ed25519.</summary>
    public required int Algorithm { get; init; }

    /// <summary>SubjectPublicKeyInfo for RSA, 32 bytes for Ed25519.</summary>
    public required byte[] PublicBytes { get; init; }

    /// <summary>Nonce, ciphertext and tag.</summary>
    public byte[]? PrivateBox { get; init; }
}

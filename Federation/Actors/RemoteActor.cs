using Ontmoetingsplein.Federation.Signatures;

namespace Ontmoetingsplein.Federation.Actors;

/// <summary>An actor of another server, checked: all addresses but the picture are on the actor's own origin.</summary>
public sealed record RemoteActor
{
    /// <summary>The actor's id in canonical form.</summary>
    public required Uri Id { get; init; }

    /// <summary>First known type: Person, Service, Organization, Application or Group.</summary>
    public required string Type { get; init; }

    /// <summary>The name in its handle, as sent, at most 100 characters.</summary>
    public required string PreferredUsername { get; init; }

    /// <summary>
    /// FEP-2c59: the handle that it says it has, on any host; a claim. Not kept: null for who was fetched before.
    /// </summary>
    public Handle? Webfinger { get; init; }

    /// <summary>
    /// Other accounts that it says are of the same holder, at most 256; a claim. Not kept: empty for who was fetched
    /// before.
    /// </summary>
    public IReadOnlyList<string> AlsoKnownAs { get; init; } = [];

    /// <summary>Display name as plain text, at most 100 characters; the username when absent.</summary>
    public required string Name { get; init; }

    /// <summary>Its own inbox.</summary>
    public required Uri Inbox { get; init; }

    /// <summary>The inbox it shares with its neighbours, when its host is that of the inbox.</summary>
    public Uri? SharedInbox { get; init; }

    /// <summary>Its outbox.</summary>
    public Uri? Outbox { get; init; }

    /// <summary>Its collection of followers.</summary>
    public Uri? Followers { get; init; }

    /// <summary>For a Group: the collection of its moderators (its attributedTo).</summary>
    public Uri? Moderators { get; init; }

    /// <summary>For a Group: its pinned objects.</summary>
    public Uri? Featured { get; init; }

    /// <summary>Its page for people.</summary>
    public Uri? Url { get; init; }

    /// <summary>Its picture, on any host.</summary>
    public Uri? Icon { get; init; }

    /// <summary>What it says of itself: HTML as sent, not yet sanitised; at most 5,000 characters.</summary>
    public string? Summary { get; init; }

    /// <summary>Own nodes: <c>omp:actorKind</c>, such as "organisation"; a claim, not a proof.</summary>
    public string? Kind { get; init; }

    /// <summary>Its application lists our profile (FEP-844e): an own node.</summary>
    public bool SpeaksProfile { get; init; }

    /// <summary>The keys that it lists, at most 10.</summary>
    public required IReadOnlyList<PublicKey> Keys { get; init; }

    /// <summary>When it was fetched.</summary>
    public required DateTimeOffset FetchedAt { get; init; }
}

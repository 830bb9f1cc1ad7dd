using Ontmoetingsplein.Server.Web.Parts;

namespace Ontmoetingsplein.Server.Web.Administration;

/// <summary>The administrator's page about other servers.</summary>
/// <param name="Servers">One page of them, by name.</param>
/// <param name="All">Also those for which nothing waits.</param>
/// <param name="Pager">Where the other pages are.</param>
public sealed record DeliveriesModel(IReadOnlyList<ServerRow> Servers, bool All, PagerLinks Pager);

/// <summary>How a server is spoken to (CONTRACT.md §6).</summary>
public enum ServerKind
{
    /// <summary>Gets the ids of what is new.</summary>
    Microblog,

    /// <summary>Gets activities wrapped.</summary>
    Forum,

    /// <summary>A node of our own kind.</summary>
    Plein,
}

/// <summary>One other server.</summary>
/// <param name="Host">plein.debrug.example.</param>
/// <param name="Waiting">Activities waiting.</param>
/// <param name="Kind">How it is spoken to.</param>
public sealed record ServerRow(string Host, long Waiting, ServerKind Kind)
{
    /// <summary>When the oldest of what waits was made.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>When it is tried again; null when nothing waits.</summary>
    public DateTimeOffset? NextTry { get; init; }

    /// <summary>When it last took something.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>When it last did not.</summary>
    public DateTimeOffset? LastFailure { get; init; }

    /// <summary>Why, in words for a technician; null after a success.</summary>
    public string? LastError { get; init; }

    /// <summary>The signature it takes, in words for a technician; null when unknown.</summary>
    public string? Scheme { get; init; }

    /// <summary>Tried once a day only, since.</summary>
    public DateTimeOffset? ParkedAt { get; init; }

    /// <summary>Nothing is sent to it.</summary>
    public bool IsBlocked { get; init; }
}

namespace Ontmoetingsplein.Federation.Actors;

/// <summary>What came of looking for an actor.</summary>
public enum ActorStatus
{
    /// <summary>Here it is.</summary>
    Found,

    /// <summary>Its server says that it is deleted (410).</summary>
    Gone,

    /// <summary>Its server does not know it (404).</summary>
    NotFound,

    /// <summary>Its document breaks a rule, or its host is blocked.</summary>
    Refused,

    /// <summary>Its server does not answer now.</summary>
    Unreachable,
}

/// <summary>An actor, or why there is none.</summary>
/// <param name="Status">What came of it.</param>
/// <param name="Actor">When found.</param>
/// <param name="Reason">When not: one line.</param>
public sealed record ActorLookup(ActorStatus Status, RemoteActor? Actor, string? Reason)
{
    /// <summary>It came of a limit of ours and says nothing of the actor.</summary>
    internal bool IsOurLimit { get; init; }

    /// <summary>Its server was not even asked, for too much was asked of it already.</summary>
    internal bool NotAsked { get; init; }

    /// <summary>There is a document at its address, which is no actor.</summary>
    internal bool IsOther { get; init; }

    internal static ActorLookup Found(RemoteActor actor) => new(ActorStatus.Found, actor, null);

    internal static ActorLookup Failed(ActorStatus status, string reason) => new(status, null, reason);
}

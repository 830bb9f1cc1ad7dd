using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum;

/// <summary>
/// Who acts, through whatever door: somebody of here, or an actor of another server. What the rules of the forum are
/// about, so that a refusal is the same for all.
/// </summary>
/// <param name="Id">The actor; null for a visitor.</param>
/// <param name="SpeaksFor">Organisations that it acts for, too.</param>
public sealed record Party(ActorId? Id, IReadOnlyList<ActorId> SpeaksFor)
{
    /// <summary>An actor of another server, which signed what it did.</summary>
    public static Party Of(Actor peer) => new(peer.Id, []);

    /// <summary>Whether it is this actor, or may speak as it.</summary>
    public bool Is(ActorId actor) => Id == actor || SpeaksFor.Contains(actor);
}

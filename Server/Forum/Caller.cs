using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum;

/// <summary>On whose behalf a verb runs, whatever the door: page, client API, command line.</summary>
/// <param name="Account">The signed-in account; null for a visitor.</param>
/// <param name="Organisations">Organisations that the account acts for.</param>
public sealed record Caller(Account? Account, IReadOnlyList<Actor> Organisations)
{
    /// <summary>
    /// The network that the request came from (<see cref="ClientNetwork"/>); null for what did not come over one.
    /// </summary>
    public string? Network { get; init; }

    /// <summary>Nobody in particular.</summary>
    public static Caller Visitor { get; } = new(null, []);

    /// <summary>What this caller may see.</summary>
    public Viewer Viewer => Account is null ? Viewer.Anyone : Viewer.Member(Account.ActorId);

    /// <summary>Who acts, for rules that hold for peers too.</summary>
    public Party Party => new(Account?.ActorId, [.. Organisations.Select(organisation => organisation.Id)]);

    /// <summary>Whether it runs the node.</summary>
    public bool IsAdministrator => Account?.Role == Role.Administrator;

    /// <summary>Whether it watches over what is posted.</summary>
    public bool IsModerator => Account?.Role >= Role.Moderator;

    /// <summary>Whether it may speak as an actor: itself, or an organisation that it acts for.</summary>
    /// <param name="actor">Which.</param>
    public bool MaySpeakAs(ActorId actor) =>
        Account?.ActorId == actor || Organisations.Any(organisation => organisation.Id == actor);
}

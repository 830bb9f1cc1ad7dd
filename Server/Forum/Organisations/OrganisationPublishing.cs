using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum.Organisations;

/// <summary>
/// Changes what an organisation of this node says of itself, and tells its followers on other servers in the same
/// change.
/// </summary>
internal sealed class OrganisationPublishing(
    Database database, ActorStore actors, Publisher publisher, ProfilePublishing profiles, ActorDocuments documents)
{
    /// <summary>Finds an organisation of this node, for who may change what it says of itself.</summary>
    /// <param name="id">The organisation.</param>
    /// <param name="caller">An administrator.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Outcome<Actor>> FindAsync(ActorId id, Caller caller, CancellationToken cancellationToken) =>
        !caller.IsAdministrator ? new Refusal(RefusalKind.Forbidden, "problem.403text")
        : await actors.FindAsync(id, cancellationToken) is
        { IsLocal: true, Kind: ActorKind.Organisation, DeletedAt: null } own ? own
        : new Refusal(RefusalKind.NotFound, "problem.404text");

    /// <summary>Makes the change.</summary>
    /// <param name="actor">The organisation.</param>
    /// <param name="about">What it says of itself after the change.</param>
    /// <param name="held">What others attest of it after the change.</param>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task ChangeAsync(
        Actor actor, Organisation about, IReadOnlyList<HeldAttestation> held, Action<Writing> change,
        CancellationToken cancellationToken)
    {
        var speaker = await publisher.PrepareAsync(actor);
        var document = await documents.WriteAsync(actor, about, held)
            ?? throw new InvalidOperationException($"{actor.Uri} has no keys here.");
        await database.WriteAsync(
            writing =>
            {
                change(writing);
                profiles.Updated(writing, speaker, document);
            }, cancellationToken);
    }
}

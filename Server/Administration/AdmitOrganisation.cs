using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Server.Outbound;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;

namespace Ontmoetingsplein.Server.Administration;

/// <summary>
/// Decides which organisations of other nodes answer officially here (federation.md §2). A decision counts at once for
/// all that they answered before.
/// </summary>
internal sealed class AdmitOrganisation(
    Database database, RecognitionStore recognitions, RemoteActors remote, NodeAddresses addresses)
{
    /// <summary>Recognises an organisation.</summary>
    /// <param name="handle">Like @gemeente@plein.example, or the address of its page.</param>
    /// <param name="vouches">Whether its attestations of other organisations are believed too.</param>
    /// <param name="caller">An administrator.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Outcome<Actor>> ExecuteAsync(
        string handle, bool vouches, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.IsAdministrator)
        {
            return new Refusal(RefusalKind.Forbidden, "problem.403text");
        }

        var typed = handle.Trim();
        if (typed.Length == 0)
        {
            return Refusal.Invalid(new FieldFault("organisation", "error.handle"));
        }

        if (addresses.IsOwn(typed) || typed.EndsWith('@' + addresses.Host, StringComparison.OrdinalIgnoreCase))
        {
            return Refusal.Invalid(new FieldFault("organisation", "error.organisationHere"));
        }

        var lookup = await remote.FindByHandleAsync(typed, null, cancellationToken);
        if (lookup.Actor is not { } found)
        {
            return Refusal.Invalid(RemoteActors.Fault(lookup, "organisation", typed));
        }

        return await database.WriteAsync<Outcome<Actor>>(
            writing =>
            {
                var actor = RemoteActors.Remember(writing, found);
                if (actor.Kind != ActorKind.Organisation)
                {
                    return Refusal.Invalid(new FieldFault("organisation", "error.noOrganisation"));
                }

                RecognitionStore.Put(writing, new Recognition
                {
                    ActorId = actor.Id,
                    Ground = RecognitionGround.Admitted,
                    Vouches = vouches,
                });
                return actor;
            }, cancellationToken);
    }

    /// <summary>Recognises an organisation no longer, nor those that only it vouches for.</summary>
    /// <param name="id">The organisation.</param>
    /// <param name="caller">An administrator.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Outcome<Recognition>> EndAsync(ActorId id, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.IsAdministrator)
        {
            return new Refusal(RefusalKind.Forbidden, "problem.403text");
        }

        if (await recognitions.FindAsync(id, cancellationToken) is not { } known)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        await database.WriteAsync(writing => RecognitionStore.Remove(writing, id), cancellationToken);
        return known;
    }
}

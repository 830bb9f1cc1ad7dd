using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;

namespace Ontmoetingsplein.Forum.Organisations;

/// <summary>
/// Decides which organisations of other nodes answer officially here (CONTRACT.md §2). A decision counts at once for
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

        if (addresses.IsHere(typed))
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

    /// <summary>Replaces the copy of the register of government bodies.</summary>
    /// <param name="text">See <see cref="RegisterList"/>; in faults "list".</param>
    /// <param name="caller">An administrator.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How many websites it has.</returns>
    public async Task<Outcome<int>> RegisterAsync(string text, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.IsAdministrator)
        {
            return new Refusal(RefusalKind.Forbidden, "problem.403text");
        }

        if (text.Length > RegisterList.MaxLength)
        {
            return Refusal.Invalid(new FieldFault("list", "hosts.tooLong", ("max", RegisterList.MaxLength)));
        }

        var (entries, unread) = RegisterList.Read(text);
        if (unread.Count > 0)
        {
            return Refusal.Invalid(
                new FieldFault("list", "error.registerLine", ("line", SafeHtml.OneLine(unread[0], 100))));
        }

        if (entries.Count == 0)
        {
            return Refusal.Invalid(new FieldFault("list", "error.registerEmpty"));
        }

        await database.WriteAsync(
            writing =>
            {
                OrganisationStore.Register(writing, entries);
                RecognitionStore.Recheck(writing);
            }, cancellationToken);
        return entries.Count;
    }

    /// <summary>
    /// Recognises an organisation no longer, whatever others say, nor those that only it vouches for. For one that was
    /// refused before: lets its website, the register and others say again who it is.
    /// </summary>
    /// <param name="id">The organisation.</param>
    /// <param name="caller">An administrator.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>As it was.</returns>
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

        await database.WriteAsync(
            writing =>
            {
                if (known.Ground == RecognitionGround.Denied)
                {
                    RecognitionStore.Remove(writing, id);
                }
                else
                {
                    RecognitionStore.Deny(writing, id);
                }
            }, cancellationToken);
        return known;
    }
}

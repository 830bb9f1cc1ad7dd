using Ontmoetingsplein.Federation.Actors;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum.Accounts;

/// <summary>
/// Names one's accounts on other servers, so that followers can be brought from there (alsoKnownAs), and moves to one,
/// so that followers go along (movedTo and Move; CONTRACT.md §2). Questions and answers stay where they are.
/// </summary>
internal sealed class MoveAccount(
    Database database, ActorStore actors, OtherAccountStore others, RemoteActors remote, ActorDocuments documents,
    Publisher publisher, ProfilePublishing publishing, Allowances allowances, NodeAddresses addresses,
    TimeProvider clock)
{
    /// <summary>Most other accounts that one person names.</summary>
    public const int MostOthers = 10;

    /// <summary>Names an account on another server as one's own.</summary>
    /// <param name="handle">Like @anna@mastodon.example, or its address; in faults the field "old".</param>
    /// <param name="caller">Whose.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Outcome<OtherAccount>> AddAsync(
        string handle, Caller caller, CancellationToken cancellationToken)
    {
        if (await SelfAsync(caller, cancellationToken) is not { } self)
        {
            return new Refusal(RefusalKind.SignInNeeded, "problem.403visitor");
        }

        var known = await others.ListAsync(self.Id, cancellationToken);
        if (known.Count >= MostOthers)
        {
            return Refusal.Invalid(new FieldFault("old", "error.moveMost", ("n", MostOthers)));
        }

        var looked = await LookUpAsync("old", handle, caller, cancellationToken);
        if (!looked.IsDone(out var found, out var refusal))
        {
            return refusal;
        }

        var other = new OtherAccount { Uri = found.Id.AbsoluteUri, Handle = HandleOf(found) };
        return await ChangeAsync(
            caller, self, [.. known.Where(one => one.Uri != other.Uri), other],
            writing => OtherAccountStore.Put(writing, self.Id, other), other, cancellationToken);
    }

    /// <summary>Names an account no longer, or calls a move off.</summary>
    /// <param name="uri">The account; null for the one that was moved to.</param>
    /// <param name="caller">Whose.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Outcome<OtherAccount>> RemoveAsync(
        string? uri, Caller caller, CancellationToken cancellationToken)
    {
        if (await SelfAsync(caller, cancellationToken) is not { } self)
        {
            return new Refusal(RefusalKind.SignInNeeded, "problem.403visitor");
        }

        var known = await others.ListAsync(self.Id, cancellationToken);
        return known.FirstOrDefault(one => uri is null ? one.MovedAt is not null : one.Uri == uri) is { } other
            ? await ChangeAsync(
                caller, self, [.. known.Where(one => one.Uri != other.Uri)],
                writing => OtherAccountStore.Remove(writing, self.Id, other.Uri), other, cancellationToken)
            : new Refusal(RefusalKind.NotFound, "problem.404text");
    }

    /// <summary>Moves to an account on another server that names this one.</summary>
    /// <param name="handle">Like @anna@mastodon.example, or its address; in faults the field "new".</param>
    /// <param name="isSure">Followers go along at once, so it is asked; in faults the field "sure".</param>
    /// <param name="caller">Who moves.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Outcome<OtherAccount>> MoveAsync(
        string handle, bool isSure, Caller caller, CancellationToken cancellationToken)
    {
        if (await SelfAsync(caller, cancellationToken) is not { } self)
        {
            return new Refusal(RefusalKind.SignInNeeded, "problem.403visitor");
        }

        if (!isSure)
        {
            return Refusal.Invalid(new FieldFault("sure", "error.moveSure"));
        }

        var looked = await LookUpAsync("new", handle, caller, cancellationToken);
        if (!looked.IsDone(out var found, out var refusal))
        {
            return refusal;
        }

        // What was known of it may be a day old, and it was named there a minute ago.
        var fresh = (await remote.RefreshAsync(found.Id, cancellationToken)).Actor;
        if (fresh?.AlsoKnownAs.Contains(self.Uri, StringComparer.Ordinal) != true)
        {
            return Refusal.Invalid(new FieldFault(
                "new", "error.moveUnlisted", ("handle", HandleOf(found)), ("own", addresses.Handle(self.Name, null))));
        }

        var other = new OtherAccount
        {
            Uri = fresh.Id.AbsoluteUri,
            Handle = HandleOf(fresh),
            MovedAt = clock.GetUtcNow(),
        };
        var kept = (await others.ListAsync(self.Id, cancellationToken))
            .Where(one => one.MovedAt is null && one.Uri != other.Uri);
        return await ChangeAsync(
            caller, self, [.. kept, other], writing => OtherAccountStore.Put(writing, self.Id, other), other,
            cancellationToken);
    }

    private async Task<Actor?> SelfAsync(Caller caller, CancellationToken cancellationToken) =>
        caller.Account is { } account ? await actors.FindAsync(account.ActorId, cancellationToken) : null;

    private async Task<Outcome<RemoteActor>> LookUpAsync(
        string field, string handle, Caller caller, CancellationToken cancellationToken)
    {
        var typed = handle.Trim();
        if (typed.Length == 0)
        {
            return Refusal.Invalid(new FieldFault(field, "error.moveHandle"));
        }

        if (addresses.IsHere(typed))
        {
            return Refusal.Invalid(new FieldFault(field, "error.moveHere"));
        }

        if (await allowances.TakeAsync(Act.LookUp, caller, cancellationToken) is { } tooMany)
        {
            return tooMany;
        }

        var lookup = await remote.FindByHandleAsync(typed, "Person", cancellationToken);
        return lookup.Actor switch
        {
            null => Refusal.Invalid(RemoteActors.Fault(lookup, field, typed)),
            { Type: "Person" or "Service" or "Organization" } found => found,
            _ => Refusal.Invalid(new FieldFault(field, "error.moveNobody")),
        };
    }

    private async Task<Outcome<OtherAccount>> ChangeAsync(
        Caller caller, Actor self, IReadOnlyList<OtherAccount> after, Action<Writing> change, OtherAccount other,
        CancellationToken cancellationToken)
    {
        var speaker = await publisher.PrepareAsync(self);
        var document = await documents.WriteAsync(self with { UpdatedAt = clock.GetUtcNow() }, also: after)
            ?? throw new InvalidOperationException($"{self.Uri} has no keys here.");
        return await database.WriteAsync<Outcome<OtherAccount>>(
            writing =>
            {
                if (allowances.Take(writing, Act.Profile, caller) is { } tooMany)
                {
                    return tooMany;
                }

                change(writing);
                publishing.Updated(writing, speaker, document);
                if (other.MovedAt is not null && after.Contains(other))
                {
                    publishing.Moved(writing, speaker, other.Uri);
                }

                return other;
            }, cancellationToken);
    }

    // Not the handle that it claims: who gives an address instead of a handle could show a name of another host.
    private string HandleOf(RemoteActor actor) => addresses.Handle(actor.PreferredUsername, actor.Id.Authority);
}

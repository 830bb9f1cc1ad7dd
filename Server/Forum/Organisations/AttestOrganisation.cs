using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum.Organisations;

/// <summary>
/// Attestations (CONTRACT.md §2): one of our organisations vouches for one of another node, takes that back, or
/// shows what another attests of it.
/// </summary>
internal sealed class AttestOrganisation(
    Database database, OrganisationStore organisations, RemoteActors remote, RemoteFetcher fetcher,
    Publisher publisher, OrganisationPublishing publishing, OncePosted once, NodeAddresses addresses,
    FederationOptions options, TimeProvider clock)
{
    /// <summary>An attestation holds so long at most.</summary>
    public const int MostDays = 400;

    /// <summary>Most attestations that one organisation shows.</summary>
    public const int MostHeld = 10;

    /// <summary>Vouches for an organisation.</summary>
    /// <param name="issuer">One of our organisations.</param>
    /// <param name="handle">Like @debrug@plein.example, or the address of its page; in faults "subject".</param>
    /// <param name="registerId">Its address in a public register, as IRI; in faults "register".</param>
    /// <param name="until">Last day; in faults "until".</param>
    /// <param name="caller">An administrator.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="key">Of the form it came in; see <see cref="SentForm"/>.</param>
    public async Task<Outcome<Attestation>> IssueAsync(
        ActorId issuer, string handle, string registerId, DateOnly? until, Caller caller,
        CancellationToken cancellationToken, string? key = null)
    {
        var found = await publishing.FindAsync(issuer, caller, cancellationToken);
        if (!found.IsDone(out var own, out var refusal))
        {
            return refusal;
        }

        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        List<FieldFault> faults = [];
        if (until is not { } last || last < today || last.DayNumber - today.DayNumber > MostDays)
        {
            faults.Add(new FieldFault("until", "error.attestUntil", ("n", MostDays)));
        }

        if (!Uri.TryCreate(registerId.Trim(), UriKind.Absolute, out var register) || registerId.Length > 500)
        {
            faults.Add(new FieldFault("register", "error.register"));
        }

        var typed = handle.Trim();
        if (typed.Length == 0)
        {
            faults.Add(new FieldFault("subject", "error.handle"));
        }
        else if (addresses.IsHere(typed))
        {
            faults.Add(new FieldFault("subject", "error.organisationHere"));
        }

        if (faults.Count > 0)
        {
            return Refusal.Invalid([.. faults]);
        }

        var lookup = await remote.FindByHandleAsync(typed, null, cancellationToken);
        if (lookup.Actor is not { } subject)
        {
            return Refusal.Invalid(RemoteActors.Fault(lookup, "subject", typed));
        }

        if (RemoteActors.KindOf(subject) != ActorKind.Organisation)
        {
            return Refusal.Invalid(new FieldFault("subject", "error.noOrganisation"));
        }

        var speaker = await publisher.PrepareAsync(own);
        return await once.PostAsync<Attestation>(
            SentForm.Of(key, caller, "attest", $"{issuer}", typed, registerId, $"{until:O}"), act: null, caller,
            writing =>
            {
                var id = writing.Ids.Next();
                var name = SafeHtml.OneLine(subject.Name, 100);
                var document = VocabularyWriter.Write(new AttestationDocument
                {
                    Id = NodeAddresses.Attestation(own, id),
                    Subject = subject.Id.AbsoluteUri,
                    OrganisationId = register!.AbsoluteUri,
                    Name = name,
                    ValidFrom = today,
                    ValidUntil = until!.Value,
                    Issuer = own.Uri,
                });
                var attestation = new Attestation
                {
                    Id = id,
                    IssuerId = own.Id,
                    SubjectUri = subject.Id.AbsoluteUri,
                    SubjectName = name,
                    Body = IntegrityProof.Sign(document, speaker.ProofKey, writing.Now),
                    ValidUntil = EndOf(until.Value),
                };
                OrganisationStore.Add(writing, attestation);
                return attestation;
            },
            attestation => attestation.Id, organisations.FindAttestationAsync, cancellationToken);
    }

    /// <summary>Takes an attestation back.</summary>
    public async Task<Outcome<Attestation>> RevokeAsync(
        long id, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.IsAdministrator)
        {
            return new Refusal(RefusalKind.Forbidden, "problem.403text");
        }

        return await organisations.FindAttestationAsync(id, cancellationToken) is { } attestation
            && await database.WriteAsync(writing => OrganisationStore.Revoke(writing, id), cancellationToken)
            ? attestation
            : new Refusal(RefusalKind.NotFound, "problem.404text");
    }

    /// <summary>Shows what another organisation attests of one of ours.</summary>
    /// <param name="owner">One of our organisations.</param>
    /// <param name="uri">The id of the attestation; in faults "attestation".</param>
    /// <param name="caller">An administrator.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Outcome<HeldAttestation>> HoldAsync(
        ActorId owner, string uri, Caller caller, CancellationToken cancellationToken)
    {
        var found = await publishing.FindAsync(owner, caller, cancellationToken);
        if (!found.IsDone(out var own, out var refusal))
        {
            return refusal;
        }

        if (CanonicalAuthority.Parse(uri.Trim(), options) is not { } address)
        {
            return Refusal.Invalid(new FieldFault("attestation", "error.link"));
        }

        switch (await fetcher.FetchAsync(address, null, cancellationToken))
        {
            case FetchResult.Found document when VocabularyReader.Read(document.Bytes).Value is { } read
                && Held(own, read) is { } held:
                var kept = (await organisations.ListHeldAsync(own.Id, clock.GetUtcNow(), cancellationToken))
                    .Where(one => one.Uri != held.Uri).ToList();
                if (kept.Count >= MostHeld)
                {
                    return Refusal.Invalid(new FieldFault("attestation", "error.attestMost", ("n", MostHeld)));
                }

                await publishing.ChangeAsync(
                    own, await organisations.FindAsync(own.Id, cancellationToken), [.. kept, held],
                    writing => OrganisationStore.Hold(writing, held), cancellationToken);
                return held;
            case FetchResult.Unreachable:
                return Refusal.Invalid(new FieldFault("attestation", "proof.unreachable"));
            default:
                return Refusal.Invalid(new FieldFault("attestation", "error.attestOther"));
        }
    }

    /// <summary>Shows an attestation no longer.</summary>
    public async Task<Outcome<HeldAttestation>> DropAsync(
        ActorId owner, string uri, Caller caller, CancellationToken cancellationToken)
    {
        var found = await publishing.FindAsync(owner, caller, cancellationToken);
        if (!found.IsDone(out var own, out var refusal))
        {
            return refusal;
        }

        var shown = await organisations.ListHeldAsync(own.Id, clock.GetUtcNow(), cancellationToken);
        if (shown.FirstOrDefault(one => one.Uri == uri) is not { } held)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        await publishing.ChangeAsync(
            own, await organisations.FindAsync(own.Id, cancellationToken), [.. shown.Where(one => one.Uri != uri)],
            writing => OrganisationStore.Drop(writing, own.Id, uri), cancellationToken);
        return held;
    }

    // Whether others believe it is for them to see; here only that it is about us and can still be believed.
    private HeldAttestation? Held(Actor own, AsObject read) =>
        read.Is("omp:OrganisationAttestation") && read.SubjectId == own.Uri && read.Proof.Count > 0
        && read is { Id: { } id, IssuerId: { } issuer, ValidUntil: { } until } && EndOf(until) > clock.GetUtcNow()
            ? new HeldAttestation
            {
                ActorId = own.Id,
                Uri = id,
                Issuer = issuer,
                Body = read.Raw.ToArray(),
                ValidUntil = EndOf(until),
            }
            : null;

    /// <summary>When what holds through a day ends.</summary>
    public static DateTimeOffset EndOf(DateOnly day) => new(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);
}

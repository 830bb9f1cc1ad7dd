using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Organisations;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;

namespace Ontmoetingsplein.Server.Web.Organisations;

/// <summary>The administrator's page about organisations, and its forms.</summary>
internal sealed class OrganisationForms(
    OrganisationStore organisations, RecognitionStore recognitions, ActorStore actors, DescribeOrganisation describe,
    NodeAddresses addresses, TimeProvider clock, Pages pages, Failures failures)
{
    private const int MostIssued = 100;

    /// <summary>GET /beheer/organisaties.</summary>
    public static Task<IResult> ShowAsync(HttpContext http, OrganisationForms forms) =>
        forms.PageAsync(http, model => model);

    /// <summary>POST /beheer/organisaties: recognises one of another node.</summary>
    public static async Task<IResult> SubmitAdmitAsync(
        HttpContext http, Caller caller, AdmitOrganisation admit, OrganisationForms forms)
    {
        var form = await Posted.ReadAsync(http);
        var (handle, vouches) = (form["organisation"], form.IsOn("vouches"));
        return await forms.AnswerAsync(
            http, "admit", await admit.ExecuteAsync(handle, vouches, caller, http.RequestAborted),
            "organisation.admitted", model => model with { Handle = handle, Vouches = vouches });
    }

    /// <summary>POST /beheer/organisaties/{id}/stoppen: recognises one no longer.</summary>
    public static async Task<IResult> SubmitEndAsync(
        HttpContext http, Caller caller, long id, AdmitOrganisation admit, OrganisationForms forms) =>
        await forms.AnswerAsync(
            http, "", await admit.EndAsync(new ActorId(id), caller, http.RequestAborted), "organisation.ended",
            model => model);

    /// <summary>POST /beheer/organisaties/register: replaces the copy of the register.</summary>
    public static async Task<IResult> SubmitRegisterAsync(
        HttpContext http, Caller caller, AdmitOrganisation admit, OrganisationForms forms)
    {
        var form = await Posted.ReadAsync(http);
        var text = await form.FileAsync("file", http.RequestAborted) is { Length: > 0 } file ? file : form["list"];
        return await forms.AnswerAsync(
            http, "register", await admit.RegisterAsync(text, caller, http.RequestAborted), "organisation.registered",
            model => model with { Register = form["list"] });
    }

    /// <summary>POST /beheer/organisaties/{id}: what one of ours says of itself.</summary>
    public static async Task<IResult> SubmitAboutAsync(
        HttpContext http, Caller caller, long id, DescribeOrganisation describe, OrganisationForms forms)
    {
        var form = await Posted.ReadAsync(http);
        return await forms.AnswerAsync(
            http, $"about{id}",
            await describe.ExecuteAsync(
                new ActorId(id), form["website"], form["register"], caller, http.RequestAborted),
            "organisation.saved",
            model => Change(model, id, one => one with { Website = form["website"], Register = form["register"] }));
    }

    /// <summary>POST /beheer/organisaties/{id}/controleren: looks at the proofs as another node would.</summary>
    public static async Task<IResult> SubmitCheckAsync(
        HttpContext http, Caller caller, long id, OrganisationPublishing own, OrganisationStore organisations,
        DescribeOrganisation describe, OrganisationForms forms, Failures failures)
    {
        var found = await own.FindAsync(new ActorId(id), caller, http.RequestAborted);
        if (!found.IsDone(out var actor, out var refusal))
        {
            return await failures.ShowAsync(http, refusal);
        }

        var steps = await describe.CheckAsync(
            actor, await organisations.FindAsync(actor.Id, http.RequestAborted), http.RequestAborted);
        return await forms.PageAsync(http, model => Change(model, id, one => one with { Steps = steps }));
    }

    /// <summary>POST /beheer/organisaties/{id}/bevestigen: vouches for another.</summary>
    public static async Task<IResult> SubmitAttestAsync(
        HttpContext http, Caller caller, long id, AttestOrganisation attest, OrganisationForms forms)
    {
        var form = await Posted.ReadAsync(http);
        return await forms.AnswerAsync(
            http, $"attest{id}",
            await attest.IssueAsync(
                new ActorId(id), form["subject"], form["register"], TypedDay.Read(form["until"]), caller,
                http.RequestAborted, form.Key),
            "organisation.attested",
            model => Change(
                model, id,
                one => one with
                {
                    Subject = form["subject"],
                    SubjectRegister = form["register"],
                    Until = form["until"],
                }));
    }

    /// <summary>POST /beheer/organisaties/bevestigd/{id}/intrekken: takes that back.</summary>
    public static async Task<IResult> SubmitRevokeAsync(
        HttpContext http, Caller caller, long id, AttestOrganisation attest, OrganisationForms forms) =>
        await forms.AnswerAsync(
            http, "", await attest.RevokeAsync(id, caller, http.RequestAborted), "organisation.revoked",
            model => model);

    /// <summary>POST /beheer/organisaties/{id}/tonen: shows what another attests, or no longer.</summary>
    public static async Task<IResult> SubmitHoldAsync(
        HttpContext http, Caller caller, long id, AttestOrganisation attest, OrganisationForms forms)
    {
        var form = await Posted.ReadAsync(http);
        var uri = form["attestation"];
        return form.IsOn("off")
            ? await forms.AnswerAsync(
                http, "", await attest.DropAsync(new ActorId(id), uri, caller, http.RequestAborted),
                "organisation.dropped", model => model)
            : await forms.AnswerAsync(
                http, $"hold{id}", await attest.HoldAsync(new ActorId(id), uri, caller, http.RequestAborted),
                "organisation.held", model => Change(model, id, one => one with { Attestation = uri }));
    }

    private static OrganisationsModel Change(
        OrganisationsModel model, long id, Func<OwnOrganisation, OwnOrganisation> change) =>
        model with { Own = [.. model.Own.Select(one => one.Id == id ? change(one) : one)] };

    private async Task<IResult> AnswerAsync<T>(
        HttpContext http, string form, Outcome<T> outcome, string notice,
        Func<OrganisationsModel, OrganisationsModel> typed)
    {
        switch (outcome.Refusal)
        {
            case null:
                Notices.Add(http, notice);
                return new SeeOther(Paths.Organisations + Paths.Top);
            case { Kind: RefusalKind.Invalid } refusal:
                var errors = Failures.Errors(await pages.TextsAsync(http), refusal);
                return await PageAsync(
                    http, model => typed(model) with { FaultyForm = form, Errors = errors },
                    StatusCodes.Status400BadRequest);
            case var refusal:
                return await failures.ShowAsync(http, refusal);
        }
    }

    private async Task<IResult> PageAsync(
        HttpContext http, Func<OrganisationsModel, OrganisationsModel> change, int status = StatusCodes.Status200OK)
    {
        var cancel = http.RequestAborted;
        var own = new List<OwnOrganisation>();
        foreach (var actor in await actors.ListOrganisationsAsync(cancel))
        {
            own.Add(await OwnAsync(actor, cancel));
        }

        var model = new OrganisationsModel
        {
            Own = own,
            Registered = await organisations.CountRegisteredAsync(cancel),
            Recognised =
            [
                .. (await recognitions.ListAsync(cancel)).Select(one => new RecognisedOrganisation(
                    one.ActorId.Value, one.DisplayName, addresses.Handle(one.Name, one.Host), one.Ground)
                {
                    Vouches = one.Vouches,
                    Issuer = one.IssuerName,
                    Website = one.Website,
                }),
            ],
        };
        return await pages.ShowAsync<OrganisationsPage, OrganisationsModel>(
            http, change(model), status, path: Paths.Organisations);
    }

    private async Task<OwnOrganisation> OwnAsync(Actor actor, CancellationToken cancellationToken)
    {
        var about = await organisations.FindAsync(actor.Id, cancellationToken);
        var issued = await organisations.ListAttestationsAsync(
            actor.Id, PageRequest.Newest(MostIssued), cancellationToken: cancellationToken);
        return new OwnOrganisation(actor.Id.Value, actor.DisplayName)
        {
            Website = about.Website ?? "",
            Register = about.RegisterId ?? "",
            File = about.Website is null ? null : await describe.FileAsync(actor, about, cancellationToken),
            FileAddress = about.Website is { } website
                ? new Uri(new Uri(website), WebsiteProof.Path).AbsoluteUri
                : null,
            Link = WebsiteProof.WriteLink(actor.Uri, actor.DisplayName),
            Issued =
            [
                .. issued.Items.Select(one => new AttestationView(
                    one.Id, NodeAddresses.Attestation(actor, one.Id), one.SubjectName, one.ValidUntil)
                {
                    Revoked = one.RevokedAt is not null,
                }),
            ],
            Held =
            [
                .. (await organisations.ListHeldAsync(actor.Id, clock.GetUtcNow(), cancellationToken))
                    .Select(one => new AttestationView(0, one.Uri, one.Issuer, one.ValidUntil)),
            ],
        };
    }
}

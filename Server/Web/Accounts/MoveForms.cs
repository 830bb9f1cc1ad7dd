using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Server.Web.Accounts;

/// <summary>The page about accounts elsewhere, and its forms.</summary>
internal static class MoveForms
{
    /// <summary>GET /account/verhuizen.</summary>
    public static async Task<IResult> ShowAsync(
        HttpContext http, Caller caller, OtherAccountStore others, NodeAddresses addresses, Pages pages,
        Failures failures) =>
        await ModelAsync(caller, others, addresses, http.RequestAborted) is { } model
            ? await pages.ShowAsync<MovePage, MoveModel>(http, model)
            : await failures.ShowAsync(http, new Refusal(RefusalKind.SignInNeeded, "problem.403visitor"));

    /// <summary>POST /account/verhuizen/toevoegen.</summary>
    public static async Task<IResult> SubmitAddAsync(
        HttpContext http, Caller caller, MoveAccount move, OtherAccountStore others, NodeAddresses addresses,
        Pages pages, Failures failures)
    {
        var old = (await Posted.ReadAsync(http))["old"];
        var outcome = await move.AddAsync(old, caller, http.RequestAborted);
        return await AnswerAsync(
            http, caller, outcome, "move.added", others, addresses, pages, failures, model => model with { Old = old });
    }

    /// <summary>POST /account/verhuizen/weghalen.</summary>
    public static async Task<IResult> SubmitRemoveAsync(
        HttpContext http, Caller caller, MoveAccount move, OtherAccountStore others, NodeAddresses addresses,
        Pages pages, Failures failures) =>
        await AnswerAsync(
            http, caller,
            await move.RemoveAsync((await Posted.ReadAsync(http))["uri"], caller, http.RequestAborted),
            "move.removed", others, addresses, pages, failures, model => model);

    /// <summary>POST /account/verhuizen.</summary>
    public static async Task<IResult> SubmitMoveAsync(
        HttpContext http, Caller caller, MoveAccount move, OtherAccountStore others, NodeAddresses addresses,
        Pages pages, Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var outcome = await move.MoveAsync(form["new"], form.IsOn("sure"), caller, http.RequestAborted);
        return await AnswerAsync(
            http, caller, outcome, "move.done", others, addresses, pages, failures,
            model => model with { New = form["new"] });
    }

    /// <summary>POST /account/verhuizen/blijven.</summary>
    public static async Task<IResult> SubmitBackAsync(
        HttpContext http, Caller caller, MoveAccount move, OtherAccountStore others, NodeAddresses addresses,
        Pages pages, Failures failures) =>
        await AnswerAsync(
            http, caller, await move.RemoveAsync(null, caller, http.RequestAborted), "move.undone", others, addresses,
            pages, failures, model => model);

    private static async Task<IResult> AnswerAsync(
        HttpContext http, Caller caller, Outcome<OtherAccount> outcome, string notice, OtherAccountStore others,
        NodeAddresses addresses, Pages pages, Failures failures, Func<MoveModel, MoveModel> typed)
    {
        if (outcome.Refusal is not { } refusal)
        {
            Notices.Add(http, notice);
            return new SeeOther(Paths.AccountMove + Paths.Top);
        }

        return refusal.KeepsForm
            && await ModelAsync(caller, others, addresses, http.RequestAborted) is { } model
            ? await pages.ShowAsync<MovePage, MoveModel>(
                http, typed(model) with { Errors = Failures.Errors(await pages.TextsAsync(http), refusal) },
                Failures.Status(http, refusal), path: Paths.AccountMove)
            : await failures.ShowAsync(http, refusal);
    }

    private static async Task<MoveModel?> ModelAsync(
        Caller caller, OtherAccountStore others, NodeAddresses addresses, CancellationToken cancellationToken)
    {
        if (caller.Account is not { } account)
        {
            return null;
        }

        var known = await others.ListAsync(account.ActorId, cancellationToken);
        return new MoveModel(
            addresses.Handle(account.Name, null),
            [.. known.Where(one => one.MovedAt is null).Select(Link)],
            known.Where(one => one.MovedAt is not null).Select(Link).FirstOrDefault());
    }

    private static LinkItem Link(OtherAccount other) => new(other.Uri, other.Handle);
}

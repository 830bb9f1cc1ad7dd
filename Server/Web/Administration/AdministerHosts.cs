using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Administration;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Server.Web.Administration;

/// <summary>The administrator's page about other hosts: what was decided, and what a decision would cut.</summary>
internal sealed class AdministerHosts(
    PeerRuleStore rules, DecideOnHosts decide, FederationOptions options, Pages pages)
{
    private const int MostShown = 200;

    /// <summary>GET /beheer/toegang.</summary>
    public static Task<IResult> ShowAsync(HttpContext http, AdministerHosts administer) =>
        administer.PageAsync(http, model => model);

    /// <summary>POST /beheer/toegang: shows what the decisions would do, and does nothing yet.</summary>
    public static async Task<IResult> SubmitAsync(HttpContext http, AdministerHosts administer)
    {
        var form = await Posted.ReadAsync(http);
        var text = await form.FileAsync("file", http.RequestAborted) is { Length: > 0 } file ? file : form["list"];
        return await administer.PreviewAsync(http, text, form["verdict"]);
    }

    /// <summary>POST /beheer/toegang/doorvoeren: carries them through.</summary>
    public static async Task<IResult> SubmitApplyAsync(
        HttpContext http, Caller caller, DecideOnHosts decide, FederationOptions options, Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var list = HostRuleList.Read(form["list"], PeerVerdict.Refuse, options);
        if (await decide.ExecuteAsync(list.Changes, caller, http.RequestAborted) is { } refusal)
        {
            return await failures.ShowAsync(http, refusal);
        }

        Notices.Add(http, "hosts.done");
        return new SeeOther(Paths.Hosts);
    }

    private async Task<IResult> PreviewAsync(HttpContext http, string text, string typed)
    {
        var verdict = Enum.TryParse<PeerVerdict>(typed, ignoreCase: true, out var chosen) && Enum.IsDefined(chosen)
            ? chosen
            : PeerVerdict.Refuse;
        var isTooLong = text.Length > HostRuleList.MaxLength;
        var list = HostRuleList.Read(isTooLong ? "" : text, verdict, options);
        if (list.Changes.Count == 0)
        {
            var texts = await pages.TextsAsync(http);
            var fault = isTooLong ? texts["hosts.tooLong", ("max", HostRuleList.MaxLength)] : texts["hosts.noHosts"];
            return await PageAsync(
                http,
                model => model with
                {
                    List = isTooLong ? "" : text,
                    Verdict = verdict,
                    Errors = new Dictionary<string, string> { ["list"] = fault },
                }, StatusCodes.Status400BadRequest);
        }

        var effects = await decide.PreviewAsync(list.Changes, http.RequestAborted);
        // Who is hidden goes on following and being followed.
        var hidden = effects.Where(effect => effect.After > effect.Before).Select(effect => effect.Stake).ToList();
        var cut = effects.Where(effect => effect.After == PeerVerdict.Refuse).Select(effect => effect.Stake).ToList();
        var model = new HostRulesPreviewModel(
            list.Changes.Count,
            [.. effects.Take(MostShown).Select(effect => (effect.Stake, effect.Before, effect.After))],
            new PeerStake(
                "", cut.Sum(one => one.Followers), cut.Sum(one => one.Follows), hidden.Sum(one => one.Questions),
                hidden.Sum(one => one.Answers), cut.Sum(one => one.Waiting)),
            [.. list.Unread.Take(MostShown)], HostRuleList.Write(list.Changes));
        return await pages.ShowAsync<HostRulesPreviewPage, HostRulesPreviewModel>(http, model, path: Paths.Hosts);
    }

    private async Task<IResult> PageAsync(
        HttpContext http, Func<HostRulesModel, HostRulesModel> change, int status = StatusCodes.Status200OK) =>
        await pages.ShowAsync<HostRulesPage, HostRulesModel>(
            http, change(new HostRulesModel(await rules.ListAsync(http.RequestAborted))), status, path: Paths.Hosts);
}

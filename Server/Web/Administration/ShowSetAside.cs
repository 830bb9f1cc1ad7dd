using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Administration;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.SetAside;

namespace Ontmoetingsplein.Server.Web.Administration;

/// <summary>The administrator's page about what failed for good: mail, and activities of other servers.</summary>
internal sealed class ShowSetAside(SetAsideStore items, TimeProvider clock, Pages pages)
{
    private const int PageSize = 20;

    /// <summary>GET /beheer/apart.</summary>
    public static Task<IResult> ShowAsync(HttpContext http, long? voor, ShowSetAside show) =>
        show.PageAsync(http, voor);

    /// <summary>POST /beheer/apart/{id}/{order}: tries one thing again or drops it.</summary>
    public static Task<IResult> SubmitAsync(
        HttpContext http, Caller caller, long id, string order, ManageSetAside manage, Failures failures) =>
        DoAsync(http, caller, id, order, manage, failures);

    /// <summary>POST /beheer/apart/{order}: the same with all.</summary>
    public static Task<IResult> SubmitAllAsync(
        HttpContext http, Caller caller, string order, ManageSetAside manage, Failures failures) =>
        DoAsync(http, caller, null, order, manage, failures);

    private static async Task<IResult> DoAsync(
        HttpContext http, Caller caller, long? id, string order, ManageSetAside manage, Failures failures)
    {
        if (order is not (Paths.RetryOrder or Paths.DropOrder))
        {
            return await failures.ShowAsync(http, new Refusal(RefusalKind.NotFound, "problem.404text"));
        }

        var drop = order == Paths.DropOrder;
        var outcome = await manage.ExecuteAsync(id, drop, caller, http.RequestAborted);
        if (outcome.Refusal is { } refusal)
        {
            return await failures.ShowAsync(http, refusal);
        }

        Notices.Add(http, drop ? "setAside.dropped" : "setAside.retried");
        return new SeeOther(Paths.SetAside);
    }

    private async Task<IResult> PageAsync(HttpContext http, long? before)
    {
        var page = await items.ListAsync(
            before is { } id ? new PageRequest(id, PageSize) : PageRequest.Newest(PageSize), http.RequestAborted);
        var now = clock.GetUtcNow();
        return await pages.ShowAsync<SetAsidePage, SetAsideModel>(
            http,
            new SetAsideModel(
                [
                    .. page.Items.Select(item => new SetAsideRow(
                        item.Id, item.Kind == SetAsideKind.Mail, item.Title, item.Party, item.Reason, item.Attempts,
                        item.At)
                    {
                        MayBeTried = item.MayBeTried(now),
                    }),
                ],
                new PagerLinks(
                    before is null ? null : Paths.SetAside,
                    page.Next is { } next ? Paths.SetAsideBefore(next) : null)),
            path: Paths.SetAside);
    }
}

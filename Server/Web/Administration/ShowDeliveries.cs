using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Administration;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Fediverse;

namespace Ontmoetingsplein.Server.Web.Administration;

/// <summary>The administrator's page about other servers: what waits for them, and how they are spoken to.</summary>
internal sealed class ShowDeliveries(PeerStore peers, PeerRuleStore rules, Pages pages)
{
    private const int PageSize = 20;

    /// <summary>GET /beheer/servers: those for which something waits, or with toon=alle all that are known.</summary>
    public static Task<IResult> ShowAsync(HttpContext http, string? na, string? toon, ShowDeliveries show) =>
        show.PageAsync(http, na, toon == Paths.AllServers);

    private async Task<IResult> PageAsync(HttpContext http, string? na, bool all)
    {
        var rows = await ListAsync(na, all, PageSize + 1, http.RequestAborted);
        var items = rows.Take(PageSize).ToList();
        return await pages.ShowAsync<DeliveriesPage, DeliveriesModel>(
            http,
            new DeliveriesModel(
                items, all,
                new PagerLinks(
                    na is null ? null : Paths.Servers(all),
                    rows.Count > PageSize ? Paths.Servers(all, items[^1].Host) : null)),
            path: Paths.Servers(all));
    }

    /// <summary>POST /beheer/servers/{order}: tries again, parks or forgets the server that the form names.</summary>
    public static async Task<IResult> SubmitAsync(
        HttpContext http, Caller caller, string order, ManageDeliveries manage, Failures failures)
    {
        DeliveryOrder? known = order switch
        {
            Paths.RetryOrder => DeliveryOrder.Retry,
            Paths.ParkOrder => DeliveryOrder.Park,
            Paths.ForgetOrder => DeliveryOrder.Forget,
            _ => null,
        };
        if (known is not { } asked)
        {
            return await failures.ShowAsync(http, new Refusal(RefusalKind.NotFound, "problem.404text"));
        }

        var form = await Posted.ReadAsync(http);
        var outcome = await manage.ExecuteAsync(form["host"], asked, caller, http.RequestAborted);
        if (outcome.Refusal is { } refusal)
        {
            return await failures.ShowAsync(http, refusal);
        }

        Notices.Add(http, asked switch
        {
            DeliveryOrder.Park => "admin.hostParked",
            DeliveryOrder.Forget => "admin.hostForgotten",
            _ => "admin.hostRetried",
        });
        return new SeeOther(Paths.Servers(form["all"] == "true"));
    }

    /// <summary>Servers as the page shows them.</summary>
    /// <param name="after">Only those after this one.</param>
    /// <param name="all">Also those for which nothing waits.</param>
    /// <param name="max">How many at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IReadOnlyList<ServerRow>> ListAsync(
        string? after, bool all, int max, CancellationToken cancellationToken)
    {
        var decided = (await rules.ListAsync(cancellationToken)).ToDictionary(rule => rule.Subject);
        var found = all
            ? await peers.ListAsync(after, max, cancellationToken)
            : await peers.ListWaitingAsync(after, max, cancellationToken);
        return [.. found.Select(peer => Row(peer, PeerRule.Judge(decided, peer.Host)))];
    }

    private static ServerRow Row(Peer peer, PeerVerdict verdict) => new(peer.Host, peer.Waiting, Kind(peer))
    {
        WaitingSince = peer.WaitingSince,
        NextTry = peer.DueAt is not { } due ? null : peer.RetryAt > due ? peer.RetryAt : due,
        LastSuccess = peer.LastSuccessAt,
        LastFailure = peer.LastFailureAt,
        LastError = peer.LastError,
        Scheme = peer.SpeaksProfile ? Describe(SignatureScheme.MessageEd25519)
            : peer.Scheme is { } scheme ? Describe((SignatureScheme)scheme) : null,
        ParkedAt = peer.ParkedAt,
        IsBlocked = verdict == PeerVerdict.Refuse,
    };

    private static ServerKind Kind(Peer peer) =>
        peer.SpeaksProfile ? ServerKind.Plein : peer.IsForum ? ServerKind.Forum : ServerKind.Microblog;

    private static string Describe(SignatureScheme scheme) => scheme switch
    {
        SignatureScheme.MessageRsa => "RFC 9421, RSA",
        SignatureScheme.MessageEd25519 => "RFC 9421, Ed25519",
        _ => "draft-cavage, RSA",
    };
}

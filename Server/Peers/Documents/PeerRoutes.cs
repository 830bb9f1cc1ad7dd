using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server.Peers.Documents;

/// <summary>Addresses that only other servers ask for. Those shared with a page are in Routes.cs.</summary>
internal static class PeerRoutes
{
    private static readonly string[] Read = ["GET", "HEAD"];

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/.well-known/webfinger", Read, (HttpContext http, string? resource, ShowDiscovery show) =>
            show.WebFingerAsync(http, resource, http.RequestAborted));
        app.MapMethods("/.well-known/host-meta", Read, (ShowDiscovery show) => show.HostMetaXml());
        app.MapMethods("/.well-known/host-meta.json", Read, (ShowDiscovery show) => show.HostMetaJson());
        app.MapMethods("/.well-known/nodeinfo", Read, (ShowDiscovery show) => show.Index());
        app.MapMethods("/nodeinfo/{version}", Read, (HttpContext http, string version, ShowDiscovery show) =>
            show.NodeInfoAsync(http, version, http.RequestAborted));
        app.MapMethods("/actor", Read, (HttpContext http, ShowActors show) =>
            show.ActorAsync("/actor", http.RequestAborted));

        var signed = app.Behind<SecureModeFilter>();
        signed.MapMethods("/x/{id:long}", Read, (HttpContext http, long id, ShowPosts show) =>
            show.ActivityAsync(id, http.RequestAborted));
        app.MapMethods("/q/{id:long}/context", Read, (HttpContext http, long id, long? page, Documents documents) =>
            documents.ShowAsync(
                http, show => show.ContextAsync(new QuestionId(id), page, http.RequestAborted), $"question:{id}"));
        app.MapMethods("/q/{id:long}/replies", Read, (HttpContext http, long id, long? page, Documents documents) =>
            documents.ShowAsync(
                http, show => show.QuestionRepliesAsync(new QuestionId(id), page, http.RequestAborted),
                $"question:{id}"));
        signed.MapMethods("/r/{id:long}/replies", Read, (HttpContext http, long id, long? page, ShowPosts show) =>
            show.AnswerRepliesAsync(new AnswerId(id), page, http.RequestAborted));
        signed.MapMethods("/q/{id:long}/likes", Read, (HttpContext http, long id, ShowPosts show) =>
            show.QuestionLikesAsync(new QuestionId(id), http.RequestAborted));
        signed.MapMethods("/r/{id:long}/likes", Read, (HttpContext http, long id, ShowPosts show) =>
            show.AnswerLikesAsync(new AnswerId(id), http.RequestAborted));
        signed.MapMethods("/q/{id:long}/shares", Read, (HttpContext http, long id, ShowPosts show) =>
            show.QuestionSharesAsync(new QuestionId(id), http.RequestAborted));
        signed.MapMethods("/r/{id:long}/shares", Read, (HttpContext http, long id, ShowPosts show) =>
            show.AnswerSharesAsync(new AnswerId(id), http.RequestAborted));

        signed.MapMethods("/q/{id:long}/revisions", Read, (HttpContext http, long id, long? page, ShowPosts show) =>
            show.QuestionRevisionsAsync(new QuestionId(id), page, http.RequestAborted));
        signed.MapMethods("/r/{id:long}/revisions", Read, (HttpContext http, long id, long? page, ShowPosts show) =>
            show.AnswerRevisionsAsync(new AnswerId(id), page, http.RequestAborted));

        foreach (var owner in new[] { "/actor", "/p/{name}", "/o/{name}" })
        {
            signed.MapMethods($"{owner}/outbox", Read, (HttpContext http, long? page, ShowActors show) =>
                show.OutboxAsync(Owner(http), page, http.RequestAborted));
            signed.MapMethods($"{owner}/followers", Read, (HttpContext http, ShowActors show) =>
                show.FollowersAsync(Owner(http), http.RequestAborted));
            app.MapMethods(
                $"{owner}/followers_synchronization", Read, async (HttpContext http, ShowActors show,
                    SignedFetch fetch) => await fetch.SignerAsync(http) is var (signer, refusal) && signer is not null
                        ? await show.FollowersOnAsync(Owner(http), signer.Authority, http.RequestAborted)
                        : refusal);
            signed.MapMethods($"{owner}/following", Read, (HttpContext http, ShowActors show) =>
                show.FollowingAsync(Owner(http), http.RequestAborted));
            app.MapMethods($"{owner}/featured", Read, (HttpContext http, Documents documents) =>
                documents.ShowActorAsync(
                    http, show => show.FeaturedAsync(Owner(http), http.RequestAborted), "questions", "actors"));
        }

        // What proves who an organisation is must be there for everybody, in secure mode too.
        app.MapMethods("/p/{name}/revoked", Read, (HttpContext http, long? page, ShowAttestations show) =>
            show.RevokedAsync(Owner(http), page, http.RequestAborted));
        app.MapMethods("/p/{name}/attestations/{id:long}", Read, (HttpContext http, string name, long id,
            ShowAttestations show) => show.OneAsync($"/p/{name}", id, http.RequestAborted));
        app.MapMethods(ShowChanges.Path, Read, (HttpContext http, string? since, string? topic, long? page,
            ShowChanges show) => show.ShowAsync(http, since, topic, page));
        signed.MapMethods("/o/{name}/moderators", Read, (HttpContext http, ShowActors show) =>
            show.ModeratorsAsync(Owner(http), http.RequestAborted));
    }

    // The path without its last part: what the collection is of.
    private static string Owner(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        return path[..path.LastIndexOf('/')];
    }
}

/// <summary>In secure mode what is for other servers is for those who sign only (CONTRACT.md §3.3).</summary>
internal sealed class SecureModeFilter(SignedFetch fetch) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        await fetch.RefusalAsync(context.HttpContext) ?? await next(context);
}

using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server.Peers;

/// <summary>Addresses that only other servers ask for. Those shared with a page are in Routes.cs.</summary>
internal static class PeerRoutes
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/.well-known/webfinger", (HttpContext http, string? resource, ShowDiscovery show) =>
            show.WebFingerAsync(http, resource, http.RequestAborted));
        app.MapGet("/.well-known/host-meta", (ShowDiscovery show) => show.HostMetaXml());
        app.MapGet("/.well-known/host-meta.json", (ShowDiscovery show) => show.HostMetaJson());
        app.MapGet("/.well-known/nodeinfo", (ShowDiscovery show) => show.Index());
        app.MapGet("/nodeinfo/{version}", (HttpContext http, string version, ShowDiscovery show) =>
            show.NodeInfoAsync(http, version, http.RequestAborted));
        app.MapGet("/actor", (HttpContext http, ShowActors show) => show.ActorAsync("/actor", http.RequestAborted));

        var signed = app.MapGroup("").AddEndpointFilter<SecureModeFilter>();
        signed.MapGet("/x/{id:long}", (HttpContext http, long id, ShowPosts show) =>
            show.ActivityAsync(id, http.RequestAborted));
        app.MapGet("/q/{id:long}/context", (HttpContext http, long id, long? page, Documents documents) =>
            documents.ShowAsync(
                http, show => show.ContextAsync(new QuestionId(id), page, http.RequestAborted), $"question:{id}"));
        app.MapGet("/q/{id:long}/replies", (HttpContext http, long id, long? page, Documents documents) =>
            documents.ShowAsync(
                http, show => show.QuestionRepliesAsync(new QuestionId(id), page, http.RequestAborted),
                $"question:{id}"));
        signed.MapGet("/r/{id:long}/replies", (HttpContext http, long id, ShowPosts show) =>
            show.AnswerRepliesAsync(new AnswerId(id), http.RequestAborted));

        foreach (var owner in new[] { "/actor", "/p/{name}", "/o/{name}" })
        {
            signed.MapGet($"{owner}/outbox", (HttpContext http, long? page, ShowActors show) =>
                show.OutboxAsync(Owner(http), page, http.RequestAborted));
            signed.MapGet($"{owner}/followers", (HttpContext http, ShowActors show) =>
                show.FollowersAsync(Owner(http), http.RequestAborted));
            signed.MapGet($"{owner}/following", (HttpContext http, ShowActors show) =>
                show.FollowingAsync(Owner(http), http.RequestAborted));
            signed.MapGet($"{owner}/featured", (HttpContext http, ShowActors show) =>
                show.FeaturedAsync(Owner(http), http.RequestAborted));
        }

        signed.MapGet("/o/{name}/moderators", (HttpContext http, ShowActors show) =>
            show.ModeratorsAsync(Owner(http), http.RequestAborted));
    }

    // The path without its last part: what the collection is of.
    private static string Owner(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        return path[..path.LastIndexOf('/')];
    }
}

/// <summary>In secure mode what is for other servers is for those who sign only (federation.md §3.3).</summary>
internal sealed class SecureModeFilter(SignedFetch fetch, FederationOptions options) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        options.SecureMode && !await fetch.IsAllowedAsync(context.HttpContext)
            ? new Hosting.ProblemResult(401, "Sign this request (secure mode).")
            : await next(context);
}

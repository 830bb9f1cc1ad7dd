using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Server.Inbound;
using Ontmoetingsplein.Server.Peers;

namespace Ontmoetingsplein.Server;

/// <summary>What people, clients and peers may call.</summary>
internal static class Routes
{
    public static void Map(WebApplication app)
    {
        PeerRoutes.Map(app);
        app.MapGet("/p/{name}", (HttpContext http, ShowActors show) => show.ActorAsync(http.Request.Path, http.RequestAborted));
        app.MapGet("/o/{name}", (HttpContext http, ShowActors show) => show.ActorAsync(http.Request.Path, http.RequestAborted));
        app.MapGet("/q/{id:long}", (HttpContext http, long id, ShowPosts show) =>
            show.QuestionAsync(new Storage.QuestionId(id), http.RequestAborted));
        app.MapGet("/r/{id:long}", (HttpContext http, long id, ShowPosts show) =>
            show.AnswerAsync(new Storage.AnswerId(id), http.RequestAborted));
        foreach (var inbox in new[] { "/inbox", "/actor/inbox", "/p/{name}/inbox", "/o/{name}/inbox" })
        {
            app.MapPost(inbox, (HttpContext http, InboxReceiver receiver, FederationOptions options, TimeProvider clock) =>
                ReceiveInbox.HandleAsync(http, receiver, options, clock));
        }
    }
}

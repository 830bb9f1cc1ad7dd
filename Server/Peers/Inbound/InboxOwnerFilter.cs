using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// An inbox of somebody who is not there takes nothing: 404, or 410 for who has gone (CONTRACT.md §6).
/// </summary>
internal sealed class InboxOwnerFilter(ActorStore actors, NodeAddresses addresses) : IEndpointFilter
{
    private const string Inbox = "/inbox";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var owner = http.Request.Path.Value![..^Inbox.Length];
        if (owner.Length == 0)
        {
            return await next(context);
        }

        var actor = await actors.FindByUriAsync(addresses.Root + owner.ToLowerInvariant(), http.RequestAborted);
        return actor switch
        {
            { IsLocal: true, DeletedAt: null } => await next(context),
            { IsLocal: true } => new ProblemResult(StatusCodes.Status410Gone, "Whose inbox this was has gone."),
            _ => new ProblemResult(StatusCodes.Status404NotFound, "There is no such inbox."),
        };
    }
}

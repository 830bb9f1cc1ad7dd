using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Server.Web.Serving;

namespace Ontmoetingsplein.Server.Peers.Documents;

/// <summary>Gives a thing as document to who asks for one, else its page.</summary>
internal sealed class Documents(ShowPosts posts, ShowActors actors, SignedFetch fetch, FederationOptions options)
{
    /// <summary>A question or answer.</summary>
    /// <param name="http">The request.</param>
    /// <param name="document">Makes the document.</param>
    /// <param name="page">Makes the page.</param>
    /// <param name="tags">What the document is made of.</param>
    public async Task<IResult> OrPageAsync(
        HttpContext http, Func<ShowPosts, Task<IResult>> document, Func<Task<IResult>> page, params string[] tags) =>
        ActivityNegotiation.WantsActivity(http.Request)
            ? await DocumentAsync(http, () => document(posts), tags)
            : await page();

    /// <summary>An actor; its address is that of the request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="page">Makes the page.</param>
    public async Task<IResult> ActorOrPageAsync(HttpContext http, Func<Task<IResult>> page) =>
        ActivityNegotiation.WantsActivity(http.Request)
            ? await DocumentAsync(
                http, () => actors.ActorAsync(http.Request.Path.Value!, http.RequestAborted), ["actors", "topics"])
            : await page();

    /// <summary>What only other servers ask for.</summary>
    /// <param name="http">The request.</param>
    /// <param name="document">Makes the document.</param>
    /// <param name="tags">What the document is made of.</param>
    public Task<IResult> ShowAsync(HttpContext http, Func<ShowPosts, Task<IResult>> document, params string[] tags) =>
        DocumentAsync(http, () => document(posts), tags);

    /// <summary>What only other servers ask for of an actor.</summary>
    /// <param name="http">The request.</param>
    /// <param name="document">Makes the document.</param>
    /// <param name="tags">What the document is made of.</param>
    public Task<IResult> ShowActorAsync(
        HttpContext http, Func<ShowActors, Task<IResult>> document, params string[] tags) =>
        DocumentAsync(http, () => document(actors), tags);

    private async Task<IResult> DocumentAsync(HttpContext http, Func<Task<IResult>> make, string[] tags)
    {
        if (await fetch.RefusalAsync(http) is { } refusal)
        {
            return refusal;
        }

        // Documents hold what everyone may see and nothing else; in secure mode everyone is not everyone.
        var result = await make();
        return result is ActivityResult { Status: StatusCodes.Status200OK } shown && !options.SecureMode
            && http.Features.Get<VisitorCache.Ticket>() is { } ticket
            ? ticket.Keep(new KeptResponse(shown.Body, shown.ContentType) { Vary = "Accept" }, tags)
            : result;
    }
}

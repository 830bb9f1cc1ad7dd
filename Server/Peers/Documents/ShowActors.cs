using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Peers.Documents;

/// <summary>Our actors and their collections, for other servers (CONTRACT.md §2, §5).</summary>
internal sealed class ShowActors(
    ActorStore actors, FollowStore follows, OutboxStore outbox, AccountStore accounts, ModeratorStore appointed,
    QuestionStore questions, ActorDocuments documents, PostDocuments posts, NodeAddresses addresses)
{
    private const int Inline = 50;
    private const int PageSize = 20;

    /// <summary>GET /p/{name}, /o/{slug}, /actor.</summary>
    public Task<IResult> ActorAsync(string uri, CancellationToken cancellationToken) => OfAsync(
        uri,
        async actor =>
            await documents.WriteAsync(actor) is { } bytes ? new ActivityResult(bytes) : ShowPosts.NotFound(),
        cancellationToken);

    /// <summary>GET …/outbox: of a topic, the newest 50 inline too, since Lemmy reads no pages.</summary>
    public Task<IResult> OutboxAsync(string uri, long? before, CancellationToken cancellationToken) => OfAsync(
        uri,
        async actor =>
        {
            var collection = actor.Uri + "/outbox";
            if (before is { } start)
            {
                var page = await outbox.ListAsync(
                    actor.Id, new PageRequest(start == 0 ? null : start, PageSize), cancellationToken);
                return ShowPosts.Document(new OrderedCollectionPageDocument
                {
                    Id = $"{collection}?page={start}",
                    PartOf = collection,
                    OrderedItems = [.. page.Items.Select(activity => RawJson.Of(activity.Body))],
                    Next = page.Next is { } next ? $"{collection}?page={next}" : null,
                });
            }

            var newest = actor.Kind == ActorKind.Group
                ? await outbox.ListAsync(actor.Id, PageRequest.Newest(Inline), cancellationToken)
                : null;
            return ShowPosts.Document(new OrderedCollectionDocument
            {
                Id = collection,
                TotalItems = await outbox.CountAsync(actor.Id, cancellationToken),
                First = collection + "?page=0",
                OrderedItems = newest is null ? null : [.. newest.Items.Select(activity => RawJson.Of(activity.Body))],
            });
        },
        cancellationToken);

    /// <summary>GET …/followers: how many, never who.</summary>
    public Task<IResult> FollowersAsync(string uri, CancellationToken cancellationToken) => OfAsync(
        uri,
        async actor => ShowPosts.Count(
            actor.Uri + "/followers", await follows.CountFollowersAsync(actor.Id, cancellationToken)),
        cancellationToken);

    /// <summary>
    /// GET …/followers_synchronization: which followers an actor has on the server that asks (FEP-8fcf), and nobody
    /// else's business.
    /// </summary>
    /// <param name="uri">Path or id of the actor.</param>
    /// <param name="host">Authority of who signed the request.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IResult> FollowersOnAsync(string uri, string host, CancellationToken cancellationToken) => OfAsync(
        uri,
        async actor => ShowPosts.Document(new OrderedCollectionDocument
        {
            Id = actor.Uri + "/followers_synchronization",
            OrderedItems =
            [
                .. (await follows.ListFollowersOnAsync(actor.Id, host, cancellationToken)).Select(id => (RawJson)id),
            ],
        }),
        cancellationToken);

    /// <summary>GET …/following: how many, never whom.</summary>
    public Task<IResult> FollowingAsync(string uri, CancellationToken cancellationToken) => OfAsync(
        uri,
        async actor => ShowPosts.Count(
            actor.Uri + "/following", await follows.CountFollowingAsync(actor.Id, cancellationToken)),
        cancellationToken);

    /// <summary>
    /// GET …/featured: of a topic the pinned questions, in full since Lemmy takes nothing else; of other servers the
    /// id, because what they say is not ours to hand out. People pin nothing.
    /// </summary>
    public Task<IResult> FeaturedAsync(string uri, CancellationToken cancellationToken) => OfAsync(
        uri,
        async actor =>
        {
            var pinned = actor.Kind == ActorKind.Group
                ? await questions.ListPinnedAsync(actor.Id, Viewer.Anyone, Inline, cancellationToken)
                : [];
            var ours = (await questions.ListAsync([.. pinned.Select(row => row.Id)], Viewer.Anyone, cancellationToken))
                .Where(question => question.IsLocal).ToDictionary(question => question.Id);
            var items = new List<RawJson>(pinned.Count);
            foreach (var row in pinned)
            {
                items.Add(
                    ours.GetValueOrDefault(row.Id) is { } question
                        ? RawJson.Of(await posts.WriteAsync(question, cancellationToken))
                        : row.Uri);
            }

            return ShowPosts.Document(new OrderedCollectionDocument
            {
                Id = actor.Uri + "/featured",
                TotalItems = items.Count,
                OrderedItems = items,
            });
        },
        cancellationToken);

    /// <summary>GET /o/{slug}/moderators.</summary>
    public Task<IResult> ModeratorsAsync(string uri, CancellationToken cancellationToken) => OfAsync(
        uri,
        async actor =>
        {
            var moderators = (await accounts.ListModeratorsAsync(cancellationToken)).Select(account => account.Uri)
                .Concat((await appointed.ListAsync(actor.Id, cancellationToken)).Select(one => one.Uri))
                .Distinct(StringComparer.Ordinal).ToList();
            return ShowPosts.Document(new OrderedCollectionDocument
            {
                Id = actor.Uri + "/moderators",
                TotalItems = moderators.Count,
                OrderedItems = [.. moderators.Select(moderator => (RawJson)moderator)],
            });
        },
        cancellationToken);

    private async Task<IResult> OfAsync(
        string uri, Func<Actor, Task<IResult>> show, CancellationToken cancellationToken) =>
        await actors.FindByUriAsync(
            uri.StartsWith('/') ? addresses.Root + uri.ToLowerInvariant() : uri, cancellationToken) switch
        {
            { IsLocal: true, DeletedAt: null } actor => await show(actor),
            { IsLocal: true } gone => new ActivityResult(VocabularyWriter.Write(new TombstoneDocument
            {
                Id = gone.Uri,
                Deleted = gone.DeletedAt,
            }))
            {
                Status = StatusCodes.Status410Gone,
            },
            _ => ShowPosts.NotFound(),
        };
}

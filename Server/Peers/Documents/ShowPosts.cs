using System.Globalization;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Peers.Documents;

/// <summary>
/// What other servers may fetch of questions, answers, threads and activities: what everyone may see, and nothing else.
/// What is not theirs to see and what is not there look the same (CONTRACT.md §7 row 30).
/// </summary>
internal sealed class ShowPosts(
    QuestionStore questions, AnswerStore answers, ActorStore actors, OutboxStore outbox, PostDocuments documents,
    ThreadPublishing threads, NodeAddresses addresses)
{
    private const int PageSize = 20;
    private const int Embedded = 5;

    /// <summary>GET /q/{id}.</summary>
    public async Task<IResult> QuestionAsync(QuestionId id, CancellationToken cancellationToken) =>
        await questions.FindAsync(id, Viewer.Anyone, cancellationToken) switch
        {
            null => NotFound(),
            { DeletedAt: { } at } gone => Tombstone(gone.Uri, at),
            // A copy is not ours to hand out: whoever wants it asks its own server.
            { IsLocal: false } copy => new AtItsOwnServer(copy.Uri),
            var question => new ActivityResult(await documents.WriteAsync(question, cancellationToken)),
        };

    /// <summary>GET /r/{id}.</summary>
    public async Task<IResult> AnswerAsync(AnswerId id, CancellationToken cancellationToken) =>
        await answers.FindAsync(id, Viewer.Anyone, cancellationToken) switch
        {
            null => NotFound(),
            { DeletedAt: { } at } gone => Tombstone(gone.Uri, at),
            { IsLocal: false } copy => new AtItsOwnServer(copy.Uri),
            var answer => await documents.WriteAsync(answer, cancellationToken) is { } bytes
                ? new ActivityResult(bytes)
                : NotFound(),
        };

    /// <summary>GET /x/{id}.</summary>
    public async Task<IResult> ActivityAsync(long id, CancellationToken cancellationToken) =>
        await outbox.FindAsync(addresses.Activity(id), cancellationToken) is { IsPublic: true } activity
            ? new ActivityResult(activity.Body)
            : NotFound();

    /// <summary>GET /q/{id}/context: the thread, question first, ids only (FEP-7888, CONTRACT.md §5).</summary>
    public async Task<IResult> ContextAsync(QuestionId id, long? after, CancellationToken cancellationToken)
    {
        if (await questions.FindAsync(id, Viewer.Anyone, cancellationToken) is not { DeletedAt: null } question
            || !addresses.IsOwn(question.ContextUri))
        {
            return NotFound();
        }

        if (after is { } start)
        {
            return await ContextPageAsync(question, start, cancellationToken);
        }

        var topic = await actors.FindAsync(question.TopicId, cancellationToken);
        var facts = await threads.FactsAsync(question, cancellationToken);
        var updated = question.ThreadUpdatedAt > question.ActiveAt ? question.ThreadUpdatedAt.Value : question.ActiveAt;
        return Document(ThreadPublishing.Document(question, topic!.Uri, facts, updated));
    }

    /// <summary>GET /q/{id}/replies: the direct replies, ids only.</summary>
    public async Task<IResult> QuestionRepliesAsync(QuestionId id, long? after, CancellationToken cancellationToken) =>
        await OwnAsync(id, cancellationToken) is { } question
            ? await RepliesAsync(question.Uri + "/replies", id, null, after, cancellationToken)
            : NotFound();

    /// <summary>GET /r/{id}/replies: the comments on an answer, ids only.</summary>
    public async Task<IResult> AnswerRepliesAsync(AnswerId id, long? after, CancellationToken cancellationToken) =>
        await OwnAsync(id, cancellationToken) is { } answer
            ? await RepliesAsync(answer.Uri + "/replies", answer.QuestionId, id, after, cancellationToken)
            : NotFound();

    /// <summary>GET /q/{id}/likes: how many want to know this too, never who.</summary>
    public async Task<IResult> QuestionLikesAsync(QuestionId id, CancellationToken cancellationToken) =>
        await OwnAsync(id, cancellationToken) is { } question
            ? Count(question.Uri + "/likes", question.SameCount)
            : NotFound();

    /// <summary>GET /r/{id}/likes: how many found it helpful, never who.</summary>
    public async Task<IResult> AnswerLikesAsync(AnswerId id, CancellationToken cancellationToken) =>
        await OwnAsync(id, cancellationToken) is { } answer
            ? Count(answer.Uri + "/likes", answer.HelpfulCount)
            : NotFound();

    /// <summary>GET /q/{id}/shares: how many of our topics announced it.</summary>
    public async Task<IResult> QuestionSharesAsync(QuestionId id, CancellationToken cancellationToken) =>
        await OwnAsync(id, cancellationToken) is { } question
            ? Count(question.Uri + "/shares", await outbox.CountSharesAsync(question.Uri, cancellationToken))
            : NotFound();

    /// <summary>GET /r/{id}/shares: how many of our topics announced it.</summary>
    public async Task<IResult> AnswerSharesAsync(AnswerId id, CancellationToken cancellationToken) =>
        await OwnAsync(id, cancellationToken) is { } answer
            ? Count(answer.Uri + "/shares", await outbox.CountSharesAsync(answer.Uri, cancellationToken))
            : NotFound();

    /// <summary>GET /q/{id}/revisions: each version as it was sent, oldest first.</summary>
    public async Task<IResult> QuestionRevisionsAsync(
        QuestionId id, long? after, CancellationToken cancellationToken) =>
        await OwnAsync(id, cancellationToken) is { } question
            ? await RevisionsAsync(question.Uri, after, cancellationToken)
            : NotFound();

    /// <summary>GET /r/{id}/revisions: each version as it was sent, oldest first.</summary>
    public async Task<IResult> AnswerRevisionsAsync(AnswerId id, long? after, CancellationToken cancellationToken) =>
        await OwnAsync(id, cancellationToken) is { } answer
            ? await RevisionsAsync(answer.Uri, after, cancellationToken)
            : NotFound();

    private async Task<IResult> RevisionsAsync(string uri, long? after, CancellationToken cancellationToken)
    {
        var collection = uri + "/revisions";
        if (after is not { } start)
        {
            return Document(new OrderedCollectionDocument { Id = collection, First = collection + "?page=0" });
        }

        var versions = await outbox.ListVersionsAsync(uri, start, PageSize + 1, cancellationToken);
        return Document(new OrderedCollectionPageDocument
        {
            Id = $"{collection}?page={Number(start)}",
            PartOf = collection,
            OrderedItems =
            [
                .. versions.Take(PageSize)
                    .SelectMany(version => VocabularyReader.Read(version.Body).Value?.Object ?? [])
                    .Select(post => RawJson.Of(post.Raw)),
            ],
            Next = versions.Count > PageSize ? $"{collection}?page={Number(versions[PageSize - 1].Id)}" : null,
        });
    }

    private async Task<IResult> ContextPageAsync(Question question, long after, CancellationToken cancellationToken)
    {
        // The question stands first.
        var size = after == 0 ? PageSize - 1 : PageSize;
        var replies = await answers.ListAsync(question.Id, Viewer.Anyone, after, size + 1, cancellationToken);
        var items = replies.Take(size).Select(reply => (RawJson)reply.Uri);
        return Document(new OrderedCollectionPageDocument
        {
            Id = $"{question.ContextUri}?page={Number(after)}",
            PartOf = question.ContextUri,
            OrderedItems = [.. after == 0 ? items.Prepend(question.Uri) : items],
            Next = replies.Count > size ? $"{question.ContextUri}?page={Number(replies[size - 1].Id.Value)}" : null,
        });
    }

    // Collections of what is gone, copied or not for everyone are not there.
    private async Task<Question?> OwnAsync(QuestionId id, CancellationToken cancellationToken) =>
        await questions.FindAsync(id, Viewer.Anyone, cancellationToken) is { DeletedAt: null, IsLocal: true } one
            ? one : null;

    private async Task<Answer?> OwnAsync(AnswerId id, CancellationToken cancellationToken) =>
        await answers.FindAsync(id, Viewer.Anyone, cancellationToken) is { DeletedAt: null, IsLocal: true } one
            ? one : null;

    private async Task<IResult> RepliesAsync(
        string uri, QuestionId question, AnswerId? parent, long? after, CancellationToken cancellationToken)
    {
        var size = after is null ? Embedded : PageSize;
        var rows = await answers.ListRepliesAsync(
            question, parent, Viewer.Anyone, after ?? 0, size + 1, cancellationToken);
        var page = new CollectionPageDocument
        {
            Id = $"{uri}?page={Number(after ?? 0)}",
            PartOf = uri,
            Items = [.. rows.Take(size).Select(reply => (RawJson)reply.Uri)],
            Next = rows.Count > size ? $"{uri}?page={Number(rows[size - 1].Id.Value)}" : null,
        };
        return after is null
            ? Document(new CollectionDocument { Id = uri, First = page with { Context = null } })
            : Document(page);
    }

    internal static ActivityResult Count(string uri, long total) =>
        Document(new OrderedCollectionDocument { Id = uri, TotalItems = total });

    internal static ActivityResult Document(OutgoingDocument document) => new(VocabularyWriter.Write(document));

    internal static IResult NotFound() => new ProblemResult(404, "There is nothing here.");

    private static ActivityResult Tombstone(string uri, DateTimeOffset at) =>
        new(VocabularyWriter.Write(new TombstoneDocument { Id = uri, FormerType = "Note", Deleted = at }))
        {
            Status = StatusCodes.Status410Gone,
        };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}

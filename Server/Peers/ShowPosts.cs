using System.Globalization;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Server.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Peers;

/// <summary>
/// What other servers may fetch of questions, answers, threads and activities: what everyone may see, and nothing else.
/// What is not theirs to see and what is not there look the same (federation.md §7 row 30).
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
            { IsLocal: false } copy => Results.Redirect(copy.Uri, permanent: false, preserveMethod: true),
            var question => new ActivityResult(await documents.WriteAsync(question, cancellationToken)),
        };

    /// <summary>GET /r/{id}.</summary>
    public async Task<IResult> AnswerAsync(AnswerId id, CancellationToken cancellationToken) =>
        await answers.FindAsync(id, Viewer.Anyone, cancellationToken) switch
        {
            null => NotFound(),
            { DeletedAt: { } at } gone => Tombstone(gone.Uri, at),
            { IsLocal: false } copy => Results.Redirect(copy.Uri, permanent: false, preserveMethod: true),
            var answer => await documents.WriteAsync(answer, cancellationToken) is { } bytes
                ? new ActivityResult(bytes)
                : NotFound(),
        };

    /// <summary>GET /x/{id}.</summary>
    public async Task<IResult> ActivityAsync(long id, CancellationToken cancellationToken) =>
        await outbox.FindAsync(addresses.Activity(id), cancellationToken) is { IsPublic: true } activity
            ? new ActivityResult(activity.Body)
            : NotFound();

    /// <summary>GET /q/{id}/context: the thread, question first, ids only (FEP-7888, federation.md §5).</summary>
    public async Task<IResult> ContextAsync(QuestionId id, long? after, CancellationToken cancellationToken)
    {
        if (await questions.FindAsync(id, Viewer.Anyone, cancellationToken) is not { DeletedAt: null } question
            || !addresses.IsOwn(question.ContextUri))
        {
            return NotFound();
        }

        var topic = await actors.FindAsync(question.TopicId, cancellationToken);
        var replies = await answers.ListAsync(id, Viewer.Anyone, after ?? 0, PageSize + 1, cancellationToken);
        var items = replies.Take(PageSize).Select(reply => (RawJson)reply.Uri).ToList();
        if (after is null or 0)
        {
            items.Insert(0, question.Uri);
        }

        if (after is not null)
        {
            return Document(new OrderedCollectionPageDocument
            {
                Id = $"{question.ContextUri}?page={Number(after.Value)}",
                PartOf = question.ContextUri,
                OrderedItems = items,
                Next = replies.Count > PageSize
                    ? $"{question.ContextUri}?page={Number(replies[PageSize - 1].Id.Value)}"
                    : null,
            });
        }

        var facts = await threads.FactsAsync(question, cancellationToken);
        var updated = question.ThreadUpdatedAt > question.ActiveAt ? question.ThreadUpdatedAt.Value : question.ActiveAt;
        return Document(ThreadPublishing.Document(question, topic!.Uri, facts, updated));
    }

    /// <summary>GET /q/{id}/replies: the direct replies, ids only.</summary>
    public async Task<IResult> QuestionRepliesAsync(QuestionId id, long? after, CancellationToken cancellationToken)
    {
        if (await questions.FindAsync(
            id, Viewer.Anyone, cancellationToken) is not { DeletedAt: null, IsLocal: true } question)
        {
            return NotFound();
        }

        var replies = await answers.ListAsync(id, Viewer.Anyone, after ?? 0, 200, cancellationToken);
        return Replies(
            question.Uri + "/replies", [.. replies.Where(r => r.ParentId is null)],
            replies.Count == 200 ? replies[^1].Id.Value : null, after);
    }

    /// <summary>GET /r/{id}/replies: the comments on an answer, ids only.</summary>
    public async Task<IResult> AnswerRepliesAsync(AnswerId id, CancellationToken cancellationToken)
    {
        if (await answers.FindAsync(
            id, Viewer.Anyone, cancellationToken) is not { DeletedAt: null, IsLocal: true } answer)
        {
            return NotFound();
        }

        var thread = await answers.ListAsync(answer.QuestionId, Viewer.Anyone, id.Value, 1_000, cancellationToken);
        return Replies(answer.Uri + "/replies", [.. thread.Where(r => r.ParentId == id)], null, null);
    }

    private static ActivityResult Replies(string uri, IReadOnlyList<Answer> replies, long? last, long? after)
    {
        if (after is { } start)
        {
            return Document(new CollectionPageDocument
            {
                Id = $"{uri}?page={Number(start)}",
                PartOf = uri,
                Items = [.. replies.Select(reply => (RawJson)reply.Uri)],
                Next = last is { } next ? $"{uri}?page={Number(next)}" : null,
            });
        }

        var first = replies.Take(Embedded).ToList();
        return Document(new CollectionDocument
        {
            Id = uri,
            First = new CollectionPageDocument
            {
                Context = null,
                Id = uri + "?page=0",
                PartOf = uri,
                Items = [.. first.Select(reply => (RawJson)reply.Uri)],
                Next = replies.Count > Embedded ? $"{uri}?page={Number(first[^1].Id.Value)}" : null,
            },
        });
    }

    internal static ActivityResult Document(OutgoingDocument document) => new(VocabularyWriter.Write(document));

    internal static IResult NotFound() => new ProblemResult(404, "There is nothing here.");

    private static ActivityResult Tombstone(string uri, DateTimeOffset at) =>
        new(VocabularyWriter.Write(new TombstoneDocument { Id = uri, FormerType = "Note", Deleted = at }))
        {
            Status = StatusCodes.Status410Gone,
        };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}

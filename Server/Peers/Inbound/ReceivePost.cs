using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Deletions;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// Create and Update of a post: decides whether it is a question or a reply, and fetches what it hangs on.
/// </summary>
internal sealed class ReceivePost(
    Database database, ThreadFinder threads, ReceiveQuestion question, ReceiveAnswer answer, RemoteActors remote,
    RemoteFetcher fetcher, PassOn passOn, TombstoneStore tombstones, JudgeStatement judge,
    StatementStore statements, TimeProvider clock)
{
    private const int MostDepth = 20;

    public Task<HandlingOutcome> CreateAsync(Incoming incoming, CancellationToken cancellationToken) =>
        incoming.Object is { } thing && RemotePost.IsPost(thing)
            ? AddAsync(incoming, thing, cancellationToken)
            : Task.FromResult(HandlingOutcome.Ignored("Its object is no post."));

    /// <summary>A change of a post that is known here; an unknown one is taken as new.</summary>
    public async Task<HandlingOutcome> UpdateAsync(Incoming incoming, CancellationToken cancellationToken)
    {
        if (incoming.Object is not { Id: { } uri } thing || !RemotePost.IsPost(thing))
        {
            return HandlingOutcome.Ignored("Its object is no post.");
        }

        return await threads.FindAsync(uri, cancellationToken) switch
        {
            null or { Answer: null, Question.DeletedAt: not null } or { Answer.DeletedAt: not null } =>
                await AddAsync(incoming, thing, cancellationToken),
            { Answer: { } known } place => await ReviseAsync(incoming, thing, known, place.Question, cancellationToken),
            { Question: var known } => await ReviseAsync(incoming, thing, known, cancellationToken),
        };
    }

    /// <summary>Takes over a version of a known answer that was fetched from its own server.</summary>
    /// <param name="thing">The answer as it stands there.</param>
    /// <param name="known">As it stands here.</param>
    /// <param name="incoming">Its author, for a topic that passes nothing on.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<HandlingOutcome> RenewAsync(
        AsObject thing, Answer known, Incoming incoming, CancellationToken cancellationToken) =>
        await threads.FindAsync(known.Uri, cancellationToken) is { Answer: { } current } place
            ? await ReviseAsync(incoming, thing, current, place.Question, cancellationToken)
            : HandlingOutcome.Ignored("It is not here any more.");

    private async Task<HandlingOutcome> AddAsync(
        Incoming incoming, AsObject thing, CancellationToken cancellationToken)
    {
        if (PostOrigin.Fault(incoming, thing) is { } fault)
        {
            return HandlingOutcome.Refused(fault);
        }

        if (threads.IsOwn(thing.Id!))
        {
            return HandlingOutcome.Refused("Its id is one of ours.");
        }

        if (await tombstones.HasAsync(thing.Id!, cancellationToken))
        {
            return HandlingOutcome.Ignored("It was deleted before.");
        }

        if (thing.InReplyTo.Count == 0 && incoming.IsReplyOnly)
        {
            return HandlingOutcome.Ignored("It is no reply.");
        }

        if (thing.InReplyTo.Count == 0)
        {
            return await question.ExecuteAsync(incoming, thing, cancellationToken);
        }

        var place = await answer.PlaceAsync(thing, cancellationToken);
        if (place is null)
        {
            var fetched = await FetchParentAsync(incoming, thing, cancellationToken);
            if (fetched.Verdict is HandlingVerdict.Retry or HandlingVerdict.Refused)
            {
                return fetched;
            }

            place = await answer.PlaceAsync(thing, cancellationToken);
        }

        return place is null
            ? HandlingOutcome.Ignored("What it replies to is not known here.")
            : await answer.ExecuteAsync(incoming, thing, place, cancellationToken);
    }

    // Only threads that belong here are completed: one that a topic we follow passed on. Others would let strangers
    // have us fetch whole conversations.
    private async Task<HandlingOutcome> FetchParentAsync(
        Incoming incoming, AsObject thing, CancellationToken cancellationToken)
    {
        if (incoming.AnnouncedBy is null || incoming.Depth >= MostDepth
            || CanonicalAuthority.Read(thing.InReplyToId) is not { } uri || threads.IsOwn(uri.AbsoluteUri))
        {
            return HandlingOutcome.Ignored("What it replies to is not known here.");
        }

        // The reply is not done yet when its parent is: the mark in the journal is the reply's.
        return await FetchAsync(uri, incoming.OnTheWay(), cancellationToken);
    }

    /// <summary>Takes in a post by its id, fetched from its own server.</summary>
    public async Task<HandlingOutcome> FetchAsync(Uri uri, Incoming incoming, CancellationToken cancellationToken)
    {
        var (thing, fault) = await ReadAsync(uri, cancellationToken);
        return thing is null ? fault : await TakeAsync(thing, incoming, cancellationToken);
    }

    /// <summary>A post as its own server has it, by an author of that server.</summary>
    /// <returns>The post, or why it cannot be had: for now, or at all.</returns>
    public async Task<(AsObject? Post, HandlingOutcome Fault)> ReadAsync(
        Uri uri, CancellationToken cancellationToken) =>
        await fetcher.FetchAsync(uri, null, cancellationToken) switch
        {
            FetchResult.Unreachable(var reason) => (null, HandlingOutcome.Retry(reason)),
            FetchResult.Found found when VocabularyReader.Read(found.Bytes) is { IsRead: true, Value: { } thing }
                && RemotePost.IsPost(thing)
                && CanonicalAuthority.IsOn(thing.AttributedToId, found.Url) =>
                (thing, HandlingOutcome.Done),
            _ => (null, HandlingOutcome.Ignored("The post cannot be had.")),
        };

    /// <summary>Takes in a post that <see cref="ReadAsync"/> gave.</summary>
    public async Task<HandlingOutcome> TakeAsync(
        AsObject thing, Incoming incoming, CancellationToken cancellationToken)
    {
        if (CanonicalAuthority.Read(thing.AttributedToId) is not { } id)
        {
            return HandlingOutcome.Ignored("It names no author.");
        }

        var (author, lookup) = await remote.FindAsync(id, cancellationToken);
        if (author is null)
        {
            return lookup.Status == Federation.Actors.ActorStatus.Unreachable
                ? HandlingOutcome.Retry(lookup.Reason ?? "")
                : HandlingOutcome.Ignored("Its author cannot be had.");
        }

        return await AddAsync(
            incoming with { Sender = author, Depth = incoming.Depth + 1 }, thing, cancellationToken);
    }

    private async Task<HandlingOutcome> ReviseAsync(
        Incoming incoming, AsObject thing, Question known, CancellationToken cancellationToken)
    {
        if (Stale(incoming, thing, known.AuthorId, known.IsLocal, known.DeletedAt) is { } outcome)
        {
            return outcome;
        }

        var post = RemotePost.ReadQuestion(thing, known.Language, clock.GetUtcNow());
        if (post is null || post.Updated <= known.UpdatedAt)
        {
            return HandlingOutcome.Ignored("It is not newer than what is known.");
        }

        var accepted = await AcceptedAsync(thing, known, cancellationToken);
        var speaker = await passOn.PrepareAsync(incoming, known, cancellationToken);
        return await database.WriteAsync(
            writing =>
            {
                var isNewText = post.Title != known.Title || post.BodyHtml != known.BodyHtml;
                var after = known with
                {
                    Title = post.Title,
                    BodyHtml = post.BodyHtml,
                    BodySource = post.BodySource,
                    Language = post.Language,
                    UpdatedAt = post.Updated,
                };
                if (isNewText && !QuestionStore.Revise(writing, known, after))
                {
                    return HandlingOutcome.Retry("It changed in between.");
                }

                if (accepted != known.AcceptedAnswerId && (accepted is not null || known.IsChosenByAsker))
                {
                    QuestionStore.Accept(
                        writing, known.Id, accepted, accepted is null ? null : known.AuthorId, post.Updated);
                }

                passOn.Finish(writing, incoming, known, known.Uri, speaker);
                return HandlingOutcome.Done;
            }, cancellationToken);
    }

    /// <summary>Takes over which answer the asker chose, once the answers of a found question are here.</summary>
    public async Task TakeChoiceAsync(Question known, CancellationToken cancellationToken)
    {
        if (CanonicalAuthority.Read(known.Uri) is { } uri
            && await ReadAsync(uri, cancellationToken) is { Post: { } thing }
            && await AcceptedAsync(thing, known, cancellationToken) is { } chosen)
        {
            await database.WriteAsync(
                writing => QuestionStore.Accept(writing, known.Id, chosen, known.AuthorId, null), cancellationToken);
        }
    }

    private async Task<AnswerId?> AcceptedAsync(AsObject thing, Question known, CancellationToken cancellationToken) =>
        thing.AcceptedAnswerId is { } uri
            && await threads.FindAsync(uri, cancellationToken) is { Answer: { Kind: not AnswerKind.Comment } answer }
            && answer.QuestionId == known.Id
            ? answer.Id
            : null;

    private async Task<HandlingOutcome> ReviseAsync(
        Incoming incoming, AsObject thing, Answer known, Question parent, CancellationToken cancellationToken)
    {
        if (Stale(incoming, thing, known.AuthorId, known.IsLocal, known.DeletedAt) is { } outcome)
        {
            return outcome;
        }

        var post = RemotePost.ReadAnswer(thing, known.Language, clock.GetUtcNow());
        if (post is null || post.Updated <= known.UpdatedAt)
        {
            return HandlingOutcome.Ignored("It is not newer than what is known.");
        }

        var before = await statements.FindAsync(known.Id, cancellationToken);
        var verdict = known.Kind == AnswerKind.Comment
            ? null
            : await judge.ExecuteAsync(thing, incoming.Sender, before, cancellationToken);
        if (verdict is { IsSigned: true } && verdict.Revision <= before?.Revision)
        {
            return HandlingOutcome.Ignored("It is not newer than what is known.");
        }

        var after = Ordinary(known) with
        {
            BodyHtml = post.BodyHtml,
            BodySource = post.BodySource,
            Language = post.Language,
            SourceUrl = post.SourceUrl,
            SourceTitle = post.SourceTitle,
            UpdatedAt = post.Updated,
        };
        after = verdict?.Apply(after) ?? after;
        var speaker = await passOn.PrepareAsync(incoming, parent, cancellationToken);
        return await database.WriteAsync(
            writing =>
            {
                if (!AnswerStore.Revise(writing, known, after))
                {
                    return HandlingOutcome.Retry("It changed in between.");
                }

                if (verdict is not null)
                {
                    StatementStore.Put(writing, verdict.Keep(after, before, writing.Now));
                }
                else if (before is not null)
                {
                    StatementStore.Remove(writing, known.Id);
                }

                passOn.Finish(writing, incoming, parent, known.Uri, speaker);
                return HandlingOutcome.Done;
            }, cancellationToken);
    }

    private static Answer Ordinary(Answer known) => known with
    {
        Kind = known.Kind == AnswerKind.Comment ? AnswerKind.Comment : AnswerKind.Answer,
        Proof = StatementProof.None,
        ValidFrom = null,
        ValidUntil = null,
        ReviewBefore = null,
        ReviewedAt = null,
        WithdrawnAt = null,
        WithdrawnReason = null,
        Supersedes = null,
        SupersededBy = null,
    };

    private static HandlingOutcome? Stale(
        Incoming incoming, AsObject thing, ActorId author, bool isLocal, DateTimeOffset? deletedAt) =>
        PostOrigin.Fault(incoming, thing) is { } fault ? HandlingOutcome.Refused(fault)
        : isLocal || author != incoming.Sender.Id
            ? HandlingOutcome.Refused("It is not by the actor of the activity.")
        : deletedAt is not null ? HandlingOutcome.Ignored("It is gone.")
        : !thing.IsPublic ? HandlingOutcome.Refused("It is not public any more.")
        : null;
}

using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// What moderators elsewhere decide about a thread (CONTRACT.md §3.5, §4.6). Each decision has a moment; one older
/// than the newest known changes nothing, so that what comes late or twice does no harm.
/// </summary>
internal sealed class ReceiveModeration(
    Database database, QuestionStore questions, ThreadFinder threads, TopicStore topics, ActorStore actors,
    Moderators moderators, RemoteActors remote, Publisher publisher, PassOn passOn, TimeProvider clock)
{
    /// <summary>A moment may be this much ahead of our clock; later ones count as now.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <summary>Lock, or the Undo of one.</summary>
    public Task<HandlingOutcome> LockAsync(
        Incoming incoming, string? uri, bool on, CancellationToken cancellationToken) => DecideAsync(
        incoming, uri,
        (question, at) => on
            ? question with { LockedAt = question.LockedAt ?? at }
            : question with { LockedAt = null, DuplicateOf = null, MergedInto = null },
        cancellationToken);

    /// <summary>Add to, or Remove from, the featured collection of a topic.</summary>
    public async Task<HandlingOutcome> PinAsync(Incoming incoming, bool on, CancellationToken cancellationToken)
    {
        var target = incoming.Activity.TargetId;
        if (await FindAsync(incoming.Activity.ObjectId, cancellationToken) is not { } question
            || await actors.FindAsync(question.TopicId, cancellationToken) is not { } topic)
        {
            return HandlingOutcome.Ignored("The question is not known here.");
        }

        return target is null || target != topic.Featured
            ? HandlingOutcome.Ignored("It is about another collection.")
            : await DecideAsync(
                incoming, question.Uri,
                (known, at) => known with { PinnedAt = on ? known.PinnedAt ?? at : null }, cancellationToken);
    }

    /// <summary>Move of a thread to another topic on the same server.</summary>
    public async Task<HandlingOutcome> MoveAsync(Incoming incoming, CancellationToken cancellationToken)
    {
        if (await FindAsync(incoming.Activity.ObjectId, cancellationToken) is not { } question)
        {
            return HandlingOutcome.Ignored("The question is not known here.");
        }

        if (!await moderators.MayAsync(incoming.Sender, question, incoming.AnnouncedBy?.Id, cancellationToken))
        {
            return HandlingOutcome.Refused("Only moderators of its topic move a question.");
        }

        var at = Moment(incoming.Activity.Published);
        if (at < question.ThreadUpdatedAt)
        {
            return HandlingOutcome.Ignored("Something newer was decided.");
        }

        var from = (await topics.FindAsync(question.TopicId, cancellationToken))!;
        if (incoming.Activity.OriginId is { } origin && origin != from.Uri)
        {
            return HandlingOutcome.Ignored("It stands in another topic.");
        }

        var (target, fault) = await TargetAsync(incoming.Activity.TargetId, from, cancellationToken);
        if (target is null)
        {
            return fault;
        }

        var speaker = await passOn.PrepareAsync(incoming, question, cancellationToken);
        var arrival = speaker.Topic is null ? null : await publisher.PrepareAsync(target);
        return await database.WriteAsync(
            writing =>
            {
                if (!QuestionStore.Move(writing, question, target.Id, at))
                {
                    return HandlingOutcome.Retry("It moved in between.");
                }

                passOn.Finish(writing, incoming, question, question.Uri, speaker);
                if (arrival is not null)
                {
                    publisher.AnnounceAnew(writing, arrival, question.Uri, question.ContextUri);
                }

                return HandlingOutcome.Done;
            }, cancellationToken);
    }

    /// <summary>The state of a thread, from the topic that keeps it (CONTRACT.md D6).</summary>
    public async Task<HandlingOutcome> StateAsync(Incoming incoming, CancellationToken cancellationToken)
    {
        if (incoming.Object is not { } thread || await FindAsync(thread.QuestionId, cancellationToken) is not { } known)
        {
            return HandlingOutcome.Ignored("The question is not known here.");
        }

        if (known.TopicId != incoming.Sender.Id || incoming.AnnouncedBy is not null)
        {
            return HandlingOutcome.Refused("A thread is kept by its topic alone.");
        }

        var at = Moment(thread.Updated);
        var accepted = await AcceptedAsync(thread, known, cancellationToken);
        var by = accepted is null ? null : await actors.FindByUriAsync(thread.AcceptedById ?? "", cancellationToken);
        return await DecideAsync(
            incoming, known, at,
            question => question with
            {
                LockedAt = thread.Status is "closed" or "duplicate" or "moved" ? question.LockedAt ?? at : null,
                DuplicateOf = Short(thread.DuplicateOfId),
                MergedInto = Short(thread.MergedIntoId),
            },
            writing =>
            {
                if (known.DuplicateOf is null && Short(thread.DuplicateOfId) is not null)
                {
                    EarlierNotice.Add(writing, known, by: null);
                }

                // What the asker says, the asker must say: the topic speaks for its moderators only.
                var isModerators = known.AcceptedBy is { } former && former != known.AuthorId;
                if (accepted is { } answer && by is not null && by.Id != known.AuthorId)
                {
                    QuestionStore.Accept(writing, known.Id, answer, by.Id, updatedAt: null);
                }
                else if (thread.AcceptedAnswerId is null && isModerators)
                {
                    QuestionStore.Accept(writing, known.Id, null, null, updatedAt: null);
                }
            },
            cancellationToken);
    }

    private static string? Short(string? uri) => uri is { Length: < 2_000 } ? uri : null;

    private async Task<AnswerId?> AcceptedAsync(AsObject thread, Question known, CancellationToken cancellationToken) =>
        thread.AcceptedAnswerId is { } uri
            && await threads.FindAsync(uri, cancellationToken) is { Answer: { } answer }
            && answer.QuestionId == known.Id && answer.Kind != Storage.Answers.AnswerKind.Comment
            ? answer.Id
            : null;

    private async Task<HandlingOutcome> DecideAsync(
        Incoming incoming, string? uri, Func<Question, DateTimeOffset, Question> decide,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(uri, cancellationToken) is not { } known)
        {
            return HandlingOutcome.Ignored("The question is not known here.");
        }

        if (!await moderators.MayAsync(incoming.Sender, known, incoming.AnnouncedBy?.Id, cancellationToken))
        {
            return HandlingOutcome.Refused("Only moderators of its topic decide about a question.");
        }

        var at = Moment(incoming.Activity.Published);
        return await DecideAsync(incoming, known, at, question => decide(question, at), _ => { }, cancellationToken);
    }

    private async Task<HandlingOutcome> DecideAsync(
        Incoming incoming, Question known, DateTimeOffset at, Func<Question, Question> decide, Action<Writing> also,
        CancellationToken cancellationToken)
    {
        if (at < known.ThreadUpdatedAt)
        {
            return HandlingOutcome.Ignored("Something newer was decided.");
        }

        // The moment is kept also where nothing changes: what it undoes may still be on its way.
        var after = decide(known) with { ThreadUpdatedAt = at };
        var speaker = await passOn.PrepareAsync(incoming, known, cancellationToken);
        return await database.WriteAsync(
            writing =>
            {
                if (!QuestionStore.Decide(writing, known, after))
                {
                    return HandlingOutcome.Retry("Something was decided in between.");
                }

                also(writing);
                passOn.Finish(writing, incoming, known, known.Uri, speaker);
                return HandlingOutcome.Done;
            }, cancellationToken);
    }

    // By the id of the question, or of its thread as PieFed and own nodes make it: the question's with /context.
    private async Task<Question?> FindAsync(string? uri, CancellationToken cancellationToken)
    {
        const string Thread = "/context";
        if (uri is null)
        {
            return null;
        }

        if (await threads.FindAsync(uri, cancellationToken) is { Answer: null, Question.DeletedAt: null } place)
        {
            return place.Question;
        }

        var byThread = uri.EndsWith(Thread, StringComparison.Ordinal)
            ? await threads.FindAsync(uri[..^Thread.Length], cancellationToken)
            : null;
        return byThread is { Answer: null, Question.DeletedAt: null }
            ? byThread.Question
            : await questions.FindByContextAsync(uri, Viewer.Anyone, cancellationToken);
    }

    private DateTimeOffset Moment(DateTimeOffset? said)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        return said is { } at && at <= now + Ahead
            ? DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds())
            : now;
    }

    // A topic that is not followed here is remembered as closed: what moves there stays to be read.
    private async Task<(Actor? Target, HandlingOutcome Fault)> TargetAsync(
        string? uri, Topic from, CancellationToken cancellationToken)
    {
        if (CanonicalAuthority.Read(uri) is not { } id || !CanonicalAuthority.IsOn(from.Uri, id))
        {
            return (null, HandlingOutcome.Refused("A question moves on its topic's own server only."));
        }

        if (await topics.FindByUriAsync(id.AbsoluteUri, cancellationToken) is { } known)
        {
            return known.Host is null && known.ArchivedAt is not null
                ? (null, HandlingOutcome.Refused("The topic is closed."))
                : (await actors.FindAsync(known.Id, cancellationToken), HandlingOutcome.Done);
        }

        if (from.Host is null)
        {
            return (null, HandlingOutcome.Refused("There is no such topic."));
        }

        var (actor, lookup) = await remote.FindAsync(id, cancellationToken);
        if (actor is not { Kind: ActorKind.Group })
        {
            return (null, lookup.Status == Federation.Actors.ActorStatus.Unreachable
                ? HandlingOutcome.Retry(lookup.Reason ?? "")
                : HandlingOutcome.Refused("It does not move to a topic."));
        }

        await database.WriteAsync(
            writing =>
            {
                TopicStore.Put(writing, actor.Id, "", "message-2", position: 0);
                TopicStore.Archive(writing, actor.Id, archived: true);
            }, cancellationToken);
        return (actor, HandlingOutcome.Done);
    }
}

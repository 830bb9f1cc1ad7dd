using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Forum.Moderation;

/// <summary>
/// What moderators decide about a thread: closed, pinned, in another topic, asked before, which answer helped.
/// </summary>
internal sealed class ModerateQuestion(
    Database database, QuestionStore questions, AnswerStore answers, TopicStore topics, ActorStore actors,
    Moderators moderators, ThreadPublishing publishing, EarlierRemark remark, Publisher publisher,
    Allowances allowances)
{
    /// <summary>Most questions that stand first in one topic.</summary>
    public const int MostPinned = 5;

    /// <summary>Longest reason, in characters.</summary>
    public const int MaxReason = 300;

    /// <summary>Closes a question for answers, or opens it again; then it is no duplicate any more either.</summary>
    /// <param name="id">Which.</param>
    /// <param name="on">Close or open.</param>
    /// <param name="reason">Why, one plain line; others may read it.</param>
    /// <param name="caller">Who decides.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Outcome<Question>> LockAsync(
        QuestionId id, bool on, string? reason, Caller caller, CancellationToken cancellationToken)
    {
        if (!(await FindAsync(id, caller, cancellationToken)).IsDone(out var question, out var refusal))
        {
            return refusal;
        }

        if (on == question.LockedAt is not null)
        {
            return question;
        }

        var line = SafeHtml.OneLine(reason, MaxReason);
        var saying = on ? null : await SayingAsync(question, caller, cancellationToken);
        return await DecideAsync(
            question, caller,
            at => on
                ? question with { LockedAt = at }
                : question with { LockedAt = null, DuplicateOf = null, MergedInto = null },
            (writing, voices, after) =>
            {
                publishing.Locked(writing, voices, after, on, line.Length == 0 ? null : line);
                if (saying is not null)
                {
                    remark.Remove(writing, saying, after);
                }
            },
            cancellationToken);
    }

    /// <summary>Lets a question stand first in its topic, or no longer.</summary>
    public async Task<Outcome<Question>> PinAsync(
        QuestionId id, bool on, Caller caller, CancellationToken cancellationToken)
    {
        if (!(await FindAsync(id, caller, cancellationToken)).IsDone(out var question, out var refusal))
        {
            return refusal;
        }

        if (on == question.PinnedAt is not null)
        {
            return question;
        }

        if (on && (await questions.ListPinnedAsync(question.TopicId, Viewer.Node, MostPinned, cancellationToken)).Count
                >= MostPinned)
        {
            return Refusal.Invalid(new FieldFault("on", "error.pinsFull", ("n", MostPinned)));
        }

        return await DecideAsync(
            question, caller, at => question with { PinnedAt = on ? at : null },
            (writing, voices, after) => publishing.Pinned(writing, voices, after, on), cancellationToken);
    }

    /// <summary>Says that a question was asked before: it is closed and shows the way to the other one.</summary>
    /// <param name="id">Which.</param>
    /// <param name="original">The other one, that everyone may see.</param>
    /// <param name="caller">Who decides.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Outcome<Question>> MarkDuplicateAsync(
        QuestionId id, QuestionId original, Caller caller, CancellationToken cancellationToken)
    {
        if (!(await FindAsync(id, caller, cancellationToken)).IsDone(out var question, out var refusal))
        {
            return refusal;
        }

        var other = id == original ? null
            : await questions.FindAsync(original, Viewer.Anyone, cancellationToken);
        if (other is not { DeletedAt: null, DuplicateOf: null })
        {
            return Refusal.Invalid(new FieldFault("original", "error.original"));
        }

        if (question.DuplicateOf == other.Uri)
        {
            return question;
        }

        var saying = await SayingAsync(question, caller, cancellationToken);
        return await DecideAsync(
            question, caller,
            at => question with { DuplicateOf = other.Uri, LockedAt = question.LockedAt ?? at },
            (writing, voices, after) =>
            {
                if (saying is not null)
                {
                    remark.Add(writing, saying, after, other);
                }

                EarlierNotice.Add(writing, after, caller.Account?.ActorId);
                publishing.Locked(writing, voices, after, on: true, other.Url);
            },
            cancellationToken);
    }

    /// <summary>Moves a question to another topic of this node.</summary>
    public async Task<Outcome<Question>> MoveAsync(
        QuestionId id, ActorId target, Caller caller, CancellationToken cancellationToken)
    {
        if (!(await FindAsync(id, caller, cancellationToken)).IsDone(out var question, out var refusal))
        {
            return refusal;
        }

        var from = await topics.FindAsync(question.TopicId, cancellationToken);
        var to = await topics.FindAsync(target, cancellationToken);
        if (from is not { Host: null } || to is not { Host: null, ArchivedAt: null })
        {
            return Refusal.Invalid(new FieldFault("topic", "error.topic"));
        }

        if (from.Id == to.Id)
        {
            return question;
        }

        var voices = await publishing.PrepareAsync(caller.Account!.ActorId, question, cancellationToken);
        var speaker = await publisher.PrepareAsync((await actors.FindAsync(target, cancellationToken))!);
        return await database.WriteAsync<Outcome<Question>>(
            writing =>
            {
                if (allowances.Take(writing, Act.Decide, caller) is { } tooMany)
                {
                    return tooMany;
                }

                var at = ThreadPublishing.Moment(writing, question);
                if (!QuestionStore.Move(writing, question, target, at))
                {
                    return new Refusal(RefusalKind.Conflict, "problem.409text");
                }

                var after = question with { TopicId = target, PinnedAt = null, ThreadUpdatedAt = at };
                publishing.Moved(writing, voices, after, speaker);
                return after;
            }, cancellationToken);
    }

    /// <summary>Says which answer helped, or with null that none does, where the asker did not.</summary>
    public async Task<Outcome<Question>> AcceptAsync(
        QuestionId id, AnswerId? answerId, Caller caller, CancellationToken cancellationToken)
    {
        if (!(await FindAsync(id, caller, cancellationToken)).IsDone(out var question, out var refusal))
        {
            return refusal;
        }

        var answer = answerId is { } number ? await answers.FindAsync(number, caller.Viewer, cancellationToken) : null;
        if (answerId is not null && answer is null)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        if (ThreadRules.MayAccept(caller.Party, question, answer, moderates: true) is { } unfit)
        {
            return unfit;
        }

        if (question.AcceptedAnswerId == answerId)
        {
            return question;
        }

        var chosen = answer is { Audience: Audience.Everyone } ? answer.Uri : null;
        var by = caller.Account?.ActorId;
        return await DecideAsync(
            question, caller,
            _ => question with { AcceptedAnswerId = answerId, AcceptedBy = answerId is null ? null : by },
            (writing, voices, after) =>
            {
                QuestionStore.Accept(writing, id, answerId, after.AcceptedBy, updatedAt: null);
                if (voices.Facts.Accepted is { } former)
                {
                    publishing.Chosen(writing, voices, after, former, on: false);
                }

                if (answer is not null)
                {
                    AcceptanceNotice.Add(writing, after, answer, by!.Value);
                }

                if (chosen is not null)
                {
                    publishing.Chosen(writing, voices, after, chosen, on: true);
                }

                var facts = voices.Facts with
                {
                    Accepted = chosen,
                    AcceptedBy = chosen is null ? null : voices.Moderator.Actor.Uri,
                };
                publishing.State(writing, voices with { Facts = facts }, after);
            }, cancellationToken);
    }

    private async Task<RemarkVoices?> SayingAsync(
        Question question, Caller caller, CancellationToken cancellationToken) =>
        question.DeletedAt is null
            ? await remark.PrepareAsync(caller.Account!.ActorId, question, cancellationToken)
            : null;

    // The question, for somebody who may decide about it.
    private async Task<Outcome<Question>> FindAsync(QuestionId id, Caller caller, CancellationToken cancellationToken)
    {
        if (await questions.FindAsync(id, caller.Viewer, cancellationToken) is not { } question)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        return await moderators.MayAsync(caller, question, cancellationToken) is { } refusal ? refusal : question;
    }

    // Change: what becomes of the question at a moment.
    private async Task<Outcome<Question>> DecideAsync(
        Question question, Caller caller, Func<DateTimeOffset, Question> change,
        Action<Writing, ThreadVoices, Question> tell, CancellationToken cancellationToken)
    {
        var voices = await publishing.PrepareAsync(caller.Account!.ActorId, question, cancellationToken);
        return await database.WriteAsync<Outcome<Question>>(
            writing =>
            {
                if (allowances.Take(writing, Act.Decide, caller) is { } tooMany)
                {
                    return tooMany;
                }

                var at = ThreadPublishing.Moment(writing, question);
                var after = change(at) with { ThreadUpdatedAt = at };
                if (!QuestionStore.Decide(writing, question, after))
                {
                    return new Refusal(RefusalKind.Conflict, "problem.409text");
                }

                tell(writing, voices, after);
                return after;
            }, cancellationToken);
    }
}

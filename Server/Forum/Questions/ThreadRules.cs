using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Forum.Questions;

/// <summary>
/// Who may take part in a thread: reply, vote, say which answer helped. The same for people and peers.
/// </summary>
internal static class ThreadRules
{
    /// <summary>May this party say that it wants to know this too? Everybody but who asked.</summary>
    public static Refusal? MayVote(Party party, Question question) =>
        MayVote(party, question.AuthorId, question.DeletedAt, "error.ownQuestion");

    /// <summary>May this party call an answer or comment helpful? Everybody but who wrote it.</summary>
    public static Refusal? MayVote(Party party, Answer answer) =>
        MayVote(party, answer.AuthorId, answer.DeletedAt, "error.ownAnswer");

    /// <summary>May anything be written below a question, or below something that stands there?</summary>
    /// <param name="party">Who.</param>
    /// <param name="question">The question.</param>
    /// <param name="parent">What it is a comment on; null for an answer.</param>
    public static Refusal? MayReply(Party party, Question question, Answer? parent) =>
        TakesPart(party, question.DeletedAt)
        ?? (question.LockedAt is not null ? new Refusal(RefusalKind.Forbidden, "error.locked") : null)
        ?? TakesPart(party, parent?.DeletedAt);

    /// <summary>May this party say which answer helped? Who asked; where it did not, who moderates.</summary>
    /// <param name="party">Who.</param>
    /// <param name="question">The question.</param>
    /// <param name="answer">Which answer; null for none any more.</param>
    /// <param name="moderates">Whether it may decide about the thread.</param>
    public static Refusal? MayAccept(Party party, Question question, Answer? answer, bool moderates)
    {
        if (TakesPart(party, question.DeletedAt) is { } refusal)
        {
            return refusal;
        }

        if (!party.Is(question.AuthorId))
        {
            if (!moderates)
            {
                return new Refusal(RefusalKind.Forbidden, "problem.403text");
            }

            if (question.IsChosenByAsker)
            {
                return new Refusal(RefusalKind.Conflict, "error.chosenByAsker");
            }
        }

        return answer is null || (answer is { DeletedAt: null, Kind: not AnswerKind.Comment }
                && answer.QuestionId == question.Id)
            ? null
            : new Refusal(RefusalKind.NotFound, "problem.404text");
    }

    private static Refusal? MayVote(Party party, ActorId author, DateTimeOffset? deletedAt, string own) =>
        TakesPart(party, deletedAt)
        ?? (party.Is(author) ? new Refusal(RefusalKind.Forbidden, own) : null);

    /// <summary>May this party do anything with a post? Not with one that is gone, nor before signing in.</summary>
    /// <param name="party">Who.</param>
    /// <param name="deletedAt">When the post was taken away; null while it is there.</param>
    public static Refusal? TakesPart(Party party, DateTimeOffset? deletedAt) =>
        deletedAt is not null ? new Refusal(RefusalKind.Gone, "problem.410text")
        : party.Id is null ? new Refusal(RefusalKind.SignInNeeded, "problem.403visitor")
        : null;
}

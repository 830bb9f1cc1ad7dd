using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Forum.Answers;

/// <summary>
/// What somebody may do with a question, an answer or a comment, as its rules say. What one only has to sign in for is
/// among it: a button may lead there.
/// </summary>
/// <param name="Change">Change it, or withdraw it.</param>
/// <param name="Delete">Take it away.</param>
/// <param name="Vote">Say that it helps, or is asked by them too.</param>
/// <param name="Reply">Write below it.</param>
/// <param name="Accept">Say that this answer helped.</param>
public sealed record May(
    bool Change = false, bool Delete = false, bool Vote = true, bool Reply = true, bool Accept = false)
{
    /// <summary>With a question.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="question">The question.</param>
    /// <param name="moderates">Whether the caller may decide about the thread.</param>
    internal static May With(Caller caller, Question question, bool moderates) => new(
        Change: QuestionRules.MayEdit(caller, question) is null,
        Delete: QuestionRules.MayDelete(caller, question, moderates) is null,
        Vote: IsOpen(ThreadRules.MayVote(caller.Party, question)),
        Reply: IsOpen(ThreadRules.MayReply(caller.Party, question, null)));

    /// <summary>With an answer or comment.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="question">The question that it stands under.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="moderates">Whether the caller may decide about the thread.</param>
    internal static May With(Caller caller, Question question, Answer answer, bool moderates) => new(
        Change: AnswerRules.MayEdit(caller, answer) is null,
        Delete: AnswerRules.MayDelete(caller, answer, moderates) is null,
        Vote: IsOpen(ThreadRules.MayVote(caller.Party, answer)),
        Reply: IsOpen(ThreadRules.MayReply(caller.Party, question, answer)),
        Accept: ThreadRules.MayAccept(caller.Party, question, answer, moderates) is null);

    private static bool IsOpen(Refusal? refusal) => refusal is null or { Kind: RefusalKind.SignInNeeded };
}

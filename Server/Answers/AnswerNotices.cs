using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Answers;

/// <summary>Tells people here about a new answer: who asked or follows the question, and whose answer got a comment.</summary>
internal static class AnswerNotices
{
    public static void Add(Writing writing, Question question, Answer answer, Answer? parent)
    {
        var told = new HashSet<ActorId> { answer.AuthorId };
        if (parent is { IsLocal: true } && told.Add(parent.AuthorId))
        {
            NoticeStore.Add(writing, parent.AuthorId, NoticeKind.Commented, question.Id, answer.Id, answer.AuthorId);
        }

        if (answer.Kind == AnswerKind.Comment)
        {
            return;
        }

        foreach (var follower in QuestionStore.ListFollowers(writing, question.Id))
        {
            if (told.Add(follower))
            {
                NoticeStore.Add(writing, follower, NoticeKind.Answered, question.Id, answer.Id, answer.AuthorId);
            }
        }
    }
}

using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Forum.Questions;

/// <summary>Tells the author of an answer that it helped.</summary>
internal static class AcceptanceNotice
{
    public static void Add(Writing writing, Question question, Answer answer, ActorId by)
    {
        if (answer.IsLocal && answer.AuthorId != by)
        {
            NoticeStore.Add(writing, answer.AuthorId, NoticeKind.Accepted, question.Id, answer.Id, by);
        }
    }
}

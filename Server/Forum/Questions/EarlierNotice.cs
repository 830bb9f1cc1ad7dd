using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Forum.Questions;

/// <summary>Tells the asker that the question was asked before, and was closed for that.</summary>
internal static class EarlierNotice
{
    public static void Add(Writing writing, Question question, ActorId? by)
    {
        if (question.IsLocal && question.AuthorId != by)
        {
            NoticeStore.Add(writing, question.AuthorId, NoticeKind.AskedBefore, question.Id, null, by);
        }
    }
}

using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Peers.Documents;

/// <summary>Our questions and answers as other servers fetch them: the same bytes that were sent.</summary>
internal sealed class PostDocuments(
    QuestionPublishing questionPublishing, AnswerPublishing answerPublishing, AnswerStore answers,
    QuestionStore questions, OutboxStore outbox)
{
    /// <summary>A local question.</summary>
    public async Task<byte[]> WriteAsync(Question question, CancellationToken cancellationToken)
    {
        var accepted = await questionPublishing.AcceptedUriAsync(question, cancellationToken);
        var voices = await questionPublishing.PrepareAsync(question.AuthorId, question.TopicId, cancellationToken);
        return VocabularyWriter.Write(questionPublishing.Document(question, voices.Addressing, accepted));
    }

    /// <summary>A local answer; null when its question is not for outsiders.</summary>
    public async Task<byte[]?> WriteAsync(Answer answer, CancellationToken cancellationToken)
    {
        // What is signed must not change when the organisation's name does: the next version names it by its hash.
        if (answer is { Kind: AnswerKind.Official, Audience: Audience.Everyone }
            && await outbox.FindNewestAsync(answer.Uri, cancellationToken) is { } newest
            && VocabularyReader.Read(newest.Body).Value?.Object is [{ Proof.Count: > 0 } sent])
        {
            return sent.Raw.ToArray();
        }

        if (await questions.FindAsync(answer.QuestionId, Viewer.Anyone, cancellationToken) is not { } question)
        {
            return null;
        }

        var parent = answer.ParentId is { } id
            ? await answers.FindAsync(id, Viewer.Anyone, cancellationToken)
            : null;
        var voices = await answerPublishing.PrepareAsync(
            answer.AuthorId, question, parent?.AuthorId, cancellationToken);
        return answerPublishing.Document(answer, question, voices);
    }
}

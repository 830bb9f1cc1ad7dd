using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Server.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Answers;

/// <summary>Changes the text of an answer or comment, or takes it away.</summary>
internal sealed class ReviseAnswer(
    Database database, QuestionStore questions, AnswerStore answers, AnswerPublishing publishing,
    Moderators moderators, ThreadPublishing threads)
{
    /// <summary>Gives it a new text.</summary>
    public async Task<Outcome<Answer>> ExecuteAsync(
        AnswerId id, string? body, string? source, Caller caller, CancellationToken cancellationToken)
    {
        var (answer, question) = await FindAsync(id, caller, cancellationToken);
        if (answer is null || question is null)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        if (AnswerRules.MayRevise(caller, answer, body, source) is { } refusal)
        {
            return refusal;
        }

        var address = AnswerRules.SourceAddress(source)?.AbsoluteUri;
        if (body!.Trim() == answer.BodySource && address == answer.SourceUrl)
        {
            return answer;
        }

        var voices = await PrepareAsync(answer, question, cancellationToken);
        return await database.WriteAsync<Outcome<Answer>>(
            writing =>
            {
                var after = answer with
                {
                    BodySource = body.Trim(),
                    BodyHtml = SafeHtml.FromMarkdown(body.Trim()),
                    SourceUrl = address,
                    SourceTitle = address is null ? null
                        : address == answer.SourceUrl ? answer.SourceTitle : new Uri(address).Host,
                    ReviewedAt = answer.Kind == AnswerKind.Official ? writing.Now : null,
                    UpdatedAt = Rising(writing, answer),
                    Revision = answer.Revision + 1,
                    PreviousRevision = answer.Kind == AnswerKind.Official
                        ? AnswerPublishing.NameOfNewest(writing, answer.Uri)
                        : null,
                };
                if (!AnswerStore.Revise(writing, answer, after))
                {
                    return new Refusal(RefusalKind.Conflict, "problem.409text");
                }

                publishing.Updated(writing, voices, after, question);
                return after;
            }, cancellationToken);
    }

    /// <summary>Takes it away, here and wherever it went.</summary>
    public async Task<Outcome<Answer>> DeleteAsync(AnswerId id, Caller caller, CancellationToken cancellationToken)
    {
        var (answer, question) = await FindAsync(id, caller, cancellationToken);
        if (answer is null || question is null)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        var moderates = await moderators.MayAsync(caller, question, cancellationToken) is null;
        if (AnswerRules.MayDelete(caller, answer, moderates) is { } refusal)
        {
            return refusal;
        }

        // Of what came from elsewhere a moderator says in the topic that it is gone; else it is gone here only.
        var voices = answer.IsLocal ? await PrepareAsync(answer, question, cancellationToken) : null;
        var thread = !answer.IsLocal && moderates
            ? await threads.PrepareAsync(caller.Account!.ActorId, question, cancellationToken)
            : null;
        return await database.WriteAsync<Outcome<Answer>>(
            writing =>
            {
                AnswerStore.Delete(writing, answer);
                TombstoneStore.Add(writing, answer.Uri, "Note");
                if (voices is not null)
                {
                    publishing.Deleted(writing, voices, answer, question);
                }

                if (thread is not null && answer.Audience == Audience.Everyone)
                {
                    threads.Deleted(writing, thread, question, answer.Uri);
                }

                return answer;
            }, cancellationToken);
    }

    private async Task<(Answer? Answer, Question? Question)> FindAsync(
        AnswerId id, Caller caller, CancellationToken cancellationToken)
    {
        var answer = await answers.FindAsync(id, caller.Viewer, cancellationToken);
        var question = answer is null
            ? null
            : await questions.FindAsync(answer.QuestionId, caller.Viewer, cancellationToken);
        return (answer, question);
    }

    private async Task<AnswerVoices> PrepareAsync(
        Answer answer, Question question, CancellationToken cancellationToken)
    {
        var parent = answer.ParentId is { } id
            ? await answers.FindAsync(id, Viewer.Node, cancellationToken)
            : null;
        return await publishing.PrepareAsync(answer.AuthorId, question, parent?.AuthorId, cancellationToken);
    }

    // Lemmy orders by `updated`, so it must rise even when the clock did not.
    private static DateTimeOffset Rising(Writing writing, Answer answer) =>
        writing.Now > answer.UpdatedAt ? writing.Now : answer.UpdatedAt.AddSeconds(1);
}

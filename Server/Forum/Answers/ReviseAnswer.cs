using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Forum.Answers;

/// <summary>Changes the text of an answer or comment, or takes it away.</summary>
internal sealed class ReviseAnswer(
    Database database, QuestionStore questions, AnswerStore answers, AnswerPublishing publishing,
    Moderators moderators, ThreadPublishing threads, Allowances allowances)
{
    /// <summary>Gives it a new text.</summary>
    /// <param name="id">Which.</param>
    /// <param name="body">The text, Markdown.</param>
    /// <param name="source">Where this was found.</param>
    /// <param name="caller">Who.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="official">Official: what it says besides its text; null leaves that.</param>
    public async Task<Outcome<Answer>> ExecuteAsync(
        AnswerId id, string? body, string? source, Caller caller, CancellationToken cancellationToken,
        OfficialFacts? official = null)
    {
        var (answer, question) = await FindAsync(id, caller, cancellationToken);
        if (answer is null || question is null)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        official = official?.From(answer.ValidFrom is { } from ? TypedDay.Of(from) : null);
        if (AnswerRules.MayRevise(caller, answer, body, source, official) is { } refusal)
        {
            return refusal;
        }

        var text = ReadableText.Lines(body);
        var address = AnswerRules.SourceAddress(source)?.AbsoluteUri;
        var after = WithFacts(answer, official) with
        {
            BodySource = text,
            BodyHtml = SafeHtml.FromMarkdown(text, answer.Url),
            SourceUrl = address,
            SourceTitle = address is null ? null
                : SafeHtml.OneLine(official?.SourceTitle, 120) is { Length: > 0 } title ? title
                : address == answer.SourceUrl ? answer.SourceTitle
                : new Uri(address).Host,
        };
        if (after with { BodyHtml = answer.BodyHtml } == answer)
        {
            return answer;
        }

        var voices = await PrepareAsync(answer, question, cancellationToken);
        return await database.WriteAsync(
            writing => allowances.Take(writing, Act.Edit, caller) ?? publishing.Revise(
                writing, voices, answer,
                after with { ReviewedAt = after.Kind == AnswerKind.Official ? writing.Now : null }, question),
            cancellationToken);
    }

    /// <summary>
    /// Says of an official answer that it no longer counts. Its text stays, so that who relied on it finds it back
    /// (CONTRACT.md §4.5).
    /// </summary>
    public async Task<Outcome<Answer>> WithdrawAsync(
        AnswerId id, string? reason, Caller caller, CancellationToken cancellationToken)
    {
        var (answer, question) = await FindAsync(id, caller, cancellationToken);
        if (answer is null || question is null)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        if (AnswerRules.MayWithdraw(caller, answer, reason) is { } refusal)
        {
            return refusal;
        }

        var voices = await PrepareAsync(answer, question, cancellationToken);
        return await database.WriteAsync(
            writing => allowances.Take(writing, Act.Edit, caller) ?? publishing.Revise(
                writing, voices, answer,
                answer with
                {
                    WithdrawnAt = writing.Now,
                    WithdrawnReason = SafeHtml.OneLine(reason, AnswerRules.MaxReason),
                }, question),
            cancellationToken);
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
                ReviseQuestion.Gone(writing, caller, answer.IsLocal, answer.Uri, question.TopicId);
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

    private static Answer WithFacts(Answer answer, OfficialFacts? official) =>
        answer.Kind != AnswerKind.Official || official is null
            ? answer
            : answer with
            {
                ValidFrom = TypedDay.Noon(official.ValidFrom),
                ValidUntil = TypedDay.Noon(official.ValidUntil),
                ReviewBefore = TypedDay.Noon(official.ReviewBefore),
                ReviewedBy = SafeHtml.OneLine(official.ReviewedBy, 100),
            };
}

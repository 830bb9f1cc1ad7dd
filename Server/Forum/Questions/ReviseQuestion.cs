using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Deletions;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Forum.Questions;

/// <summary>
/// Changes what its author can change: the text, which answer helped, whether it stands there at all.
/// </summary>
internal sealed class ReviseQuestion(
    Database database, QuestionStore questions, AnswerStore answers, QuestionPublishing publishing,
    Moderators moderators, ThreadPublishing threads, Allowances allowances)
{
    /// <summary>Gives it a new text.</summary>
    public async Task<Outcome<Question>> ExecuteAsync(
        QuestionId id, string? title, string? body, Caller caller, CancellationToken cancellationToken)
    {
        if (await questions.FindAsync(id, caller.Viewer, cancellationToken) is not { } question)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        if (QuestionRules.MayRevise(caller, question, title, body) is { } refusal)
        {
            return refusal;
        }

        var source = ReadableText.Lines(body);
        var line = SafeHtml.OneLine(title, QuestionRules.MaxTitle);
        if (line == question.Title && source == (question.BodySource ?? ""))
        {
            return question;
        }

        var accepted = await publishing.AcceptedUriAsync(question, cancellationToken);
        var voices = await publishing.PrepareAsync(question.AuthorId, question.TopicId, cancellationToken);
        return await database.WriteAsync<Outcome<Question>>(
            writing =>
            {
                if (allowances.Take(writing, Act.Edit, caller) is { } tooMany)
                {
                    return tooMany;
                }

                var after = question with
                {
                    Title = line,
                    BodySource = source,
                    BodyHtml = source.Length == 0 ? "" : SafeHtml.FromMarkdown(source, question.Url),
                    UpdatedAt = Rising(writing, question),
                    Revision = question.Revision + 1,
                };
                if (!QuestionStore.Revise(writing, question, after))
                {
                    return new Refusal(RefusalKind.Conflict, "problem.409text");
                }

                publishing.Updated(writing, voices, after, accepted);
                return after;
            }, cancellationToken);
    }

    /// <summary>Says which answer helped, or with null that none does.</summary>
    public async Task<Outcome<Question>> AcceptAsync(
        QuestionId id, AnswerId? answerId, Caller caller, CancellationToken cancellationToken)
    {
        if (await questions.FindAsync(id, caller.Viewer, cancellationToken) is not { } question)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        var answer = answerId is { } number ? await answers.FindAsync(number, caller.Viewer, cancellationToken) : null;
        if (answerId is not null && answer is null)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        if (ThreadRules.MayAccept(caller.Party, question, answer, moderates: false) is { } refusal)
        {
            return refusal;
        }

        if (question.AcceptedAnswerId == answerId)
        {
            return question;
        }

        // Others hear of an answer only where they may see it.
        var chosen = answer is { Audience: Audience.Everyone } ? answer.Uri : null;
        var former = await publishing.AcceptedUriAsync(question, cancellationToken);
        var voices = await publishing.PrepareAsync(question.AuthorId, question.TopicId, cancellationToken);
        return await database.WriteAsync<Outcome<Question>>(
            writing =>
            {
                if (allowances.Take(writing, Act.Mark, caller) is { } tooMany)
                {
                    return tooMany;
                }

                var after = question with
                {
                    AcceptedAnswerId = answerId,
                    AcceptedBy = answerId is null ? null : question.AuthorId,
                    UpdatedAt = Rising(writing, question),
                };
                QuestionStore.Accept(writing, id, answerId, after.AcceptedBy, after.UpdatedAt);
                if (former is not null)
                {
                    publishing.Chosen(writing, voices, after, former, on: false);
                }

                if (answer is not null)
                {
                    AcceptanceNotice.Add(writing, question, answer, question.AuthorId);
                }

                if (chosen is not null)
                {
                    publishing.Chosen(writing, voices, after, chosen, on: true);
                }

                publishing.Updated(writing, voices, after, chosen);
                return after;
            }, cancellationToken);
    }

    /// <summary>Takes it away, here and wherever it went.</summary>
    public async Task<Outcome<Question>> DeleteAsync(
        QuestionId id, Caller caller, CancellationToken cancellationToken)
    {
        if (await questions.FindAsync(id, caller.Viewer, cancellationToken) is not { } question)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        var moderates = await moderators.MayAsync(caller, question, cancellationToken) is null;
        if (QuestionRules.MayDelete(caller, question, moderates) is { } refusal)
        {
            return refusal;
        }

        // Of what came from elsewhere a moderator says in the topic that it is gone; else it is gone here only.
        var voices = question.IsLocal
            ? await publishing.PrepareAsync(question.AuthorId, question.TopicId, cancellationToken)
            : null;
        var thread = !question.IsLocal && moderates
            ? await threads.PrepareAsync(caller.Account!.ActorId, question, cancellationToken)
            : null;
        return await database.WriteAsync<Outcome<Question>>(
            writing =>
            {
                QuestionStore.Delete(writing, question);
                Gone(writing, caller, question.IsLocal, question.Uri, question.TopicId);
                if (voices is not null)
                {
                    publishing.Deleted(writing, voices, question);
                }

                if (thread is not null)
                {
                    threads.Deleted(writing, thread, question, question.Uri);
                }

                return question;
            }, cancellationToken);
    }

    /// <summary>
    /// Remembers that a post was taken away: for good, or, by who only moderates its topic, from that topic.
    /// </summary>
    internal static void Gone(Writing writing, Caller caller, bool isLocal, string uri, ActorId topic)
    {
        if (isLocal || caller.IsModerator)
        {
            TombstoneStore.Add(writing, uri, "Note");
        }
        else
        {
            TombstoneStore.Remove(writing, uri, topic);
        }
    }

    // Lemmy orders by `updated`, so it must rise even when the clock did not.
    private static DateTimeOffset Rising(Writing writing, Question question) =>
        writing.Now > question.UpdatedAt ? writing.Now : question.UpdatedAt.AddSeconds(1);
}

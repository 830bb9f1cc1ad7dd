using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Reports;

namespace Ontmoetingsplein.Forum.Moderation;

/// <summary>
/// Reports a question or answer to those who moderate: here, and, in the name of the node's "meldpunt" and not of the
/// person, to the server of its topic or else of its author (CONTRACT.md §4.6 "Flag").
/// </summary>
internal sealed class ReportPost(
    Database database, QuestionStore questions, AnswerStore answers, ActorStore actors, Publisher publisher,
    Allowances allowances, NodeAddresses addresses)
{
    /// <summary>Shortest reason, in characters.</summary>
    public const int MinReason = 3;

    /// <summary>Reports a question.</summary>
    public async Task<Outcome<Question>> ExecuteAsync(
        QuestionId id, string? reason, Caller caller, CancellationToken cancellationToken) =>
        await questions.FindAsync(id, caller.Viewer, cancellationToken) is { } question
            ? await ExecuteAsync(question, null, reason, caller, cancellationToken)
            : new Refusal(RefusalKind.NotFound, "problem.404text");

    /// <summary>Reports an answer or comment.</summary>
    /// <returns>Its question.</returns>
    public async Task<Outcome<Question>> ExecuteAsync(
        AnswerId id, string? reason, Caller caller, CancellationToken cancellationToken) =>
        await answers.FindAsync(id, caller.Viewer, cancellationToken) is { DeletedAt: null } answer
            && await questions.FindAsync(answer.QuestionId, caller.Viewer, cancellationToken) is { } question
            ? await ExecuteAsync(question, answer, reason, caller, cancellationToken)
            : new Refusal(RefusalKind.NotFound, "problem.404text");

    private async Task<Outcome<Question>> ExecuteAsync(
        Question question, Answer? answer, string? reason, Caller caller, CancellationToken cancellationToken)
    {
        if (QuestionRules.MayTakePart(caller, question) is { } refusal)
        {
            return refusal;
        }

        var text = ReadableText.Lines(reason);
        if (ReadableText.Fault("reason", text, MinReason, ReportStore.MaxReason, "error.reason") is { } fault)
        {
            return Refusal.Invalid(fault);
        }

        var author = await actors.FindAsync(answer?.AuthorId ?? question.AuthorId, cancellationToken);
        var topic = await actors.FindAsync(question.TopicId, cancellationToken);
        var told = topic is { IsLocal: false } ? topic : author is { IsLocal: false } ? author : null;
        var isPublic = (answer?.Audience ?? question.Audience) == Audience.Everyone;
        var speaker = told is not null && isPublic ? await SpeakerAsync(cancellationToken) : null;
        return await database.WriteAsync<Outcome<Question>>(
            writing =>
            {
                if (allowances.Take(writing, Act.Report, caller) is { } tooMany)
                {
                    return tooMany;
                }

                var report = new Report
                {
                    Id = writing.Ids.Next(),
                    ReporterId = caller.Account!.ActorId,
                    ReporterHost = "",
                    ObjectUri = answer?.Uri ?? question.Uri,
                    QuestionId = question.Id,
                    AnswerId = answer?.Id,
                    Reason = text,
                };
                // Thanks for what is not kept would be a lie.
                if (ReportStore.IsFull(writing, ""))
                {
                    return new Refusal(RefusalKind.TooMany, "report.full");
                }

                // Told once: whoever reports it again is thanked and nothing more is sent.
                if (ReportStore.Add(writing, report) && told is not null && speaker is not null)
                {
                    Tell(writing, speaker, told, author!, report);
                }

                return question;
            }, cancellationToken);
    }

    // A topic of an older node may have the name; then the node itself reports.
    private async Task<Speaker> SpeakerAsync(CancellationToken cancellationToken) => await publisher.PrepareAsync(
        await actors.FindByUriAsync(addresses.Reporter, cancellationToken)
            ?? await actors.FindByUriAsync(addresses.Node, cancellationToken)
            ?? throw new InvalidOperationException("The node has no actor."));

    private void Tell(Writing writing, Speaker reporter, Actor told, Actor author, Report report) => publisher.Publish(
        writing, reporter, report.ObjectUri, report.ObjectUri, isPublic: false,
        id => new FlagActivity
        {
            Id = id,
            Actor = reporter.Actor.Uri,
            To = [told.Uri],
            Audience = told.Kind == ActorKind.Group ? told.Uri : null,
            Object = RawJson.References([author.Uri, report.ObjectUri]),
            Content = report.Reason,
        },
        [FollowerInbox.Of(told)]);
}

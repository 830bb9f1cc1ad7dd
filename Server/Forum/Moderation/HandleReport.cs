using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Reports;

namespace Ontmoetingsplein.Forum.Moderation;

/// <summary>Says what was done about a report, and closes with it all that is open about the same post.</summary>
internal sealed class HandleReport(
    Database database, ReportStore reports, QuestionStore questions, AnswerStore answers, ActorStore actors,
    OpenReports open)
{
    /// <summary>Deals with it.</summary>
    /// <param name="id">Of the report.</param>
    /// <param name="outcome">What was done; null when that was not said.</param>
    /// <param name="note">For the others who moderate; needed for <see cref="ReportOutcome.Other"/>.</param>
    /// <param name="caller">Who moderates the topic, or an administrator.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How many were closed.</returns>
    public async Task<Outcome<int>> ExecuteAsync(
        long id, ReportOutcome? outcome, string? note, Caller caller, CancellationToken cancellationToken)
    {
        if (await open.ScopeAsync(caller, cancellationToken) is not { } scope)
        {
            return caller.Account is null
                ? new Refusal(RefusalKind.SignInNeeded, "problem.403visitor")
                : new Refusal(RefusalKind.Forbidden, "problem.403text");
        }

        if (await reports.FindAsync(id, scope, cancellationToken) is not { } report)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        var text = note?.Trim() ?? "";
        List<FieldFault> faults = [];
        if (outcome is null)
        {
            faults.Add(new FieldFault("outcome", "reports.chooseOutcome"));
        }
        else if (outcome == ReportOutcome.Removed && await IsThereAsync(report, cancellationToken))
        {
            faults.Add(new FieldFault("outcome", "reports.stillThere"));
        }

        if (text.Length > ReportStore.MaxReason)
        {
            faults.Add(new FieldFault("note", "error.tooLong", ("n", ReportStore.MaxReason)));
        }
        else if (text.Length == 0 && outcome == ReportOutcome.Other)
        {
            faults.Add(new FieldFault("note", "reports.sayWhat"));
        }

        if (faults.Count > 0)
        {
            return Refusal.Invalid([.. faults]);
        }

        var closed = await database.WriteAsync(
            writing => ReportStore.Close(writing, report, caller.Account!.ActorId, outcome!.Value, text),
            cancellationToken);
        // Who presses twice did it once.
        return closed > 0 || (report.Outcome == outcome && report.HandledById == caller.Account!.ActorId)
            ? closed
            : new Refusal(RefusalKind.Conflict, "reports.handledBefore");
    }

    // Not shown to anybody: only whether it is gone.
    private async Task<bool> IsThereAsync(Report report, CancellationToken cancellationToken) => report switch
    {
        { AnswerId: { } answer } =>
            await answers.FindAsync(answer, Viewer.Node, cancellationToken) is { DeletedAt: null },
        { QuestionId: { } question } =>
            await questions.FindAsync(question, Viewer.Node, cancellationToken) is { DeletedAt: null },
        _ => await actors.FindByUriAsync(report.ObjectUri, cancellationToken) is { DeletedAt: null },
    };
}

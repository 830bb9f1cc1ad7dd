using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Moderation;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Questions;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Web.Moderation;

/// <summary>The forms to report something; <see cref="ReportPost"/> does it.</summary>
internal static class ReportForms
{
    /// <summary>POST /q/{id}/melden.</summary>
    public static async Task<IResult> QuestionAsync(
        HttpContext http, Caller caller, long id, ReportPost report, ShowQuestion show, Pages pages,
        Failures failures)
    {
        var reason = (await Posted.ReadAsync(http))["reason"];
        var outcome = await report.ExecuteAsync(new QuestionId(id), reason, caller, http.RequestAborted);
        return outcome.Refusal is { KeepsForm: true } refusal
            ? await show.ShowAsync(
                http, caller, new QuestionId(id),
                new RefusedDraft(Report: new TextDraft(
                    reason, Failures.Errors(await pages.TextsAsync(http), refusal, ("", "reason"))))
                {
                    Status = Failures.Status(http, refusal),
                })
            : await ShowAsync(http, failures, outcome);
    }

    /// <summary>POST /r/{id}/melden.</summary>
    public static async Task<IResult> AnswerAsync(
        HttpContext http, Caller caller, long id, ReportPost report, AnswerStore answers, ShowQuestion show,
        Pages pages, Failures failures)
    {
        var reason = (await Posted.ReadAsync(http))["reason"];
        var outcome = await report.ExecuteAsync(new AnswerId(id), reason, caller, http.RequestAborted);
        return outcome.Refusal is { KeepsForm: true } refusal
            && await answers.FindAsync(new AnswerId(id), caller.Viewer, http.RequestAborted) is { } answer
            ? await show.ShowAsync(
                http, caller, answer.QuestionId,
                new RefusedDraft(
                    Report: new TextDraft(
                        reason, Failures.Errors(await pages.TextsAsync(http), refusal, ("", "reason"))),
                    ReportOn: answer.Id)
                {
                    Status = Failures.Status(http, refusal),
                })
            : await ShowAsync(http, failures, outcome);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Failures failures, Outcome<Question> outcome)
    {
        if (!outcome.IsDone(out var question, out var refusal))
        {
            return await failures.ShowAsync(http, refusal);
        }

        Notices.Add(http, "report.done");
        // Where the thanks stand: a browser would keep the fragment of the form's address.
        return new SeeOther(Paths.Question(question.Id.Value) + Paths.Top);
    }
}

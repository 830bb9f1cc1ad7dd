using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Server.Layout;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Moderation;

/// <summary>The forms to report something; <see cref="ReportPost"/> does it.</summary>
internal static class ReportForms
{
    /// <summary>POST /q/{id}/melden.</summary>
    public static async Task<IResult> QuestionAsync(
        HttpContext http, Caller caller, long id, ReportPost report, Failures failures) => await ShowAsync(
        http, failures,
        await report.ExecuteAsync(
            new QuestionId(id), (await Posted.ReadAsync(http))["reason"], caller, http.RequestAborted));

    /// <summary>POST /r/{id}/melden.</summary>
    public static async Task<IResult> AnswerAsync(
        HttpContext http, Caller caller, long id, ReportPost report, Failures failures) => await ShowAsync(
        http, failures,
        await report.ExecuteAsync(
            new AnswerId(id), (await Posted.ReadAsync(http))["reason"], caller, http.RequestAborted));

    private static async Task<IResult> ShowAsync(HttpContext http, Failures failures, Outcome<Question> outcome)
    {
        if (!outcome.IsDone(out var question, out var refusal))
        {
            return await failures.ShowAsync(http, refusal);
        }

        Notices.Add(http, "report.done");
        return new SeeOther(Paths.Question(question.Id.Value));
    }
}

using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Web.Questions;

/// <summary>The pages to change or delete a question; <see cref="ReviseQuestion"/> does it.</summary>
internal static class EditQuestion
{
    /// <summary>GET /q/{id}/wijzigen.</summary>
    public static async Task<IResult> ShowAsync(
        HttpContext http, Caller caller, long id, QuestionStore questions, Moderators moderators, Pages pages,
        Failures failures)
    {
        var question = await questions.FindAsync(new QuestionId(id), caller.Viewer, http.RequestAborted);
        var refusal = question is null
            ? new Refusal(RefusalKind.NotFound, "problem.404text")
            : QuestionRules.MayDelete(
                caller, question, await moderators.MayAsync(caller, question, http.RequestAborted) is null);
        return refusal is not null
            ? await failures.ShowAsync(http, refusal)
            : await pages.ShowAsync<EditQuestionPage, EditQuestionModel>(
                http, new EditQuestionModel(id, question!.Title, question.BodySource ?? "")
                {
                    CanRevise = QuestionRules.MayEdit(caller, question) is null,
                });
    }

    /// <summary>POST /q/{id}/wijzigen.</summary>
    public static async Task<IResult> SubmitAsync(
        HttpContext http, Caller caller, long id, ReviseQuestion revise, Pages pages, Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var outcome = await revise.ExecuteAsync(
            new QuestionId(id), form["title"], form["body"], caller, http.RequestAborted);
        if (outcome.Refusal is not { } refusal)
        {
            Notices.Add(http, "edit.done");
            return new SeeOther(Paths.Question(id));
        }

        return !refusal.KeepsForm
            ? await failures.ShowAsync(http, refusal)
            : await pages.ShowAsync<EditQuestionPage, EditQuestionModel>(
                http,
                new EditQuestionModel(id, form["title"], form["body"])
                {
                    Errors = Failures.Errors(await pages.TextsAsync(http), refusal),
                },
                Failures.Status(http, refusal), path: Paths.EditQuestion(id));
    }

    /// <summary>POST /q/{id}/verwijderen.</summary>
    public static async Task<IResult> DeleteAsync(
        HttpContext http, Caller caller, long id, ReviseQuestion revise, Failures failures)
    {
        var outcome = await revise.DeleteAsync(new QuestionId(id), caller, http.RequestAborted);
        if (outcome.Refusal is { } refusal)
        {
            return await failures.ShowAsync(http, refusal);
        }

        Notices.Add(http, "delete.done");
        return new SeeOther(Paths.Questions);
    }
}

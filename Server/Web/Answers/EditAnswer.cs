using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Web.Answers;

/// <summary>The pages to change or delete an answer or comment; <see cref="ReviseAnswer"/> does it.</summary>
internal static class EditAnswer
{
    /// <summary>GET /r/{id}/wijzigen.</summary>
    public static async Task<IResult> ShowAsync(
        HttpContext http, Caller caller, long id, AnswerStore answers, QuestionStore questions, Moderators moderators,
        Pages pages, Failures failures)
    {
        var (answer, question) = await FindAsync(http, caller, id, answers, questions);
        var refusal = answer is null || question is null
            ? new Refusal(RefusalKind.NotFound, "problem.404text")
            : AnswerRules.MayDelete(
                caller, answer, await moderators.MayAsync(caller, question, http.RequestAborted) is null);
        return refusal is not null
            ? await failures.ShowAsync(http, refusal)
            : await pages.ShowAsync<EditAnswerPage, EditAnswerModel>(
                http, Model(caller, answer!, question!, answer!.BodySource ?? PlainText.Of(answer.BodyHtml)) with
                {
                    Source = answer.SourceUrl ?? "",
                    Official = answer.Kind == AnswerKind.Official ? OfficialInput.Of(answer) : null,
                });
    }

    /// <summary>POST /r/{id}/wijzigen.</summary>
    public static async Task<IResult> SubmitAsync(
        HttpContext http, Caller caller, long id, AnswerStore answers, QuestionStore questions, ReviseAnswer revise,
        Pages pages, Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        List<FieldFault> faults = [];
        var official = OfficialInput.Read(form, faults);
        var outcome = faults.Count == 0
            ? await revise.ExecuteAsync(
                new AnswerId(id), form["text"], form["source"], caller, http.RequestAborted, official)
            : Refusal.Invalid([.. faults]);
        if (outcome.IsDone(out var revised, out var refusal))
        {
            Notices.Add(http, "edit.done");
            return new SeeOther(Paths.Reply(revised.QuestionId.Value, id));
        }

        return await AgainAsync(
            http, caller, id, refusal, answers, questions, pages, failures,
            (model, answer) => model with
            {
                Text = form["text"],
                Source = form["source"],
                Official = answer.Kind == AnswerKind.Official ? OfficialInput.Typed(form) : null,
            });
    }

    /// <summary>POST /r/{id}/intrekken.</summary>
    public static async Task<IResult> WithdrawAsync(
        HttpContext http, Caller caller, long id, AnswerStore answers, QuestionStore questions, ReviseAnswer revise,
        Pages pages, Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var outcome = await revise.WithdrawAsync(new AnswerId(id), form["reason"], caller, http.RequestAborted);
        if (outcome.IsDone(out var withdrawn, out var refusal))
        {
            Notices.Add(http, "withdraw.done");
            return new SeeOther(Paths.Reply(withdrawn.QuestionId.Value, id));
        }

        return await AgainAsync(
            http, caller, id, refusal, answers, questions, pages, failures,
            (model, answer) => model with
            {
                Source = answer.SourceUrl ?? "",
                Official = OfficialInput.Of(answer),
                Reason = form["reason"],
            });
    }

    /// <summary>POST /r/{id}/verwijderen.</summary>
    public static async Task<IResult> DeleteAsync(
        HttpContext http, Caller caller, long id, ReviseAnswer revise, Failures failures)
    {
        var outcome = await revise.DeleteAsync(new AnswerId(id), caller, http.RequestAborted);
        if (!outcome.IsDone(out var deleted, out var refusal))
        {
            return await failures.ShowAsync(http, refusal);
        }

        Notices.Add(http, "delete.done");
        return new SeeOther(Paths.Question(deleted.QuestionId.Value));
    }

    // The page with what was typed, and what is wrong with it.
    private static async Task<IResult> AgainAsync(
        HttpContext http, Caller caller, long id, Refusal refusal, AnswerStore answers, QuestionStore questions,
        Pages pages, Failures failures, Func<EditAnswerModel, Answer, EditAnswerModel> typed)
    {
        var (answer, question) = await FindAsync(http, caller, id, answers, questions);
        return !refusal.KeepsForm || answer is null || question is null
            || AnswerRules.MayEdit(caller, answer) is not null
            ? await failures.ShowAsync(http, refusal)
            : await pages.ShowAsync<EditAnswerPage, EditAnswerModel>(
                http,
                typed(Model(caller, answer, question, answer.BodySource ?? ""), answer) with
                {
                    Errors = Failures.Errors(await pages.TextsAsync(http), refusal, ("body", "text")),
                },
                Failures.Status(http, refusal), path: Paths.EditReply(id));
    }

    private static EditAnswerModel Model(Caller caller, Answer answer, Question question, string text) =>
        new(answer.Id.Value, question.Id.Value, question.Title, text)
        {
            IsComment = answer.Kind == AnswerKind.Comment,
            IsOwn = caller.MaySpeakAs(answer.AuthorId),
            CanRevise = AnswerRules.MayEdit(caller, answer) is null
                && (answer.Kind != AnswerKind.Official || answer.IsStanding),
        };

    private static async Task<(Answer? Answer, Question? Question)> FindAsync(
        HttpContext http, Caller caller, long id, AnswerStore answers, QuestionStore questions)
    {
        var answer = await answers.FindAsync(new AnswerId(id), caller.Viewer, http.RequestAborted);
        return (
            answer,
            answer is null ? null : await questions.FindAsync(answer.QuestionId, caller.Viewer, http.RequestAborted));
    }
}

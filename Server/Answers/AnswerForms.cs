using System.Globalization;
using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Server.Layout;
using Ontmoetingsplein.Server.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;

namespace Ontmoetingsplein.Server.Answers;

/// <summary>The forms below a question: an answer and a comment.</summary>
internal static class AnswerForms
{
    private static readonly string[] DateForms = ["yyyy-MM-dd", "d-M-yyyy"];

    /// <summary>POST /q/{id}/antwoorden.</summary>
    public static async Task<IResult> AnswerAsync(
        HttpContext http, Caller caller, long id, GiveAnswer give, ShowQuestion show, Pages pages, Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var question = new QuestionId(id);
        var isDate = TryDate(form["validUntil"], out var validUntil);
        var reach = Reach.Parse(form[Reach.Field]);
        var outcome = isDate && reach is not null
            ? await give.ExecuteAsync(
                new GiveAnswer.Form(
                    question, form["text"], Source: form["source"],
                    SourceTitle: form["sourceTitle"] is { Length: > 0 } title ? title : null,
                    OnBehalfOf: long.TryParse(
                        form["as"], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                        ? new ActorId(number)
                        : null,
                    ValidUntil: validUntil, ReviewedBy: form["checkedBy"], Follow: form.IsOn("notify"),
                    Reach: reach),
                caller, http.RequestAborted)
            : Refusal.Invalid(
                isDate
                    ? new FieldFault(Reach.Field, "error.audience")
                    : new FieldFault("validUntil", "error.date"));
        if (outcome.IsDone(out var answer, out var refusal))
        {
            Notices.Add(http, "answer.done");
            return new SeeOther(Paths.Reply(id, answer.Id.Value));
        }

        if (refusal.Kind != RefusalKind.Invalid)
        {
            return await failures.ShowAsync(http, refusal);
        }

        var draft = new AnswerForm
        {
            Errors = Failures.Errors(await pages.TextsAsync(http), refusal, ("body", "text")),
            Text = form["text"],
            Source = form["source"],
            SourceTitle = form["sourceTitle"],
            As = form["as"],
            ValidUntil = form["validUntil"],
            CheckedBy = form["checkedBy"],
            Audience = form[Reach.Field],
            Notify = form.IsOn("notify"),
        };
        return await show.ShowAsync(http, caller, question, new RefusedDraft(draft));
    }

    /// <summary>POST /r/{id}/reacties.</summary>
    public static async Task<IResult> CommentAsync(
        HttpContext http, Caller caller, long id, AnswerStore answers, GiveAnswer give, ShowQuestion show, Pages pages,
        Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var parent = await answers.FindAsync(new AnswerId(id), caller.Viewer, http.RequestAborted);
        Outcome<Answer> outcome = parent is null
            ? new Refusal(RefusalKind.NotFound, "problem.404text")
            : await give.ExecuteAsync(
                new GiveAnswer.Form(parent.QuestionId, form["comment"], parent.Id), caller, http.RequestAborted);
        if (outcome.IsDone(out var comment, out var refusal))
        {
            Notices.Add(http, "comment.done");
            return new SeeOther(Paths.Reply(comment.QuestionId.Value, comment.Id.Value));
        }

        if (refusal.Kind != RefusalKind.Invalid)
        {
            return await failures.ShowAsync(http, refusal);
        }

        var errors = Failures.Errors(await pages.TextsAsync(http), refusal, ("body", "comment"));
        return await show.ShowAsync(
            http, caller, parent!.QuestionId,
            new RefusedDraft(null, parent.Id, new TextDraft(form["comment"], errors)));
    }

    // Noon, so that it is that day in every nearby time zone; browsers send year first, people may type day first.
    private static bool TryDate(string text, out DateTimeOffset? moment)
    {
        moment = null;
        if (text.Trim().Length == 0)
        {
            return true;
        }

        if (!DateOnly.TryParseExact(
            text.Trim(), DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return false;
        }

        moment = new DateTimeOffset(day, new TimeOnly(12, 0), TimeSpan.Zero);
        return true;
    }
}

using System.Globalization;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Questions;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;

namespace Ontmoetingsplein.Server.Web.Answers;

/// <summary>The forms below a question: an answer and a comment.</summary>
internal static class AnswerForms
{
    /// <summary>POST /q/{id}/antwoorden.</summary>
    public static async Task<IResult> AnswerAsync(
        HttpContext http, Caller caller, long id, GiveAnswer give, ShowQuestion show, Pages pages, Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var question = new QuestionId(id);
        List<FieldFault> faults = [];
        var official = OfficialInput.Read(form, faults);
        if (Reach.Parse(form[Reach.Field]) is not { } reach)
        {
            faults.Add(new FieldFault(Reach.Field, "error.audience"));
            reach = default;
        }

        var outcome = faults.Count == 0
            ? await give.ExecuteAsync(
                new GiveAnswer.Form(
                    question, form["text"], Source: form["source"],
                    OnBehalfOf: Number(form["as"]) is { } organisation ? new ActorId(organisation) : null,
                    Official: official,
                    Supersedes: Number(form["replaces"]) is { } former ? new AnswerId(former) : null,
                    Follow: form.IsOn("notify"), Reach: reach, Key: form.Key),
                caller, http.RequestAborted)
            : Refusal.Invalid([.. faults]);
        if (outcome.IsDone(out var answer, out var refusal))
        {
            Notices.Add(http, "answer.done");
            return new SeeOther(Paths.Reply(id, answer.Id.Value));
        }

        if (!refusal.KeepsForm)
        {
            return await failures.ShowAsync(http, refusal);
        }

        var draft = new AnswerForm
        {
            Errors = Failures.Errors(await pages.TextsAsync(http), refusal, ("body", "text")),
            Text = form["text"],
            Source = form["source"],
            As = form["as"],
            Official = OfficialInput.Typed(form),
            Replaces = form["replaces"],
            Audience = form[Reach.Field],
            Notify = form.IsOn("notify"),
        };
        return await show.ShowAsync(
            http, caller, question, new RefusedDraft(draft) { Status = Failures.Status(http, refusal) });
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
                new GiveAnswer.Form(parent.QuestionId, form["comment"], parent.Id, Key: form.Key), caller,
                http.RequestAborted);
        if (outcome.IsDone(out var comment, out var refusal))
        {
            Notices.Add(http, "comment.done");
            return new SeeOther(Paths.Reply(comment.QuestionId.Value, comment.Id.Value));
        }

        if (!refusal.KeepsForm)
        {
            return await failures.ShowAsync(http, refusal);
        }

        var errors = Failures.Errors(await pages.TextsAsync(http), refusal, ("body", "comment"), ("", "comment"));
        return await show.ShowAsync(
            http, caller, parent!.QuestionId,
            new RefusedDraft(null, parent.Id, new TextDraft(form["comment"], errors))
            {
                Status = Failures.Status(http, refusal),
            });
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

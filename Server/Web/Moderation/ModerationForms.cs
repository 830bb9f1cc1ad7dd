using System.Globalization;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Moderation;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Server.Web.Questions;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Web.Moderation;

/// <summary>
/// The forms for moderators on the page of a question, and which answer helped, which the asker says too;
/// <see cref="ModerateQuestion"/> decides.
/// </summary>
internal static class ModerationForms
{
    /// <summary>POST /q/{id}/sluiten.</summary>
    public static async Task<IResult> LockAsync(
        HttpContext http, Caller caller, long id, ModerateQuestion moderate, ShowQuestion show, Pages pages,
        Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var on = form.IsOn("on");
        var outcome = await moderate.LockAsync(new QuestionId(id), on, form["reason"], caller, http.RequestAborted);
        return await AgainAsync(http, caller, id, "lock", form["reason"], outcome, show, pages)
            ?? await ShowAsync(http, id, on ? "moderation.closed" : "moderation.opened", failures, outcome);
    }

    /// <summary>POST /q/{id}/vastzetten.</summary>
    public static async Task<IResult> PinAsync(
        HttpContext http, Caller caller, long id, ModerateQuestion moderate, Failures failures)
    {
        var on = (await Posted.ReadAsync(http)).IsOn("on");
        return await ShowAsync(
            http, id, on ? "moderation.pinned" : "moderation.unpinned", failures,
            await moderate.PinAsync(new QuestionId(id), on, caller, http.RequestAborted));
    }

    /// <summary>POST /q/{id}/verplaatsen.</summary>
    public static async Task<IResult> MoveAsync(
        HttpContext http, Caller caller, long id, TopicStore topics, ModerateQuestion moderate, ShowQuestion show,
        Pages pages, Failures failures)
    {
        var typed = (await Posted.ReadAsync(http))["topic"];
        Outcome<Question> outcome = await TopicAddress.FindAsync(topics, typed, http.RequestAborted) is { } topic
            ? await moderate.MoveAsync(new QuestionId(id), topic.Id, caller, http.RequestAborted)
            : Refusal.Invalid(new FieldFault("topic", "error.topic"));
        return await AgainAsync(http, caller, id, "move", typed, outcome, show, pages)
            ?? await ShowAsync(http, id, "moderation.moved", failures, outcome);
    }

    /// <summary>POST /q/{id}/dubbel.</summary>
    public static async Task<IResult> DuplicateAsync(
        HttpContext http, Caller caller, long id, ModerateQuestion moderate, ShowQuestion show, Pages pages,
        Failures failures, NodeAddresses addresses)
    {
        var typed = (await Posted.ReadAsync(http))["original"];
        Outcome<Question> outcome = Number(typed, addresses) is { } original
            ? await moderate.MarkDuplicateAsync(
                new QuestionId(id), new QuestionId(original), caller, http.RequestAborted)
            : Refusal.Invalid(new FieldFault("original", "error.original"));
        return await AgainAsync(http, caller, id, "duplicate", typed, outcome, show, pages)
            ?? await ShowAsync(http, id, "moderation.duplicate", failures, outcome);
    }

    /// <summary>POST /r/{id}/aanvaarden.</summary>
    public static async Task<IResult> AcceptAsync(
        HttpContext http, Caller caller, long id, AnswerStore answers, ReviseQuestion revise,
        ModerateQuestion moderate, Failures failures)
    {
        var on = (await Posted.ReadAsync(http)).IsOn("on");
        var answer = await answers.FindAsync(new AnswerId(id), caller.Viewer, http.RequestAborted);
        var outcome = answer is null
            ? new Refusal(RefusalKind.NotFound, "problem.404text")
            : await revise.AcceptAsync(answer.QuestionId, on ? answer.Id : null, caller, http.RequestAborted);
        if (outcome.Refusal is { Kind: RefusalKind.Forbidden })
        {
            outcome = await moderate.AcceptAsync(
                answer!.QuestionId, on ? answer.Id : null, caller, http.RequestAborted);
        }

        return outcome.Refusal is { } refusal
            ? await failures.ShowAsync(http, refusal)
            : new SeeOther(Paths.Reply(answer!.QuestionId.Value, id));
    }

    // The address of a question's page here, as people copy it: with or without origin, query and fragment.
    private static long? Number(string typed, NodeAddresses addresses)
    {
        var address = typed.Trim();
        var start = address.IndexOf("://", StringComparison.Ordinal);
        var rest = start < 0 ? address : address[(start + 3)..];
        if (rest.StartsWith($"{addresses.Host}/", StringComparison.OrdinalIgnoreCase))
        {
            rest = rest[addresses.Host.Length..];
        }
        else if (start >= 0)
        {
            return null;
        }

        var parts = rest.Split('#', '?')[0].Trim('/').Split('/');
        return parts is ["q", var last]
            && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }

    // The page with what was typed, where that can be mended; null when there is nothing to mend.
    private static async Task<IResult?> AgainAsync(
        HttpContext http, Caller caller, long id, string form, string typed, Outcome<Question> outcome,
        ShowQuestion show, Pages pages) =>
        outcome.Refusal is { KeepsForm: true } refusal
            ? await show.ShowAsync(
                http, caller, new QuestionId(id),
                new RefusedDraft(null, Decision: new DecisionDraft(
                    form, typed, Failures.Errors(await pages.TextsAsync(http), refusal)))
                {
                    Status = Failures.Status(http, refusal),
                })
            : null;

    private static async Task<IResult> ShowAsync(
        HttpContext http, long id, string notice, Failures failures, Outcome<Question> outcome)
    {
        if (outcome.Refusal is { } refusal)
        {
            return await failures.ShowAsync(http, refusal);
        }

        Notices.Add(http, notice);
        return new SeeOther(Paths.Question(id) + Paths.Top);
    }
}

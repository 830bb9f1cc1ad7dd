using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server.Web.Answers;

/// <summary>The button "Nuttig" of an answer.</summary>
internal static class HelpfulForm
{
    /// <summary>POST /r/{id}/nuttig.</summary>
    public static async Task<IResult> SubmitAsync(
        HttpContext http, Caller caller, long id, FindHelpful find, Failures failures)
    {
        var on = (await Posted.ReadAsync(http)).IsOn("on");
        var outcome = await find.ExecuteAsync(new AnswerId(id), on, caller, http.RequestAborted);
        return outcome.IsDone(out var answer, out var refusal)
            ? new SeeOther(Paths.Reply(answer.QuestionId.Value, id))
            : await failures.ShowAsync(http, refusal);
    }
}

using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server.Web.Questions;

/// <summary>The buttons "Ik wil dit ook weten" and "Volgen" of a question.</summary>
internal static class WantToKnowForms
{
    /// <summary>POST /q/{id}/ook.</summary>
    public static async Task<IResult> SubmitAsync(
        HttpContext http, Caller caller, long id, WantToKnow want, Failures failures)
    {
        var on = (await Posted.ReadAsync(http)).IsOn("on");
        var outcome = await want.ExecuteAsync(new QuestionId(id), on, caller, http.RequestAborted);
        return outcome.Refusal is { } refusal
            ? await failures.ShowAsync(http, refusal)
            : new SeeOther(Paths.Question(id));
    }

    /// <summary>POST /q/{id}/volgen.</summary>
    public static async Task<IResult> SubmitFollowAsync(
        HttpContext http, Caller caller, long id, WantToKnow want, Failures failures)
    {
        var on = (await Posted.ReadAsync(http)).IsOn("on");
        var outcome = await want.FollowAsync(new QuestionId(id), on, caller, http.RequestAborted);
        return outcome.Refusal is { } refusal
            ? await failures.ShowAsync(http, refusal)
            : new SeeOther(Paths.Question(id));
    }
}

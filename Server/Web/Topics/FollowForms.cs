using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Topics;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Web.Topics;

/// <summary>The forms that follow a topic.</summary>
internal static class FollowForms
{
    /// <summary>POST /onderwerpen/volgen: follows a topic of another node.</summary>
    public static async Task<IResult> SubmitElsewhereAsync(
        HttpContext http, Caller caller, FollowTopic follow, ShowTopics show, Pages pages, Failures failures)
    {
        var handle = (await Posted.ReadAsync(http))["handle"];
        var outcome = handle.Trim().Length == 0
            ? Refusal.Invalid(new FieldFault("handle", "error.handle"))
            : await follow.FollowRemoteAsync(handle, caller, http.RequestAborted);
        if (outcome.Refusal is not { } refusal)
        {
            Notices.Add(http, "topics.followAsked");
            return new SeeOther(Paths.Topics + Paths.Top);
        }

        return refusal.KeepsForm
            ? await show.AllAsync(
                http, handle, Failures.Errors(await pages.TextsAsync(http), refusal, ("", "handle")),
                Failures.Status(http, refusal))
            : await failures.ShowAsync(http, refusal);
    }

    /// <summary>POST /o/{slug}/volgen.</summary>
    public static async Task<IResult> SubmitAsync(
        HttpContext http, Caller caller, string slug, TopicStore topics, FollowTopic follow, Failures failures)
    {
        var on = (await Posted.ReadAsync(http)).IsOn("on");
        var outcome = await TopicAddress.FindAsync(topics, slug, http.RequestAborted) is { } topic
            ? await follow.ExecuteAsync(topic.Id, on, caller, http.RequestAborted)
            : new Refusal(RefusalKind.NotFound, "problem.404text");
        return outcome.IsDone(out var followed, out var refusal)
            ? new SeeOther(Paths.Topic(StoredViews.Slug(followed)))
            : await failures.ShowAsync(http, refusal);
    }
}

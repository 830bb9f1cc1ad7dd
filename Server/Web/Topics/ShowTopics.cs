using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Web.Topics;

/// <summary>All topics, and one with its questions.</summary>
internal sealed class ShowTopics(
    TopicStore topics, QuestionStore questions, FollowStore follows, StoredViews views, NodeAddresses addresses,
    Pages pages, Failures failures)
{
    private const int PageSize = 20;
    private const int MostPinned = 10;
    private const string OnlyUnanswered = "zonder-antwoord";

    /// <summary>GET /onderwerpen.</summary>
    /// <param name="http">The request.</param>
    /// <param name="handle">What was typed to follow a topic elsewhere, when it could not be accepted.</param>
    /// <param name="errors">What is wrong with it.</param>
    /// <param name="status">Of the answer.</param>
    public async Task<IResult> AllAsync(
        HttpContext http, string handle = "", IReadOnlyDictionary<string, string>? errors = null,
        int status = StatusCodes.Status200OK)
    {
        var all = await topics.ListAsync(http.RequestAborted);
        var model = new TopicsModel(
            [.. all.Where(topic => topic.Host is null).Select(StoredViews.Tile)],
            [.. all.Where(topic => topic.Host is not null).Select(StoredViews.Tile)]);
        return errors is null
            ? await pages.ShowToAllAsync<TopicsPage, TopicsModel>(http, model, "topics", "actors", "questions")
            : await pages.ShowAsync<TopicsPage, TopicsModel>(
                http, model with { Handle = handle, Errors = errors }, status,
                path: Paths.Topics);
    }

    /// <summary>GET /o/{slug} and /o/{slug}@{host}.</summary>
    public async Task<IResult> OneAsync(HttpContext http, Caller caller, string slug, long? before, string? only)
    {
        var cancel = http.RequestAborted;
        if (await TopicAddress.FindAsync(topics, slug, cancel) is not { } topic)
        {
            return await failures.ShowAsync(http, new Refusal(RefusalKind.NotFound, "problem.404text"));
        }

        var unanswered = only == OnlyUnanswered;
        var page = await questions.ListAsync(
            new QuestionFilter(topic.Id, unanswered), caller.Viewer, new PageRequest(before, PageSize), cancel);
        var pinned = before is null && !unanswered
            ? await questions.ListPinnedAsync(topic.Id, caller.Viewer, MostPinned, cancel)
            : [];
        var path = Paths.Topic(StoredViews.Slug(topic)) + (unanswered ? $"?toon={OnlyUnanswered}" : "");
        return await pages.ShowToAllAsync<TopicPage, TopicModel>(
            http,
            new TopicModel(StoredViews.Slug(topic), topic.Name, topic.Description, topic.Icon)
            {
                Questions = views.Rows(
                    [.. pinned, .. page.Items.ExceptBy(pinned.Select(row => row.Id), row => row.Id)]),
                Pages = new PagerLinks(
                    before is null ? null : path,
                    page.Next is { } next ? $"{path}{(unanswered ? '&' : '?')}voor={next}" : null),
                OnlyUnanswered = unanswered,
                Following = caller.Account is { } account
                    && await follows.FindAsync(account.ActorId, topic.Id, cancel) is not null,
                Followers = (int)await follows.CountFollowersAsync(topic.Id, cancel),
                Handle = addresses.Handle(topic.Slug, topic.Host),
                Alternate = Federation.CanonicalAuthority.Stored(topic.Uri),
                Origin = topic.Host is { } host ? new LinkItem(topic.Uri, host) : null,
            },
            "topics", "actors", "questions");
    }
}

using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Web.Home;

/// <summary>The home page.</summary>
internal sealed class ShowHome(
    Pages pages, StoredViews views, QuestionStore questions, TopicStore topics, ActorStore actors)
{
    private const int MostTopics = 9;
    private const int Latest = 4;
    private const int Unanswered = 3;

    /// <summary>GET /.</summary>
    public async Task<IResult> ShowAsync(HttpContext http, Caller caller)
    {
        var cancel = http.RequestAborted;
        var all = await topics.ListAsync(cancel);
        var own = all.Where(topic => topic.Host is null).ToList();
        var latest = await questions.ListAsync(
            new QuestionFilter(), caller.Viewer, PageRequest.Newest(Latest), cancel);
        var open = await questions.ListAsync(
            new QuestionFilter(Unanswered: true), caller.Viewer, PageRequest.Newest(Unanswered + Latest), cancel);
        var organisations = await actors.ListOrganisationsAsync(cancel);
        return await pages.ShowToAllAsync<HomePage, HomeModel>(
            http,
            new HomeModel
            {
                // In a stable order: what is asked most, then as the administrator put them.
                Topics =
                [
                    .. own.OrderByDescending(topic => topic.QuestionCount).Take(MostTopics).Select(StoredViews.Tile),
                ],
                TopicCount = own.Count,
                Latest = views.Rows(latest.Items),
                Unanswered = views.Rows(
                    open.Items.Where(row => latest.Items.All(shown => shown.Id != row.Id)).Take(Unanswered)),
                OfficialOrganisations =
                [
                    .. organisations.Select(one => new LinkItem(Paths.Person(one.Name), one.DisplayName)),
                ],
                ConnectedPleinen = Connected(all),
            },
            "questions", "topics", "actors");
    }

    /// <summary>The pleinen whose topics are followed here.</summary>
    public static IReadOnlyList<LinkItem> Connected(IEnumerable<Topic> topics) =>
    [
        .. topics.Where(topic => topic.Host is not null).DistinctBy(topic => topic.Host)
            .Select(topic => new LinkItem(
                CanonicalAuthority.Stored(topic.Uri).GetLeftPart(UriPartial.Authority) + "/", topic.Host!)),
    ];
}

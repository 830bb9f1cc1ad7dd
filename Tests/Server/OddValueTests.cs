using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>
/// Each thing that peers may say, with something odd in each of its fields: whatever it is, handling it ends with a
/// verdict and never with an exception, and pages go on to be shown.
/// </summary>
[TestFixtureSource(typeof(TestEngines), nameof(TestEngines.All))]
public sealed class OddValueTests(TestEngine engine)
{
    private static readonly DateTimeOffset Start = new(2025, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Activities =
    [
        "Create", "Update", "Delete", "Follow", "Accept", "Reject", "Like", "Dislike", "ChooseAnswer", "Lock", "Move",
        "Add", "Remove", "Flag", "Undo", "Announce", "Block",
    ];

    private static readonly string[] ActivityFields =
    [
        "id", "actor", "object", "target", "origin", "to", "cc", "audience", "context", "published", "content", "proof",
    ];

    private static readonly string[] PostFields =
    [
        "id", "type", "attributedTo", "inReplyTo", "content", "name", "summary", "source", "to", "cc", "audience",
        "published", "updated", "context", "replies", "url", "tag", "attachment", "contentMap", "language", "sensitive",
        "proof", "actor", "object", "formerType", "omp:kind", "omp:title", "omp:official", "omp:revision",
        "omp:previousRevision", "omp:revisions", "omp:acceptedAnswer", "omp:status", "omp:question", "omp:duplicateOf",
    ];

    private static readonly string[] StatementFields =
    [
        "omp:issuer", "omp:organisationId", "omp:validFrom", "omp:validUntil", "omp:reviewBefore", "omp:source",
        "omp:supersedes", "omp:supersededBy", "omp:withdrawn",
    ];

    private Plein _plein = null!;
    private ScriptedPeer _peer = null!;
    private Topic _topic = null!;
    private Uri _group = null!;
    private Uri _bram = null!;
    private Uri _town = null!;
    private List<string> _failed = null!;
    private int _minutes;

    [OneTimeSetUp]
    public async Task SetUpAsync()
    {
        _plein = await Plein.StartAsync(TestKeys.Node, ["afval"], engine: engine);
        _peer = await ScriptedPeer.StartAsync(_plein);
        _topic = await _plein.TopicAsync("afval");
        (_group, _) = await _peer.FollowedGroupAsync("wonen");
        _bram = _peer.Person("bram");
        _town = _peer.Server.ServeActor("stad", TestKeys.Bram, actor => actor["type"] = "Organization");
    }

    [OneTimeTearDown]
    public async Task TearDownAsync()
    {
        await _plein.DisposeAsync();
        await _peer.DisposeAsync();
    }

    [SetUp]
    public void Begin() => _failed = [];

    [Test]
    public async Task What_is_odd_in_an_activity_gets_a_verdict()
    {
        foreach (var type in Activities)
        {
            foreach (var field in ActivityFields)
            {
                foreach (var value in Values())
                {
                    var activity = _peer.Activity(type, _bram, Post());
                    activity[field] = value;
                    await HandleAsync(_bram, activity);
                    await HandleAsync(_group, _peer.Activity("Announce", _group, activity.DeepClone()));
                }
            }
        }

        await NothingFailedAsync();
    }

    [TestCase("Create")]
    [TestCase("Update")]
    [TestCase("Undo")]
    public async Task What_is_odd_in_a_post_gets_a_verdict(string type)
    {
        foreach (var field in PostFields)
        {
            foreach (var value in Values())
            {
                var post = Post();
                post[field] = value;
                await HandleAsync(_bram, _peer.Activity(type, _bram, post));
                await HandleAsync(
                    _group, _peer.Activity("Announce", _group, _peer.Activity(type, _bram, post.DeepClone())));
            }
        }

        await NothingFailedAsync();
    }

    [Test]
    public async Task What_is_odd_in_a_thread_a_follow_or_an_official_answer_gets_a_verdict()
    {
        var question = Post();
        await HandleAsync(_bram, _peer.Activity("Create", _bram, question.DeepClone()));
        foreach (var field in PostFields.Concat(StatementFields))
        {
            foreach (var value in Values())
            {
                var reply = _peer.Note(_town, "<p>Op dinsdag.</p>", inReplyTo: (string)question["id"]!);
                reply["omp:kind"] = "officialAnswer";
                reply["omp:official"] = new JsonObject
                {
                    ["type"] = "omp:OfficialStatement",
                    ["omp:issuer"] = _town.AbsoluteUri,
                    ["omp:validUntil"] = "9999-12-31",
                };
                (StatementFields.Contains(field) ? reply["omp:official"]! : reply)[field] = value;
                await HandleAsync(_town, _peer.Activity("Create", _town, reply));
                var thread = new JsonObject { ["type"] = "OrderedCollection", [field] = value?.DeepClone() };
                await HandleAsync(_group, _peer.Activity("Update", _group, thread));
                var follow = new JsonObject { ["type"] = "Follow", [field] = value?.DeepClone() };
                await HandleAsync(_group, _peer.Activity("Accept", _group, follow));
                await HandleAsync(_bram, _peer.Activity("Undo", _bram, follow.DeepClone()));
            }
        }

        await NothingFailedAsync();
    }

    [Test]
    public async Task What_is_odd_in_a_document_that_is_fetched_gets_a_verdict()
    {
        foreach (var field in PostFields.Append("actor"))
        {
            foreach (var value in Values())
            {
                var post = Post();
                post[field] = value;
                var path = $"/odd/{_peer.NewId().Split('/')[^1]}";
                post["id"] = field == "id" ? post["id"]?.DeepClone() : _peer.Server.Url(path).AbsoluteUri;
                _peer.Server.ServeActivity(path, post.ToJsonString());
                await HandleAsync(
                    _group, _peer.Activity("Announce", _group, _peer.Server.Url(path).AbsoluteUri));
            }
        }

        await NothingFailedAsync();
    }

    [Test]
    public async Task An_announced_address_that_is_none_is_ignored()
    {
        foreach (var odd in new[] { "whatever", "", " ", "//", "http://", "/etc/passwd" })
        {
            var (state, _) = await _peer.TellAsync(_group, _peer.Activity("Announce", _group, odd));
            Assert.That(state, Is.EqualTo(Ontmoetingsplein.Storage.Fediverse.InboxState.Ignored), odd);
        }
    }

    // Nodes belong to one parent, so they are made anew each time.
    private IEnumerable<JsonNode?> Values()
    {
        var odd = new[]
        {
            "", " ", "whatever", "//", "//elders.example/x", "/pad", "?x", "#x", "http://", "https://", "http:///x",
            "http://[::1", "http://a b/", "http://\u0645.\u202e/", "http://xn--/", "javascript:alert(1)", "urn:x",
            "file:///etc/passwd", "data:,x", "9999-12-31", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00",
            "Note", "-1", new string('a', 3_000), $"{_peer.Server.Origin}/{new string('b', 3_000)}",
            $"{_peer.Server.Origin}/{string.Concat(Enumerable.Range(0x4E00, 1_900).Select(n => (char)n))}",
            _plein.Origin + "q/1", $"{_bram}", $"{_peer.Server.Origin}/note/none", "&#0;&#xD800;<p>x</p>",
            "\uFFFE\uFDD0<p>x\uFFFF</p>",
        };
        foreach (var text in odd)
            yield return text;
        yield return null;
        yield return 7;
        yield return -1e300;
        yield return long.MaxValue;
        yield return true;
        yield return new JsonArray();
        yield return new JsonArray(new JsonArray("x"), 5, null, "", "whatever");
        yield return new JsonArray(odd.Select(text => (JsonNode?)text).ToArray());
        yield return new JsonObject();
        yield return new JsonObject { ["id"] = 5, ["type"] = 6 };
        yield return new JsonObject { ["id"] = "", ["type"] = "Note", ["href"] = "", ["object"] = "whatever" };
        yield return new JsonObject { ["type"] = "Link", ["href"] = "http://" };
        yield return new JsonObject { ["type"] = "Collection", ["first"] = "whatever", ["items"] = "whatever" };
        yield return JsonNode.Parse(
            string.Concat(Enumerable.Repeat("{\"object\":", 20)) + "\"x\"" + new string('}', 20));
    }

    private JsonObject Post()
    {
        var post = _peer.Note(_bram, "<p>Wanneer komt de wagen?</p>", _topic.Uri);
        // Thousands of one second would meet in one number.
        post["published"] = Start.AddMinutes(++_minutes).ToString("s", CultureInfo.InvariantCulture) + "Z";
        return post;
    }

    private async Task HandleAsync(Uri actor, JsonObject activity)
    {
        var bytes = Encoding.UTF8.GetBytes(activity.ToJsonString());
        if (VocabularyReader.Read(bytes) is not { IsRead: true, Value: { } read })
            return;
        FetchBudget.Begin();
        try
        {
            await _plein.Get<IActivityHandler>().HandleAsync(
                new ReceivedActivity(0, read, actor, actor.Authority, TimeProvider.System.GetUtcNow(), 0), default);
        }
#pragma warning disable CA1031 // Any is what is looked for.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            var text = Encoding.UTF8.GetString(bytes);
            _failed.Add($"{problem.GetType().Name} {problem.Message}: {text[..Math.Min(text.Length, 700)]}");
        }
    }

    private async Task NothingFailedAsync()
    {
        Assert.That(_failed.Take(5), Is.Empty, $"{_failed.Count} failed");
        foreach (var page in new[] { "/", "/vragen", "/o/afval", "/zoeken?q=%EF%BF%BE" }
            .Concat(new[] { "", " desc" }.SelectMany(order => _plein.Texts(
                $"select cast(id as text) from questions order by id{order} limit 40")).Select(id => $"/q/{id}")))
        {
            using var response = await _plein.Http.GetAsync(page);
            Assert.That((int)response.StatusCode, Is.LessThan(500), page);
        }
    }
}

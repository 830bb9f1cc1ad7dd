using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Topics;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>The collections of a node as other servers fetch them: a test for each row of CONTRACT.md §5.</summary>
internal sealed class CollectionTests
{
    private const int PageSize = 20;
    private Plein plein = null!;
    private ScriptedPeer peer = null!;
    private Topic topic = null!;
    private Caller anna = null!;
    private string author = "";
    private Question question = null!;
    private Answer answer = null!;
    private readonly List<string> thread = [];
    private readonly List<string> direct = [];
    private readonly List<string> comments = [];

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        plein = await Plein.StartAsync(TestKeys.Node, ["afval"]);
        peer = await ScriptedPeer.StartAsync(plein);
        topic = await plein.TopicAsync("afval");
        anna = await plein.PersonAsync("Anna", forOrganisation: true);
        author = (await plein.Get<ActorStore>().FindAsync(anna.Account!.ActorId))!.Uri;
        var bram = peer.Person("bram");
        await peer.TellAsync(bram, peer.Activity("Follow", bram, topic.Uri));
        question = (await plein.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form("Wanneer komt de grijze bak?", "", topic.Id), anna, default)).Value!;
        thread.Add(question.Uri);
        answer = await AnswerAsync("Op maandag.", null, direct);
        for (var number = 1; number <= 26; number++)
        {
            await AnswerAsync($"Reactie {number}.", answer.Id, comments);
            await AnswerAsync($"Antwoord {number}.", null, direct);
        }

        foreach (var audience in new[] { Audience.Plein, Audience.Organisation })
            await AnswerAsync("Niet voor iedereen.", null, [], audience);
        foreach (var post in new[] { question.Uri, answer.Uri })
            await peer.TellAsync(bram, peer.Activity("Like", bram, post));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await plein.DisposeAsync();
        await peer.DisposeAsync();
    }

    [Test]
    public async Task The_outbox_of_a_topic_has_the_newest_50_inline_and_pages_of_20()
    {
        var outbox = await CollectionAsync(topic.Uri + "/outbox", "OrderedCollection");
        var inline = outbox["orderedItems"]!.AsArray();
        var pages = await PagesAsync((string)outbox["first"]!, "OrderedCollectionPage", "orderedItems");
        Assert.That(inline.Select(one => (string)one!["type"]!), Is.All.EqualTo("Announce"));
        Assert.That(inline, Has.Count.EqualTo(Math.Min(50, (int)outbox["totalItems"]!)));
        Assert.That(pages, Has.Count.EqualTo((int)outbox["totalItems"]!));
        Assert.That(pages.Take(inline.Count).Select(Id), Is.EqualTo(inline.Select(Id)));
        Assert.That(
            pages.Where(one => one!["object"] is JsonValue).Select(one => (string)one!["object"]!),
            Does.Contain(question.Uri));
    }

    [Test]
    public async Task The_outbox_of_a_person_has_pages_with_what_it_created_for_everyone()
    {
        var outbox = await CollectionAsync(author + "/outbox", "OrderedCollection");
        Assert.That(outbox["orderedItems"], Is.Null);
        var pages = await PagesAsync((string)outbox["first"]!, "OrderedCollectionPage", "orderedItems");
        Assert.That(pages.Select(one => (string)one!["type"]!), Is.All.EqualTo("Create"));
        Assert.That(
            pages.Select(one => (string)one!["object"]!["id"]!).Order(StringComparer.Ordinal),
            Is.EqualTo(thread.Order(StringComparer.Ordinal)));
        Assert.That((int)outbox["totalItems"]!, Is.EqualTo(thread.Count));
    }

    [TestCase("followers", 1)]
    [TestCase("following", 0)]
    public async Task Followers_and_following_tell_how_many_and_not_who(string name, int many)
    {
        var collection = await CollectionAsync($"{topic.Uri}/{name}", "OrderedCollection");
        Assert.That((int)collection["totalItems"]!, Is.EqualTo(many));
        Assert.That(collection["first"] ?? collection["orderedItems"] ?? collection["items"], Is.Null);
    }

    [TestCase("moderators")]
    [TestCase("featured")]
    public async Task Moderators_and_what_is_pinned_are_inline(string name)
    {
        var collection = await CollectionAsync($"{topic.Uri}/{name}", "OrderedCollection");
        Assert.That(collection["orderedItems"]!.AsArray(), Has.Count.EqualTo((int)collection["totalItems"]!));
    }

    [Test]
    public async Task Replies_are_direct_ones_with_five_embedded_and_pages_of_20()
    {
        foreach (var (of, expected) in new[] { (question.Uri, direct), (answer.Uri, comments) })
        {
            var replies = await CollectionAsync(of + "/replies", "Collection");
            var first = replies["first"]!;
            var embedded = first["items"]!.AsArray().Select(one => (string)one!).ToList();
            Assert.That(embedded, Is.EqualTo(expected.Take(5)));
            Assert.That(
                embedded.Concat((await PagesAsync((string)first["next"]!, "CollectionPage", "items"))
                    .Select(one => (string)one!)),
                Is.EqualTo(expected));
            Assert.That(
                (await PagesAsync(of + "/replies?page=0", "CollectionPage", "items")).Select(one => (string)one!),
                Is.EqualTo(expected));
        }
    }

    [Test]
    public async Task The_context_lists_the_thread_question_first_and_says_how_it_stands()
    {
        var context = await CollectionAsync(question.ContextUri, "OrderedCollection");
        Assert.Multiple(() =>
        {
            Assert.That((int)context["totalItems"]!, Is.EqualTo(thread.Count));
            Assert.That((string)context["attributedTo"]!, Is.EqualTo(topic.Uri));
            Assert.That((string)context["omp:question"]!, Is.EqualTo(question.Uri));
            Assert.That((string)context["omp:status"]!, Is.EqualTo("answered"));
        });
        var pages = await PagesAsync((string)context["first"]!, "OrderedCollectionPage", "orderedItems");
        Assert.That(pages.Select(one => (string)one!), Is.EqualTo(thread));
    }

    [Test]
    public async Task The_context_is_not_sent_again_until_the_thread_changes()
    {
        var carla = await plein.PersonAsync("Carla");
        var asked = (await plein.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form("Wanneer komt de blauwe bak?", "", topic.Id), carla, default)).Value!;
        foreach (var address in new[] { asked.ContextUri, asked.ContextUri + "?page=0" })
        {
            using var first = await plein.GetDocumentAsync(address);
            var tag = first.Headers.ETag!.ToString();
            Assert.That(tag, Does.StartWith("\"").And.EndWith("\""), "strong and quoted");
            using var again = await plein.GetDocumentAsync(address, tag);
            Assert.That(
                (again.StatusCode, (await again.Content.ReadAsByteArrayAsync()).Length),
                Is.EqualTo((HttpStatusCode.NotModified, 0)));
            await plein.Get<GiveAnswer>().ExecuteAsync(
                new GiveAnswer.Form(asked.Id, "Op vrijdag.", null), carla, default);
            await Until.TrueAsync(
                async () =>
                {
                    using var changed = await plein.GetDocumentAsync(address, tag);
                    return changed.StatusCode == HttpStatusCode.OK;
                },
                "the thread has another name");
        }
    }

    [Test]
    public async Task Likes_and_shares_tell_how_many_and_posts_name_them()
    {
        foreach (var uri in new[] { question.Uri, answer.Uri })
        {
            var (_, post) = await plein.GetActivityAsync(new Uri(uri).AbsolutePath);
            var likes = await CollectionAsync((string)post!["likes"]!, "OrderedCollection");
            Assert.That(((int)likes["totalItems"]!, likes["first"]), Is.EqualTo((1, (JsonNode?)null)));
            var shared = await CollectionAsync((string)post["shares"]!, "OrderedCollection");
            Assert.That((int)shared["totalItems"]!, Is.EqualTo(1), "one topic announced it");
        }
    }

    [TestCase(
        "q/{0}/replies", "q/{0}/likes", "q/{0}/shares", "q/{0}/context", "q/{0}/revisions", "q/{0}/revisions?page=0")]
    [TestCase("r/{1}/replies", "r/{1}/likes", "r/{1}/shares", "r/{1}/revisions", "r/{1}/revisions?page=0")]
    public async Task Collections_of_what_is_not_for_everyone_look_like_those_of_what_is_not_there(
        params string[] paths)
    {
        var hidden = (await plein.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form("Wie doet de sleutels vanavond?", "", topic.Id, Audience.Plein),
            anna, default)).Value!;
        var reply = (await plein.Get<GiveAnswer>().ExecuteAsync(
            new GiveAnswer.Form(hidden.Id, "Dat doe ik.", null), anna, default)).Value!;
        foreach (var path in paths)
        {
            var texts = new List<string>();
            foreach (var (q, r) in new[] { (hidden.Id.Value, reply.Id.Value), (1L, 1L) })
            {
                using var response = await plein.GetDocumentAsync(
                    plein.Origin + string.Format(CultureInfo.InvariantCulture, path, q, r));
                Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound), path);
                texts.Add(await response.Content.ReadAsStringAsync());
            }

            Assert.That(texts[0], Is.EqualTo(texts[1]), path);
        }
    }

    [Test]
    public async Task Each_version_of_a_post_stands_in_its_revisions_in_full_the_oldest_first()
    {
        var dora = await plein.PersonAsync("Dora");
        var asked = (await plein.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form("Wanneer komt de rode bak?", "", topic.Id), dora, default)).Value!;
        for (var number = 1; number <= 20; number++)
        {
            var revised = await plein.Get<ReviseQuestion>().ExecuteAsync(
                asked.Id, $"Wanneer komt de rode bak nummer {number}?", "", dora, default);
            Assert.That(revised.Refusal?.ToString(), Is.Null);
        }

        var (_, post) = await plein.GetActivityAsync(new Uri(asked.Uri).AbsolutePath);
        var collection = await CollectionAsync((string)post!["omp:revisions"]!, "OrderedCollection");
        var versions = await PagesAsync((string)collection["first"]!, "OrderedCollectionPage", "orderedItems");
        Assert.Multiple(() =>
        {
            Assert.That(
                versions.Select(one => (int)one!["omp:revision"]!), Is.EqualTo(Enumerable.Range(1, 21)));
            Assert.That(versions.Select(one => (string)one!["id"]!), Is.All.EqualTo(asked.Uri));
            Assert.That((string)versions[0]!["omp:title"]!, Is.EqualTo("Wanneer komt de rode bak?"));
            Assert.That((string)versions[^1]!["content"]!, Is.EqualTo((string)post["content"]!));
        });
    }

    [Test]
    public async Task A_new_version_of_an_official_answer_names_the_one_before_and_carries_its_own_proof()
    {
        var officer = await plein.PersonAsync("Priya", forOrganisation: true);
        var organisation = officer.Organisations[0];
        var asked = (await plein.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form("Wanneer komt de gele bak?", "", topic.Id), officer, default)).Value!;
        var given = (await plein.Get<GiveAnswer>().ExecuteAsync(
            new GiveAnswer.Form(
                asked.Id, "Op maandag.", null, "https://afval.example/", OnBehalfOf: organisation.Id),
            officer, default)).Value!;
        foreach (var text in new[] { "Op dinsdag.", "Op woensdag." })
        {
            var revised = await plein.Get<ReviseAnswer>().ExecuteAsync(
                given.Id, text, "https://afval.example/", officer, default);
            Assert.That(revised.Refusal?.ToString(), Is.Null);
        }

        var (_, now) = await plein.GetActivityAsync(new Uri(given.Uri).AbsolutePath);
        var collection = await CollectionAsync((string)now!["omp:revisions"]!, "OrderedCollection");
        var page = await CollectionAsync((string)collection["first"]!, "OrderedCollectionPage");
        var versions = page["orderedItems"]!.AsArray();
        Assert.That(versions.Select(one => (int)one!["omp:revision"]!), Is.EqualTo([1, 2, 3]));
        Assert.That(versions.Select(one => one!["proof"]), Is.All.Not.Null);
        Assert.That(versions[0]!["omp:previousRevision"], Is.Null);
        foreach (var (before, after) in new[] { (0, 1), (1, 2) })
        {
            var unsigned = versions[before]!.DeepClone().AsObject();
            unsigned.Remove("proof");
            Assert.That(CanonicalJson.TryWrite(
                Encoding.UTF8.GetBytes(unsigned.ToJsonString()), out var canonical, out _), Is.True);
            Assert.That(
                (string)versions[after]!["omp:previousRevision"]!,
                Is.EqualTo("sha256-" + Convert.ToHexStringLower(SHA256.HashData(canonical!))));
        }

        Assert.That(
            (string)now["omp:previousRevision"]!, Is.EqualTo((string)versions[2]!["omp:previousRevision"]!));
        Assert.That((string)now["proof"]!["proofValue"]!, Is.EqualTo((string)versions[2]!["proof"]!["proofValue"]!));
    }

    [Test]
    public async Task A_server_may_know_its_own_followers_of_a_topic_and_nobody_elses()
    {
        var path = new Uri(topic.Uri + "/followers_synchronization").AbsolutePath;
        await using var stranger = await ScriptedPeer.StartAsync(plein);
        using var open = await plein.GetDocumentAsync(plein.Origin + path[1..]);
        var own = await SignedAsync(peer, path);
        var others = await SignedAsync(stranger, path);
        Assert.Multiple(() =>
        {
            Assert.That(open.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(own.Status, Is.EqualTo(200));
            Assert.That(
                own.Body["orderedItems"]!.AsArray().Select(one => (string)one!),
                Is.EqualTo([peer.Person("bram").AbsoluteUri]));
            Assert.That(others.Status, Is.EqualTo(200));
            Assert.That(others.Body["orderedItems"]!.AsArray(), Is.Empty);
        });
    }

    [Test]
    public async Task A_node_of_our_kind_may_ask_what_the_topics_announced_since_a_moment()
    {
        await using var node = await ScriptedPeer.StartAsync(plein);
        await plein.Get<Database>().WriteAsync(writing =>
            PeerStore.LearnKind(writing, node.Server.Authority, isForum: true, speaksProfile: true));
        using var open = await plein.GetDocumentAsync(plein.Origin + "omp/changes?since=2026-01-01T00:00:00Z");
        Assert.That(open.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        var refused = await SignedAsync(peer, "/omp/changes?since=2026-01-01T00:00:00Z");
        Assert.That(refused.Status, Is.EqualTo(403), "a server of another kind");
        var bad = await SignedAsync(node, "/omp/changes?since=gisteren");
        Assert.That(bad.Status, Is.EqualTo(400));

        var found = new List<string>();
        var collection = (await SignedAsync(node, "/omp/changes?since=2026-01-01T00:00:00Z")).Body;
        for (var next = (string?)collection["first"]; next is not null;)
        {
            var (status, page) = await SignedAsync(node, new Uri(next).PathAndQuery);
            Assert.That(status, Is.EqualTo(200));
            found.AddRange(page["orderedItems"]!.AsArray().Select(one => (string)one!));
            next = (string?)page["next"];
        }

        var outbox = await PagesAsync(topic.Uri + "/outbox?page=0", "OrderedCollectionPage", "orderedItems");
        Assert.That(found, Is.Unique);
        Assert.That(outbox.Select(Id), Is.SubsetOf(found));
        async Task<IEnumerable<string>> OfAsync(string uri)
        {
            var only = (await SignedAsync(
                node, $"/omp/changes?since=2026-01-01T00:00:00Z&topic={Uri.EscapeDataString(uri)}")).Body;
            var page = (await SignedAsync(node, new Uri((string)only["first"]!).PathAndQuery)).Body;
            return page["orderedItems"]!.AsArray().Select(one => (string)one!);
        }

        await plein.Get<Database>().WriteAsync(writing =>
            plein.Get<CreateTopic>().Add(writing, "stil", "Stil", "", null, 9));
        var unasked = await plein.TopicAsync("stil");
        Assert.That(await OfAsync(topic.Uri), Is.EqualTo(found.Take(20)), "all is of this topic");
        Assert.That(await OfAsync(unasked.Uri), Is.Empty);
        var nobody = await SignedAsync(node, "/omp/changes?since=2026-01-01T00:00:00Z&topic=https://b.example/o/x");
        Assert.That(nobody.Status, Is.EqualTo(404));
        var later = plein.Get<TimeProvider>().GetUtcNow().AddMinutes(1).ToString("s", CultureInfo.InvariantCulture);
        var nothing = (await SignedAsync(node, $"/omp/changes?since={later}Z")).Body;
        var empty = await SignedAsync(node, new Uri((string)nothing["first"]!).PathAndQuery);
        Assert.That(empty.Body["orderedItems"]!.AsArray(), Is.Empty);
    }

    [TestCase("o/afval/outbox?page=veel", 400)]
    [TestCase("o/geen/outbox", 404)]
    [TestCase("p/niemand/followers", 404)]
    [TestCase("q/1/context", 404)]
    public async Task What_cannot_be_had_is_a_problem(string path, int status)
    {
        using var response = await plein.GetDocumentAsync(plein.Origin + path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That((int)response.StatusCode, Is.EqualTo(status), text);
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        Assert.That((int?)JsonNode.Parse(text)!["status"], Is.EqualTo(status));
    }

    private async Task<Answer> AnswerAsync(
        string text, AnswerId? parent, List<string> list, Audience audience = Audience.Everyone)
    {
        var given = await plein.Get<GiveAnswer>().ExecuteAsync(
            new GiveAnswer.Form(
                question.Id, text, parent,
                Reach: audience == Audience.Everyone
                    ? null
                    : new Reach(audience, audience == Audience.Organisation ? anna.Organisations[0].Id : null)),
            anna, default);
        Assert.That(given.Refusal?.ToString(), Is.Null);
        list.Add(given.Value!.Uri);
        if (audience == Audience.Everyone)
            thread.Add(given.Value!.Uri);
        return given.Value!;
    }

    // What holds for each: the type that Lemmy takes, its own address as id, a HEAD, and a name for its bytes.
    private async Task<JsonNode> CollectionAsync(string address, string type)
    {
        using var response = await plein.GetDocumentAsync(address);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), address);
        Assert.That(response.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/activity+json"));
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.That(((string)body["id"]!, (string)body["type"]!), Is.EqualTo((address, type)));
        Assert.That(body["@context"]!.ToJsonString(), Does.Contain("https://www.w3.org/ns/activitystreams"));
        using var head = await plein.GetDocumentAsync(address, method: HttpMethod.Head);
        Assert.That(
            (head.StatusCode, head.Headers.ETag, head.Content.Headers.ContentLength),
            Is.EqualTo((HttpStatusCode.OK, response.Headers.ETag, response.Content.Headers.ContentLength)));
        using var known = await plein.GetDocumentAsync(address, response.Headers.ETag!.ToString());
        Assert.That(known.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
        return body;
    }

    private async Task<List<JsonNode?>> PagesAsync(string address, string type, string items)
    {
        List<JsonNode?> all = [];
        var seen = new HashSet<string>();
        for (string? next = address; next is not null;)
        {
            Assert.That(seen.Add(next), Is.True, $"{next} comes back to itself");
            var page = await CollectionAsync(next, type);
            var some = page[items]!.AsArray();
            Assert.That(some, Has.Count.LessThanOrEqualTo(PageSize));
            Assert.That(page["totalItems"], Is.Null);
            Assert.That((string)page["partOf"]!, Is.EqualTo(new Uri(address).GetLeftPart(UriPartial.Path)));
            all.AddRange(some);
            next = (string?)page["next"];
        }

        Assert.That(seen, Has.Count.GreaterThan(1), "there is more than one page");
        return all;
    }

    private async Task<(int Status, JsonNode Body)> SignedAsync(ScriptedPeer from, string path)
    {
        using var response = await from.SignGet(from.Person("bram"), path).SendAsync(plein.Http);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    private static string Id(JsonNode? node) => (string)node!["id"]!;
}

using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Html.Parser;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>What an administrator sets about how the node meets other servers (CONTRACT.md D3, §1, §3.3).</summary>
internal sealed class FederationSettingTests
{
    [Test]
    public async Task Two_nodes_in_secure_mode_understand_each_other_and_strangers_see_no_objects()
    {
        await using var a = await Plein.StartAsync(
            TestKeys.Node, ["afval"], options => options with { SecureMode = true });
        await using var b = await Plein.StartAsync(
            TestKeys.Bram, [], options => options with { SecureMode = true });
        var topic = await a.TopicAsync("afval");
        var atB = await b.FollowAsync(topic.Uri);
        var asked = (await b.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form("Waar laat ik een kapotte lamp?", "", atB.Id), await b.PersonAsync("Bram"),
            default)).Value!;
        var copy = await Until.FoundAsync(
            () => a.Get<QuestionStore>().FindByUriAsync(asked.Uri, Viewer.Anyone), "the question at the topic");
        var given = (await a.Get<GiveAnswer>().ExecuteAsync(
            new GiveAnswer.Form(copy.Id, "Bij de winkel.", null), await a.PersonAsync("Anna"), default)).Value!;
        await Until.FoundAsync(
            () => b.Get<AnswerStore>().FindByUriAsync(given.Uri, Viewer.Anyone), "the answer at the asker");

        Assert.Multiple(async () =>
        {
            foreach (var address in new[]
            {
                given.Uri, given.Uri + "/replies", given.Uri + "/likes", given.Uri + "/revisions", copy.ContextUri,
                topic.Uri, topic.Uri + "/outbox", topic.Uri + "/followers", topic.Uri + "/featured",
                topic.Uri + "/moderators",
            })
            {
                using var refused = await a.GetDocumentAsync(address);
                Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), address);
                Assert.That(refused.Headers.Vary, Is.SupersetOf(new[] { "Signature", "Signature-Input" }), address);
                Assert.That(
                    refused.Headers.GetValues("Accept-Signature"),
                    Is.EqualTo(new[] { "sig1=(\"@method\" \"@target-uri\");created" }), address);
            }

            foreach (var path in new[]
            {
                "", "actor", ".well-known/nodeinfo", "nodeinfo/2.1", ".well-known/host-meta",
                $".well-known/webfinger?resource={Uri.EscapeDataString(topic.Uri)}",
            })
            {
                using var open = await a.GetDocumentAsync(a.Origin + path);
                Assert.That(open.StatusCode, Is.EqualTo(HttpStatusCode.OK), path);
            }
        });
    }

    [Test]
    public async Task In_secure_mode_what_a_signature_shows_is_kept_apart_in_caches()
    {
        await using var plein = await Plein.StartAsync(
            TestKeys.Node, ["afval"], options => options with { SecureMode = true });
        await using var peer = await ScriptedPeer.StartAsync(plein);
        var rik = peer.Person("rik");
        foreach (var path in new[]
        {
            "/o/afval", "/o/afval/outbox", "/o/afval/featured", "/o/afval/followers_synchronization", "/q/1", "/x/1",
        })
        {
            using var response = await peer.SignGet(rik, path).SendAsync(plein.Http);
            Assert.That((int)response.StatusCode, Is.EqualTo(200).Or.EqualTo(404), path);
            Assert.That(response.Headers.Vary, Is.SupersetOf(new[] { "Signature", "Signature-Input" }), path);
            Assert.That(response.Headers.CacheControl!.Private || response.Headers.CacheControl.NoStore, path);
        }
    }

    [Test]
    public async Task A_signature_that_cannot_be_checked_now_gets_503_at_every_door()
    {
        await using var plein = await Plein.StartAsync(
            TestKeys.Node, ["afval"], options => options with { SecureMode = true });
        await using var peer = await ScriptedPeer.StartAsync(plein);
        var rik = peer.Person("rik");
        peer.Server.ServeStatus("/u/rik", 503);
        foreach (var request in new[]
        {
            peer.SignGet(rik, "/o/afval"), peer.Sign(rik, peer.Activity("Follow", rik, $"{plein.Origin}o/afval")),
        })
        {
            using var response = await request.SendAsync(plein.Http);
            Assert.That((int)response.StatusCode, Is.EqualTo(503), request.Method);
            Assert.That(response.Headers.RetryAfter!.Delta, Is.GreaterThan(TimeSpan.Zero), request.Method);
        }

        using var unsigned = await peer.Request(peer.Activity("Like", rik, "x")).SendAsync(plein.Http);
        Assert.That((int)unsigned.StatusCode, Is.EqualTo(401));
        Assert.That(
            unsigned.Headers.GetValues("Accept-Signature"),
            Is.EqualTo(new[] { "sig1=(\"@method\" \"@target-uri\" \"content-digest\");created" }));
    }

    [Test]
    public async Task Somebody_whose_key_went_with_the_account_is_gone_here_too_whoever_says_so()
    {
        var clock = new ShiftedClock();
        await using var plein = await Plein.StartAsync(TestKeys.Node, ["afval"], clock: clock);
        await using var peer = await ScriptedPeer.StartAsync(plein);
        var rik = peer.Person("rik");
        var asked = peer.Note(rik, "<p>Waar is mijn kat?</p>", (await plein.TopicAsync("afval")).Uri);
        var told = await peer.TellAsync(rik, peer.Activity("Create", rik, asked));
        Assert.That(told.State, Is.EqualTo(InboxState.Done), told.Reason);
        peer.Server.ServeStatus("/u/rik", 410);
        clock.Advance(TimeSpan.FromHours(25));
        var delete = peer.Activity("Delete", rik, rik.AbsoluteUri);
        var late = new SignedRequest(delete.ToJsonString(), clock.GetUtcNow()) { Origin = plein.Origin }
            .SignCavage(TestKeys.Other, $"{peer.Server.Origin}/anything");
        for (var i = 0; i < 3; i++)
        {
            using var response = await late.SendAsync(plein.Http);
            Assert.That((int)response.StatusCode, Is.EqualTo(202));
        }

        await Until.TrueAsync(
            () => Task.FromResult(
                plein.Count("select count(*) from actors where uri = @id and deleted_at is not null", $"{rik}") == 1),
            "the actor is gone");
        Assert.That(plein.Count("select count(*) from inbox where type = 'Delete'"), Is.EqualTo(1));
        Assert.That(
            plein.Count("select count(*) from inbox where activity_uri = @id", (string?)delete["id"]), Is.Zero);
    }

    [Test]
    public async Task The_origin_is_the_node_for_servers_and_a_page_for_people()
    {
        await using var plein = await Plein.StartAsync(TestKeys.Node, []);
        var (_, node) = await plein.GetActivityAsync("/actor");
        using var origin = await plein.GetDocumentAsync(plein.Origin.AbsoluteUri);
        Assert.That(origin.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/activity+json"));
        Assert.That(origin.Headers.Vary, Does.Contain("Accept"));
        Assert.That(
            JsonNode.DeepEquals(JsonNode.Parse(await origin.Content.ReadAsStringAsync()), node), Is.True);
        using var page = await plein.Http.GetAsync("/");
        Assert.That(page.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/html"));
        var parsed = await new HtmlParser().ParseDocumentAsync(await page.Content.ReadAsStringAsync());
        Assert.That(
            parsed.QuerySelector("link[rel=alternate][type='application/activity+json']")?.GetAttribute("href"),
            Is.EqualTo(plein.Origin + "actor"));
    }

    [TestCase(false, "Person")]
    [TestCase(true, "Organization")]
    public async Task An_organisation_is_sent_as_the_type_that_is_set(bool asOrganization, string type)
    {
        await using var plein = await Plein.StartAsync(
            TestKeys.Node, [], options => options with { OrganisationsAsOrganization = asOrganization });
        var anna = await plein.PersonAsync("Anna", forOrganisation: true);
        var person = await plein.Get<ActorStore>().FindAsync(anna.Account!.ActorId);
        foreach (var (uri, expected) in new[] { (anna.Organisations[0].Uri, type), (person!.Uri, "Person") })
        {
            var (status, actor) = await plein.GetActivityAsync(new Uri(uri).AbsolutePath);
            Assert.That((status, (string)actor!["type"]!), Is.EqualTo((200, expected)), uri);
        }

        var (_, organisation) = await plein.GetActivityAsync(new Uri(anna.Organisations[0].Uri).AbsolutePath);
        Assert.That((string)organisation!["omp:actorKind"]!, Is.EqualTo("organisation"));
    }
}

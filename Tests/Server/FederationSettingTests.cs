using System.Net;
using System.Text.Json.Nodes;
using AngleSharp.Html.Parser;
using Ontmoetingsplein.Server.Answers;
using Ontmoetingsplein.Server.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>What an administrator sets about how the node meets other servers (federation.md D3, §1, §3.3).</summary>
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
                Assert.That(refused.Headers.Vary, Does.Contain("Signature"), address);
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

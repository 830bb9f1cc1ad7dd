using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Ontmoetingsplein.Federation.Discovery;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

public sealed class DiscoveryTests
{
    private static readonly Uri origin = new("https://plein.zuiderdam.example");

    [TestCase("2.0", false)]
    [TestCase("2.1", true)]
    public void NodeInfo_has_what_its_schema_asks_and_no_more(string version, bool hasRepository)
    {
        var info = new NodeInfo
        {
            Version = version,
            Software = new("ontmoetingsplein", "0.1", "https://code.example/plein", "https://plein.example"),
            OpenRegistrations = true,
            Usage = new() { LocalPosts = 3 },
        };
        var root = JsonDocument.Parse(info.Write()).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(root.GetProperty("version").GetString(), Is.EqualTo(version));
            Assert.That(root.GetProperty("software").TryGetProperty("repository", out _), Is.EqualTo(hasRepository));
            Assert.That(root.GetProperty("protocols").ToString(), Is.EqualTo("""["activitypub"]"""));
            Assert.That(root.GetProperty("services").ToString(), Is.EqualTo("""{"inbound":[],"outbound":[]}"""));
            Assert.That(root.GetProperty("usage").ToString(), Is.EqualTo("""{"users":{},"localPosts":3}"""));
            Assert.That(root.GetProperty("metadata").ToString(), Is.EqualTo("{}"));
        });
    }

    [Test]
    public void The_index_of_NodeInfo_names_both_schemas_and_the_node()
    {
        var index = NodeInfo.WriteIndex(origin, "/nodeinfo/2.0", "/nodeinfo/2.1", origin + "actor");
        var links = JsonDocument.Parse(index).RootElement.GetProperty("links").EnumerateArray()
            .ToDictionary(link => link.GetProperty("rel").GetString()!, link => link.GetProperty("href").GetString());
        Assert.That(links, Is.EquivalentTo(new Dictionary<string, string?>
        {
            ["http://nodeinfo.diaspora.software/ns/schema/2.1"] = "https://plein.zuiderdam.example/nodeinfo/2.1",
            ["http://nodeinfo.diaspora.software/ns/schema/2.0"] = "https://plein.zuiderdam.example/nodeinfo/2.0",
            ["https://www.w3.org/ns/activitystreams#Application"] = "https://plein.zuiderdam.example/actor",
        }));
    }

    [Test]
    public void Our_WebFinger_answer_has_one_self_link_and_is_read_back()
    {
        var written = ResourceDescriptor
            .OfActor("anna@plein.example", "https://plein.example/p/anna", "https://plein.example/p/anna").Write();
        Assert.That(
            Encoding.UTF8.GetString(written), Does.Not.Contain("null").And.Contain("application/activity+json"));
        var read = ResourceDescriptor.Read(written)!;
        Assert.That(read.Subject, Is.EqualTo("acct:anna@plein.example"));
        Assert.That(read.Aliases, Is.EqualTo(["https://plein.example/p/anna"]));
        Assert.That(read.Actors.Single().Href, Is.EqualTo("https://plein.example/p/anna"));
    }

    [Test]
    public void The_node_is_found_as_service()
    {
        var read = ResourceDescriptor.Read(
            ResourceDescriptor.OfNode("https://plein.example/", "https://plein.example/actor").Write())!;
        Assert.That(read.Links.Single().Rel, Is.EqualTo("https://www.w3.org/ns/activitystreams#Service"));
        Assert.That(read.Actors, Is.Empty);
    }

    [Test]
    public void A_person_and_a_group_of_one_name_are_told_apart()
    {
        var read = ResourceDescriptor.Read("""
            {"subject":"acct:nl@lemmy.example","links":[
             {"rel":"http://webfinger.net/rel/profile-page","type":"text/html","href":"https://lemmy.example/c/nl"},
             {"rel":"self","type":"application/activity+json","href":"https://lemmy.example/u/nl",
              "properties":{"https://www.w3.org/ns/activitystreams#type":"Person"}},
             {"rel":"self","type":"application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
              "href":"https://lemmy.example/c/nl",
              "properties":{"https://www.w3.org/ns/activitystreams#type":"Group","x":null}},
             {"rel":"self","type":"application/activity+jsonx","href":"https://lemmy.example/x"},
             {"rel":"self","type":"application/ld+json","href":"https://lemmy.example/y"},
             {"rel":"self","type":"application/activity+json"}]}
            """u8.ToArray())!;
        Assert.That(read.Actors.Select(link => (link.ActorType, link.Href)), Is.EqualTo(new[]
        {
            ("Person", "https://lemmy.example/u/nl"), ("Group", "https://lemmy.example/c/nl"),
        }));
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{")]
    [TestCase("7")]
    public void What_is_no_descriptor_is_nothing(string json) =>
        Assert.That(ResourceDescriptor.Read(Encoding.UTF8.GetBytes(json)), Is.Null);

    [Test]
    public void Odd_members_of_a_descriptor_are_left_out()
    {
        var read = ResourceDescriptor.Read("""
            {"subject":5,"aliases":[1,"a","\ud800"],"links":[null,"x",{"rel":{},"href":7,"properties":[]}]}
            """u8.ToArray())!;
        Assert.That(read.Subject, Is.Null);
        Assert.That(read.Aliases, Is.EqualTo(["a"]));
        Assert.That(read.Links.Single(), Is.EqualTo(new ResourceLink(null, null, null)));
    }

    [Test]
    public void The_descriptors_of_the_corpus_are_read()
    {
        var found = SharedData.JsonFiles("corpus", "mastodon-docs")
            .Where(file => Path.GetFileName(file).Contains("webfinger.", StringComparison.Ordinal)).ToList();
        Assert.That(found, Is.Not.Empty);
        foreach (var file in found)
            Assert.That(ResourceDescriptor.Read(File.ReadAllBytes(file)), Is.Not.Null, file);
    }

    [Test]
    public void Host_meta_leads_to_WebFinger_in_XML_and_in_JSON()
    {
        const string template = "https://plein.zuiderdam.example/.well-known/webfinger?resource={uri}";
        var link = XDocument.Parse(Encoding.UTF8.GetString(HostMeta.WriteXml(origin))).Root!.Elements().Single();
        Assert.That(link.Name.ToString(), Is.EqualTo("{http://docs.oasis-open.org/ns/xri/xrd-1.0}Link"));
        Assert.That(link.Attribute("rel")!.Value, Is.EqualTo("lrdd"));
        Assert.That(link.Attribute("template")!.Value, Is.EqualTo(template));
        Assert.That(ResourceDescriptor.Read(HostMeta.WriteJson(origin))!.Links.Single().Template, Is.EqualTo(template));
    }
}

using System.Text;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Tests.Federation;

public sealed class VocabularyReaderTests
{
    [TestCase("""{"actor":"https://a.example/p"}""")]
    [TestCase("""{"actor":["https://a.example/p"]}""")]
    [TestCase("""{"actor":{"id":"https://a.example/p","type":"Person"}}""")]
    [TestCase("""{"actor":[null,{"id":"https://a.example/p"},7]}""")]
    [TestCase("""{"actor":{"type":"Link","href":"https://a.example/p"}}""")]
    public void An_actor_may_be_an_id_a_list_an_object_or_a_link(string json) =>
        Assert.That(Read(json).ActorId, Is.EqualTo("https://a.example/p"));

    [TestCase("""{"actor":["https://a.example/p","https://a.example/q"]}""")]
    [TestCase("""{"actor":null}""")]
    [TestCase("""{"actor":1}""")]
    [TestCase("""{"actor":[]}""")]
    [TestCase("""{"actor":[["https://a.example/p"]]}""")]
    [TestCase("""{"actor":{}}""")]
    [TestCase("""{}""")]
    public void Two_actors_or_none_are_no_actor(string json) => Assert.That(Read(json).ActorId, Is.Null);

    [Test]
    public void Values_of_a_wrong_type_are_absent()
    {
        var value = Read("""
            {"id":7,"type":{"a":1},"name":{"x":"y"},"content":true,"sensitive":"yes","totalItems":"3","published":5,
             "nameMap":["a"],"contentMap":{"nl":3},"summary":[1,[2]],"href":{}}
            """);
        Assert.Multiple(() =>
        {
            Assert.That(value.Id, Is.Null);
            Assert.That(value.Types, Is.Empty);
            Assert.That(value.Type, Is.Null);
            Assert.That(value.Name, Is.Null);
            Assert.That(value.Content, Is.Null);
            Assert.That(value.Sensitive, Is.Null);
            Assert.That(value.TotalItems, Is.Null);
            Assert.That(value.Published, Is.Null);
            Assert.That(value.NameMap, Is.Empty);
            Assert.That(value.ContentMap, Is.Empty);
            Assert.That(value.Summary, Is.Null);
            Assert.That(value.Href, Is.Null);
        });
    }

    [Test]
    public void Types_keep_their_order_and_lose_doubles()
    {
        var value = Read("""{"type":["Article","Note",3,"Article"]}""");
        Assert.That(value.Types, Is.EqualTo(["Article", "Note"]));
        Assert.That(value.Type, Is.EqualTo("Article"));
        Assert.That(value.Is("Note"), Is.True);
        Assert.That(value.Is("note"), Is.False);
    }

    [TestCase("https://www.w3.org/ns/activitystreams#Public")]
    [TestCase("as:Public")]
    [TestCase("Public")]
    public void Public_is_known_in_three_spellings_in_to_and_cc(string spelling)
    {
        Assert.That(Read($$"""{"to":"{{spelling}}"}""").IsPublic, Is.True);
        Assert.That(Read($$"""{"to":["https://a.example/g"],"cc":["x","{{spelling}}"]}""").IsPublic, Is.True);
        Assert.That(Read($$"""{"bto":["{{spelling}}"],"to":"https://a.example/Public"}""").IsPublic, Is.False);
    }

    [Test]
    public void Raw_is_the_exact_text_of_each_value()
    {
        const string inner = """{ "id" : "https://a.example/n",  "x":[1 , 2] }""";
        var value = Read($$"""{"object": {{inner}} ,"actor": "https:\/\/a.example\/p" }""");
        Assert.That(Encoding.UTF8.GetString(value.Object[0].Raw.Span), Is.EqualTo(inner));
        Assert.That(Encoding.UTF8.GetString(value.Actor[0].Raw.Span), Is.EqualTo("\"https:\\/\\/a.example\\/p\""));
        Assert.That(value.Actor[0].IsReference, Is.True);
        Assert.That(value.ActorId, Is.EqualTo("https://a.example/p"));
    }

    [Test]
    public void Unknown_properties_can_be_found()
    {
        var value = Read("""{"quiet":{"depth":[1,2]}}""");
        Assert.That(value.TryGetProperty("quiet", out var found), Is.True);
        Assert.That(found.GetProperty("depth").GetArrayLength(), Is.EqualTo(2));
        Assert.That(value.TryGetProperty("loud", out _), Is.False);
    }

    [TestCase("2026-03-02T10:15:00Z", "2026-03-02T10:15:00Z")]
    [TestCase("2026-03-02T10:15:00.123456789+02:00", "2026-03-02T08:15:00.1234567Z")]
    [TestCase("2026-03-02t10:15:00z", "2026-03-02T10:15:00Z")]
    [TestCase("2026-03-02T10:15:00", "2026-03-02T10:15:00Z")]
    [TestCase("2026-03-02", "2026-03-02T00:00:00Z")]
    public void Dates_are_read_leniently(string text, string expected) => Assert.That(
        Read($$"""{"published":"{{text}}"}""").Published,
        Is.EqualTo(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture)));

    [TestCase("10:15")]
    [TestCase("yesterday at noon")]
    [TestCase("2026-02-30T10:15:00Z")]
    [TestCase("2026-03-02T25:15:00Z")]
    [TestCase("Mon, 02 Mar 2026 10:15:00 GMT")]
    public void What_is_no_date_is_absent(string text) =>
        Assert.That(Read($$"""{"published":"{{text}}"}""").Published, Is.Null);

    [Test]
    public void Relations_are_cut_off_at_a_thousand_and_tags_at_a_hundred()
    {
        var many = string.Join(',', Enumerable.Range(0, 5_000).Select(number => $"\"https://a.example/{number}\""));
        var value = Read($$"""{"to":[{{many}}],"tag":[{{many}}],"attachment":[{{many}}],"id":"https://a.example/x"}""");
        Assert.That(value.To, Has.Count.EqualTo(1_000));
        Assert.That(value.Tag, Has.Count.EqualTo(100));
        Assert.That(value.Attachment, Has.Count.EqualTo(100));
        Assert.That(value.Id, Is.EqualTo("https://a.example/x"));
    }

    [TestCase("""{"omp:kind":"question"}""")]
    [TestCase("""{"https://w3id.org/ontmoetingsplein/ns#kind":"question"}""")]
    [TestCase("""{"@context":["x",{"plein":"https://w3id.org/ontmoetingsplein/ns#"}],"plein:kind":"question"}""")]
    public void Own_properties_are_known_under_each_prefix_of_the_namespace(string json) =>
        Assert.That(Read(json).Kind, Is.EqualTo("question"));

    [TestCase("""{"kind":"question"}""")]
    [TestCase("""{"plein:kind":"question"}""")]
    [TestCase("""{"@context":{"plein":"https://elsewhere.example/ns#"},"plein:kind":"question"}""")]
    public void Own_properties_without_our_namespace_are_not_ours(string json) => Assert.That(Read(json).Kind, Is.Null);

    [Test]
    public void Only_answer_and_questionAnswer_are_ours_without_prefix()
    {
        var value = Read("""{"answer":true,"questionAnswer":true,"title":"x","revision":3,"official":{}}""");
        Assert.That(value.Answer, Is.True);
        Assert.That(value.QuestionAnswer, Is.True);
        Assert.That(value.Title, Is.Null);
        Assert.That(value.Revision, Is.Null);
        Assert.That(value.Official, Is.Null);
    }

    [Test]
    public void Linked_data_graphs_and_old_signatures_are_only_unknown_properties()
    {
        var value = Read("""
            {"@context":{"actor":"https://evil.example/other","type":"@id"},"id":"https://a.example/x","type":"Create",
             "actor":"https://a.example/p","@graph":[{"id":"https://b.example/y"}],"@included":[{"type":"Delete"}],
             "@reverse":{"actor":"https://b.example/q"},"@id":"https://b.example/z",
             "signature":{"type":"RsaSignature2017"}}
            """);
        Assert.That(value.Id, Is.EqualTo("https://a.example/x"));
        Assert.That(value.Type, Is.EqualTo("Create"));
        Assert.That(value.ActorId, Is.EqualTo("https://a.example/p"));
    }

    [Test]
    public void Actor_documents_are_read_whole()
    {
        var actor = Read("""
            {"id":"https://a.example/g","type":"Group","preferredUsername":"g","inbox":"https://a.example/g/inbox",
             "endpoints":{"sharedInbox":"https://a.example/inbox"},"attributedTo":"https://a.example/g/mods",
             "publicKey":[{"id":"https://a.example/g#k","owner":"https://a.example/g","publicKeyPem":"PEM"}],
             "assertionMethod":{"id":"#e","type":"Multikey","controller":"https://a.example/g",
              "publicKeyMultibase":"z6"},
             "alsoKnownAs":"https://b.example/g","language":[{"identifier":"nl","name":"Nederlands"}],
             "postingRestrictedToMods":false,"generator":{"implements":[{"href":"https://x.example/1"}]},
             "followers":{"id":"https://a.example/g/followers","type":"Collection"},"source":{"content":"*a*"}}
            """);
        Assert.Multiple(() =>
        {
            Assert.That(actor.PreferredUsername, Is.EqualTo("g"));
            Assert.That(actor.Inbox, Is.EqualTo("https://a.example/g/inbox"));
            Assert.That(actor.SharedInbox, Is.EqualTo("https://a.example/inbox"));
            Assert.That(actor.Moderators, Is.EqualTo("https://a.example/g/mods"));
            Assert.That(actor.PublicKey[0].OwnerId, Is.EqualTo("https://a.example/g"));
            Assert.That(actor.PublicKey[0].PublicKeyPem, Is.EqualTo("PEM"));
            Assert.That(actor.AssertionMethod[0].ControllerId, Is.EqualTo("https://a.example/g"));
            Assert.That(actor.AssertionMethod[0].PublicKeyMultibase, Is.EqualTo("z6"));
            Assert.That(actor.AlsoKnownAs, Is.EqualTo(["https://b.example/g"]));
            Assert.That(actor.Language, Is.EqualTo("nl"));
            Assert.That(actor.PostingRestrictedToMods, Is.False);
            Assert.That(actor.Generator[0].Implements[0].Reference, Is.EqualTo("https://x.example/1"));
            Assert.That(actor.Followers, Is.EqualTo("https://a.example/g/followers"));
            Assert.That(actor.Source!.Content, Is.EqualTo("*a*"));
        });
    }

    internal static AsObject Read(string json)
    {
        var result = VocabularyReader.Read(Encoding.UTF8.GetBytes(json));
        Assert.That(result.Problem, Is.Null);
        return result.Value!;
    }
}

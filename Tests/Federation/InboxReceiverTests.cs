using System.Text;
using System.Text.Json.Nodes;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

public partial class InboxReceiverTests
{
    private TestNode _node = null!;
    private RemoteServer _remote = null!;
    private Uri _bram = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _node = new TestNode();
        _remote = await RemoteServer.StartAsync();
        _bram = _remote.ServeActor("bram", TestKeys.Bram);
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await _node.DisposeAsync();
        await _remote.DisposeAsync();
    }

    private JsonObject Create(int number = 1) => new()
    {
        ["id"] = $"{_remote.Origin}/a/{number}",
        ["type"] = "Create",
        ["actor"] = _bram.AbsoluteUri,
        ["object"] = new JsonObject
        {
            ["id"] = $"{_remote.Origin}/n/{number}",
            ["type"] = "Note",
            ["attributedTo"] = _bram.AbsoluteUri,
            ["content"] = "Wanneer komt de afvalwagen?",
        },
    };

    private SignedRequest Signed(JsonNode activity) =>
        new SignedRequest(activity.ToJsonString(), _node.Clock.GetUtcNow())
            .SignCavage(TestKeys.Bram, $"{_bram}#main-key");

    private async Task<InboxAnswer> SendAsync(SignedRequest request) =>
        await _node.Get<InboxReceiver>().ReceiveAsync(request.Build(), default);

    [Test]
    public async Task A_signed_activity_is_kept_to_the_byte_before_202()
    {
        var request = Signed(Create());
        Assert.That((await SendAsync(request)).Status, Is.EqualTo(202));
        var entry = _node.Journal.Rows.Single().Entry;
        Assert.Multiple(() =>
        {
            Assert.That(entry.Body.ToArray(), Is.EqualTo(request.Body));
            Assert.That(entry.Actor, Is.EqualTo(_bram));
            Assert.That(entry.Type, Is.EqualTo("Create"));
            Assert.That(entry.Host, Is.EqualTo(_remote.Authority));
            Assert.That(entry.Scheme, Is.EqualTo(SignatureScheme.CavageRsa));
            Assert.That(entry.ReceivedAt, Is.EqualTo(_node.Clock.GetUtcNow()));
        });
    }

    [Test]
    public void The_scheme_of_a_host_is_known_before_what_answers_its_activity_can_be_sent()
    {
        _node.Journal.Fails = new IOException("full");
        var request = new SignedRequest(Create().ToJsonString(), _node.Clock.GetUtcNow())
            .SignMessage(TestKeys.Bram, $"{_bram}#ed25519-key");
        Assert.That(() => SendAsync(request), Throws.InstanceOf<IOException>());
        Assert.That(_node.Peers.Hosts[_remote.Authority].Scheme, Is.EqualTo(SignatureScheme.MessageEd25519));
    }

    [Test]
    public async Task The_scheme_that_a_host_signs_with_is_remembered()
    {
        await SendAsync(new SignedRequest(Create().ToJsonString(), _node.Clock.GetUtcNow())
            .SignMessage(TestKeys.Bram, $"{_bram}#ed25519-key"));
        Assert.That(_node.Peers.Hosts[_remote.Authority].Scheme, Is.EqualTo(SignatureScheme.MessageEd25519));
        await SendAsync(Signed(Create(2)));
        Assert.That(_node.Peers.Hosts[_remote.Authority].Scheme, Is.EqualTo(SignatureScheme.MessageEd25519));
    }

    [TestCase("application/json")]
    [TestCase("text/html")]
    [TestCase(null)]
    public async Task Another_media_type_gets_415(string? contentType)
    {
        var request = Signed(Create());
        request.Headers.Remove("Content-Type");
        if (contentType is not null)
            request.Headers["Content-Type"] = contentType;
        Assert.That((await SendAsync(request)).Status, Is.EqualTo(415));
    }

    [Test]
    public async Task A_body_over_one_mebibyte_gets_413()
    {
        var request = Signed(Create());
        request.Body = new byte[(1024 * 1024) + 1];
        Assert.That((await SendAsync(request)).Status, Is.EqualTo(413));
    }

    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("{\"id\":\"https://x.example/1\",\"type\":\"Like\"}")]
    [TestCase(
        "{\"id\":\"https://x.example/1\",\"type\":\"Like\",\"actor\":[\"https://x.example/a\",\"https://x.example\"]}")]
    [TestCase("{\"id\":\"https://x.example/1\",\"type\":\"Like\",\"actor\":5}")]
    public async Task A_malformed_activity_gets_400(string body) =>
        Assert.That((await SendAsync(new SignedRequest(body, _node.Clock.GetUtcNow()))).Status, Is.EqualTo(400));

    [Test]
    public async Task An_unsigned_activity_gets_401()
    {
        var answer = await SendAsync(new SignedRequest(Create().ToJsonString(), _node.Clock.GetUtcNow()));
        Assert.That((answer.Status, answer.Title), Is.EqualTo((401, "Signature refused")));
        Assert.That(_node.Journal.Rows, Is.Empty);
    }

    [Test]
    public async Task A_blocked_host_gets_403_without_a_fetch()
    {
        _node.Peers.Hosts[_remote.Authority] = new PeerStanding(true, null);
        Assert.That((await SendAsync(Signed(Create()))).Status, Is.EqualTo(403));
        Assert.That(_remote.Seen, Is.Empty);
    }

    [Test]
    public async Task Row_1_an_activity_in_another_actors_name_gets_401_and_is_not_kept()
    {
        var activity = Create();
        activity["actor"] = _remote.ServeActor("anna", TestKeys.Other).AbsoluteUri;
        activity["object"]!["attributedTo"] = activity["actor"]!.GetValue<string>();
        Assert.That((await SendAsync(Signed(activity))).Status, Is.EqualTo(401));
        Assert.That(_node.Journal.Rows, Is.Empty);
    }

    [TestCase("1")]
    [TestCase("\"admin\"")]
    [TestCase("\"https://plein.example/p/anna\"")]
    [TestCase("[\"https://plein.example/p/anna\",\"https://x.example/u/bram\"]")]
    [TestCase("{\"type\":\"Person\"}")]
    [TestCase("null")]
    public async Task Row_11_an_author_that_is_not_the_actor_gets_403(string author)
    {
        var activity = Create();
        activity["object"]!["attributedTo"] = JsonNode.Parse(author);
        Assert.That((await SendAsync(Signed(activity))).Status, Is.EqualTo(403));
        Assert.That(_node.Journal.Rows, Is.Empty);
    }

    [Test]
    public async Task Row_1_a_fragment_of_an_actor_is_another_actor()
    {
        var activity = Create();
        activity["actor"] = $"{_bram}#other";
        activity["object"]!["attributedTo"] = $"{_bram}#other";
        Assert.That((await SendAsync(Signed(activity))).Status, Is.EqualTo(401));
        activity["actor"] = _bram.AbsoluteUri;
        Assert.That((await SendAsync(Signed(activity))).Status, Is.EqualTo(403));
        Assert.That(_node.Journal.Rows, Is.Empty);
    }

    [TestCase("id")]
    [TestCase("actor")]
    public async Task Row_12_an_id_of_ours_in_the_activity_gets_403(string property)
    {
        var activity = Create();
        activity[property] = TestNode.Origin + "/p/anna";
        Assert.That((await SendAsync(Signed(activity))).Status, Is.EqualTo(403));
    }

    [TestCase("Create", "https://plein.example/q/1")]
    [TestCase("Update", "https://plein.example/q/1")]
    [TestCase("Update", "https://PLEIN.example./q/1")]
    [TestCase("Create", "https://third.example/n/1")]
    public async Task Row_12_an_object_with_a_foreign_id_gets_403(string type, string id)
    {
        var activity = Create();
        activity["type"] = type;
        activity["object"]!["id"] = id;
        Assert.That((await SendAsync(Signed(activity))).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task Row_12_an_update_of_our_object_in_the_name_of_our_author_gets_403()
    {
        var activity = Create();
        activity["type"] = "Update";
        activity["object"]!["id"] = TestNode.Origin + "/q/1";
        activity["object"]!["attributedTo"] = TestNode.Origin + "/p/anna";
        Assert.That((await SendAsync(Signed(activity))).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task Row_14_an_update_of_another_actor_gets_403()
    {
        var activity = Create();
        activity["type"] = "Update";
        activity["object"] = new JsonObject { ["id"] = $"{_remote.Origin}/u/anna", ["type"] = "Person" };
        Assert.That((await SendAsync(Signed(activity))).Status, Is.EqualTo(403));
        activity["object"]!["id"] = _bram.AbsoluteUri;
        Assert.That((await SendAsync(Signed(activity))).Status, Is.EqualTo(202));
    }

    [Test]
    public async Task An_activity_about_an_object_of_ours_is_kept()
    {
        var like = new JsonObject
        {
            ["id"] = $"{_remote.Origin}/a/9",
            ["type"] = "Like",
            ["actor"] = _bram.AbsoluteUri,
            ["object"] = TestNode.Origin + "/q/1",
        };
        Assert.That((await SendAsync(Signed(like))).Status, Is.EqualTo(202));
        Assert.That(_node.Journal.Rows, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Row_19_the_same_activity_many_times_at_once_is_kept_once()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => SendAsync(Signed(Create())))));
        Assert.That(answers.Select(a => a.Status), Is.All.EqualTo(202));
        Assert.That(_node.Journal.Rows, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Row_19_the_same_id_with_another_body_changes_nothing()
    {
        await SendAsync(Signed(Create()));
        var other = Create();
        other["object"]!["content"] = "Iets anders";
        Assert.That((await SendAsync(Signed(other))).Status, Is.EqualTo(202));
        Assert.That(Encoding.UTF8.GetString(_node.Journal.Rows.Single().Entry.Body.Span), Does.Contain("afvalwagen"));
    }

    [Test]
    public async Task What_could_not_be_kept_may_be_sent_again_with_the_same_signature()
    {
        var request = Signed(Create());
        _node.Journal.Fails = new IOException("disk full");
        Assert.That(() => SendAsync(request), Throws.InstanceOf<IOException>());
        _node.Journal.Fails = null;
        Assert.That((await SendAsync(request)).Status, Is.EqualTo(202));
        Assert.That(_node.Journal.Rows, Has.Count.EqualTo(1));
    }
}

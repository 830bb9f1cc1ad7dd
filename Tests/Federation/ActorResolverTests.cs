using System.Text.Json.Nodes;
using Ontmoetingsplein.Federation.Actors;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

public class ActorResolverTests
{
    private TestNode _node = null!;
    private RemoteServer _remote = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _node = new TestNode();
        _remote = await RemoteServer.StartAsync();
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await _node.DisposeAsync();
        await _remote.DisposeAsync();
    }

    private Task<ActorLookup> ResolveAsync(Uri id) => _node.Get<ActorResolver>().ResolveAsync(id, default);

    private async Task<RemoteActor?> ChangedAsync(Action<JsonObject> change) =>
        (await ResolveAsync(_remote.ServeActor("bram", TestKeys.Bram, change))).Actor;

    [Test]
    public async Task An_actor_is_read_and_remembered_with_its_keys()
    {
        var id = _remote.ServeActor("bram", TestKeys.Bram, a =>
        {
            a["name"] = "Bram \u202Eevil\n" + new string('x', 200);
            a["generator"] = new JsonObject
            {
                ["type"] = "Application",
                ["implements"] = new JsonArray(new JsonObject
                {
                    ["type"] = "Link",
                    ["href"] = "https://w3id.org/ontmoetingsplein/profile/1",
                }),
            };
        });
        var actor = (await ResolveAsync(id)).Actor!;
        Assert.Multiple(() =>
        {
            Assert.That(actor.Id, Is.EqualTo(id));
            Assert.That(actor.Type, Is.EqualTo("Person"));
            Assert.That(actor.SharedInbox, Is.EqualTo(_remote.Url("/inbox")));
            Assert.That(actor.Name, Has.Length.EqualTo(100).And.StartsWith("Bram  evil "));
            Assert.That(actor.SpeaksProfile, Is.True);
            Assert.That(actor.Keys.Select(k => k.Algorithm),
                Is.EqualTo(new[] { KeyAlgorithm.Rsa, KeyAlgorithm.Ed25519 }));
            Assert.That(actor.Keys[1].Bytes.ToArray(), Is.EqualTo(TestKeys.Bram.Ed25519Public));
            Assert.That(_node.Directory.Actors.Keys, Does.Contain(id.AbsoluteUri));
        });
    }

    [Test]
    public async Task A_shared_inbox_on_another_host_is_left_out()
    {
        var actor = await ChangedAsync(a => a["endpoints"]!["sharedInbox"] = "http://evil.example/inbox");
        Assert.That(actor!.SharedInbox, Is.Null);
    }

    [Test]
    public async Task A_key_that_names_another_owner_or_host_is_left_out()
    {
        var actor = await ChangedAsync(a =>
        {
            a["publicKey"]!["owner"] = _remote.Origin + "/u/eve";
            a["assertionMethod"]![0]!["id"] = "http://evil.example/u/bram#ed25519-key";
        });
        Assert.That(actor!.Keys, Is.Empty);
    }

    [TestCase("inbox", null)]
    [TestCase("inbox", "http://evil.example/inbox")]
    [TestCase("inbox", "javascript:alert(1)")]
    [TestCase("preferredUsername", null)]
    [TestCase("preferredUsername", "")]
    [TestCase("preferredUsername", "a b@c")]
    [TestCase("type", "Note")]
    [TestCase("type", null)]
    public async Task Row_33_an_actor_that_lacks_what_it_needs_is_refused(string property, string? value)
    {
        var id = _remote.ServeActor("bram", TestKeys.Bram, a => a[property] = value);
        Assert.That((await ResolveAsync(id)).Status, Is.EqualTo(ActorStatus.Refused));
        Assert.That(_node.Directory.Actors, Is.Empty);
    }

    [Test]
    public async Task Row_2_an_address_that_serves_another_actor_does_not_stand_for_it()
    {
        var bram = _remote.ServeActor("bram", TestKeys.Bram);
        _remote.Routes["/u/alias"] = _remote.Routes["/u/bram"];
        Assert.That((await ResolveAsync(_remote.Url("/u/alias"))).Status, Is.EqualTo(ActorStatus.Refused));
        Assert.That((await ResolveAsync(bram)).Status, Is.EqualTo(ActorStatus.Found));
    }

    [Test]
    public async Task A_known_actor_is_fetched_again_after_a_day_and_serves_on_while_its_host_is_silent()
    {
        var id = _remote.ServeActor("bram", TestKeys.Bram);
        await ResolveAsync(id);
        await ResolveAsync(id);
        Assert.That(_remote.Seen, Has.Count.EqualTo(1));
        _node.Clock.Advance(TimeSpan.FromHours(24));
        _remote.ServeStatus("/u/bram", 503);
        Assert.That((await ResolveAsync(id)).Status, Is.EqualTo(ActorStatus.Found));
        Assert.That(_remote.Seen, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Row_21_a_missing_actor_is_asked_for_once_in_ten_minutes()
    {
        var id = _remote.Url("/u/nobody");
        Assert.That((await ResolveAsync(id)).Status, Is.EqualTo(ActorStatus.NotFound));
        Assert.That((await ResolveAsync(id)).Status, Is.EqualTo(ActorStatus.NotFound));
        Assert.That(_remote.Seen, Has.Count.EqualTo(1));
        _node.Clock.Advance(TimeSpan.FromMinutes(10));
        await ResolveAsync(id);
        Assert.That(_remote.Seen, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Many_who_ask_at_once_cause_one_fetch()
    {
        var id = _remote.ServeActor("bram", TestKeys.Bram);
        var answer = _remote.Routes["/u/bram"];
        var gate = new TaskCompletionSource();
        _remote.Routes["/u/bram"] = async context =>
        {
            await gate.Task;
            await answer(context);
        };
        var all = Enumerable.Range(0, 50).Select(_ => ResolveAsync(id)).ToList();
        gate.SetResult();
        Assert.That((await Task.WhenAll(all)).All(a => a.Status == ActorStatus.Found), Is.True);
        Assert.That(_remote.Seen, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task One_who_gives_up_does_not_end_the_fetch_for_the_others()
    {
        var id = _remote.ServeActor("bram", TestKeys.Bram);
        var answer = _remote.Routes["/u/bram"];
        var gate = new TaskCompletionSource();
        _remote.Routes["/u/bram"] = async context =>
        {
            await gate.Task;
            await answer(context);
        };
        using var impatient = new CancellationTokenSource();
        var first = _node.Get<ActorResolver>().ResolveAsync(id, impatient.Token);
        var second = ResolveAsync(id);
        await impatient.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        gate.SetResult();
        Assert.That((await second).Status, Is.EqualTo(ActorStatus.Found));
    }

    [Test]
    public async Task A_key_address_that_serves_the_actor_leads_to_it_as_at_GoToSocial()
    {
        var id = _remote.ServeActor(
            "bram", TestKeys.Bram, a => a["publicKey"]!["id"] = _remote.Origin + "/u/bram/main-key");
        _remote.Routes["/u/bram/main-key"] = _remote.Routes["/u/bram"];
        var key = await _node.Get<KeySource>()
            .FetchAsync(new KeyName(_remote.Origin + "/u/bram/main-key", null), default);
        Assert.That((key.Status, key.Owner), Is.EqualTo((KeyStatus.Found, id)), key.Reason);
    }

    [Test]
    public async Task A_key_in_a_document_of_its_own_counts_when_its_owner_lists_it_back()
    {
        var keyId = _remote.Origin + "/keys/1";
        var id = _remote.ServeActor("bram", TestKeys.Bram, a => a["publicKey"] = keyId);
        ServeKey(keyId, id);
        var key = await _node.Get<KeySource>().FetchAsync(new KeyName(keyId, null), default);
        Assert.That((key.Status, key.Owner), Is.EqualTo((KeyStatus.Found, id)), key.Reason);
    }

    [Test]
    public async Task A_key_in_a_document_of_its_own_that_its_owner_does_not_list_is_refused()
    {
        var keyId = _remote.Origin + "/uploads/1";
        ServeKey(keyId, _remote.ServeActor("bram", TestKeys.Bram));
        var key = await _node.Get<KeySource>().FetchAsync(new KeyName(keyId, null), default);
        Assert.That(key.Status, Is.EqualTo(KeyStatus.NotListed));
    }

    private void ServeKey(string keyId, Uri owner) => _remote.ServeActivity(new Uri(keyId).AbsolutePath, new JsonObject
    {
        ["id"] = keyId,
        ["owner"] = owner.AbsoluteUri,
        ["publicKeyPem"] = TestKeys.Other.RsaPublicPem,
    }.ToJsonString());
}

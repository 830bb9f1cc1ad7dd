using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>What a topic of another server passes on (FEP-1b12).</summary>
public partial class ForeignServerTests
{
    private const string Real = "<p>Wat kost een tweede container?</p>";

    private ScriptedPeer _third = null!;
    private Uri _group = null!;
    private Uri _carla = null!;

    [Test]
    public async Task What_is_announced_by_its_own_server_means_the_same_as_when_it_is_sent()
    {
        var direct = _peer.Note(_bram, Real, _topic.Uri);
        var announced = _peer.Note(_bram, Real);
        Assert.That(await _peer.TellAsync(_bram, Create(direct)), Is.EqualTo(Done));
        Assert.That(await _peer.AnnounceAsync(_group, Create(announced)), Is.EqualTo(Done));
        var (one, other) = ((await QuestionAsync(direct))!, (await QuestionAsync(announced))!);
        Assert.That(
            (other.Title, other.BodyHtml, other.Language, other.AuthorId, other.PublishedAt, other.Audience),
            Is.EqualTo((one.Title, one.BodyHtml, one.Language, one.AuthorId, one.PublishedAt, one.Audience)));

        announced["content"] = "<p>Wat kost een derde container?</p>";
        announced["updated"] = "2026-03-02T13:00:00Z";
        Assert.That(
            await _peer.AnnounceAsync(_group, _peer.Activity("Update", _bram, announced.DeepClone())),
            Is.EqualTo(Done));
        Assert.That((await QuestionAsync(announced))!.Title, Is.EqualTo("Wat kost een derde container?"));
        Assert.That(
            await _peer.AnnounceAsync(_group, _peer.Activity("Delete", _bram, (string)announced["id"]!)),
            Is.EqualTo(Done));
        Assert.That((await QuestionAsync(announced))!.DeletedAt, Is.Not.Null);
    }

    [Test]
    public async Task What_is_of_a_third_server_and_has_no_proof_is_fetched_from_there()
    {
        var note = _third.Note(_carla, Real);
        _third.Server.ServeActivity(new Uri((string)note["id"]!).AbsolutePath, note.ToJsonString());
        var forged = note.DeepClone().AsObject();
        forged["content"] = "<p>Koop nu een container?</p>";
        var create = _third.Activity("Create", _carla, forged);
        Assert.That(await _peer.AnnounceAsync(_group, create), Is.EqualTo(Done));
        Assert.That((await QuestionAsync(note))!.Title, Is.EqualTo("Wat kost een tweede container?"));
    }

    [Test]
    public async Task What_a_third_server_does_not_know_is_dropped()
    {
        var note = _third.Note(_carla, "<p>Dit heeft Carla nooit gevraagd?</p>");
        var outcome = await _peer.AnnounceAsync(_group, _third.Activity("Create", _carla, note.DeepClone()));
        Assert.That(outcome.State, Is.EqualTo(InboxState.Ignored));
        Assert.That(await QuestionAsync(note), Is.Null);
    }

    [Test]
    public async Task What_carries_the_proof_of_its_author_is_believed_and_not_fetched()
    {
        var note = _third.Note(_carla, "<p>Wat kost een vierde container?</p>");
        // Just asked, so the background has no thread to complete and fetches nothing either.
        note["published"] = TimeProvider.System.GetUtcNow().ToString("O");
        var signed = Signed(_third.Activity("Create", _carla, note.DeepClone()));
        Assert.That(await _peer.AnnounceAsync(_group, signed), Is.EqualTo(Done));
        Assert.That((await QuestionAsync(note))!.Title, Is.EqualTo("Wat kost een vierde container?"));
        Assert.That(_third.Server.Count(new Uri((string)note["id"]!).AbsolutePath), Is.Zero);
    }

    [Test]
    public async Task A_proof_that_does_not_fit_is_worth_nothing()
    {
        var note = _third.Note(_carla, "<p>Wat kost een vijfde container?</p>");
        var signed = Signed(_third.Activity("Create", _carla, note.DeepClone()));
        signed["object"]!["content"] = "<p>Wat kost een zesde container?</p>";
        var outcome = await _peer.AnnounceAsync(_group, signed);
        Assert.That(outcome.State, Is.EqualTo(InboxState.Ignored));
        Assert.That(_third.Server.Count(new Uri((string)note["id"]!).AbsolutePath), Is.EqualTo(1));
        Assert.That(await QuestionAsync(note), Is.Null);
    }

    [Test]
    public async Task An_announced_id_is_fetched_with_the_question_that_it_replies_to()
    {
        var question = _third.Note(_carla, "<p>Wie haalt de kerstbomen op?</p>");
        var answer = _third.Note(_carla, "<p>De scouting.</p>", inReplyTo: (string)question["id"]!);
        foreach (var note in new[] { question, answer })
            _third.Server.ServeActivity(new Uri((string)note["id"]!).AbsolutePath, note.ToJsonString());
        Assert.That(await _peer.AnnounceAsync(_group, (string)answer["id"]!), Is.EqualTo(Done));
        Assert.That((await AnswerAsync(answer))!.QuestionId, Is.EqualTo((await QuestionAsync(question))!.Id));
    }

    [Test]
    public async Task Every_activity_of_the_corpus_goes_through_wrapped_and_unwrapped()
    {
        var files = SharedData.JsonFiles("corpus", "lemmy")
            .Where(file => file.Contains("/activities/", StringComparison.Ordinal))
            .Concat(SharedData.JsonFiles("corpus").Where(file => file.Contains("announce", StringComparison.Ordinal)))
            .Distinct().ToList();
        Assert.That(files, Has.Count.GreaterThan(40));
        var taken = new List<string>();
        foreach (var file in files)
        {
            // Their hosts are not asked: everything is as if it came of the scripted server.
            var text = HostPattern().Replace(await File.ReadAllTextAsync(file), _peer.Server.Origin);
            if (JsonNode.Parse(text) is not JsonObject activity || Actor(activity) is not { } actor)
                continue;
            ServeActor(actor);
            // A Delete of somebody unknown would be waved through without being kept.
            await _plein.Get<RemoteActors>().FindAsync(actor, default);
            if (activity["object"] is JsonObject inner && Actor(inner) is { } innerActor)
                ServeActor(innerActor);
            activity["id"] = _peer.NewId();
            using var response = await _peer.Sign(actor, activity).SendAsync(_plein.Http);
            var outcome = response.IsSuccessStatusCode
                ? $"{await _plein.OutcomeAsync((string)activity["id"]!)}" : $"{response.StatusCode}";
            taken.Add($"{Path.GetFileName(file)}: {outcome}");
            Assert.That((int)response.StatusCode, Is.AnyOf(202, 403), taken[^1]);
            activity["id"] = _peer.NewId();
            taken.Add($"  announced: {await _peer.AnnounceAsync(_group, activity.DeepClone())}");
        }

        Assert.That(taken, Has.Count.GreaterThan(60));
        Assert.That(taken, Has.None.Contains("Waiting"), "none throws, none waits for something that never comes");
        Assert.That(
            taken.Count(line => line.Contains("announced: (Done", StringComparison.Ordinal)), Is.GreaterThan(3));
    }

    private void ServeActor(Uri id) => _peer.Server.ServeActor("x", TestKeys.Bram, actor =>
    {
        var text = actor.ToJsonString().Replace($"{_peer.Server.Origin}/u/x", id.AbsoluteUri, StringComparison.Ordinal);
        _peer.Server.ServeActivity(id.AbsolutePath, text);
    });

    private static Uri? Actor(JsonObject activity) => activity["actor"] is JsonValue value
        && Uri.TryCreate((string?)value, UriKind.Absolute, out var uri) ? uri : null;

    [GeneratedRegex("https?://(?!www\\.w3\\.org|w3id\\.org|purl\\.org)[A-Za-z0-9.:-]+")]
    private static partial Regex HostPattern();

    private JsonObject Signed(JsonObject activity)
    {
        activity["@context"] = new JsonArray(
            "https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2");
        var key = SigningKey.FromEd25519Seed($"{_carla}#ed25519-key", TestKeys.Bram.Ed25519Seed);
        var bytes = IntegrityProof.Sign(
            Encoding.UTF8.GetBytes(activity.ToJsonString()), key, TimeProvider.System.GetUtcNow());
        return JsonNode.Parse(bytes)!.AsObject();
    }
}

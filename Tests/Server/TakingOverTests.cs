using System.Text.Json.Nodes;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>
/// A topic that is followed says what it likes: it makes no post of others its own, and takes none away from others.
/// </summary>
[TestFixtureSource(typeof(TestEngines), nameof(TestEngines.All))]
public sealed class TakingOverTests(TestEngine engine)
{
    private static readonly (InboxState, string?) Done = (InboxState.Done, null);

    private Plein _plein = null!;
    private ScriptedPeer _hostile = null!;
    private ScriptedPeer _honest = null!;
    private ScriptedPeer _third = null!;
    private Topic _own = null!;
    private Uri _group = null!;
    private Uri _mallory = null!;
    private Uri _carla = null!;

    [OneTimeSetUp]
    public async Task SetUpAsync()
    {
        _plein = await Plein.StartAsync(TestKeys.Node, ["afval"], engine: engine);
        _own = await _plein.TopicAsync("afval");
        (_hostile, _honest, _third) = (
            await ScriptedPeer.StartAsync(_plein), await ScriptedPeer.StartAsync(_plein),
            await ScriptedPeer.StartAsync(_plein));
        (_group, _) = await _hostile.FollowedGroupAsync("wonen");
        (_mallory, _carla) = (_hostile.Person("mallory"), _third.Person("carla"));
    }

    [OneTimeTearDown]
    public async Task TearDownAsync()
    {
        await _plein.DisposeAsync();
        foreach (var peer in new[] { _hostile, _honest, _third })
            await peer.DisposeAsync();
    }

    [TestCase("Create", false)]
    [TestCase("Create", true)]
    [TestCase("Update", false)]
    [TestCase("Update", true)]
    public async Task A_post_with_an_id_of_another_server_is_not_stored_and_its_author_is_heard(
        string type, bool isAnswer)
    {
        var question = await AskedAsync();
        var real = Served(_third.Note(
            _carla, "<p>Van Carla?</p>", isAnswer ? null : _own.Uri, isAnswer ? (string)question["id"]! : null));
        var forged = real.DeepClone().AsObject();
        (forged["attributedTo"], forged["content"]) = (_mallory.AbsoluteUri, "<p>Van Mallory?</p>");
        forged["cc"] = new JsonArray();
        Assert.That(
            (await _hostile.AnnounceAsync(_group, _hostile.Activity(type, _mallory, forged))).State,
            Is.EqualTo(InboxState.Refused));
        Assert.That(Stored(real), Is.Empty);
        Assert.That(await TellAsync(real), Is.EqualTo(Done));
        Assert.That(Stored(real), Is.EqualTo(new[] { _carla.AbsoluteUri }));
    }

    [TestCase("")]
    [TestCase("whatever")]
    [TestCase("//elders.example/1")]
    [TestCase("https://elders.example@127.0.0.1/1")]
    [TestCase("urn:uuid:0d5d9b3c-4b7c-4c4e-9a0c-2a1b7b3f7e11")]
    public async Task A_post_without_an_address_of_its_own_server_is_not_stored(string id)
    {
        var before = _plein.Fingerprint();
        var note = _hostile.Note(_mallory, "<p>Waar is dit?</p>");
        note["id"] = id;
        var announce = _hostile.Activity("Announce", _group, _hostile.Activity("Create", _mallory, note));
        Assert.That((await _hostile.TellAsync(_group, announce)).State, Is.Not.EqualTo(InboxState.Done));
        Assert.That(
            _plein.Fingerprint()[_plein.Fingerprint().IndexOf(' ', StringComparison.Ordinal)..],
            Is.EqualTo(before[before.IndexOf(' ', StringComparison.Ordinal)..]));
    }

    [TestCase("as an activity")]
    [TestCase("as an activity with a proof")]
    [TestCase("by its id")]
    public async Task A_question_in_our_topic_stays_there_whoever_passes_it_on_first(string how)
    {
        var note = Served(_third.Note(_carla, "<p>Waar is de milieustraat?</p>", _own.Uri));
        var create = _third.Activity("Create", _carla, note.DeepClone());
        await _hostile.AnnounceAsync(_group, how switch
        {
            "by its id" => (string)note["id"]!,
            "as an activity" => create,
            _ => Signed(create),
        });
        await TellAsync(note);
        var question = (await QuestionAsync(note))!;
        Assert.That((question.TopicId, question.DeletedAt), Is.EqualTo((_own.Id, (DateTimeOffset?)null)));
        Assert.That(question.ContextUri, Does.StartWith(_plein.Origin.AbsoluteUri));
        Assert.That(
            _plein.Count("select count(*) from activities where object_uri = @id and type = 'Announce'", question.Uri),
            Is.GreaterThan(0), "who follows our topic hears of it");

        var deleted = _hostile.Activity("Delete", _mallory, question.Uri);
        Assert.That((await _hostile.AnnounceAsync(_group, deleted)).State, Is.EqualTo(InboxState.Refused));
        Assert.That((await QuestionAsync(note))!.DeletedAt, Is.Null);
    }

    [Test]
    public async Task A_question_that_another_topic_had_first_comes_to_ours_when_its_author_asks_it_there()
    {
        var note = Served(_third.Note(_carla, "<p>Mag een trampoline in het plantsoen?</p>"));
        Assert.That(
            await _hostile.AnnounceAsync(_group, _third.Activity("Create", _carla, note.DeepClone())),
            Is.EqualTo(Done));
        Assert.That((await QuestionAsync(note))!.TopicId, Is.Not.EqualTo(_own.Id));
        note["cc"] = new JsonArray(_own.Uri);
        Assert.That(await TellAsync(note), Is.EqualTo(Done));
        var question = (await QuestionAsync(note))!;
        Assert.That(question.TopicId, Is.EqualTo(_own.Id));
        Assert.That(question.ContextUri, Does.StartWith(_plein.Origin.AbsoluteUri));
        Assert.That((await TellAsync(note)).State, Is.EqualTo(InboxState.Ignored), "and is known then");
    }

    [Test]
    public async Task What_a_moderator_takes_out_of_one_topic_may_come_to_another_and_what_its_author_deletes_may_not()
    {
        var (honest, topic) = await _honest.FollowedGroupAsync($"groen{engine}");
        var note = Served(_third.Note(_carla, "<p>Wie snoeit de heg?</p>"));
        var answer = Served(_third.Note(_carla, "<p>De buren.</p>", inReplyTo: (string)note["id"]!));
        JsonObject Create(JsonObject post) => _third.Activity("Create", _carla, post.DeepClone());
        Assert.That(await _hostile.AnnounceAsync(_group, Create(note)), Is.EqualTo(Done));
        Assert.That(await _hostile.AnnounceAsync(_group, Create(answer)), Is.EqualTo(Done));
        foreach (var post in new[] { answer, note })
        {
            var removal = _hostile.Activity("Delete", _mallory, (string)post["id"]!);
            Assert.That(await _hostile.AnnounceAsync(_group, removal), Is.EqualTo(Done));
        }

        Assert.That((await QuestionAsync(note))!.DeletedAt, Is.Not.Null);
        Assert.That((await _hostile.AnnounceAsync(_group, Create(note))).State, Is.EqualTo(InboxState.Ignored));
        Assert.That((await QuestionAsync(note))!.DeletedAt, Is.Not.Null, "it stays out of that topic");

        Assert.That(await _honest.AnnounceAsync(honest, Create(note)), Is.EqualTo(Done));
        Assert.That(await _honest.AnnounceAsync(honest, Create(answer)), Is.EqualTo(Done));
        var question = (await QuestionAsync(note))!;
        Assert.That((question.TopicId, question.DeletedAt, question.AnswerCount),
            Is.EqualTo((topic.Id, (DateTimeOffset?)null, 1)));
        Assert.That(await _plein.Http.GetStringAsync($"/q/{question.Id}"), Does.Contain("heg").And.Contain("buren"));
        var elsewhere = _hostile.Activity("Delete", _mallory, question.Uri);
        Assert.That((await _hostile.AnnounceAsync(_group, elsewhere)).State, Is.EqualTo(InboxState.Refused));

        Assert.That(
            await _third.TellAsync(_carla, _third.Activity("Delete", _carla, question.Uri)), Is.EqualTo(Done));
        foreach (var (peer, by) in new[] { (_honest, honest), (_hostile, _group) })
            Assert.That((await peer.AnnounceAsync(by, Create(note))).State, Is.EqualTo(InboxState.Ignored));
        Assert.That((await QuestionAsync(note))!.DeletedAt, Is.Not.Null);
    }

    [Test]
    public async Task A_moderator_of_a_topic_says_nothing_of_what_was_not_seen_yet()
    {
        var note = Served(_third.Note(_carla, "<p>Is de sporthal open?</p>", _own.Uri));
        var early = _hostile.Activity("Delete", _mallory, (string)note["id"]!);
        Assert.That((await _hostile.AnnounceAsync(_group, early)).State, Is.Not.EqualTo(InboxState.Done));
        Assert.That(await TellAsync(note), Is.EqualTo(Done));
        Assert.That((await QuestionAsync(note))!.DeletedAt, Is.Null);
    }

    [Test]
    public async Task A_question_names_only_a_thread_of_its_own_server_or_topic()
    {
        var victim = await AskedAsync();
        var thread = (await QuestionAsync(victim))!.ContextUri;
        var note = _hostile.Note(_mallory, "<p>Is dit mijn draad?</p>");
        note["context"] = thread;
        Assert.That(
            await _hostile.AnnounceAsync(_group, _hostile.Activity("Create", _mallory, note)), Is.EqualTo(Done));
        Assert.That((await QuestionAsync(note))!.ContextUri, Is.EqualTo($"{note["id"]}/context"));
    }

    private async Task<JsonObject> AskedAsync()
    {
        var note = Served(_third.Note(_carla, "<p>Wanneer komt de grijze bak?</p>", _own.Uri));
        Assert.That(await TellAsync(note), Is.EqualTo(Done));
        return note;
    }

    private JsonObject Served(JsonObject note)
    {
        _third.Server.ServeActivity(new Uri((string)note["id"]!).AbsolutePath, note.ToJsonString());
        return note;
    }

    private Task<(InboxState State, string? Reason)> TellAsync(JsonObject note)
    {
        var create = _third.Activity("Create", _carla, note.DeepClone());
        return _third.TellAsync(_carla, create);
    }

    private IReadOnlyList<string> Stored(JsonObject note) => _plein.Texts(
        "select a.uri from actors a where a.id in (select author_id from questions where uri = @id"
        + " union select author_id from answers where uri = @id)", (string)note["id"]!);

    private Task<Question?> QuestionAsync(JsonObject note) =>
        _plein.Get<QuestionStore>().FindByUriAsync((string)note["id"]!, Viewer.Anyone);

    private JsonObject Signed(JsonObject activity)
    {
        activity["@context"] = new JsonArray(
            "https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2");
        var key = SigningKey.FromEd25519Seed($"{_carla}#ed25519-key", TestKeys.Bram.Ed25519Seed);
        var bytes = IntegrityProof.Sign(
            System.Text.Encoding.UTF8.GetBytes(activity.ToJsonString()), key, TimeProvider.System.GetUtcNow());
        return JsonNode.Parse(bytes)!.AsObject();
    }
}

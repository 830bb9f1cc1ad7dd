using System.Text.Json.Nodes;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>
/// Rows of CONTRACT.md §7 that take a whole node: each an input that must have no effect, or a harmless one.
/// </summary>
internal sealed class ThreatTests
{
    private Plein _plein = null!;
    private ScriptedPeer _peer = null!;
    private ScriptedPeer _third = null!;
    private Topic _topic = null!;
    private Uri _bram = null!;
    private Uri _mallory = null!;
    private Uri _carla = null!;
    private Uri _group = null!;

    [OneTimeSetUp]
    public async Task SetUpAsync()
    {
        _plein = await Plein.StartAsync(TestKeys.Node, ["afval"]);
        (_peer, _third) = (await ScriptedPeer.StartAsync(_plein), await ScriptedPeer.StartAsync(_plein));
        _topic = await _plein.TopicAsync("afval");
        (_bram, _mallory, _carla) = (_peer.Person("bram"), _peer.Person("mallory"), _third.Person("carla"));
        _group = (await _peer.FollowedGroupAsync("wonen")).Id;
    }

    [OneTimeTearDown]
    public async Task TearDownAsync()
    {
        await _plein.DisposeAsync();
        await _peer.DisposeAsync();
        await _third.DisposeAsync();
    }

    [TestCase("application/activity+json")]
    [TestCase("text/html")]
    public async Task Row_4_what_people_write_is_never_served_as_an_activity_of_their_own(string accept)
    {
        var note = await AskAsync(
            "<p>{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"id\":\"https://evil.example/1\"}</p>");
        var id = (await QuestionAsync(note))!.Id;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/q/{id}");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await _plein.Http.SendAsync(request);
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/html").Or.Null);
        Assert.That(response.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
    }

    [Test]
    public async Task Row_10_what_is_far_too_long_or_too_many_is_cut_off()
    {
        var author = _peer.Server.ServeActor("lang", TestKeys.Bram, actor => actor["name"] = new string('x', 100_000));
        var note = _peer.Note(author, $"<p>{new string('t', 5_000)}</p>", _topic.Uri);
        note["tag"] = Many(400, n => new JsonObject { ["type"] = "Mention", ["href"] = $"https://a{n}.example/u" });
        note["attachment"] = Many(
            400, n => new JsonObject { ["type"] = "Image", ["url"] = $"https://b.example/{n}" });
        Assert.That((await _peer.TellAsync(author, Create(author, note))).State, Is.EqualTo(InboxState.Done));
        Assert.That((await QuestionAsync(note))!.Title, Has.Length.LessThanOrEqualTo(150));
        var actor = await _plein.Get<ActorStore>().FindByUriAsync(author.AbsoluteUri);
        Assert.That(actor!.DisplayName, Has.Length.LessThanOrEqualTo(100));
        note["tag"] = Many(50_000, _ => new JsonObject { ["type"] = "Mention", ["href"] = "https://c.example" });
        using var refused = await _peer.Sign(author, Create(author, note)).SendAsync(_plein.Http);
        Assert.That((int)refused.StatusCode, Is.AnyOf(400, 413));
    }

    [Test]
    public async Task Row_13_an_announced_update_of_an_actor_elsewhere_changes_nothing()
    {
        var asked = Create(_carla, _third.Note(_carla, "<p>Hoe laat komt hij?</p>", _topic.Uri));
        Assert.That((await _third.TellAsync(_carla, asked)).State, Is.EqualTo(InboxState.Done));
        var forged = _third.Activity("Update", _carla, new JsonObject
        {
            ["id"] = _carla.AbsoluteUri,
            ["type"] = "Person",
            ["name"] = "Gekaapt",
            ["inbox"] = _peer.Server.Origin + "/inbox",
            ["preferredUsername"] = "carla",
            ["attributedTo"] = _carla.AbsoluteUri,
        });
        await _peer.AnnounceAsync(_group, forged);
        var carla = (await _plein.Get<ActorStore>().FindByUriAsync(_carla.AbsoluteUri))!;
        Assert.That(carla.DisplayName, Is.Not.EqualTo("Gekaapt"));
        Assert.That(carla.Inbox, Does.StartWith(_third.Server.Origin));
    }

    [Test]
    public async Task Row_15_a_stranger_chooses_no_answer_and_takes_no_choice_back()
    {
        var (question, answer) = await ThreadAsync();
        var choice = _peer.Activity("ChooseAnswer", _mallory, (string)answer["id"]!);
        Assert.That((await _peer.TellAsync(_mallory, choice)).State, Is.EqualTo(InboxState.Refused));
        Assert.That((await QuestionAsync(question))!.AcceptedAnswerId, Is.Null);
        var real = _peer.Activity("ChooseAnswer", _bram, (string)answer["id"]!);
        Assert.That((await _peer.TellAsync(_bram, real)).State, Is.EqualTo(InboxState.Done));
        var undo = _peer.Activity("Undo", _mallory, new JsonObject
        {
            ["id"] = _peer.NewId(),
            ["type"] = "ChooseAnswer",
            ["actor"] = _mallory.AbsoluteUri,
            ["object"] = (string)answer["id"]!,
        });
        Assert.That((await _peer.TellAsync(_mallory, undo)).State, Is.EqualTo(InboxState.Refused));
        Assert.That((await QuestionAsync(question))!.AcceptedAnswerId, Is.Not.Null);
    }

    [Test]
    public async Task Row_15_an_answer_to_another_question_is_not_chosen()
    {
        var (question, _) = await ThreadAsync();
        var (_, elsewhere) = await ThreadAsync();
        var update = question.DeepClone().AsObject();
        update["omp:acceptedAnswer"] = (string)elsewhere["id"]!;
        update["updated"] = "2026-03-02T11:00:00Z";
        await _peer.TellAsync(_bram, _peer.Activity("Update", _bram, update));
        Assert.That((await QuestionAsync(question))!.AcceptedAnswerId, Is.Null);
    }

    [Test]
    public async Task Row_16_an_accept_of_what_was_never_asked_or_by_somebody_else_means_nothing()
    {
        var group = _peer.Server.ServeActor("ongevraagd", TestKeys.Bram, actor => actor["type"] = "Group");
        foreach (var sender in new[] { group, _mallory })
        {
            var accept = _peer.Activity("Accept", sender, new JsonObject
            {
                ["type"] = "Follow",
                ["actor"] = _plein.Origin + "actor",
                ["object"] = group.AbsoluteUri,
            });
            Assert.That((await _peer.TellAsync(sender, accept)).State, Is.EqualTo(InboxState.Refused));
        }

        var note = _peer.Note(_bram, "<p>Ongevraagd toegestuurd?</p>");
        Assert.That((await _peer.AnnounceAsync(group, Create(_bram, note))).State, Is.EqualTo(InboxState.Ignored));
        Assert.That(await QuestionAsync(note), Is.Null);
    }

    [Test]
    public async Task Row_17_graph_included_reverse_and_remapped_keys_are_read_as_plain_JSON()
    {
        var note = _peer.Note(_bram, "<p>Wat staat hier echt?</p>", _topic.Uri);
        var hidden = _third.Note(_carla, "<p>Dit is verstopt?</p>", _topic.Uri);
        var create = Create(_bram, note);
        create["@context"] = new JsonArray(
            "https://www.w3.org/ns/activitystreams",
            new JsonObject { ["content"] = "as:summary", ["x"] = "as:object" });
        create["x"] = hidden.DeepClone();
        create["@graph"] = new JsonArray(hidden.DeepClone());
        create["@included"] = new JsonArray(hidden.DeepClone());
        create["@reverse"] = new JsonObject { ["object"] = hidden.DeepClone() };
        create["signature"] = new JsonObject { ["type"] = "RsaSignature2017", ["creator"] = $"{_carla}#main-key" };
        Assert.That((await _peer.TellAsync(_bram, create)).State, Is.EqualTo(InboxState.Done));
        Assert.That((await QuestionAsync(note))!.Title, Is.EqualTo("Wat staat hier echt?"));
        Assert.That(await QuestionAsync(hidden), Is.Null);
    }

    [Test]
    public async Task Row_20_a_delete_before_its_create_an_older_update_and_a_move_have_no_effect()
    {
        var gone = _peer.Note(_bram, "<p>Was dit al weg?</p>", _topic.Uri);
        await _peer.TellAsync(_bram, _peer.Activity("Delete", _bram, (string)gone["id"]!));
        await _peer.TellAsync(_bram, Create(_bram, gone));
        Assert.That(await QuestionAsync(gone), Is.Null);

        var note = await AskAsync("<p>Blijft dit zo staan?</p>");
        var older = note.DeepClone().AsObject();
        (older["content"], older["updated"]) = ("<p>Ouder.</p>", "2026-03-02T10:14:00Z");
        var outcome = await _peer.TellAsync(_bram, _peer.Activity("Update", _bram, older));
        Assert.That(outcome.State, Is.EqualTo(InboxState.Ignored));
        var move = _peer.Activity("Move", _mallory, (string)note["id"]!);
        (move["origin"], move["target"]) = (_topic.Uri, _third.Server.Origin + "/o/elders");
        Assert.That((await _peer.TellAsync(_mallory, move)).State, Is.Not.EqualTo(InboxState.Done));
        var after = (await QuestionAsync(note))!;
        Assert.That((after.Title, after.TopicId), Is.EqualTo(("Blijft dit zo staan?", _topic.Id)));
    }

    [TestCase("<script>kwaad()</script>")]
    [TestCase("<style>kwaad{}</style>")]
    [TestCase("<p onclick=\"kwaad()\">goed</p>")]
    [TestCase("<p style=\"background:url(kwaad)\">goed</p>")]
    [TestCase("<svg><script>kwaad()</script></svg>")]
    [TestCase("<math><mtext><img src=x onerror=kwaad()></mtext></math>")]
    [TestCase("<form action=\"https://kwaad.example\"><input name=kwaad></form>")]
    [TestCase("<iframe src=\"https://kwaad.example\"></iframe>")]
    [TestCase("<a href=\"javascript:kwaad()\">goed</a>")]
    [TestCase("<a href=\"data:text/html,kwaad\">goed</a>")]
    [TestCase("<a href=\" jAvAscript:kwaad()\">goed</a>")]
    [TestCase("<noscript><p title=\"</noscript><img src=x onerror=kwaad()>\">")]
    [TestCase("<a href=\"https://goed.example\"><span class=\"invisible\" hidden style=\"kwaad\">goed</span></a>")]
    public void Row_22_nothing_active_is_left_in_HTML(string html) =>
        Assert.That(SafeHtml.FromPeer(html, null), Does.Not.Contain("kwaad").And.Not.Contain("hidden"));

    [Test]
    public void Row_22_and_row_23_the_sanitizer_takes_any_text()
    {
        foreach (var piece in new[] { "<", "<a ", "<b>", "<!--", "&#x", "</p>", "<table>", "\0", "\uD800", "<svg><p>" })
            Assert.That(SafeHtml.FromPeer(string.Concat(Enumerable.Repeat(piece, 20_000)), null), Is.Not.Null);
    }

    [Test]
    public async Task Row_23_and_row_24_nothing_of_a_preview_or_an_attachment_is_fetched_or_rendered()
    {
        var note = _peer.Note(_bram, "<p>Wat hangt hier aan vast?</p>", _topic.Uri);
        var file = $"{_peer.Server.Origin}/../../etc/kwaad.svg";
        note["preview"] = new JsonObject { ["type"] = "Note", ["content"] = "<iframe src=kwaad></iframe>" };
        note["attachment"] = new JsonArray(
            new JsonObject
            {
                ["type"] = "Document",
                ["mediaType"] = "image/png",
                ["url"] = file,
                ["name"] = "../kwaad",
            },
            new JsonObject { ["type"] = "Image", ["mediaType"] = "text/html", ["url"] = file });
        note["image"] = new JsonObject { ["type"] = "Image", ["url"] = file };
        Assert.That((await _peer.TellAsync(_bram, Create(_bram, note))).State, Is.EqualTo(InboxState.Done));
        var page = await _plein.Http.GetStringAsync($"/q/{(await QuestionAsync(note))!.Id}");
        Assert.That(page, Does.Contain("Wat hangt hier aan vast?").And.Not.Contain("kwaad"));
        Assert.That(_peer.Server.Seen.Select(seen => seen.Target), Has.None.Contains("kwaad"));
    }

    [Test]
    public async Task Row_30_what_may_not_be_seen_answers_as_what_does_not_exist()
    {
        var anna = await _plein.PersonAsync("Anna");
        var asked = (await _plein.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form(
                "Wie mag dit niet weten van mij?", "", _topic.Id) with
            { Audience = Audience.Plein }, anna, default))
            .Value!;
        foreach (var path in new[] { "", "/context", "/replies" })
        {
            var hidden = await _plein.GetActivityAsync($"/q/{asked.Id}{path}");
            var missing = await _plein.GetActivityAsync($"/q/1{path}");
            Assert.That(
                (hidden.Status, hidden.Body?.ToJsonString()),
                Is.EqualTo((missing.Status, missing.Body?.ToJsonString())), path);
            Assert.That(hidden.Status, Is.EqualTo(404), path);
        }
    }

    [Test]
    public async Task Row_31_who_calls_an_answer_official_gives_an_ordinary_one()
    {
        var (_, answer) = await ThreadAsync(note =>
        {
            note["omp:kind"] = "officialAnswer";
            note["omp:official"] = new JsonObject
            {
                ["type"] = "omp:OfficialStatement",
                ["omp:issuer"] = _plein.Origin + "p/gemeente",
                ["omp:organisationId"] = "https://identifier.overheid.nl/tooi/id/gemeente/gm0344",
                ["omp:validFrom"] = "2020-01-01T00:00:00Z",
                ["omp:validUntil"] = "2020-02-01T00:00:00Z",
            };
            note["attributedTo"] = _mallory.AbsoluteUri;
        });
        var stored = await _plein.Get<AnswerStore>().FindByUriAsync((string)answer["id"]!, Viewer.Anyone);
        Assert.That(stored!.Kind, Is.EqualTo(AnswerKind.Answer));
    }

    [Test]
    public async Task Who_calls_a_direct_reply_a_comment_gives_an_answer_all_the_same()
    {
        var (_, answer) = await ThreadAsync(note => note["omp:kind"] = "comment");
        var stored = await _plein.Get<AnswerStore>().FindByUriAsync((string)answer["id"]!, Viewer.Anyone);
        Assert.That(stored!.Kind, Is.EqualTo(AnswerKind.Answer));
    }

    [Test]
    public async Task Row_32_an_earlier_revision_does_not_come_back()
    {
        var first = await AskAsync("<p>Eerste versie van mij?</p>");
        var second = first.DeepClone().AsObject();
        (second["content"], second["omp:revision"]) = ("<p>Tweede versie van mij?</p>", 2);
        second["updated"] = "2026-03-02T12:00:00Z";
        Assert.That(
            (await _peer.TellAsync(_bram, _peer.Activity("Update", _bram, second))).State, Is.EqualTo(InboxState.Done));
        var again = first.DeepClone().AsObject();
        (again["omp:revision"], again["updated"]) = (1, "2026-03-02T12:00:00Z");
        Assert.That(
            (await _peer.TellAsync(_bram, _peer.Activity("Update", _bram, again))).State,
            Is.EqualTo(InboxState.Ignored));
        Assert.That((await QuestionAsync(first))!.Title, Is.EqualTo("Tweede versie van mij?"));
    }

    private static JsonArray Many(int count, Func<int, JsonNode> make) => [.. Enumerable.Range(0, count).Select(make)];

    private JsonObject Create(Uri author, JsonObject note)
    {
        var create = _peer.Activity("Create", author, note.DeepClone());
        create["id"] = $"{author.GetLeftPart(UriPartial.Authority)}/{Guid.NewGuid():N}";
        (create["to"], create["cc"]) = (note["to"]!.DeepClone(), note["cc"]!.DeepClone());
        return create;
    }

    private async Task<JsonObject> AskAsync(string content)
    {
        var note = _peer.Note(_bram, content, _topic.Uri);
        Assert.That((await _peer.TellAsync(_bram, Create(_bram, note))).State, Is.EqualTo(InboxState.Done));
        return note;
    }

    private async Task<(JsonObject Question, JsonObject Answer)> ThreadAsync(Action<JsonObject>? change = null)
    {
        var question = await AskAsync("<p>Wie weet hier een antwoord op?</p>");
        var answer = _peer.Note(_mallory, "<p>Iedereen.</p>", inReplyTo: (string)question["id"]!);
        change?.Invoke(answer);
        Assert.That((await _peer.TellAsync(_mallory, Create(_mallory, answer))).State, Is.EqualTo(InboxState.Done));
        return (question, answer);
    }

    private Task<Question?> QuestionAsync(JsonObject note) =>
        _plein.Get<QuestionStore>().FindByUriAsync((string)note["id"]!, Viewer.Anyone);
}

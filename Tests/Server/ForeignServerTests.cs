using System.Text.Json.Nodes;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>
/// What Mastodon, Lemmy, NodeBB and others say, in the shape in which they say it (CONTRACT.md §4).
/// </summary>
public partial class ForeignServerTests
{
    private static readonly (InboxState, string?) Done = (InboxState.Done, null);

    private Plein _plein = null!;
    private ScriptedPeer _peer = null!;
    private Topic _topic = null!;
    private Uri _bram = null!;

    [OneTimeSetUp]
    public async Task SetUpAsync()
    {
        _plein = await Plein.StartAsync(TestKeys.Node, ["afval"]);
        _peer = await ScriptedPeer.StartAsync(_plein);
        _topic = await _plein.TopicAsync("afval");
        _bram = _peer.Person("bram");
        _third = await ScriptedPeer.StartAsync(_plein);
        _carla = _third.Person("carla");
        _group = (await _peer.FollowedGroupAsync("wonen")).Id;
    }

    [OneTimeTearDown]
    public async Task TearDownAsync()
    {
        await _plein.DisposeAsync();
        await _peer.DisposeAsync();
        await _third.DisposeAsync();
    }

    [Test]
    public async Task A_mention_of_the_topic_from_Mastodon_opens_a_question_with_its_first_line_as_title()
    {
        var note = _peer.Note(
            _bram,
            $"<p><span class=\"h-card\" translate=\"no\"><a href=\"{_topic.Uri}\" class=\"u-url mention\">@<span>afval"
            + "</span></a></span> Wanneer wordt het snoeiafval opgehaald?</p><p>Ik heb drie zakken.</p>",
            _topic.Uri);
        note["summary"] = null;
        note["sensitive"] = false;
        note["url"] = $"{_peer.Server.Origin}/@bram/1";
        note["contentMap"] = new JsonObject { ["nl"] = note["content"]!.DeepClone() };
        note["tag"] = new JsonArray(new JsonObject
        {
            ["type"] = "Mention",
            ["href"] = _topic.Uri,
            ["name"] = $"@afval@{_plein.Origin.Authority}",
        });
        Assert.That(await _peer.TellAsync(_bram, Create(note)), Is.EqualTo(Done));
        var question = await QuestionAsync(note);
        Assert.Multiple(() =>
        {
            Assert.That(question!.Title, Is.EqualTo("Wanneer wordt het snoeiafval opgehaald?"));
            Assert.That(question.BodyHtml, Does.Contain("Ik heb drie zakken."));
            Assert.That(question.TopicId, Is.EqualTo(_topic.Id));
            Assert.That(question.Language, Is.EqualTo("nl"));
            Assert.That(question.Url, Is.EqualTo($"{_peer.Server.Origin}/@bram/1"));
            Assert.That(question.IsLocal, Is.False);
        });
    }

    [TestCase("Page", TestName = "A_Page_of_Lemmy_opens_a_question")]
    [TestCase("Article", TestName = "An_Article_of_NodeBB_opens_a_question")]
    [TestCase("Note", TestName = "A_Note_with_a_name_opens_a_question")]
    public async Task A_post_with_a_name_opens_a_question(string type)
    {
        var post = _peer.Note(_bram, "<p>De container is al een week vol.</p>");
        post["type"] = type;
        post["name"] = "Wie leegt de glasbak?";
        post["to"] = new JsonArray(_topic.Uri, ScriptedPeer.Public);
        post["audience"] = _topic.Uri;
        post["mediaType"] = "text/html";
        post["source"] = new JsonObject { ["content"] = "De container is vol.", ["mediaType"] = "text/markdown" };
        post["attachment"] = new JsonArray();
        var create = Create(post);
        create["to"] = new JsonArray(ScriptedPeer.Public);
        create["cc"] = new JsonArray(_topic.Uri);
        create["audience"] = _topic.Uri;
        Assert.That(await _peer.TellAsync(_bram, create), Is.EqualTo(Done));
        var question = await QuestionAsync(post);
        Assert.That(
            (question!.Title, question.BodyHtml, question.BodySource),
            Is.EqualTo(("Wie leegt de glasbak?", "<p>De container is al een week vol.</p>", "De container is vol.")));
    }

    [Test]
    public async Task A_reply_to_a_question_is_an_answer_and_a_reply_to_that_a_comment()
    {
        var (question, answer) = await ConversationAsync();
        Assert.That(
            ((await AnswerAsync(answer))!.Kind, (await AnswerAsync(answer))!.ParentId),
            Is.EqualTo((AnswerKind.Answer, (AnswerId?)null)));
        var comment = _peer.Note(_bram, "<p>Dank!</p>", inReplyTo: (string)answer["id"]!);
        comment["to"] = new JsonArray($"{_bram}/followers");
        comment["cc"] = new JsonArray("as:Public");
        Assert.That(await _peer.TellAsync(_bram, Create(comment)), Is.EqualTo(Done));
        Assert.That(
            ((await AnswerAsync(comment))!.Kind, (await AnswerAsync(comment))!.ParentId),
            Is.EqualTo((AnswerKind.Comment, (AnswerId?)(await AnswerAsync(answer))!.Id)));
        Assert.That((await QuestionAsync(question))!.AnswerCount, Is.EqualTo(1));
    }

    [TestCase("sent", "followers")]
    [TestCase("sent", "readers of their own")]
    [TestCase("passed on", "followers")]
    [TestCase("passed on by its id", "followers")]
    public async Task A_reply_that_is_not_public_never_shows(string door, string readers)
    {
        var question = door == "sent" ? (await ConversationAsync()).Question : await InGroupAsync();
        var reply = _peer.Note(_bram, "<p>Alleen voor vrienden.</p>", inReplyTo: (string)question["id"]!);
        reply["to"] = readers == "followers" ? new JsonArray($"{_bram}/followers") : [];
        reply["cc"] = new JsonArray($"{_peer.Server.Origin}/u/anna");
        _peer.Server.ServeActivity(new Uri((string)reply["id"]!).AbsolutePath, reply.ToJsonString());
        var (state, _) = door switch
        {
            "sent" => await _peer.TellAsync(_bram, Create(reply)),
            "passed on" => await _peer.AnnounceAsync(_group, Create(reply)),
            _ => await _peer.AnnounceAsync(_group, (string)reply["id"]!),
        };
        Assert.That(state, Is.EqualTo(InboxState.Refused));
        Assert.That(await AnswerAsync(reply), Is.Null);
    }

    [Test]
    public async Task What_is_changed_into_something_for_followers_only_shows_nothing_of_its_new_text()
    {
        var (question, answer) = await ConversationAsync();
        foreach (var note in new[] { question, answer })
        {
            var narrowed = note.DeepClone().AsObject();
            narrowed["content"] = "<p>Alleen nog voor vrienden.</p>";
            narrowed["to"] = new JsonArray($"{_bram}/followers");
            narrowed["cc"] = new JsonArray();
            narrowed["updated"] = "2026-03-02T12:00:00Z";
            Assert.That(
                (await _peer.TellAsync(_bram, _peer.Activity("Update", _bram, narrowed))).State,
                Is.EqualTo(InboxState.Refused));
        }

        Assert.That((await AnswerAsync(answer))!.BodyHtml, Is.EqualTo("<p>In januari.</p>"));
        Assert.That((await QuestionAsync(question))!.Title, Does.StartWith("Wanneer komt"));
    }

    [Test]
    public async Task A_like_counts_once_whatever_its_id_and_its_undo_takes_it_back()
    {
        var (question, answer) = await ConversationAsync();
        var eva = _peer.Person("eva");
        foreach (var note in new[] { question, answer })
        {
            var like = _peer.Activity("Like", eva, (string)note["id"]!);
            Assert.That(await _peer.TellAsync(eva, like), Is.EqualTo(Done));
            Assert.That(
                (await _peer.TellAsync(eva, _peer.Activity("Like", eva, (string)note["id"]!))).State,
                Is.EqualTo(InboxState.Ignored));
            Assert.That(await VotesAsync(note), Is.EqualTo(1));
            Assert.That(
                await _peer.TellAsync(eva, _peer.Activity("Undo", eva, like.DeepClone())), Is.EqualTo(Done));
            Assert.That(await VotesAsync(note), Is.Zero);
        }
    }

    [Test]
    public async Task What_was_deleted_before_it_came_never_shows()
    {
        await ConversationAsync();
        var note = _peer.Note(_bram, "<p>Toch maar niet?</p>", _topic.Uri);
        var delete = _peer.Activity("Delete", _bram, new JsonObject
        {
            ["id"] = (string)note["id"]!,
            ["type"] = "Tombstone",
        });
        Assert.That((await _peer.TellAsync(_bram, delete)).State, Is.EqualTo(InboxState.Done));
        Assert.That((await _peer.TellAsync(_bram, Create(note))).State, Is.EqualTo(InboxState.Ignored));
        Assert.That(
            (await _peer.TellAsync(_bram, _peer.Activity("Update", _bram, note.DeepClone()))).State,
            Is.EqualTo(InboxState.Ignored));
        Assert.That(await QuestionAsync(note), Is.Null);
    }

    [Test]
    public async Task An_update_older_than_what_is_known_is_ignored()
    {
        var (question, answer) = await ConversationAsync();
        foreach (var note in new[] { question, answer })
        {
            var newer = note.DeepClone().AsObject();
            newer["content"] = "<p>De tekst van twaalf uur is dit?</p>";
            newer["updated"] = "2026-03-02T12:00:00Z";
            var older = note.DeepClone().AsObject();
            older["content"] = "<p>De tekst van elf uur is dit?</p>";
            older["updated"] = "2026-03-02T11:00:00Z";
            Assert.That(await _peer.TellAsync(_bram, _peer.Activity("Update", _bram, newer)), Is.EqualTo(Done));
            Assert.That(
                (await _peer.TellAsync(_bram, _peer.Activity("Update", _bram, older))).State,
                Is.EqualTo(InboxState.Ignored));
        }

        Assert.That((await QuestionAsync(question))!.Title, Is.EqualTo("De tekst van twaalf uur is dit?"));
        Assert.That((await AnswerAsync(answer))!.BodyHtml, Does.Contain("twaalf"));
    }

    [Test]
    public async Task An_update_that_comes_before_its_create_is_taken_as_new_and_the_create_as_known()
    {
        var note = _peer.Note(_bram, "<p>Waar is de nieuwe milieustraat?</p>", _topic.Uri);
        note["updated"] = "2026-03-02T12:00:00Z";
        Assert.That(
            await _peer.TellAsync(_bram, _peer.Activity("Update", _bram, note.DeepClone())), Is.EqualTo(Done));
        Assert.That((await _peer.TellAsync(_bram, Create(note))).State, Is.EqualTo(InboxState.Ignored));
        Assert.That((await QuestionAsync(note))!.Title, Is.EqualTo("Waar is de nieuwe milieustraat?"));
    }

    [Test]
    public async Task An_actor_that_says_it_changed_is_fetched_anew()
    {
        var kees = _peer.Person("kees");
        var (question, _) = await ConversationAsync(kees);
        _peer.Server.ServeActor("kees", TestKeys.Bram, actor => actor["name"] = "Kees de Boer");
        await _peer.TellAsync(kees, _peer.Activity("Update", kees, new JsonObject
        {
            ["id"] = kees.AbsoluteUri,
            ["type"] = "Person",
            ["name"] = "Burgemeester",
        }));
        var author = await _plein.Get<ActorStore>().FindAsync((await QuestionAsync(question))!.AuthorId);
        Assert.That(author!.DisplayName, Is.EqualTo("Kees de Boer"));
    }

    private JsonObject Create(JsonObject note)
    {
        var create = _peer.Activity("Create", new Uri((string)note["attributedTo"]!), note.DeepClone());
        (create["to"], create["cc"]) = (note["to"]!.DeepClone(), note["cc"]!.DeepClone());
        return create;
    }

    private async Task<(JsonObject Question, JsonObject Answer)> ConversationAsync(Uri? asker = null)
    {
        asker ??= _bram;
        var question = _peer.Note(asker, "<p>Wanneer komt de wagen met de kerstbomen?</p>", _topic.Uri);
        Assert.That(await _peer.TellAsync(asker, Create(question)), Is.EqualTo(Done));
        var answer = _peer.Note(_bram, "<p>In januari.</p>", inReplyTo: (string)question["id"]!);
        Assert.That(await _peer.TellAsync(_bram, Create(answer)), Is.EqualTo(Done));
        return (question, answer);
    }

    private Task<Question?> QuestionAsync(JsonObject note) =>
        _plein.Get<QuestionStore>().FindByUriAsync((string)note["id"]!, Viewer.Anyone);

    private Task<Answer?> AnswerAsync(JsonObject note) =>
        _plein.Get<AnswerStore>().FindByUriAsync((string)note["id"]!, Viewer.Anyone);

    private async Task<int> VotesAsync(JsonObject note) =>
        (await QuestionAsync(note))?.SameCount ?? (await AnswerAsync(note))!.HelpfulCount;
}

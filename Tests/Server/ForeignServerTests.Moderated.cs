using System.Text.Json.Nodes;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>What moderators of a topic elsewhere decide: late, twice, out of order, and by others.</summary>
public partial class ForeignServerTests
{
    private const string Early = "2026-03-03T10:00:00Z";
    private const string Late = "2026-03-03T11:00:00Z";

    [Test]
    public async Task What_was_decided_earlier_and_comes_later_changes_nothing()
    {
        var note = await InGroupAsync();
        var iris = _peer.Person("iris");
        var locked = Decision("Lock", iris, note, Early);
        var opened = _peer.Activity("Undo", iris, Decision("Lock", iris, note, Early));
        opened["published"] = Late;
        Assert.That(await _peer.AnnounceAsync(_group, opened), Is.EqualTo(Done));
        Assert.That((await _peer.AnnounceAsync(_group, locked)).State, Is.EqualTo(InboxState.Ignored));
        Assert.That((await QuestionAsync(note))!.LockedAt, Is.Null);

        var closed = Decision("Lock", iris, note, "2026-03-03T12:00:00Z");
        Assert.That(await _peer.AnnounceAsync(_group, closed), Is.EqualTo(Done));
        var once = await QuestionAsync(note);
        Assert.That(await _peer.AnnounceAsync(_group, closed.DeepClone()), Is.EqualTo(Done));
        Assert.That(await QuestionAsync(note), Is.EqualTo(once));
        Assert.That(once!.LockedAt, Is.Not.Null);
    }

    [TestCase("Lock")]
    [TestCase("Add")]
    [TestCase("Move")]
    [TestCase("Delete")]
    [TestCase("ChooseAnswer")]
    public async Task What_a_stranger_decides_has_no_effect_directly_or_passed_on(string type)
    {
        var note = await InGroupAsync();
        var answer = _peer.Note(_bram, "<p>Bij de kerk.</p>", inReplyTo: (string)note["id"]!);
        Assert.That(await _peer.AnnounceAsync(_group, Create(answer)), Is.EqualTo(Done));
        var (stranger, iris) = (_third.Person("boze"), _peer.Person("iris"));
        // A Delete of somebody who was never heard of is not even kept.
        foreach (var (peer, sender) in new[] { (_third, stranger), (_peer, iris) })
            await peer.TellAsync(sender, peer.Activity("Like", sender, (string)note["id"]!));
        var before = await QuestionAsync(note);
        foreach (var sender in new[] { stranger, iris })
        {
            var peer = sender.AbsoluteUri.StartsWith(_peer.Server.Origin, StringComparison.Ordinal) ? _peer : _third;
            var decision = peer.Activity(type, sender, (string)(type == "ChooseAnswer" ? answer : note)["id"]!);
            decision["target"] = type == "Move" ? $"{_peer.Server.Origin}/u/elders" : $"{_group}/featured";
            decision["published"] = Late;
            _third.Server.ServeActivity(
                new Uri((string)decision["id"]!).AbsolutePath, decision.ToJsonString());
            // Iris moderates there, but only by her topic; the stranger does not moderate at all.
            Assert.That((await peer.TellAsync(sender, decision)).State, Is.Not.EqualTo(InboxState.Done));
            if (peer == _third)
            {
                Assert.That(
                    (await _peer.AnnounceAsync(_group, decision.DeepClone())).State, Is.Not.EqualTo(InboxState.Done));
            }
        }

        Assert.That(await QuestionAsync(note), Is.EqualTo(before));
    }

    [Test]
    public async Task A_thread_is_kept_by_its_own_topic_alone_and_never_speaks_for_the_asker()
    {
        var note = await InGroupAsync();
        var answer = _peer.Note(_bram, "<p>Bij de molen.</p>", inReplyTo: (string)note["id"]!);
        Assert.That(await _peer.AnnounceAsync(_group, Create(answer)), Is.EqualTo(Done));
        var other = (await _peer.FollowedGroupAsync("verkeer")).Id;
        Assert.That(
            (await _peer.TellAsync(other, Thread(other, note, answer, _peer.Person("iris"), Early))).State,
            Is.EqualTo(InboxState.Refused));
        Assert.That((await QuestionAsync(note))!.LockedAt, Is.Null);

        Assert.That(await _peer.TellAsync(_group, Thread(_group, note, answer, _bram, Early)), Is.EqualTo(Done));
        var known = (await QuestionAsync(note))!;
        Assert.That((known.LockedAt is null, known.AcceptedAnswerId), Is.EqualTo((false, (object?)null)));

        var byIris = Thread(_group, note, answer, _peer.Person("iris"), Late);
        Assert.That(await _peer.TellAsync(_group, byIris), Is.EqualTo(Done));
        Assert.That((await QuestionAsync(note))!.AcceptedAnswerId, Is.EqualTo((await AnswerAsync(answer))!.Id));
        Assert.That(
            (await _peer.TellAsync(_group, Thread(_group, note, null, null, Early))).State,
            Is.EqualTo(InboxState.Ignored));
        Assert.That((await QuestionAsync(note))!.AcceptedAnswerId, Is.Not.Null);
    }

    [Test]
    public async Task A_moderator_at_PieFed_chooses_an_answer_and_takes_that_back_until_the_asker_chooses()
    {
        var note = await InGroupAsync();
        var (iris, joke) = (_peer.Person("iris"), _peer.Person("joke"));
        var answers = new List<JsonObject>();
        foreach (var text in new[] { "<p>Bij de brug.</p>", "<p>Bij de sluis.</p>" })
        {
            answers.Add(_peer.Note(joke, text, inReplyTo: (string)note["id"]!));
            var create = _peer.Activity("Create", joke, answers[^1].DeepClone());
            Assert.That(await _peer.AnnounceAsync(_group, create), Is.EqualTo(Done));
        }

        JsonObject Choose(Uri who, JsonObject answer) =>
            _peer.Activity("ChooseAnswer", who, (string)answer["id"]!);
        async Task<AnswerId?> ChosenAsync() => (await QuestionAsync(note))!.AcceptedAnswerId;
        var first = Choose(iris, answers[0]);
        Assert.That(await _peer.AnnounceAsync(_group, first), Is.EqualTo(Done));
        Assert.That(await ChosenAsync(), Is.EqualTo((await AnswerAsync(answers[0]))!.Id));
        var undo = _peer.Activity("Undo", iris, first.DeepClone());
        Assert.That(await _peer.AnnounceAsync(_group, undo), Is.EqualTo(Done));
        Assert.That(await ChosenAsync(), Is.Null);

        Assert.That(await _peer.AnnounceAsync(_group, Choose(_bram, answers[1])), Is.EqualTo(Done));
        Assert.That(
            (await _peer.AnnounceAsync(_group, Choose(iris, answers[0]))).State, Is.EqualTo(InboxState.Ignored));
        Assert.That(await ChosenAsync(), Is.EqualTo((await AnswerAsync(answers[1]))!.Id));
    }

    [Test]
    public async Task A_question_does_not_move_to_another_server()
    {
        var note = await InGroupAsync();
        var iris = _peer.Person("iris");
        var elsewhere = _third.Server.ServeActor("weg", TestKeys.Bram, actor => actor["type"] = "Group");
        var move = Decision("Move", iris, note, Late);
        move["target"] = elsewhere.AbsoluteUri;
        Assert.That((await _peer.AnnounceAsync(_group, move)).State, Is.EqualTo(InboxState.Refused));
    }

    [Test]
    public async Task A_deletion_of_a_third_server_counts_when_the_post_is_gone_there()
    {
        var note = _third.Note(_carla, "<p>Wat kost een zevende container?</p>");
        var path = new Uri((string)note["id"]!).AbsolutePath;
        _third.Server.ServeActivity(path, note.ToJsonString());
        Assert.That(
            await _peer.AnnounceAsync(_group, _third.Activity("Create", _carla, note.DeepClone())), Is.EqualTo(Done));
        var delete = _third.Activity("Delete", _carla, (string)note["id"]!);
        Assert.That((await _peer.AnnounceAsync(_group, delete)).State, Is.EqualTo(InboxState.Ignored));
        Assert.That((await QuestionAsync(note))!.DeletedAt, Is.Null, "it is there");

        _third.Server.ServeStatus(path, 410);
        var again = _third.Activity("Delete", _carla, (string)note["id"]!);
        Assert.That(await _peer.AnnounceAsync(_group, again), Is.EqualTo(Done));
        Assert.That((await QuestionAsync(note))!.DeletedAt, Is.Not.Null);
    }

    private JsonObject Decision(string type, Uri who, JsonObject note, string at)
    {
        var decision = _peer.Activity(type, who, (string)note["id"]!);
        (decision["published"], decision["audience"]) = (at, _group.AbsoluteUri);
        return decision;
    }

    private JsonObject Thread(Uri group, JsonObject note, JsonObject? answer, Uri? by, string at)
    {
        var thread = new JsonObject
        {
            ["id"] = $"{note["id"]}/context",
            ["type"] = "OrderedCollection",
            ["attributedTo"] = group.AbsoluteUri,
            ["updated"] = at,
            ["omp:question"] = (string)note["id"]!,
            ["omp:status"] = "closed",
        };
        if (answer is not null)
        {
            thread["omp:acceptedAnswer"] = (string)answer["id"]!;
            thread["omp:acceptedBy"] = by!.AbsoluteUri;
        }

        var update = _peer.Activity("Update", group, thread);
        update["@context"] = new JsonArray(
            "https://www.w3.org/ns/activitystreams",
            new JsonObject { ["omp"] = "https://w3id.org/ontmoetingsplein/ns#" });
        return update;
    }

    private async Task<JsonObject> InGroupAsync()
    {
        var note = _peer.Note(_bram, "<p>Waar staat de container voor glas?</p>");
        Assert.That(await _peer.AnnounceAsync(_group, Create(note)), Is.EqualTo(Done));
        return note;
    }
}

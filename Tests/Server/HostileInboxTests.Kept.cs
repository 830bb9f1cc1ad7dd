using System.Text.Json.Nodes;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Topics;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>What is well signed, and therefore kept, but may not be done.</summary>
public partial class HostileInboxTests
{
    [Test]
    public async Task Scripts_in_a_question_or_answer_never_reach_a_page()
    {
        const string evil =
            "<p onclick=\"steal()\">Hoe laat komt de wagen?</p><script>steal()</script><img src=x onerror=steal()>"
            + "<a href=\"javascript:steal()\">hier</a><a href=\"data:text/html,x\">daar</a><svg onload=steal()></svg>"
            + "<math><mtext></mtext></math><iframe src=\"//x\"></iframe><form action=\"//x\"><input></form>"
            + "<p style=\"position:fixed\">Groet</p><style>p{display:none}</style>";
        var create = Create(evil);
        await _peer.TellAsync(_bram, create);
        var question = await QuestionAsync(create);
        var reply = _peer.Note(_bram, evil, inReplyTo: question!.Uri);
        await _peer.TellAsync(_bram, _peer.Activity("Create", _bram, reply));
        var answer = await _plein.Get<AnswerStore>().FindByUriAsync((string)reply["id"]!, Viewer.Anyone);
        foreach (var html in new[] { question.Title, question.BodyHtml, answer!.BodyHtml })
        {
            foreach (var bad in new[]
                { "script", "steal", "onclick", "javascript", "data:", "svg", "math", "iframe", "form", "style",
                    "<img" })
            {
                Assert.That(html, Does.Not.Contain(bad).IgnoreCase);
            }
        }

        Assert.That(answer.BodyHtml, Does.Contain("Hoe laat komt de wagen?"));
    }

    [Test]
    public async Task An_Accept_of_a_follow_that_was_never_sent_gives_nothing()
    {
        var group = _peer.Server.ServeActor("groep", TestKeys.Bram, actor => actor["type"] = "Group");
        var accept = _peer.Activity("Accept", group, new JsonObject
        {
            ["type"] = "Follow",
            ["actor"] = _plein.Origin + "actor",
            ["object"] = group.AbsoluteUri,
        });
        Assert.That((await _peer.TellAsync(group, accept)).State, Is.EqualTo(InboxState.Refused));
        Assert.That((await _peer.AnnounceAsync(group, Create())).State, Is.EqualTo(InboxState.Ignored));
    }

    [Test]
    public async Task An_Accept_by_another_than_who_was_asked_gives_nothing()
    {
        var group = _peer.Server.ServeActor("echte_groep", TestKeys.Bram, actor => actor["type"] = "Group");
        var asked = await _plein.Get<FollowTopic>().FollowRemoteAsync(
            group.AbsoluteUri, Plein.Operator, default);
        var accept = _peer.Activity("Accept", _mallory, new JsonObject
        {
            ["type"] = "Follow",
            ["actor"] = _plein.Origin + "actor",
            ["object"] = group.AbsoluteUri,
        });
        Assert.That((await _peer.TellAsync(_mallory, accept)).State, Is.EqualTo(InboxState.Refused));
        var follow = _plein.Texts(
            "select activity_uri from follows where target_id = @id", asked.Value!.Id.ToString()).Single();
        Assert.That(
            (await _peer.TellAsync(_mallory, _peer.Activity("Accept", _mallory, follow))).State,
            Is.EqualTo(InboxState.Refused));
        Assert.That(await _plein.FollowStateAsync(asked.Value.Id), Is.EqualTo(FollowState.Asked));
    }

    [Test]
    public async Task A_forged_activity_in_an_Announce_changes_nothing()
    {
        var (group, _) = await _peer.FollowedGroupAsync("wonen");
        await using var third = await ScriptedPeer.StartAsync(_plein);
        var carla = third.Person("carla");
        var create = third.Activity("Create", carla, third.Note(carla, "<p>Echt van Carla?</p>", _topic.Uri));
        await third.TellAsync(carla, create);
        var uri = (string)create["object"]!["id"]!;
        third.Server.ServeActivity(new Uri(uri).AbsolutePath, create["object"]!.ToJsonString());
        var forged = create["object"]!.DeepClone();
        (forged["content"], forged["updated"]) = ("<p>Niet van Carla</p>", "2026-03-05T10:00:00Z");
        foreach (var inner in new[]
            {
                third.Activity("Update", carla, forged),
                third.Activity("Delete", carla, uri),
                third.Activity("Update", carla, new JsonObject { ["id"] = carla.AbsoluteUri, ["type"] = "Person" }),
                third.Activity("Like", carla, uri),
            })
        {
            Assert.That((await _peer.AnnounceAsync(group, inner)).State, Is.Not.EqualTo(InboxState.Done), $"{inner}");
        }

        var ours = third.Activity("Delete", new Uri(_plein.Origin, "p/anna"), uri);
        ours["id"] = _plein.Origin + "x/1";
        Assert.That((await _peer.AnnounceAsync(group, ours)).State, Is.EqualTo(InboxState.Ignored));
        var question = await QuestionAsync(create);
        Assert.That((question!.Title, question.DeletedAt), Is.EqualTo(("Echt van Carla?", (DateTimeOffset?)null)));
    }

    [Test]
    public async Task Another_than_the_asker_or_author_changes_deletes_or_chooses_nothing()
    {
        var create = Create();
        await _peer.TellAsync(_bram, create);
        var note = create["object"]!.AsObject();
        var uri = (string)note["id"]!;
        var reply = _peer.Note(_bram, "<p>Op dinsdag.</p>", inReplyTo: uri);
        await _peer.TellAsync(_bram, _peer.Activity("Create", _bram, reply));
        foreach (var target in new[] { note, reply })
        {
            var changed = target.DeepClone().AsObject();
            (changed["content"], changed["updated"]) = ("<p>Van Mallory?</p>", "2026-03-05T10:00:00Z");
            Assert.That(
                (await _peer.TellAsync(_mallory, _peer.Activity("Update", _mallory, changed))).State,
                Is.EqualTo(InboxState.Refused));
            Assert.That(
                (await _peer.TellAsync(_mallory, _peer.Activity("Delete", _mallory, (string)target["id"]!))).State,
                Is.EqualTo(InboxState.Refused));
        }

        var choose = _peer.Activity("ChooseAnswer", _mallory, (string)reply["id"]!);
        Assert.That((await _peer.TellAsync(_mallory, choose)).State, Is.EqualTo(InboxState.Refused));
        var question = await QuestionAsync(create);
        Assert.That(
            (question!.Title, question.AcceptedAnswerId, question.DeletedAt),
            Is.EqualTo(("Wanneer komt de afvalwagen?", (AnswerId?)null, (DateTimeOffset?)null)));

        // The asker may, and then Mallory cannot take it back in Bram's name.
        var chosen = _peer.Activity("ChooseAnswer", _bram, (string)reply["id"]!);
        Assert.That((await _peer.TellAsync(_bram, chosen)).State, Is.EqualTo(InboxState.Done));
        foreach (var undone in new[] { chosen.DeepClone(), choose.DeepClone() })
        {
            Assert.That(
                (await _peer.TellAsync(_mallory, _peer.Activity("Undo", _mallory, undone))).State,
                Is.EqualTo(InboxState.Refused));
        }

        Assert.That((await QuestionAsync(create))!.AcceptedAnswerId, Is.Not.Null);
    }

    [Test]
    public async Task An_answer_to_another_question_cannot_be_chosen()
    {
        var (mine, other) = (Create(), Create("<p>Waar is de markt van zaterdag?</p>", _mallory));
        await _peer.TellAsync(_bram, mine);
        await _peer.TellAsync(_mallory, other);
        var reply = _peer.Note(_mallory, "<p>Op het plein.</p>", inReplyTo: (string)other["object"]!["id"]!);
        await _peer.TellAsync(_mallory, _peer.Activity("Create", _mallory, reply));
        Assert.That(
            (await _peer.TellAsync(_bram, _peer.Activity("ChooseAnswer", _bram, (string)reply["id"]!))).State,
            Is.EqualTo(InboxState.Refused));
        var update = mine["object"]!.DeepClone();
        (update["updated"], update["omp:acceptedAnswer"]) = ("2026-03-05T10:00:00Z", (string)reply["id"]!);
        await _peer.TellAsync(_bram, _peer.Activity("Update", _bram, update));
        Assert.That((await QuestionAsync(mine))!.AcceptedAnswerId, Is.Null);
        Assert.That((await QuestionAsync(other))!.AcceptedAnswerId, Is.Null);
    }

    [Test]
    public async Task An_Undo_of_what_somebody_else_did_is_refused()
    {
        var create = Create();
        await _peer.TellAsync(_bram, create);
        var eva = _peer.Person("eva");
        var like = _peer.Activity("Like", eva, (string)create["object"]!["id"]!);
        await _peer.TellAsync(eva, like);
        Assert.That(
            (await _peer.TellAsync(_mallory, _peer.Activity("Undo", _mallory, like.DeepClone()))).State,
            Is.EqualTo(InboxState.Refused));
        Assert.That((await QuestionAsync(create))!.SameCount, Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_not_for_everyone_cannot_be_answered_or_voted_for_from_outside()
    {
        var anna = await _plein.PersonAsync("Anna");
        var asked = (await _plein.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form("Wat kost onze buurtbarbecue dit jaar?", "", _topic.Id, Audience.Plein), anna,
            default)).Value!;
        var given = (await _plein.Get<GiveAnswer>().ExecuteAsync(
            new GiveAnswer.Form(asked.Id, "Vijf euro."), anna, default)).Value!;
        foreach (var uri in new[] { asked.Uri, given.Uri })
        {
            var reply = _peer.Note(_bram, "<p>Ik weet het.</p>", inReplyTo: uri);
            Assert.That(
                (await _peer.TellAsync(_bram, _peer.Activity("Create", _bram, reply))).State,
                Is.EqualTo(InboxState.Ignored));
            Assert.That(
                (await _peer.TellAsync(_bram, _peer.Activity("Like", _bram, uri))).State,
                Is.EqualTo(InboxState.Ignored));
        }

        var after = await _plein.Get<QuestionStore>().FindAsync(asked.Id, Viewer.Node);
        var answers = await _plein.Get<AnswerStore>().ListAsync(asked.Id, Viewer.Node, 0, 10);
        Assert.That((answers.Count, after!.SameCount), Is.EqualTo((1, 0)));
    }

    private Task<Question?> QuestionAsync(JsonObject create) =>
        _plein.Get<QuestionStore>().FindByUriAsync((string)create["object"]!["id"]!, Viewer.Anyone);
}

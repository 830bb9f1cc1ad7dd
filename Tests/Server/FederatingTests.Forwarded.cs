using System.Text.Json.Nodes;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Topics;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>
/// Replies that only the node of the question gets (ActivityPub §7.1.2), and following a topic of elsewhere.
/// </summary>
public partial class FederatingTests
{
    [Test]
    public async Task A_reply_that_only_the_node_of_the_question_gets_reaches_the_topic_and_its_followers()
    {
        await using var peer = await ScriptedPeer.StartAsync(_b);
        var asked = await AskAsync(_b, _topicAtB, _bram);
        await CopyAsync(_a, asked);
        await CopyAsync(_c, asked);
        var rik = peer.Person("rik");
        var note = peer.Note(rik, "<p>Morgen om acht uur.</p>", inReplyTo: asked.Uri);
        var path = new Uri((string)note["id"]!).AbsolutePath;
        peer.Server.ServeActivity(path, note.ToJsonString());
        Assert.That(
            await peer.TellAsync(rik, peer.Activity("Create", rik, note.DeepClone())),
            Is.EqualTo((InboxState.Done, (string?)null)));
        foreach (var plein in new[] { _a, _c })
        {
            var there = await Until.FoundAsync(
                () => plein.Get<AnswerStore>().FindByUriAsync((string)note["id"]!, Viewer.Anyone),
                $"the reply at {plein.Origin}");
            Assert.That(there.BodyHtml, Does.Contain("Morgen om acht uur."));
        }

        Assert.That(peer.Server.Count(path), Is.GreaterThanOrEqualTo(1), "it is fetched, not believed");
        Assert.That(
            _b.Count("select count(*) from activities where type = 'Create' and object_uri = @id", (string)note["id"]!),
            Is.EqualTo(1), "once");

        peer.Server.ServeStatus(path, 410);
        Assert.That(
            await peer.TellAsync(rik, peer.Activity("Delete", rik, (string)note["id"]!)),
            Is.EqualTo((InboxState.Done, (string?)null)));
        foreach (var plein in new[] { _b, _a, _c })
        {
            await Until.TrueAsync(
                async () => (await plein.Get<AnswerStore>().FindByUriAsync((string)note["id"]!, Viewer.Anyone))
                    ?.DeletedAt is not null,
                $"it is gone at {plein.Origin}");
        }
    }

    [TestCase(false, 401)]
    [TestCase(true, 202)]
    public async Task Who_forwards_what_nobody_said_gets_nothing_kept(bool isNode, int status)
    {
        await using var peer = await ScriptedPeer.StartAsync(_a);
        await using var victim = await ScriptedPeer.StartAsync(_a);
        var asked = await AskAsync(_a, _topic, _anna);
        var node = peer.Server.ServeActor("node", TestKeys.Other, actor =>
        {
            actor["type"] = "Application";
            if (isNode)
            {
                actor["generator"] = new JsonObject
                {
                    ["type"] = "Application",
                    ["implements"] = new JsonArray("https://w3id.org/ontmoetingsplein/profile/1"),
                };
            }
        });
        await _a.Get<RemoteActors>().FindAsync(node, default);
        var rik = victim.Person("rik");
        var note = victim.Note(rik, "<p>Dit zei Rik nooit.</p>", inReplyTo: asked.Uri);
        var create = victim.Activity("Create", rik, note.DeepClone());
        using var response = await peer.Request(create)
            .SignCavage(TestKeys.Other, $"{node}#main-key").SendAsync(_a.Http);
        Assert.That((int)response.StatusCode, Is.EqualTo(status));
        if (isNode)
        {
            Assert.That(
                (await _a.OutcomeAsync($"{node}#{create["id"]}")).State, Is.EqualTo(InboxState.Ignored));
        }

        Assert.That(await _a.Get<AnswerStore>().FindByUriAsync((string)note["id"]!, Viewer.Anyone), Is.Null);
        victim.Server.ServeActivity(new Uri((string)note["id"]!).AbsolutePath, note.ToJsonString());
        Assert.That(
            await victim.TellAsync(rik, create), Is.EqualTo((InboxState.Done, (string?)null)),
            "the author itself is not kept out");
    }

    [Test]
    public async Task A_topic_that_is_followed_again_is_open_again()
    {
        var topic = await _c.FollowAsync((await _a.TopicAsync("sport")).Uri);
        await _c.Get<FollowTopic>().UnfollowRemoteAsync(topic.Id, Plein.Operator, default);
        Assert.That((await _c.Get<TopicStore>().FindAsync(topic.Id))!.ArchivedAt, Is.Not.Null);
        Assert.That((await _c.FollowAsync(topic.Uri)).ArchivedAt, Is.Null);
    }

    [Test]
    public async Task A_citizen_follows_a_topic_of_another_node_and_hears_of_new_questions()
    {
        var cor = await _c.PersonAsync("Cor");
        var visitor = await _c.Get<FollowTopic>().FollowRemoteAsync(
            _topic.Uri, Caller.Visitor, default);
        Assert.That(
            visitor.Refusal?.Kind, Is.EqualTo(RefusalKind.SignInNeeded));
        var followed = await _c.Get<FollowTopic>().FollowRemoteAsync(_topic.Uri, cor, default);
        Assert.That(followed.Refusal?.ToString(), Is.Null);
        Assert.That(await _c.FollowStateAsync(followed.Value!.Id), Is.EqualTo(FollowState.Accepted), "it stays so");
        var asked = await AskAsync(_a, _topic, _anna);
        var copy = await CopyAsync(_c, asked);
        Assert.That(
            _c.Count(
                "select count(*) from notices n join questions q on q.id = n.question_id where q.uri = @id", copy.Uri),
            Is.EqualTo(1));
    }

    [Test]
    public async Task A_microblog_hears_of_changes_of_what_it_got_and_otherwise_only_of_what_is_gone()
    {
        await using var peer = await ScriptedPeer.StartAsync(_a);
        var reader = peer.Person("lezer");
        await peer.TellAsync(reader, peer.Activity("Follow", reader, _topic.Uri));
        var asked = await AskAsync(_a, _topic, _anna);
        var cas = await _a.PersonAsync($"Cas {Interlocked.Increment(ref _number)}");
        var neighbour = await AnswerAsync(_a, asked, cas, "Volgens mij op vrijdag.");
        await _a.Get<ReviseAnswer>().ExecuteAsync(neighbour.Id, "Toch op zaterdag.", null, cas, default);
        await _a.Get<ReviseAnswer>().DeleteAsync(neighbour.Id, cas, default);
        await _a.Get<ReviseQuestion>().ExecuteAsync(
            asked.Id, asked.Title + " Nu echt", "", _anna, default);
        await Until.TrueAsync(
            () => Task.FromResult(Posted(peer).Any(body => body.Contains("Nu echt", StringComparison.Ordinal))),
            "the question's change");
        // It may have fetched the answer with the question's replies.
        var told = Posted(peer).Where(body => body.Contains(neighbour.Uri, StringComparison.Ordinal)).ToList();
        Assert.That(told, Has.Count.EqualTo(1));
        Assert.That(Deletes(told[0], neighbour.Uri), Is.True, told[0]);
    }

    [Test]
    public async Task What_is_deleted_is_told_to_each_server_that_got_something_since_also_without_followers_there()
    {
        await using var peer = await ScriptedPeer.StartAsync(_a);
        await using var later = await ScriptedPeer.StartAsync(_a);
        var (reader, other) = (peer.Person("lezer"), later.Person("later"));
        await peer.TellAsync(reader, peer.Activity("Follow", reader, _topic.Uri));
        var asked = await AskAsync(_a, _topic, _anna);
        var answer = await AnswerAsync(_a, asked, _anna, "Ik weet het al: op vrijdag.");
        await Until.TrueAsync(
            () => Task.FromResult(Posted(peer).Any(body => body.Contains(asked.Uri, StringComparison.Ordinal))),
            "the question");
        await peer.TellAsync(reader, peer.Activity("Undo", reader, peer.Activity("Follow", reader, _topic.Uri)));
        await _a.Get<ReviseAnswer>().DeleteAsync(answer.Id, _anna, default);
        await _a.Get<ReviseQuestion>().DeleteAsync(asked.Id, _anna, default);
        foreach (var uri in new[] { answer.Uri, asked.Uri })
        {
            var told = await Until.FoundAsync(
                () => Task.FromResult(Posted(peer).FirstOrDefault(body => Deletes(body, uri))), $"that {uri} is gone");
            Assert.That((string?)JsonNode.Parse(told)!["actor"], Does.StartWith(_a.Origin + "p/anna"));
        }

        await later.TellAsync(other, later.Activity("Follow", other, _topic.Uri));
        var second = await AskAsync(_a, _topic, _anna);
        await _a.Get<ReviseQuestion>().DeleteAsync(second.Id, _anna, default);
        await Until.TrueAsync(
            () => Task.FromResult(Posted(later).Any(body => Deletes(body, second.Uri))), "the other one");
        Assert.That(Posted(later), Has.None.Contains(asked.Uri), "it came after that");
        Assert.That(Posted(later).Count(body => Deletes(body, second.Uri)), Is.EqualTo(1), "once");
    }

    [Test]
    public async Task Who_deletes_an_account_elsewhere_takes_all_that_was_written_along_on_every_node()
    {
        await using var peer = await ScriptedPeer.StartAsync(_a);
        var rik = peer.Person("rik");
        var asked = peer.Note(rik, "<p>Wie weet waar mijn kat is?</p>", _topic.Uri);
        var others = await AskAsync(_a, _topic, _anna);
        var answer = peer.Note(rik, "<p>Dat weet ik wel, op vrijdag.</p>", inReplyTo: others.Uri);
        var comment = peer.Note(rik, "<p>Of toch op zaterdag.</p>", inReplyTo: (string)answer["id"]!);
        foreach (var note in new[] { asked, answer, comment })
        {
            peer.Server.ServeActivity(new Uri((string)note["id"]!).AbsolutePath, note.ToJsonString());
            await peer.TellAsync(rik, peer.Activity("Create", rik, note.DeepClone()));
        }

        async Task<bool> IsThereAsync(Plein plein, JsonObject note) =>
            await plein.Get<AnswerStore>().FindByUriAsync((string)note["id"]!, Viewer.Anyone)
                is { DeletedAt: null }
            || await plein.Get<QuestionStore>().FindByUriAsync((string)note["id"]!, Viewer.Anyone)
                is { DeletedAt: null };
        foreach (var note in new[] { asked, answer, comment })
        {
            await Until.TrueAsync(() => IsThereAsync(_c, note), $"{note["content"]} at the third node");
        }

        var delete = peer.Activity("Delete", rik, rik.AbsoluteUri);
        Assert.That(
            await peer.TellAsync(rik, delete.DeepClone().AsObject()),
            Is.EqualTo((InboxState.Ignored, (string?)"The actor is there.")), "not while its server shows it");
        Assert.That(await IsThereAsync(_a, asked), Is.True);
        peer.Server.ServeStatus("/u/rik", 410);
        Assert.That(
            (await peer.TellAsync(rik, peer.Activity("Delete", rik, rik.AbsoluteUri))).State,
            Is.EqualTo(InboxState.Done));
        foreach (var plein in new[] { _a, _c })
        {
            foreach (var note in new[] { asked, answer, comment })
            {
                await Until.TrueAsync(
                    async () => !await IsThereAsync(plein, note), $"{note["content"]} is gone at {plein.Origin}");
            }
        }

        Assert.That((await _a.Get<QuestionStore>().FindAsync(others.Id, Viewer.Anyone))!.AnswerCount, Is.Zero);
        Assert.That(
            _c.Count("select count(*) from questions where uri = @id and title <> ''", (string)asked["id"]!), Is.Zero);
    }

    [Test]
    public async Task A_forum_of_another_kind_hears_of_a_change_from_the_topic_and_then_from_its_author()
    {
        await using var peer = await ScriptedPeer.StartAsync(_a);
        await peer.FollowedGroupAsync("rubriek");
        var reader = peer.Person("lezer");
        await peer.TellAsync(reader, peer.Activity("Follow", reader, _topic.Uri));
        var asked = await AskAsync(_a, _topic, _anna);
        var cas = await _a.PersonAsync($"Cas {Interlocked.Increment(ref _number)}");
        // It is addressed as a follower of the author too, and hears it from the author once all the same.
        await peer.TellAsync(reader, peer.Activity("Follow", reader, $"{_a.Origin}p/{cas.Account!.Name}"));
        var answer = await AnswerAsync(_a, asked, cas, "Volgens mij op vrijdag.");
        await _a.Get<ReviseAnswer>().ExecuteAsync(answer.Id, "Toch op zaterdag.", null, cas, default);
        List<string> Changes() =>
            [.. Posted(peer).Where(body => body.Contains("Toch op zaterdag.", StringComparison.Ordinal))];
        await Until.TrueAsync(() => Task.FromResult(Changes().Count >= 2), "the change, twice");
        await Until.TrueAsync(
            () => Task.FromResult(
                _a.Count("select count(*) from deliveries where host = @id", peer.Server.Authority) == 0),
            "all was sent");
        Assert.That(
            Changes().Select(body => (string?)JsonNode.Parse(body)!["type"]), Is.EqualTo(["Announce", "Update"]));
    }

    [Test]
    public async Task Questions_go_out_as_articles_where_that_is_set_and_own_nodes_take_them_the_same()
    {
        await using var forums = await Plein.StartAsync(
            TestKeys.Other, ["sport"], options => options with { QuestionsAsArticle = true });
        var topic = await forums.TopicAsync("sport");
        var there = await _b.FollowAsync(topic.Uri);
        var asked = await AskAsync(forums, topic, await forums.PersonAsync("Sjoerd"));
        var copy = await CopyAsync(_b, asked);
        Assert.That(
            (copy.Title, copy.BodyHtml, copy.TopicId), Is.EqualTo((asked.Title, asked.BodyHtml, there.Id)));
        var (_, article) = await forums.GetActivityAsync($"/q/{asked.Id}");
        Assert.That(
            ((string?)article!["type"], (string?)article["name"], (string?)article["summary"],
                (string?)article["preview"]!["type"]),
            Is.EqualTo(("Article", asked.Title, "In onze straat.", "Note")));
        Assert.That(
            ((string?)article["likes"], (string?)article["shares"], (string?)article["replies"]),
            Is.EqualTo(($"{asked.Uri}/likes", $"{asked.Uri}/shares", $"{asked.Uri}/replies")));
    }

    private static bool Deletes(string body, string uri) =>
        JsonNode.Parse(body) is { } read && (string?)read["type"] == "Delete" && (string?)read["object"]?["id"] == uri;

    private static List<string> Posted(ScriptedPeer peer) =>
    [
        .. peer.Server.Seen.Where(seen => seen.Method == "POST")
            .Select(seen => System.Text.Encoding.UTF8.GetString(seen.Body)),
    ];
}

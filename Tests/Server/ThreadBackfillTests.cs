using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Server.Peers.Inbound;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>Threads of other servers become whole, within the limits of what may be asked of those.</summary>
public class ThreadBackfillTests
{
    private const int Many = 500;

    [Test]
    public async Task A_thread_of_500_answers_is_complete_on_a_node_that_joins_later_with_what_helped()
    {
        var clock = new ShiftedClock();
        await using var home = await Plein.StartAsync(TestKeys.Node, ["afval"]);
        await using var late = await Plein.StartAsync(TestKeys.Bram, [], clock: clock);
        var anna = await home.PersonAsync("Anna");
        var topic = await home.TopicAsync("afval");
        var asked = (await home.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form("Wanneer komt de grijze bak?", "", topic.Id), anna, default)).Value!;
        var answers = await Task.WhenAll(Enumerable.Range(1, Many).Select(async number =>
            (await home.Get<GiveAnswer>().ExecuteAsync(
                new GiveAnswer.Form(asked.Id, string.Create(CultureInfo.InvariantCulture, $"Op dag {number}."), null),
                anna, default)).Value!));
        Assert.That(
            (await home.Get<ReviseQuestion>().AcceptAsync(asked.Id, answers[250].Id, anna, default)).Refusal, Is.Null);

        await late.FollowAsync(topic.Uri);
        var copy = await Until.FoundAsync(
            () => late.Get<QuestionStore>().FindByUriAsync(asked.Uri, Viewer.Anyone), "the question is there");
        var rounds = 0;
        while (Answers(late) < Many)
        {
            rounds++;
            await Until.TrueAsync(
                () => Task.FromResult(late.Count(
                    "select count(*) from thread_fetches where fetched_at is not null or rounds = @id",
                    rounds.ToString(CultureInfo.InvariantCulture)) == 1),
                "a round is over", TimeSpan.FromSeconds(60));
            var posts = home.Seen.Count(line => line.StartsWith("GET /r/", StringComparison.Ordinal));
            var pages = home.Seen.Count(line => line.EndsWith("/context", StringComparison.Ordinal));
            // The thread was found by one of its posts.
            Assert.That(posts, Is.LessThanOrEqualTo(ThreadBackfill.MostPosts + (rounds == 1 ? 1 : 0)));
            Assert.That(pages, Is.LessThanOrEqualTo(ThreadBackfill.MostPages));
            home.Seen.Clear();
            clock.Advance(ThreadWorker.Pause);
            await late.Get<Database>().WriteAsync(writing => writing.Signal(ThreadFetchStore.Signal));
        }

        Assert.That((rounds, Answers(late)), Is.EqualTo((3, (long)Many)));
        await Until.TrueAsync(
            async () => (await late.Get<QuestionStore>().FindAsync(copy.Id, Viewer.Anyone))!.AcceptedAnswerId
                is not null,
            "the answer that helped is marked");
        Assert.That(late.Texts("select uri from answers order by uri"),
            Is.EqualTo(answers.Select(answer => answer.Uri).Order(StringComparer.Ordinal)));
        Assert.That(
            late.Texts("select a.uri from answers a join questions q on q.accepted_answer_id = a.id"),
            Is.EqualTo(new[] { answers[250].Uri }));
    }

    [Test]
    public async Task Without_a_context_the_replies_tell_and_what_a_stranger_slips_in_does_not_count()
    {
        await using var plein = await Plein.StartAsync(TestKeys.Node, ["afval"]);
        await using var peer = await ScriptedPeer.StartAsync(plein);
        await using var third = await ScriptedPeer.StartAsync(plein);
        var (group, _) = await peer.FollowedGroupAsync("bakken");
        var (bram, carla) = (peer.Person("bram"), third.Person("carla"));
        var question = peer.Note(bram, "<p>Waar kan de piano heen?</p>", group.AbsoluteUri);
        var answer = third.Note(carla, "<p>Naar de kringloop.</p>", inReplyTo: (string)question["id"]!);
        var comment = peer.Note(bram, "<p>Die is dicht.</p>", inReplyTo: (string)answer["id"]!);
        var other = third.Note(carla, "<p>Koop een piano!</p>");
        var hidden = third.Note(carla, "<p>Alleen voor vrienden.</p>", inReplyTo: (string)question["id"]!);
        hidden["to"] = new JsonArray($"{carla}/followers");
        question["replies"] = Replies(answer, other, hidden, $"{third.Server.Origin}/note/none");
        answer["replies"] = Replies(comment);
        var forged = third.Note(carla, "<p>Niet van Carla.</p>", inReplyTo: (string)question["id"]!);
        forged["attributedTo"] = bram.AbsoluteUri;
        question["replies"]!["first"]!["items"]!.AsArray().Add((string)forged["id"]!);
        foreach (var (server, note) in new[]
            { (peer, question), (third, answer), (peer, comment), (third, other), (third, hidden), (third, forged) })
            server.Server.ServeActivity(new Uri((string)note["id"]!).AbsolutePath, note.ToJsonString());

        Assert.That(
            await peer.AnnounceAsync(group, (string)question["id"]!), Is.EqualTo((InboxState.Done, (string?)null)));
        await FinishedAsync(plein);
        Assert.Multiple(() =>
        {
            Assert.That(plein.Texts("select uri from answers where parent_id is null"),
                Is.EqualTo(new[] { (string)answer["id"]! }));
            Assert.That(plein.Texts("select uri from answers where parent_id is not null"),
                Is.EqualTo(new[] { (string)comment["id"]! }));
            Assert.That(plein.Texts("select uri from questions"), Is.EqualTo(new[] { (string)question["id"]! }));
        });
    }

    [Test]
    public async Task A_reader_who_opens_a_question_has_its_thread_looked_at_and_the_next_one_does_not()
    {
        var clock = new ShiftedClock();
        await using var plein = await Plein.StartAsync(TestKeys.Node, [], clock: clock);
        await using var peer = await ScriptedPeer.StartAsync(plein);
        var (group, _) = await peer.FollowedGroupAsync("bakken");
        var bram = peer.Person("bram");
        var note = peer.Note(bram, "<p>Waar kan de bank heen?</p>", group.AbsoluteUri);
        note["published"] = clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var (context, more) = ("/threads/1", 0);
        note["context"] = peer.Server.Origin + context;
        peer.Server.Routes[context] = http =>
        {
            // A thread without end: each page has another one after it.
            var page = http.Request.QueryString.Value;
            more++;
            http.Response.ContentType = "application/activity+json";
            return http.Response.WriteAsync(new JsonObject
            {
                ["id"] = peer.Server.Origin + context + page,
                ["type"] = "OrderedCollectionPage",
                ["orderedItems"] = new JsonArray((string)note["id"]!),
                ["next"] = string.Create(CultureInfo.InvariantCulture, $"{peer.Server.Origin}{context}?page={more}"),
            }.ToJsonString());
        };
        peer.Server.ServeActivity(new Uri((string)note["id"]!).AbsolutePath, note.ToJsonString());
        var create = peer.Activity("Create", bram, note.DeepClone());
        Assert.That(await peer.AnnounceAsync(group, create), Is.EqualTo((InboxState.Done, (string?)null)));
        var number = plein.Count("select id from questions");
        Assert.That(more, Is.Zero, "what was just asked has no thread yet");

        using (await plein.Http.GetAsync($"/q/{number}"))
            await Until.TrueAsync(() => Task.FromResult(more == ThreadBackfill.MostPages), "a round of pages is read");
        await Until.TrueAsync(
            () => Task.FromResult(plein.Count("select rounds from thread_fetches") == 1), "the round is noted");
        await plein.Get<Database>().WriteAsync(
            writing => ThreadFetchStore.Finish(writing, new QuestionId(number)));
        clock.Advance(TimeSpan.FromMinutes(2));
        await plein.Get<Database>().WriteAsync(
            writing => ThreadFetchStore.Ask(writing, new QuestionId(number), OpenedThreads.Fresh));
        Assert.That(plein.Count("select count(*) from thread_fetches where due_at is not null"), Is.Zero);
        clock.Advance(OpenedThreads.Fresh);
        using (await plein.Http.GetAsync($"/q/{number}"))
            await Until.TrueAsync(
                () => Task.FromResult(more == 2 * ThreadBackfill.MostPages), "ten minutes later it is looked at again");
    }

    [TestCase("passed on")]
    [TestCase("passed on by its id")]
    [TestCase("sent")]
    public async Task A_long_list_of_replies_that_came_by_itself_costs_few_requests(string how)
    {
        await using var plein = await Plein.StartAsync(TestKeys.Node, ["afval"]);
        await using var peer = await ScriptedPeer.StartAsync(plein);
        await using var third = await ScriptedPeer.StartAsync(plein);
        var (group, _) = await peer.FollowedGroupAsync("bakken");
        var bram = peer.Person("bram");
        var question = peer.Note(
            bram, "<p>Waar kan de piano heen?</p>", how == "sent" ? (await plein.TopicAsync("afval")).Uri : null);
        question["replies"] = Replies(
            [.. Enumerable.Range(0, 900).Select(number => (JsonNode)$"{third.Server.Origin}/note/x{number}")]);
        peer.Server.ServeActivity(new Uri((string)question["id"]!).AbsolutePath, question.ToJsonString());
        var before = peer.Server.Seen.Count + third.Server.Seen.Count;
        var create = peer.Activity("Create", bram, question.DeepClone());
        var outcome = how switch
        {
            "sent" => await peer.TellAsync(bram, create),
            "passed on" => await peer.AnnounceAsync(group, create),
            _ => await peer.AnnounceAsync(group, (string)question["id"]!),
        };
        Assert.That(outcome, Is.EqualTo((InboxState.Done, (string?)null)));
        await FinishedAsync(plein);
        Assert.That(
            peer.Server.Seen.Count + third.Server.Seen.Count - before,
            Is.LessThanOrEqualTo(ThreadBackfill.MostUnasked + 5));
    }

    [Test]
    public async Task A_reader_has_other_servers_asked_little_at_a_time_and_not_on_where_there_is_nothing()
    {
        var clock = new ShiftedClock();
        await using var plein = await Plein.StartAsync(TestKeys.Node, [], clock: clock);
        await using var peer = await ScriptedPeer.StartAsync(plein);
        await using var third = await ScriptedPeer.StartAsync(plein);
        await using var victim = await ScriptedPeer.StartAsync(plein);
        var (group, _) = await peer.FollowedGroupAsync("bakken");
        var (bram, carla) = (peer.Person("bram"), third.Person("carla"));
        var question = peer.Note(bram, "<p>Waar kan de piano heen?</p>");
        question["published"] = clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        question["context"] = peer.Server.Origin + "/threads/1";
        var answers = Enumerable.Range(0, 45).Select(_ =>
            third.Note(carla, "<p>Naar de kringloop.</p>", inReplyTo: (string)question["id"]!)).ToList();
        foreach (var note in answers)
            third.Server.ServeActivity(new Uri((string)note["id"]!).AbsolutePath, note.ToJsonString());
        peer.Server.ServeActivity(new Uri((string)question["id"]!).AbsolutePath, question.ToJsonString());
        peer.Server.ServeActivity("/threads/1", new JsonObject
        {
            ["id"] = peer.Server.Origin + "/threads/1",
            ["type"] = "OrderedCollection",
            ["orderedItems"] = new JsonArray(
            [
                .. answers.Select(note => (JsonNode)(string)note["id"]!),
                .. Enumerable.Range(0, 300).Select(n => (JsonNode)$"{victim.Server.Origin}/note/x{n}"),
            ]),
        }.ToJsonString());
        var create = peer.Activity("Create", bram, question.DeepClone());
        Assert.That(await peer.AnnounceAsync(group, create), Is.EqualTo((InboxState.Done, (string?)null)));
        using (await plein.Http.GetAsync($"/q/{plein.Count("select id from questions")}"))
        {
            foreach (var many in new[] { 20, 40, 45 })
            {
                await Until.TrueAsync(
                    // Put off for a pause, and not for the lease of a round that is still under way.
                    () => Task.FromResult(Answers(plein) == many && plein.Count(
                        "select count(*) from thread_fetches where due_at is null"
                        + " or (due_at > @id and due_at < @id + 60000)",
                        clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)) == 1),
                    $"{many} answers are there");
                clock.Advance(ThreadWorker.Pause);
                await plein.Get<Database>().WriteAsync(writing => writing.Signal(ThreadFetchStore.Signal));
            }
        }

        Assert.That(victim.Server.Seen, Has.Count.LessThanOrEqualTo(3 * 12));
    }

    // Who has a post from a topic is not told by the author's server (GDPR art. 16, 17).
    [Test]
    public async Task Whom_a_thread_shows_is_looked_at_again_once_a_day_so_a_new_name_is_shown_and_who_is_gone_is_not()
    {
        var clock = new ShiftedClock();
        await using var plein = await Plein.StartAsync(TestKeys.Node, [], clock: clock);
        await using var peer = await ScriptedPeer.StartAsync(plein);
        await using var third = await ScriptedPeer.StartAsync(plein);
        var (group, _) = await peer.FollowedGroupAsync("bakken");
        var (bram, carla, dirk) = (peer.Person("bram"), third.Person("carla"), third.Person("dirk"));
        var question = peer.Note(bram, "<p>Waar kan de piano heen?</p>", group.AbsoluteUri);
        var answer = third.Note(carla, "<p>Naar de kringloop.</p>", inReplyTo: (string)question["id"]!);
        var other = third.Note(dirk, "<p>Naar een school.</p>", inReplyTo: (string)question["id"]!);
        question["replies"] = Replies(answer, other);
        foreach (var (server, note) in new[] { (peer, question), (third, answer), (third, other) })
            server.Server.ServeActivity(new Uri((string)note["id"]!).AbsolutePath, note.ToJsonString());
        Assert.That(
            await peer.AnnounceAsync(group, (string)question["id"]!), Is.EqualTo((InboxState.Done, (string?)null)));
        await FinishedAsync(plein);
        var number = plein.Count("select id from questions");
        var page = $"/q/{number}";
        Assert.That(await plein.Http.GetStringAsync(page), Does.Contain("kringloop").And.Contain("school"));

        third.Server.ServeActor("carla", TestKeys.Bram, actor => actor["name"] = "Carla Nieuwenaam");
        third.Server.ServeStatus(dirk.AbsolutePath, 410);
        await LookedAgainAsync(TimeSpan.FromHours(1));
        Assert.That(await plein.Http.GetStringAsync(page), Does.Not.Contain("Carla Nieuwenaam").And.Contain("school"));
        await LookedAgainAsync(TimeSpan.FromHours(24));

        var shown = await plein.Http.GetStringAsync(page);
        Assert.That(shown, Does.Contain("Carla Nieuwenaam").And.Contain("kringloop").And.Not.Contain("school"));
        Assert.That(plein.Texts("select uri from actors where deleted_at is not null"),
            Is.EqualTo(new[] { dirk.AbsoluteUri }));

        async Task LookedAgainAsync(TimeSpan later)
        {
            clock.Advance(later);
            var before = plein.Count("select fetched_at from thread_fetches");
            using (await plein.Http.GetAsync(page))
                await Until.TrueAsync(
                    () => Task.FromResult(plein.Count("select fetched_at from thread_fetches") > before),
                    "the thread is looked at again");
        }
    }

    private static JsonObject Replies(params JsonNode[] notes) => new()
    {
        ["type"] = "Collection",
        ["first"] = new JsonObject
        {
            ["type"] = "CollectionPage",
            ["items"] = new JsonArray([.. notes.Select(note => (JsonNode)(
                note is JsonObject ? (string)note["id"]! : (string)note!))]),
        },
    };

    private static long Answers(Plein plein) => plein.Count("select count(*) from answers");

    private static Task FinishedAsync(Plein plein) => Until.TrueAsync(
        () => Task.FromResult(plein.Count("select count(*) from thread_fetches where fetched_at is not null") == 1),
        "the thread is finished");
}

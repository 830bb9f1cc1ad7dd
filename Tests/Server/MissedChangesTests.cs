using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Server.Peers.Inbound;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>What followed topics announced and what never arrived is found again (CONTRACT.md §5).</summary>
public class MissedChangesTests
{
    [Test]
    public async Task A_node_that_comes_back_from_a_backup_gets_back_what_it_lost()
    {
        await using var home = await Plein.StartAsync(TestKeys.Node, ["afval", "groen"]);
        await using var late = await Plein.StartAsync(TestKeys.Bram, []);
        var anna = await home.PersonAsync("Anna");
        var topic = await home.TopicAsync("afval");
        await late.FollowAsync(topic.Uri);
        await ReadAsync(late);
        var asked = (await home.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form("Wanneer komt de grijze bak?", "", topic.Id), anna, default)).Value!;
        await home.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form("Wie snoeit de linde?", "", (await home.TopicAsync("groen")).Id), anna, default);
        var answer = (await home.Get<GiveAnswer>().ExecuteAsync(
            new GiveAnswer.Form(asked.Id, "Op dinsdag.", null), anna, default)).Value!;
        await Until.TrueAsync(() => Task.FromResult(late.Count("select count(*) from answers") == 1), "it is there");
        await Until.TrueAsync(
            () => Task.FromResult(late.Count("select count(*) from inbox where state = 0") == 0), "all is worked off");

        await late.Get<Database>().WriteAsync(writing =>
        {
            writing.Execute("delete from answers");
            writing.Execute("delete from questions");
            writing.Execute("delete from inbox where type = 'Announce'");
        });
        home.Seen.Clear();
        await ReadAsync(late);
        Assert.That(home.Seen, Is.Empty, "what was followed a moment ago is not read yet");
        await MakeDueAsync(late);
        await ReadAsync(late);

        await Until.FoundAsync(
            () => late.Get<QuestionStore>().FindByUriAsync(asked.Uri, Viewer.Anyone), "the question is back");
        await Until.TrueAsync(
            () => Task.FromResult(late.Texts("select uri from answers").SequenceEqual([answer.Uri])),
            "the answer is back");
        Assert.That(late.Texts("select uri from questions"), Is.EqualTo(new[] { asked.Uri }), "nothing of others");
        Assert.That(home.Seen, Has.Some.Contains("/omp/changes"));

        home.Seen.Clear();
        await MakeDueAsync(late);
        await ReadAsync(late);
        Assert.That(
            home.Seen.Where(line => line.StartsWith("GET /x/", StringComparison.Ordinal)), Is.Empty,
            "what is known is not fetched again");
    }

    [Test]
    public async Task Only_announces_of_the_topic_itself_count_and_a_reading_goes_on_where_it_broke_off()
    {
        await using var plein = await Plein.StartAsync(TestKeys.Node, []);
        await using var peer = await ScriptedPeer.StartAsync(plein);
        await using var stranger = await ScriptedPeer.StartAsync(plein);
        var (group, topic) = await peer.FollowedGroupAsync("bakken");
        var bram = peer.Person("bram");
        await plein.Get<Database>().WriteAsync(writing =>
            writing.Execute("update actors set speaks_profile = 1 where id = @Id", new { topic.Id }));
        await ReadAsync(plein);

        string Serve(ScriptedPeer server, Uri actor)
        {
            var note = peer.Note(bram, "<p>Waar kan de piano heen?</p>", group.AbsoluteUri);
            peer.Server.ServeActivity(new Uri((string)note["id"]!).AbsolutePath, note.ToJsonString());
            var announce = server.Activity("Announce", actor, (string)note["id"]!);
            server.Server.ServeActivity(new Uri((string)announce["id"]!).AbsolutePath, announce.ToJsonString());
            return (string)announce["id"]!;
        }

        var first = Serve(peer, group);
        var second = Serve(peer, group);
        string[] firstPage = [Serve(stranger, group), Serve(peer, bram), peer.NewId(), "geen adres", first];
        var isDown = true;
        peer.Server.Routes["/omp/changes"] = http =>
        {
            var isSecond = http.Request.Query.ContainsKey("page");
            if (isSecond && isDown)
            {
                http.Response.StatusCode = 503;
                return Task.CompletedTask;
            }

            http.Response.ContentType = "application/activity+json";
            return http.Response.WriteAsync(new JsonObject
            {
                ["id"] = peer.Server.Origin + "/omp/changes" + http.Request.QueryString,
                ["type"] = "OrderedCollectionPage",
                ["orderedItems"] = new JsonArray([.. isSecond ? [second] : firstPage]),
                ["next"] = isSecond ? null : peer.Server.Origin + "/omp/changes?page=2",
            }.ToJsonString());
        };

        await MakeDueAsync(plein);
        await ReadAsync(plein);
        Assert.That(
            plein.Texts("select activity_uri from inbox where type = 'Announce'"), Is.EqualTo(new[] { first }));
        Assert.That(await plein.OutcomeAsync(first), Is.EqualTo((InboxState.Done, (string?)null)));
        var hour = plein.Count("select due_at from change_reads") - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Assert.That(TimeSpan.FromMilliseconds(hour), Is.EqualTo(TimeSpan.FromHours(1)).Within(TimeSpan.FromMinutes(2)));

        isDown = false;
        peer.Server.Seen.Clear();
        await MakeDueAsync(plein);
        await ReadAsync(plein);
        Assert.That(await plein.OutcomeAsync(second), Is.EqualTo((InboxState.Done, (string?)null)));
        Assert.That(plein.Count("select count(*) from inbox where type = 'Announce'"), Is.EqualTo(2));
        Assert.That(
            peer.Server.Seen.Select(seen => seen.Target)
                .Where(target => target.StartsWith("/omp", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "/omp/changes?page=2" }));
        Assert.That(
            plein.Count("select count(*) from change_reads where next_page is null and started_at is null"),
            Is.EqualTo(1), "it begins anew tomorrow");
    }

    private static async Task ReadAsync(Plein plein)
    {
        var missed = plein.Get<IEnumerable<IHostedService>>().OfType<MissedChanges>().Single();
        await missed.RunOnceAsync(default);
    }

    private static Task MakeDueAsync(Plein plein) => plein.Get<Database>().WriteAsync(writing =>
        Assert.That(writing.Execute("update change_reads set due_at = 0"), Is.EqualTo(1)));
}

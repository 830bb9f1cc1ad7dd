using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>The other node is away for a while: nothing is lost, and an operator sees why it waits.</summary>
public class WaitingDeliveriesTests
{
    [Test]
    public async Task What_waits_for_a_node_that_is_away_is_shown_with_its_reason_and_arrives_in_order()
    {
        var folder = Directory.CreateTempSubdirectory("plein-test-");
        var here = Directory.CreateTempSubdirectory("plein-test-");
        var (port, ownPort) = (Plein.FreePort(), Plein.FreePort());
        try
        {
            await Plein.PrepareAsync(TestKeys.Bram, [], folder, port);
            await Plein.PrepareAsync(TestKeys.Node, ["afval"], here, ownPort);
            await using var plein = await Plein.ResumeAsync(here, ownPort);
            await using (var other = await ServerProcess.ServeAsync(folder, port))
            {
                var (code, output) = await ServerProcess.RunAsync(folder, port, "follow", $"{plein.Origin}o/afval");
                Assert.That(code, Is.Zero, output);
                await Until.TrueAsync(
                    () => Task.FromResult(Plein.Rows(
                        folder, "select state from follows", row => row.GetInt64(0)) is [(long)FollowState.Accepted]),
                    "the follow is accepted");
                await other.KillAsync();
            }

            var expected = await TalkAsync(plein);
            await Until.TrueAsync(
                async () => (await plein.Get<PeerStore>().FindAsync($"localhost:{port}"))?.LastError is not null,
                "the node is found to be away");
            var shown = await ServerProcess.RunAsync(here, ownPort, "deliveries");
            Assert.That(shown.Output, Does.Contain($"localhost:{port}").And.Contain("refused").IgnoreCase);
            await using var back = await ServerProcess.ServeAsync(folder, port);
            var retried = await ServerProcess.RunAsync(
                here, ownPort, "deliveries", "--host", $"localhost:{port}", "--retry");
            Assert.That((retried.Code, shown.Code), Is.EqualTo((0, 0)), retried.Output);
            await Until.TrueAsync(
                () => Task.FromResult(plein.Count("select count(*) from deliveries") == 0), "all has arrived");
            Assert.That(
                Plein.Rows(
                    folder, "select activity_uri from inbox where type = 'Announce' order by id", r => r.GetString(0)),
                Is.EqualTo(expected));
            Assert.That(
                (await ServerProcess.RunAsync(here, ownPort, "deliveries")).Output, Does.Contain("Nothing waits"));
        }
        finally
        {
            folder.Delete(recursive: true);
            if (here.Exists)
                here.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<string>> TalkAsync(Plein plein)
    {
        var anna = await plein.PersonAsync("Anna");
        var topic = await plein.TopicAsync("afval");
        for (var number = 1; number <= 3; number++)
        {
            var asked = (await plein.Get<AskQuestion>().ExecuteAsync(
                new AskQuestion.Form($"Hoe laat komt de wagen, keer {number}?", "", topic.Id), anna, default)).Value!;
            var given = (await plein.Get<GiveAnswer>().ExecuteAsync(
                new GiveAnswer.Form(asked.Id, "Om half acht."), anna, default)).Value!;
            await plein.Get<ReviseQuestion>().ExecuteAsync(asked.Id, asked.Title, $"Keer {number}.", anna, default);
            await plein.Get<ReviseAnswer>().DeleteAsync(given.Id, anna, default);
        }

        return plein.Texts("select uri from activities where type = 'Announce' order by id");
    }
}

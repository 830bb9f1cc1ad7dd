using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>Servers that do not answer keep nobody else waiting.</summary>
public class SlowServersTests
{
    [TestCaseSource(typeof(TestEngines), nameof(TestEngines.All))]
    public async Task Of_another_server_an_activity_is_handled_while_many_wait_for_documents(TestEngine engine)
    {
        await using var plein = await Plein.StartAsync(TestKeys.Node, ["afval"], engine: engine);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        List<ScriptedPeer> slow = [];
        await using var honest = await ScriptedPeer.StartAsync(plein);
        var sent = 0;
        try
        {
            for (var i = 0; i < 12; i++)
            {
                var peer = await ScriptedPeer.StartAsync(plein);
                slow.Add(peer);
                foreach (var name in new[] { "an", "bo", "cas", "dirk" })
                {
                    var person = peer.Person(name);
                    var path = person.AbsolutePath;
                    await peer.TellAsync(person, peer.Activity("Like", person, "https://nergens.example/1"));
                    var known = peer.Server.Routes[path];
                    peer.Server.Routes[path] = async context =>
                    {
                        await answer.Task.WaitAsync(context.RequestAborted);
                        await known(context);
                    };
                    using var response = await peer.Sign(
                        person, peer.Activity("Update", person, new System.Text.Json.Nodes.JsonObject
                        {
                            ["id"] = person.AbsoluteUri,
                            ["type"] = "Person",
                        })).SendAsync(plein.Http);
                    Assert.That((int)response.StatusCode, Is.EqualTo(202));
                    sent++;
                }
            }

            var bram = honest.Person("bram");
            var topic = await plein.TopicAsync("afval");
            var note = honest.Note(bram, "<p>Wanneer komt de glasbak?</p>", topic.Uri);
            Assert.That(
                await honest.TellAsync(bram, honest.Activity("Create", bram, note)),
                Is.EqualTo((InboxState.Done, (string?)null)));
            Assert.That(
                plein.Count("select count(*) from inbox where type = 'Update' and state <> 0"), Is.Zero,
                "the others still wait");
        }
        finally
        {
            answer.SetResult();
        }

        await plein.Get<Ontmoetingsplein.Storage.Database>().WriteAsync(writing => writing.Signal(InboxStore.Signal));
        await Until.TrueAsync(
            () => Task.FromResult(
                plein.Count(
                    "select count(*) from inbox where type = 'Update' and (state <> 0 or attempts > 0)") == sent),
            "in the end all are handled", TimeSpan.FromSeconds(60));
        foreach (var peer in slow)
            await peer.DisposeAsync();
    }
}

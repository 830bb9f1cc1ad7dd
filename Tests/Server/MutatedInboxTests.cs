using System.Text;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>
/// Mutated activities against the inbox of a whole node: never a 5xx, no growth, and nothing is kept of whom is not
/// believed. The long run: <c>dotnet test Tests -c Release --filter Name~A_hundred_thousand</c>.
/// </summary>
public sealed class MutatedInboxTests
{
    private const long MostGrowth = 100 * 1024 * 1024;

    [Test]
    public Task Some_mutated_inputs_are_refused_or_understood() => RunAsync(1_500);

    [Test]
    [Explicit("Takes minutes.")]
    public Task A_hundred_thousand_mutated_inputs_are_refused_or_understood() => RunAsync(100_000);

    private static async Task RunAsync(int count)
    {
        await using var plein = await Plein.StartAsync(TestKeys.Node, ["afval"]);
        await using var peer = await ScriptedPeer.StartAsync(plein);
        var topic = await plein.TopicAsync("afval");
        var (bram, mallory) = (peer.Person("bram"), peer.Person("mallory"));
        var random = new Random(20_260_302);
        var seen = new Dictionary<(string, int), int>();
        long? before = null;
        for (var n = 0; n < count; n++)
        {
            var kind = n % 3 == 0 ? "signed" : n % 3 == 1 ? "changed after signing" : "not signed";
            var (status, body) = await SendAsync(kind);
            seen[(kind, status)] = seen.GetValueOrDefault((kind, status)) + 1;
            Assert.That(status, Is.LessThan(500), body);
            if (kind != "signed")
                Assert.That(status, Is.GreaterThanOrEqualTo(400), body);
            // What a node needs once is there by now.
            if (n == Math.Min(count / 2, 5_000))
                before = GC.GetTotalMemory(forceFullCollection: true);
        }

        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        TestContext.Out.WriteLine($"grown by {grown / 1024} KB");
        foreach (var (what, times) in seen.OrderBy(pair => pair.Key))
            TestContext.Out.WriteLine($"{what}: {times}");
        Assert.That(grown, Is.LessThan(MostGrowth));
        Assert.That(seen.Keys, Does.Contain(("signed", 202)), "some mean something still");
        Assert.That(
            plein.Count("select count(*) from inbox"),
            Is.LessThanOrEqualTo(seen.GetValueOrDefault(("signed", 202))));
        Assert.That(plein.Count($"select count(*) from inbox where actor_uri <> '{bram}'"), Is.Zero);
        Assert.That((await plein.GetActivityAsync("/o/afval")).Status, Is.EqualTo(200), "it still serves");

        async Task<(int Status, string Body)> SendAsync(string kind)
        {
            var note = peer.Note(kind == "signed" ? bram : mallory, "<p>Wanneer komt de wagen?</p>", topic.Uri);
            var create = peer.Activity("Create", kind == "signed" ? bram : mallory, note);
            var good = Encoding.UTF8.GetBytes(create.ToJsonString());
            var bad = Mutation.Apply(good, random);
            while (bad.AsSpan().SequenceEqual(good))
                bad = Mutation.Apply(good, random);
            var text = kind == "signed" ? Encoding.UTF8.GetString(bad) : create.ToJsonString();
            var request = new SignedRequest(text, TimeProvider.System.GetUtcNow()) { Origin = plein.Origin };
            if (kind != "not signed")
                request.SignCavage(TestKeys.Bram, kind == "signed" ? $"{bram}#main-key" : $"{mallory}#main-key");
            if (kind != "signed")
                request.Body = bad;
            using var response = await request.SendAsync(plein.Http);
            return ((int)response.StatusCode, Encoding.UTF8.GetString(request.Body));
        }
    }
}

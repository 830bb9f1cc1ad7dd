using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>A node is killed at once, as by a power cut, and started again: what it promised it keeps.</summary>
public class CrashTests
{
    private const string Public = "https://www.w3.org/ns/activitystreams#Public";

    private DirectoryInfo _folder = null!;
    private RemoteServer _remote = null!;
    private Uri _bram = null!;
    private int _port;

    private Uri Origin => new($"http://localhost:{_port}");

    [SetUp]
    public async Task SetUpAsync()
    {
        _folder = Directory.CreateTempSubdirectory("plein-test-");
        _port = Plein.FreePort();
        await Plein.PrepareAsync(TestKeys.Node, ["afval"], _folder, _port);
        _remote = await RemoteServer.StartAsync();
        _bram = _remote.ServeActor("bram", TestKeys.Bram);
        foreach (var inbox in new[] { "/inbox", "/u/bram/inbox" })
            _remote.ServeStatus(inbox, 202);
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await _remote.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Test]
    public async Task What_was_answered_with_202_is_there_after_a_kill_and_was_done_once()
    {
        var accepted = new ConcurrentDictionary<string, JsonNode>();
        var unanswered = new ConcurrentBag<JsonNode>();
        for (var round = 0; round < 2; round++)
        {
            await using var server = await ServerProcess.ServeAsync(_folder, _port);
            using var stop = new CancellationTokenSource();
            var senders = Enumerable.Range(0, 8)
                .Select(sender => SendUntilAsync($"{round}-{sender}", accepted, unanswered, stop.Token)).ToArray();
            var wanted = accepted.Count + 150;
            await Until.TrueAsync(() => Task.FromResult(accepted.Count >= wanted), "enough is accepted");
            await server.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(senders);
        }

        await using var last = await ServerProcess.ServeAsync(_folder, _port);
        using var http = new HttpClient();
        // What got no answer is sent again, as any server would, and some of the rest too.
        foreach (var activity in unanswered.Concat(accepted.Values.Take(20)))
            Assert.That(await SendAsync(http, activity), Is.EqualTo(202));
        await Until.TrueAsync(
            () => Task.FromResult(Number("select count(*) from inbox where state = 0") == 0), "all is done");

        var journal = Texts("select activity_uri from inbox where state = 1");
        var questions = Texts("select uri from questions");
        var announced = Texts("select object_uri from activities where type = 'Announce'");
        var expected = accepted.Values.Concat(unanswered).Select(a => (string)a["object"]!["id"]!).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(accepted.Keys.Except(journal), Is.Empty, "kept");
            Assert.That(questions, Is.EquivalentTo(expected), "applied");
            Assert.That(announced, Is.EquivalentTo(expected), "passed on exactly once");
        });
    }

    [Test]
    public async Task What_people_were_told_is_posted_is_there_after_a_kill_and_arrives_under_one_id()
    {
        var posted = new HashSet<string>();
        await using (var server = await ServerProcess.ServeAsync(_folder, _port))
        {
            using var http = new HttpClient();
            Assert.That(await SendAsync(http, Follow()), Is.EqualTo(202));
            await Until.TrueAsync(() => Task.FromResult(Received().Any()), "the follow is accepted");
            await server.KillAsync();
        }

        for (var round = 0; round < 2; round++)
        {
            await using var node = ServerProcess.Start(
                typeof(PostingNode).Assembly.Location, [PostingNode.Command, _folder.FullName, $"{_port}", $"{round}"]);
            await node.SaysAsync("posted");
            var seen = Count(node);
            await Until.TrueAsync(() => Task.FromResult(Count(node) >= seen + 60), "enough is posted");
            await node.KillAsync();
            await node.EndAsync(TimeSpan.FromSeconds(5));
            // A line that was cut off does not count.
            posted.UnionWith(
                node.Output.Split('\n')[..^1].Where(IsPosted).Select(line => line.Trim()["posted ".Length..]));
        }

        Assert.That(posted.Except(Texts("select uri from questions")), Is.Empty);
        await using var last = await ServerProcess.ServeAsync(_folder, _port);
        await Until.TrueAsync(
            () => Task.FromResult(Number("select count(*) from deliveries") == 0), "all is delivered",
            TimeSpan.FromSeconds(25));
        var arrived = Received().Where(activity => (string?)activity["type"] == "Announce")
            .Select(activity => (Id: (string)activity["id"]!, About: About(activity["object"]!))).ToList();
        Assert.That(posted.Except(arrived.Select(one => one.About)), Is.Empty, "arrived at least once");
        Assert.That(
            arrived.Distinct().GroupBy(one => one.About).Where(group => group.Count() > 1), Is.Empty,
            "always under the same id");

        static bool IsPosted(string line) => line.StartsWith("posted ", StringComparison.Ordinal);
        static int Count(ServerProcess node) => node.Output.Split('\n').Count(IsPosted);
        static string About(JsonNode announced) => announced is JsonObject inner
            ? (string)inner["object"]!["id"]! : (string)announced!;
    }

    private async Task SendUntilAsync(
        string sender, ConcurrentDictionary<string, JsonNode> accepted, ConcurrentBag<JsonNode> unanswered,
        CancellationToken stop)
    {
        using var http = new HttpClient();
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var activity = Create($"{sender}-{number}");
            if (await SendAsync(http, activity) == 202)
            {
                accepted.TryAdd((string)activity["id"]!, activity);
                continue;
            }

            unanswered.Add(activity);
            return;
        }
    }

    private async Task<int> SendAsync(HttpClient http, JsonNode activity)
    {
        try
        {
            using var response = await new SignedRequest(activity.ToJsonString(), TimeProvider.System.GetUtcNow())
            {
                Origin = Origin,
            }.SignMessage(TestKeys.Bram, $"{_bram}#ed25519-key").SendAsync(http);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private JsonObject Follow() => new()
    {
        ["id"] = $"{_remote.Origin}/follow",
        ["type"] = "Follow",
        ["actor"] = _bram.AbsoluteUri,
        ["object"] = $"{Origin}o/afval",
    };

    private JsonObject Create(string name) => new()
    {
        ["id"] = $"{_remote.Origin}/create/{name}",
        ["type"] = "Create",
        ["actor"] = _bram.AbsoluteUri,
        ["to"] = new JsonArray($"{Origin}o/afval", Public),
        ["object"] = new JsonObject
        {
            ["id"] = $"{_remote.Origin}/note/{name}",
            ["type"] = "Note",
            ["attributedTo"] = _bram.AbsoluteUri,
            ["content"] = $"<p>Wanneer komt de wagen, vraagt {name}?</p>",
            ["to"] = new JsonArray($"{Origin}o/afval", Public),
        },
    };

    private IEnumerable<JsonNode> Received() =>
        _remote.Seen.Where(request => request.Method == "POST").Select(request => JsonNode.Parse(request.Body)!);

    private List<string> Texts(string sql) => Plein.Rows(_folder, sql, row => row.GetString(0));

    private long Number(string sql) => Plein.Rows(_folder, sql, row => row.GetInt64(0)).Single();
}

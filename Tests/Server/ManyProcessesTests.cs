using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Administration;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Upkeep;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>One node as several processes on one PostgreSQL: from outside nobody can tell.</summary>
public sealed class ManyProcessesTests
{
    private Plein _first = null!;
    private RemoteServer _remote = null!;
    private Uri _bram = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        if (TestEngines.Postgres is null)
            Assert.Ignore($"{TestEngines.Variable} is not set.");
        _remote = await RemoteServer.StartAsync();
        _bram = _remote.ServeActor("bram", TestKeys.Bram);
        _remote.ServeStatus("/inbox", 202);
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        if (_first is not null)
            await _first.DisposeAsync();
        if (_remote is not null)
            await _remote.DisposeAsync();
    }

    [Test]
    public async Task What_is_posted_at_either_arrives_once_in_order_and_one_at_a_time()
    {
        await StartAsync();
        await using var second = await _first.BesideAsync();
        await FollowAsync(_first);
        int now = 0, most = 0;
        _remote.Routes["/inbox"] = async http =>
        {
            var here = Interlocked.Increment(ref now);
            most = Math.Max(most, here);
            await Task.Delay(2);
            Interlocked.Decrement(ref now);
            http.Response.StatusCode = 202;
        };
        var anna = await _first.PersonAsync("Anna");
        var topic = await _first.TopicAsync("afval");
        var expected = new List<string>();
        for (var n = 0; n < 10; n++)
        {
            var (asks, revises) = n % 2 == 0 ? (_first, second) : (second, _first);
            var asked = (await asks.Get<AskQuestion>().ExecuteAsync(
                new AskQuestion.Form($"Wanneer komt de wagen, keer {n}?", "", topic.Id), anna, default)).Value!;
            await revises.Get<ReviseQuestion>().ExecuteAsync(asked.Id, asked.Title, "Op dinsdag?", anna, default);
            expected.AddRange([$"Announce {asked.Uri}", $"Update {asked.Uri}"]);
        }

        await Until.TrueAsync(
            () => Task.FromResult(_first.Count("select count(*) from deliveries") == 0), "all is delivered");
        var received = Received("Announce", "Update");
        Assert.Multiple(() =>
        {
            Assert.That(received.Select(a => (string)a["id"]!), Is.Unique);
            Assert.That(received.Select(a => $"{a["type"]} {About(a)}"), Is.EqualTo(expected));
            Assert.That(most, Is.EqualTo(1), "requests in flight");
        });
    }

    [Test]
    public async Task An_activity_that_is_sent_to_both_at_once_is_kept_and_done_once()
    {
        await StartAsync();
        await using var second = await _first.BesideAsync();
        var notes = Enumerable.Range(0, 20).Select(Question).ToList();
        var statuses = await Task.WhenAll(
            notes.SelectMany(note => new[] { _first, second, second }.Select(door => SendAsync(door, note))));
        Assert.That(statuses, Is.All.EqualTo(202));
        await Until.TrueAsync(
            () => Task.FromResult(_first.Count("select count(*) from inbox where state = 0") == 0), "all is done");
        Assert.That(
            _first.Texts("select uri from questions"),
            Is.EquivalentTo(notes.Select(note => (string)note["object"]!["id"]!)));
        Assert.That(_first.Count("select count(*) from inbox where state = 1"), Is.EqualTo(notes.Count));
    }

    [Test]
    public async Task What_one_remembers_is_forgotten_when_the_other_changes_it()
    {
        await StartAsync();
        await using var second = await _first.BesideAsync();
        await FollowAsync(second);
        var actors = second.Get<IActorDirectory>();
        var known = (await actors.FindAsync(_bram, default))!;
        await second.Http.GetStringAsync("/");
        await second.Get<NodeSettings>().NameAsync(default);

        await _first.Get<IActorDirectory>().RememberAsync(known with { Name = "Bram de Boer" }, default);
        Assert.That(await _first.Get<DescribeNode>().ExecuteAsync(
                new DescribeNode.Form("Nieuwplein", "", "", ""), default), Is.Null);
        var anna = await _first.PersonAsync("Anna");
        await _first.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form("Wie heeft de sleutel?", "", (await _first.TopicAsync("afval")).Id), anna, default);
        await Until.TrueAsync(
            async () => (await actors.FindAsync(_bram, default))!.Name == "Bram de Boer", "the actor is new");
        await Until.TrueAsync(
            async () => await second.Get<NodeSettings>().NameAsync(default) == "Nieuwplein", "the name is new");
        await Until.TrueAsync(
            async () => await second.Http.GetStringAsync("/") is var home
                && home.Contains("Nieuwplein", StringComparison.Ordinal)
                && home.Contains("Wie heeft de sleutel?", StringComparison.Ordinal), "the page is new");
    }

    [Test]
    public async Task Attempts_to_sign_in_are_counted_by_all_together()
    {
        await StartAsync();
        await using var second = await _first.BesideAsync();
        var from = new SignInFrom("192.0.2.1", null);
        var tries = await Task.WhenAll(Enumerable.Range(0, 30).Select(n =>
            (n % 2 == 0 ? _first : second).Get<SignInLimits>().TakePasswordAsync("anna@example.org", from, default)));
        Assert.That(tries.Count(refusal => refusal is null), Is.EqualTo(10));
    }

    [Test]
    public async Task What_one_person_may_post_is_counted_by_all_together()
    {
        await StartAsync(options => options with { PostingFactor = 1 });
        await using var second = await _first.BesideAsync();
        var anna = await _first.PersonAsync("Anna");
        var topic = (await _first.TopicAsync("afval")).Id;
        var asked = await Task.WhenAll(Enumerable.Range(0, 40).Select(n =>
            (n % 2 == 0 ? _first : second).Get<AskQuestion>().ExecuteAsync(
                new AskQuestion.Form($"Wanneer komt de wagen, keer {n}?", "", topic), anna, default)));
        Assert.That(asked.Count(one => one.Refusal is null), Is.EqualTo(5));
        Assert.That(asked.Where(one => one.Refusal is not null).Select(one => one.Refusal!.Kind),
            Is.All.EqualTo(RefusalKind.TooMany));
        Assert.That(_first.Count("select count(*) from questions"), Is.EqualTo(5));
    }

    [Test]
    public async Task One_form_that_is_sent_to_both_at_once_makes_one_post()
    {
        await StartAsync();
        await using var second = await _first.BesideAsync();
        var anna = await _first.PersonAsync("Anna");
        var topic = (await _first.TopicAsync("afval")).Id;
        var sent = await Task.WhenAll(Enumerable.Range(0, 40).Select(async n =>
        {
            var form = new AskQuestion.Form(
                $"Wanneer komt de wagen, keer {n % 8}?", "", topic, Key: $"een formulier nummer {n % 8}");
            var outcome = await (n / 8 % 2 == 0 ? _first : second).Get<AskQuestion>().ExecuteAsync(
                form, anna, default);
            Assert.That(outcome.Refusal, Is.Null);
            return (Form: n % 8, outcome.Value!.Id);
        }));
        Assert.That(_first.Count("select count(*) from questions"), Is.EqualTo(8));
        Assert.That(
            sent.GroupBy(one => one.Form).Select(same => same.Select(one => one.Id).Distinct().Count()),
            Is.All.EqualTo(1), "each is told of the one that was made");
    }

    [Test]
    public async Task A_server_that_sends_to_all_of_them_may_send_no_more_than_to_one()
    {
        // Ten times the rate at once.
        const int rate = 4;
        const int limit = 40;
        await StartAsync(options => options with { InboxPerActorPerMinute = rate });
        await using var second = await _first.BesideAsync();
        await Until.TrueAsync(
            () => Task.FromResult(
                new[] { _first, second }.All(process => process.Get<LimitShare>().Processes == 2)),
            "each knows of the other");
        var started = TimeProvider.System.GetTimestamp();
        var statuses = await Task.WhenAll(Enumerable.Range(0, 80).Select(
            n => SendAsync(n % 2 == 0 ? _first : second, Question(n))));
        // What came back in the meantime.
        var more = (int)(TimeProvider.System.GetElapsedTime(started).TotalMinutes * rate) + 1;
        Assert.That(statuses.Count(status => status == 202), Is.InRange(limit, limit + more));
        Assert.That(statuses.Where(status => status != 202), Is.All.EqualTo(429));
    }

    [Test]
    public async Task A_web_process_leaves_the_work_to_a_worker_that_listens_to_nobody()
    {
        await StartAsync(options => options with { Roles = Roles.Web });
        Assert.That(await SendAsync(_first, Follow()), Is.EqualTo(202));
        await using var worker = await _first.BesideAsync(options => options with { Roles = Roles.Worker });
        Assert.That(Plein.IsFree(worker.Door.Port), Is.True);
        await Until.TrueAsync(() => Task.FromResult(Received("Accept").Count == 1), "the follow is accepted");
        // Not one of its own: nothing is announced back to where it came from.
        var asked = await _first.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form("Wanneer komt de wagen?", "", (await _first.TopicAsync("afval")).Id),
            await _first.PersonAsync("Anna"), default);
        Assert.That(asked.Refusal, Is.Null);
        await Until.TrueAsync(() => Task.FromResult(Received("Announce").Count == 1), "the question is passed on");
        Assert.That(
            (_first.Get<LimitShare>().Processes, worker.Get<LimitShare>().Processes), Is.EqualTo((1, 1)),
            "who take requests");
    }

    [Test]
    public async Task What_is_read_at_a_web_process_is_completed_by_a_worker()
    {
        await StartAsync(options => options with { Roles = Roles.Web });
        await using var worker = await _first.BesideAsync(options => options with { Roles = Roles.Worker });
        await FollowAsync(_first);
        Assert.That(await SendAsync(_first, Question(1)), Is.EqualTo(202));
        const string done = "select count(*) from thread_fetches where fetched_at is not null";
        await Until.TrueAsync(
            () => Task.FromResult(_first.Count("select count(*) from questions") == 1), "the question is there");
        await _first.Get<Database>().WriteAsync(writing => writing.Execute("delete from thread_fetches"));
        var page = await _first.Http.GetAsync(
            new Uri(_first.Door, $"/q/{_first.Count("select id from questions")}"));
        Assert.That(page.IsSuccessStatusCode, Is.True);
        await Until.TrueAsync(
            () => Task.FromResult(_first.Count(done) == 1), "the thread was looked at again for its reader");
    }

    [Test]
    public async Task A_process_with_another_key_does_not_start()
    {
        await StartAsync();
        Assert.That(
            () => _first.BesideAsync(options => options with { NodeKey = RandomNumberGenerator.GetBytes(32) }),
            Throws.InstanceOf<SetupException>().With.Message.Contain("another node key"));
    }

    [Test]
    public async Task Two_that_keep_house_at_the_same_time_lose_no_count()
    {
        await StartAsync();
        await using var second = await _first.BesideAsync();
        var anna = await _first.PersonAsync("Anna");
        var topic = await _first.TopicAsync("afval");
        var done = new ConcurrentBag<Question>();
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async n =>
        {
            var process = n % 2 == 0 ? _first : second;
            done.Add((await process.Get<AskQuestion>().ExecuteAsync(
                new AskQuestion.Form($"Wanneer komt de wagen, keer {n}?", "", topic.Id), anna, default)).Value!);
            await process.Get<IEnumerable<IHostedService>>().OfType<Housekeeper>().Single().RunOnceAsync(default);
        }));
        Assert.That(done, Has.Count.EqualTo(12));
        Assert.That((await second.TopicAsync("afval")).QuestionCount, Is.EqualTo(12));
    }

    private async Task StartAsync(Func<ServerOptions, ServerOptions>? change = null) =>
        _first = await Plein.StartAsync(TestKeys.Node, ["afval"], change, engine: TestEngine.Postgres);

    private async Task FollowAsync(Plein door)
    {
        Assert.That(await SendAsync(door, Follow()), Is.EqualTo(202));
        await Until.TrueAsync(() => Task.FromResult(Received("Accept").Count == 1), "the follow is accepted");
    }

    private async Task<int> SendAsync(Plein door, JsonNode activity)
    {
        using var response = await new SignedRequest(activity.ToJsonString(), TimeProvider.System.GetUtcNow())
        {
            Origin = _first.Origin,
            Door = door.Door,
        }.SignMessage(TestKeys.Bram, $"{_bram}#ed25519-key").SendAsync(door.Http);
        return (int)response.StatusCode;
    }

    private List<JsonNode> Received(params string[] types) =>
    [
        .. _remote.Seen.Where(request => request.Method == "POST").Select(request => JsonNode.Parse(request.Body)!)
            .Where(activity => types.Contains((string?)activity["type"])),
    ];

    private static string About(JsonNode activity) =>
        activity["object"] is JsonObject thing ? (string)thing["id"]! : (string)activity["object"]!;

    private JsonObject Follow() => new()
    {
        ["id"] = $"{_remote.Origin}/follow",
        ["type"] = "Follow",
        ["actor"] = _bram.AbsoluteUri,
        ["object"] = $"{_first.Origin}o/afval",
    };

    private JsonObject Question(int number) => new()
    {
        ["id"] = $"{_remote.Origin}/create/{number}",
        ["type"] = "Create",
        ["actor"] = _bram.AbsoluteUri,
        ["to"] = new JsonArray($"{_first.Origin}o/afval", ScriptedPeer.Public),
        ["object"] = new JsonObject
        {
            ["id"] = $"{_remote.Origin}/note/{number}",
            ["type"] = "Note",
            ["attributedTo"] = _bram.AbsoluteUri,
            ["content"] = $"<p>Wanneer komt de wagen, keer {number}?</p>",
            ["to"] = new JsonArray($"{_first.Origin}o/afval", ScriptedPeer.Public),
        },
    };
}

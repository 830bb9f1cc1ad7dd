using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using Ontmoetingsplein.Server.Web.Serving;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>
/// Both engines side by side: what reading costs with 10,000 and with so many objects, by which plans, and how many
/// activities are accepted in a second.
/// </summary>
internal sealed partial class EngineLoads
{
    private const string Variable = "PLEIN_TEST_POSTGRES";
    private const int Few = 10_000;
    private const int Port = 5470;
    private const int PeerPort = 5490;
    private const int Rounds = 5;
    private const int WarmUp = 200;
    private const double Most = 1.5;

    private readonly ResultTable table = new();
    private readonly List<string> plans = [];
    private readonly string folder = Directory.CreateTempSubdirectory("ontmoetingsplein-engines-").FullName;
    private readonly string? postgres = Environment.GetEnvironmentVariable(Variable);
    private readonly int many;
    private readonly string program = ServerProcess.Publish();

    private EngineLoads(int many) => this.many = many;

    /// <summary>Runs all of it.</summary>
    /// <param name="many">How many objects the large database has; 0 leaves the reads out.</param>
    public static async Task<int> RunAsync(int many)
    {
        var loads = new EngineLoads(many);
        try
        {
            if (many > 0)
            {
                await loads.ReadAsync("SQLite", name => $"Data Source={loads.Folder(name)}/bench.db");
            }

            if (many > 0 && loads.postgres is not null)
            {
                await loads.ReadAsync("PostgreSQL", name => loads.Schema(name));
            }

            await loads.AcceptAsync();
        }
        finally
        {
            Directory.Delete(loads.folder, recursive: true);
        }

        loads.plans.ForEach(Console.WriteLine);
        if (loads.postgres is null)
        {
            Console.WriteLine($"The PostgreSQL half was left out: set {Variable}=Host=… to run it.");
        }

        return loads.table.Print();
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;

    // A schema for each database; the last run's is dropped.
    private string Schema(string name)
    {
        using var connection = new NpgsqlConnection(postgres);
        connection.Open();
        connection.Execute($"drop schema if exists bench_{name} cascade; create schema bench_{name}");
        return new NpgsqlConnectionStringBuilder(postgres) { SearchPath = $"bench_{name}" }.ToString();
    }

    private async Task ReadAsync(string engine, Func<string, string> database)
    {
        var started = TimeProvider.System.GetTimestamp();
        await using var small = await FilledDatabase.CreateAsync(
            Folder($"{engine}-few"), database("few"), Port, Few);
        await using var large = await FilledDatabase.CreateAsync(
            Folder($"{engine}-many"), database("many"), Port + 1, many);
        table.Add(
            $"{engine}: filling {Few:N0} and {many:N0} objects",
            $"{TimeProvider.System.GetElapsedTime(started).TotalSeconds:N0} s");
        await using var control = engine == "SQLite" ? null : new NpgsqlConnection(postgres);
        await (control?.OpenAsync() ?? Task.CompletedTask);
        var meter = new CostMeter(control);
        foreach (var (name, run) in HotReads.Hottest)
        {
            Tell(engine, name, await meter.CompareAsync(() => run(small), () => run(large)));
        }

        foreach (var (name, run) in HotReads.Others)
        {
            Tell(engine, name, await meter.CompareAsync(() => run(small), () => run(large)), isSame: false);
        }

        await ExplainAsync(engine, large);
        await PagesAsync(engine, meter, small, large);
    }

    private async Task PagesAsync(string engine, CostMeter meter, FilledDatabase small, FilledDatabase large)
    {
        var (few, _) = await ServerProcess.StartAsync(
            program, small.Folder, small.Port, settings: [$"Plein:Database={small.Connection}"]);
        using var one = few;
        var (lots, _) = await ServerProcess.StartAsync(
            program, large.Folder, large.Port, settings: [$"Plein:Database={large.Connection}"]);
        using var other = lots;
        using var client = new HttpClient();
        // With a language of one's own a page is made for each request, instead of once for all visitors.
        client.DefaultRequestHeaders.Add("Cookie", $"{Languages.CookieName}=nl");
        (string Name, Func<FilledDatabase, string> Path, string Accept)[] pages =
        [
            ("home page", _ => "/", "text/html"),
            ("topic page", db => $"/o/{Loads.Topic}?voor={db.Question()}", "text/html"),
            ("question page", db => $"/q/{db.Question()}", "text/html"),
            ("search page", _ => "/zoeken?q=afvalcontainer", "text/html"),
            ("outbox", _ => $"/o/{Loads.Topic}/outbox", "application/activity+json"),
            ("outbox page", db => $"/o/{Loads.Topic}/outbox?page={db.Activity()}", "application/activity+json"),
        ];
        // What waits in the database is worked off, and what the pages make a server compile is compiled, before.
        foreach (var (_, path, accept) in pages)
        {
            for (var i = 0; i < WarmUp; i++)
            {
                await GetAsync(small, path(small), accept);
                await GetAsync(large, path(large), accept);
            }
        }

        await one.QuietAsync();
        await other.QuietAsync();
        foreach (var (name, path, accept) in pages)
        {
            Tell(engine, $"{name} over HTTP", await meter.CompareAsync(
                () => GetAsync(small, path(small), accept), () => GetAsync(large, path(large), accept),
                (one.Id, other.Id)));
        }

        async Task GetAsync(FilledDatabase of, string path, string accept)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://localhost:{of.Port}{path}");
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
            using var answer = await client.SendAsync(request);
            answer.EnsureSuccessStatusCode();
            await answer.Content.CopyToAsync(Stream.Null);
        }
    }

    private void Tell(
        string engine, string name, CostMeter.Comparison cost, bool isSame = true) =>
        table.Add(
            $"{engine}: {name}",
            $"CPU {cost.Small.Microseconds:N0} and {cost.Large.Microseconds:N0} µs, p50"
            + $" {cost.Small.Milliseconds:N2} and {cost.Large.Milliseconds:N2} ms",
            $"{cost.Ratio:N2} times", isSame ? $"<= {Most}" : "", isSame ? cost.Ratio <= Most : null);

    private async Task ExplainAsync(string engine, FilledDatabase large)
    {
        var scans = 0;
        await using var connection = large.Database.Engine.OpenWritable();
        foreach (var (name, run) in HotReads.Hottest)
        {
            var sent = new List<(string Sql, object? Values)>();
            large.Database.Engine.Observer = (sql, values) => sent.Add((sql, values));
            await run(large);
            large.Database.Engine.Observer = null;
            plans.Add($"\n{engine}, {many:N0} objects: {name}");
            // The same statement may come many times, for one host after the other; prepared ones hold their values.
            foreach (var (sql, values) in sent.DistinctBy(one => one.Sql)
                .Where(one => one.Values is not null || !one.Sql.Contains('@', StringComparison.Ordinal)))
            {
                IEnumerable<string> lines = engine == "SQLite"
                    ? (await connection.QueryAsync<PlanLine>("explain query plan " + sql, values))
                        .Select(line => line.Detail).ToList()
                    : (await connection.QueryAsync<string>("explain (costs off) " + sql, values)).ToList();
                plans.AddRange(lines.Select(line => "  " + line).Append(""));
                scans += lines.Count(line => Scan().IsMatch(line));
            }
        }

        table.Add(
            $"{engine}: plans of the hottest reads", $"{scans} walk through a table that grows", "", "none",
            scans == 0);
    }

    private async Task AcceptAsync()
    {
        using var peer = Peer.Start(PeerPort);
        var sides = new List<Accepting> { await StartAsync("SQLite", null, Port + 2) };
        try
        {
            if (postgres is not null)
            {
                sides.Add(await StartAsync("PostgreSQL", Schema("accept"), Port + 3));
            }

            foreach (var side in sides)
            {
                // Until the code that is measured is compiled for good.
                await side.SendAsync(peer, 64, 6_000);
                await side.SendAsync(peer, 8, 2_000);
            }

            await Task.Delay(TimeSpan.FromSeconds(10));

            foreach (var (connections, count) in new[] { (8, 6_000), (64, 16_000), (256, 25_000) })
            {
                // In turns: the speed of a machine changes while it measures.
                for (var round = 0; round < Rounds; round++)
                {
                    foreach (var side in sides)
                    {
                        await side.MeasureAsync(peer, connections, count);
                    }
                }

                var rates = sides.ConvertAll(side => side.Rate(connections));
                for (var i = 0; i < sides.Count; i++)
                {
                    var ratio = i > 0 ? rates[i] / rates[0] : (double?)null;
                    table.Add(
                        $"{sides[i].Engine}: activities accepted until durable, {connections} connections,"
                        + $" median of {Rounds}",
                        $"{rates[i]:N0}/s{sides[i].Describe(connections)}",
                        ratio is { } r ? $"{r:N2} times SQLite" : "", ratio is null ? "" : ">= 1",
                        ratio is null ? null : ratio >= 1 && !sides[i].HasFailed);
                }
            }
        }
        finally
        {
            sides.ForEach(side => side.Server.Dispose());
        }

        async Task<Accepting> StartAsync(string engine, string? database, int port)
        {
            var (server, _) = await ServerProcess.StartAsync(
                program, Folder($"{engine}-accept"), port,
                settings: database is null ? [] : [$"Plein:Database={database}"]);
            return new Accepting(engine, server, await Loads.AskAsync(peer, server, port));
        }
    }

    [GeneratedRegex(
        "^SCAN (?!due|CONSTANT|w$|t$|part)(?!.*(USING INDEX|USING COVERING|VIRTUAL))|"
        + "Seq Scan on (questions|answers|actors|inbox|activities|deliveries|question_words|answer_words)")]
    private static partial Regex Scan();

    private sealed class Accepting(string engine, ServerProcess server, string question)
    {
        private readonly List<(int Connections, WireClient.Result Result, string Cost)> measured = [];
        private long number = server.Port * 1_000_000L;

        public string Engine => engine;

        public ServerProcess Server => server;

        public bool HasFailed => measured.Exists(one => one.Result.Failed > 0);

        public double Rate(int connections) => Median(connections).Result.PerSecond;

        public string Describe(int connections)
        {
            var (_, result, cost) = Median(connections);
            var all = measured.Where(one => one.Connections == connections).Select(one => one.Result).ToList();
            return $" ({all.Min(one => one.PerSecond):N0} to {all.Max(one => one.PerSecond):N0}),"
                + $" p50 {result.Percentile(.5):N1} ms, p99 {result.Percentile(.99):N1} ms{cost},"
                + $" {all.Sum(one => one.Failed)} failed";
        }

        public async Task MeasureAsync(Peer peer, int connections, int count)
        {
            var (result, cost) = await SendAsync(peer, connections, count);
            measured.Add((connections, result, cost));
        }

        private (int Connections, WireClient.Result Result, string Cost) Median(int connections) => measured
            .Where(one => one.Connections == connections).OrderBy(one => one.Result.PerSecond).ElementAt(Rounds / 2);

        public async Task<(WireClient.Result Result, string Cost)> SendAsync(Peer peer, int connections, int count)
        {
            var requests = await Loads.SignAsync(peer, server, question, count, ref number);
            var (theirs, ours) = (server.ProcessorTime, Environment.CpuUsage.TotalTime);
            var result = await WireClient.RunAsync(
                server.Port, connections, () => requests.TryDequeue(out var request) ? request : null, 202);
            var cost = Loads.Cost(
                server.ProcessorTime - theirs, Environment.CpuUsage.TotalTime - ours, result.Done);
            // What was accepted is worked off in the background: not while the other one is measured.
            await server.QuietAsync();
            return (result, cost);
        }
    }

    private sealed record PlanLine
    {
        public required string Detail { get; init; }
    }
}

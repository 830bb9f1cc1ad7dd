using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>
/// Three processes of one node on one PostgreSQL, with load on all: two are killed at random moments, then the database
/// is restarted. What was accepted is done once, what is to be delivered arrives, and nothing stays behind.
/// </summary>
internal sealed class ProcessesLoad : IDisposable
{
    private const int Ports = 5480;
    private const int PeerPort = 5490;
    private const int Inboxes = 50;
    private const int Senders = 24;
    private const string Topic = "afval_en_recycling";
    private static readonly string Origin = $"http://localhost:{Ports}";
    private static readonly string TopicUri = $"{Origin}/o/{Topic}";
    // A lease of a process that was killed lasts two minutes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly string program = ServerProcess.Publish();
    private readonly string folder = Directory.CreateTempSubdirectory("ontmoetingsplein-bench-").FullName;
    private readonly string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly ServerProcess?[] servers = new ServerProcess?[3];
    private readonly ConcurrentDictionary<(string Host, string About), ConcurrentBag<string>> arrived = new();
    private readonly string database;
    private readonly string control;
    private readonly Peer peer;
    private bool allHeld = true;
    private int questions;
    private int replies;

    private ProcessesLoad(string database, string control, Peer peer)
    {
        (this.database, this.control, this.peer) = (database, control, peer);
        peer.Arrived = Note;
    }

    public static async Task<int> RunAsync()
    {
        if (Environment.GetEnvironmentVariable("PLEIN_TEST_POSTGRES") is not { Length: > 0 } database
            || Environment.GetEnvironmentVariable("PLEIN_TEST_POSTGRES_CONTROL") is not { Length: > 0 } control)
        {
            Console.Error.WriteLine("Run it through deploy/test-postgres.sh, which starts a PostgreSQL to restart.");
            return 69;
        }

        using var load = new ProcessesLoad(database, control, Peer.Start(PeerPort));
        await load.StartAllAsync();
        await load.KilledAsync();
        await load.RestartedAsync();
        return load.allHeld ? 0 : 1;
    }

    public void Dispose()
    {
        foreach (var server in servers)
        {
            server?.Dispose();
        }

        peer.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartAllAsync()
    {
        for (var number = 0; number < servers.Length; number++)
        {
            await StartAsync(number);
        }

        await SendAsync(
            [
                .. Enumerable.Range(0, Inboxes).Select(i => new Post(i, Peer.Follow(peer.Origin(i), TopicUri))),
            ], new Tally());
        await UntilAsync(() => Task.FromResult(peer.Received >= Inboxes));
        await SendAsync([Question(0, questions++)], new Tally());
        await UntilAsync(async () => await NumberAsync("select count(*) from questions") == 1);
    }

    private async Task StartAsync(int number) =>
        (servers[number], _) = await ServerProcess.StartAsync(
            program, Path.Combine(folder, $"{number}"), Ports + number, settings:
            [
                $"Plein:Origin={Origin}", $"Plein:Database={database}", $"Plein:NodeKey={key}",
            ]);

    // 1. Processes that die.
    private async Task KilledAsync()
    {
        Console.WriteLine("\n20,000 activities in, 20,000 deliveries out, two processes killed");
        var tally = new Tally();
        var started = TimeProvider.System.GetTimestamp();
        int[] moments = [RandomNumberGenerator.GetInt32(2_000, 9_000), RandomNumberGenerator.GetInt32(10_000, 18_000)];
        var victims = Enumerable.Range(0, 3).OrderBy(_ => RandomNumberGenerator.GetInt32(1_000)).Take(2).ToArray();
        var sending = SendAsync(Mix(19_600, 400), tally);
        foreach (var (moment, victim) in moments.Zip(victims))
        {
            await UntilAsync(() => Task.FromResult(tally.Accepted >= moment || sending.IsCompleted));
            await servers[victim]!.KillAsync();
            Console.WriteLine($"  process {victim + 1} killed after {tally.Accepted:N0} activities, "
                + $"{peer.Received:N0} deliveries");
            await Task.Delay(TimeSpan.FromSeconds(2));
            await StartAsync(victim);
        }

        await sending;
        Console.WriteLine($"  all accepted after {Seconds(started):N0} s; {tally}");
        await SettledAsync(started);
        await CheckAsync();
    }

    // 2. A database that goes away.
    private async Task RestartedAsync()
    {
        Console.WriteLine("\n8,000 activities in, 4,000 deliveries out, PostgreSQL stopped and started");
        var tally = new Tally();
        using var stop = new CancellationTokenSource();
        var started = TimeProvider.System.GetTimestamp();
        var reading = ReadPagesAsync(tally, stop.Token);
        var sending = SendAsync(Mix(7_920, 80), tally);
        await UntilAsync(() => Task.FromResult(tally.Accepted >= 2_500));
        await ControlAsync("-m", "immediate", "stop");
        Console.WriteLine($"  stopped after {tally.Accepted:N0} activities, {peer.Received:N0} deliveries");
        await Task.Delay(TimeSpan.FromSeconds(4));
        var health = await Task.WhenAll(servers.Select(server => StatusAsync(server!, "/healthz")));
        await ControlAsync("start");
        var back = TimeProvider.System.GetTimestamp();
        var before = tally.Accepted;
        await UntilAsync(() => Task.FromResult(tally.Accepted > before + Senders || sending.IsCompleted));
        Console.WriteLine($"  started; activities are accepted again {Seconds(back):N1} s later");
        await sending;
        await stop.CancelAsync();
        await reading;
        Console.WriteLine($"  all accepted after {Seconds(started):N0} s; {tally}");
        Check("requests were refused meanwhile", tally.Refused > 0);
        Check("each refusal was a 503 that says when to come back", tally.Wrong == 0 && tally.Refused == tally.Polite);
        Check("/healthz said 503", health.All(status => status == 503));
        Check("every process lived on", servers.All(server => !server!.HasExited));
        await SettledAsync(started);
        await CheckAsync();
    }

    // However slow the machine: as long as work is done, nothing is stuck.
    private async Task SettledAsync(long started)
    {
        var (settled, before) = (false, long.MaxValue);
        while (!settled && await WaitingAsync() is var waiting && waiting < before)
        {
            before = waiting;
            settled = await UntilAsync(async () => await WaitingAsync() == 0);
        }

        Console.WriteLine($"  all done after {Seconds(started):N0} s");
        Check("nothing waits, no host is held", settled);
    }

    private Task<long> WaitingAsync() => NumberAsync(
        """
        select (select count(*) from inbox where state = 0) + (select count(*) from deliveries)
             + (select count(*) from peers where delivery_lease is not null or inbox_lease is not null)
        """);

    private async Task CheckAsync()
    {
        Check("every activity was done once", await NumberAsync("select count(*) from inbox where state = 1")
            == Inboxes + questions + replies && await NumberAsync("select count(*) from inbox where state > 1") == 0);
        Check("every question and reply is there once",
            await NumberAsync("select count(*) from questions") == questions
            && await NumberAsync("select count(*) from answers") == replies
            && await NumberAsync("select max(answer_count) from questions") == replies);
        // What a topic passes on is wrapped for forums, and a new question goes to the others as a bare id.
        Check("everything was passed on once", await NumberAsync(
            "select count(*) from activities where type = 'Announce'") == 2 * questions + replies);
        var copies = arrived.Values.Sum(ids => ids.Count);
        Check($"{arrived.Count:N0} deliveries arrived, each at least once", arrived.Count == questions * Inboxes);
        Check($"what came more than once ({copies - arrived.Count:N0} times) had the same id",
            arrived.Values.All(ids => ids.Distinct().Count() == 1));
        Check("no host had two requests at the same time", peer.MostAtOnce == 1);
    }

    private void Check(string what, bool holds)
    {
        allHeld &= holds;
        Console.WriteLine($"  {(holds ? "ok    " : "FAILED")} {what}");
    }

    private void Note(string host, ReadOnlyMemory<byte> body)
    {
        using var activity = JsonDocument.Parse(body);
        if (activity.RootElement.GetProperty("type").GetString() == "Announce")
        {
            arrived.GetOrAdd((host, activity.RootElement.GetProperty("object").ToString()), _ => [])
                .Add(activity.RootElement.GetProperty("id").GetString()!);
        }
    }

    private Post Question(int from, int number) =>
        new(from, Peer.Question(peer.Origin(from), TopicUri, number));

    private List<Post> Mix(int moreReplies, int moreQuestions)
    {
        var every = moreReplies / moreQuestions;
        var first = $"{peer.Origin(0)}/q/0";
        var posts = new List<Post>();
        for (var n = 0; n < moreReplies; n++)
        {
            var from = n % 16;
            posts.Add(new Post(from, Peer.Reply(peer.Origin(from), first, TopicUri, replies++)));
            if (n % every == 0)
            {
                posts.Add(Question(from, questions++));
            }
        }

        return posts;
    }

    // As any server does: what was not accepted is sent again, signed anew, to whichever process answers.
    private Task SendAsync(List<Post> posts, Tally tally)
    {
        var queue = new ConcurrentQueue<Post>(posts);
        return Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            using var wire = new Wire(sender % servers.Length);
            while (queue.TryDequeue(out var post))
            {
                while (true)
                {
                    var request = peer.SignedPost(
                        $"{Origin}/inbox", peer.Origin(post.From), post.Body, TimeProvider.System.GetUtcNow());
                    if (tally.Count(await wire.TryAsync(request), 202))
                    {
                        break;
                    }

                    await Task.Delay(200);
                    wire.Turn();
                }
            }
        })));
    }

    private Task ReadPagesAsync(Tally tally, CancellationToken stop) => Task.WhenAll(
        Enumerable.Range(0, servers.Length).Select(server => Task.Run(async () =>
        {
            using var wire = new Wire(server);
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                var request = $"GET /vragen?keer={server}-{n} HTTP/1.1\r\nHost: localhost:{Ports}\r\n"
                    + "Accept: text/html\r\n\r\n";
                tally.Count(await wire.TryAsync(System.Text.Encoding.ASCII.GetBytes(request)), 200, counts: false);
                await Task.Delay(20, CancellationToken.None);
            }
        })));

    private static async Task<int> StatusAsync(ServerProcess server, string path)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://localhost:{server.Port}") };
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return (int)answer.StatusCode;
    }

    private async Task ControlAsync(params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(control, words))!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"PostgreSQL did not {words[^1]}.");
        }
    }

    private async Task<long> NumberAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100 // Constants of this class.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return Convert.ToInt64(await command.ExecuteScalarAsync() ?? 0L, CultureInfo.InvariantCulture);
    }

    private static double Seconds(long since) => TimeProvider.System.GetElapsedTime(since).TotalSeconds;

    private static async Task<bool> UntilAsync(Func<Task<bool>> reached)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!await reached())
        {
            if (TimeProvider.System.GetElapsedTime(since) > Patience)
            {
                return false;
            }

            await Task.Delay(50);
        }

        return true;
    }

    private sealed record Post(int From, byte[] Body);
}

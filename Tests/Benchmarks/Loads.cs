using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>The loads of one run, each bounded in count or time, with the targets as ratios within the run.</summary>
internal sealed class Loads
{
    private const int Port = 5380;
    private const int PeerPort = 5390;
    private const int ConstantPort = 5381;
    private const int Inboxes = 50;
    private const int Starts = 10;
    internal const string Topic = "afval_en_recycling";
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(4);

    private readonly ResultTable table = new();
    private readonly string program = ServerProcess.Publish();
    private readonly string folder = Directory.CreateTempSubdirectory("ontmoetingsplein-bench-").FullName;
    private double verifies;
    private double signs;
    private double deliveries;

    public static async Task<int> RunAsync(string[] names)
    {
        var loads = new Loads();
        try
        {
            loads.Limits();
            foreach (var name in names)
            {
                await (name switch
                {
                    "limits" => Task.CompletedTask,
                    "inbox" => loads.InboxAsync(),
                    "deliveries" => loads.DeliveriesAsync(),
                    "pages" => loads.PagesAsync(),
                    "start" => loads.StartAsync(),
                    "followers" => FollowersLoad.RunAsync(
                        loads.program, Path.Combine(loads.folder, "followers"), Port, loads.Add),
                    _ => throw new ArgumentException($"There is no load {name}."),
                });
            }
        }
        finally
        {
            Directory.Delete(loads.folder, recursive: true);
        }

        return loads.table.Print();
    }

    // What the cores can do at best: everything else is measured against it.
    private void Limits()
    {
        using var rsa = RSA.Create(2048);
        var pkcs8 = rsa.ExportPkcs8PrivateKey();
        var data = RandomNumberGenerator.GetBytes(300);
        var signature = rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        verifies = OnAllCores(
            pkcs8, key => key.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        signs = OnAllCores(pkcs8, key => key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Add("RSA-2048 verify, all cores", $"{verifies:N0}/s");
        Add("RSA-2048 sign, all cores", $"{signs:N0}/s");
    }

    private static double OnAllCores(byte[] pkcs8, Action<RSA> work)
    {
        long count = 0;
        var started = TimeProvider.System.GetTimestamp();
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            using var key = RSA.Create();
            key.ImportPkcs8PrivateKey(pkcs8, out int _);
            var own = 0;
            while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(2))
            {
                work(key);
                own++;
            }

            Interlocked.Add(ref count, own);
        });
        return count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    private async Task InboxAsync()
    {
        using var peer = Peer.Start(PeerPort);
        var (server, _) = await ServerProcess.StartAsync(program, Path.Combine(folder, "inbox"), Port);
        using var running = server;
        var question = await AskAsync(peer, server, 0);
        long number = 0;
        // Until the code that is measured is compiled for good.
        var warmUp = await SignAsync(peer, server, question, 6_000, ref number);
        await WireClient.RunAsync(Port, 64, () => warmUp.TryDequeue(out var r) ? r : null, 202);
        await Task.Delay(TimeSpan.FromSeconds(10));
        foreach (var (connections, count) in new[] { (8, 8_000), (64, 16_000), (256, 30_000) })
        {
            var requests = await SignAsync(peer, server, question, count, ref number);
            // The hosts are known before it counts, as those of a busy node are.
            var (theirs, ours) = (server.ProcessorTime, Environment.CpuUsage.TotalTime);
            var result = await WireClient.RunAsync(
                Port, connections, () => requests.TryDequeue(out var r) ? r : null, 202);
            var ratio = result.PerSecond / verifies;
            Add(
                $"signed activities accepted, verified, durable; {connections} connections",
                $"{result.PerSecond:N0}/s, p50 {result.Percentile(.5):N1} ms, p99 {result.Percentile(.99):N1} ms"
                + Cost(server.ProcessorTime - theirs, Environment.CpuUsage.TotalTime - ours, result.Done)
                + (result.Failed > 0 ? $", {result.Failed} FAILED" : ""),
                $"{ratio:P0} of verify", connections == 256 ? ">= 20 %" : "",
                connections == 256 ? ratio >= .2 && result.Failed == 0 : null);
        }

        Add("resident memory under that load", $"{server.Megabytes:N0} MB");
    }

    // Says the same on a busy machine as on a quiet one.
    internal static string Cost(TimeSpan server, TimeSpan generator, long count) =>
        $", CPU {server.TotalMicroseconds / count:N0} + {generator.TotalMicroseconds / count:N0} µs each";

    /// <summary>Signs replies to a question, as fast as the cores can.</summary>
    internal static Task<ConcurrentQueue<byte[]>> SignAsync(
        Peer peer, ServerProcess server, string question, int count, ref long number)
    {
        var first = number;
        number += count;
        return Task.Run(() =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var made = new byte[count][];
            Parallel.For(0, count, i =>
            {
                var origin = peer.Origin(i % 16);
                made[i] = peer.SignedPost(
                    $"{server.Origin}/inbox", origin,
                    Peer.Reply(origin, question, $"{server.Origin}/o/{Topic}", first + i), now);
            });
            return new ConcurrentQueue<byte[]>(made);
        });
    }

    /// <summary>Lets the hosts become known, and asks a question.</summary>
    /// <returns>Its id.</returns>
    internal static async Task<string> AskAsync(Peer peer, ServerProcess server, long number)
    {
        var origin = peer.Origin(0);
        var topic = $"{server.Origin}/o/{Topic}";
        var warmUp = new ConcurrentQueue<byte[]>(
            Enumerable.Range(0, 16).Select(i => peer.SignedPost(
                $"{server.Origin}/inbox", peer.Origin(i), Peer.Reply(peer.Origin(i), topic, topic, -1 - i),
                TimeProvider.System.GetUtcNow()))
            .Append(peer.SignedPost(
                $"{server.Origin}/inbox", origin, Peer.Question(origin, topic, number),
                TimeProvider.System.GetUtcNow())));
        await WireClient.RunAsync(server.Port, 1, () => warmUp.TryDequeue(out var request) ? request : null, 202);
        return $"{origin}/q/{number}";
    }

    private async Task DeliveriesAsync()
    {
        using (var others = Peer.Start(PeerPort))
        {
            var (rate, cost) = await DeliverAsync(others, "deliveries", questions: 400);
            deliveries = rate;
            Add($"deliveries to {Inboxes} inboxes, RSA", $"{rate:N0}/s{cost}", $"{rate / signs:P0} of sign", ">= 90 %",
                rate / signs >= .9);
        }

        using var nodes = Peer.Start(PeerPort, isOwnNode: true);
        var (faster, less) = await DeliverAsync(nodes, "own-deliveries", questions: 2_000);
        Add($"deliveries to {Inboxes} own nodes, Ed25519", $"{faster:N0}/s{less}",
            $"{faster / deliveries:N1} times RSA", ">= 5 times", faster >= 5 * deliveries);
    }

    private async Task<(double PerSecond, string Cost)> DeliverAsync(Peer peer, string data, int questions)
    {
        // Not all from one host: what comes from one is worked off one by one, and deliveries would wait for it.
        const int Askers = 8;
        const int WarmUp = 100;
        const int Rounds = 4;
        var (server, _) = await ServerProcess.StartAsync(program, Path.Combine(folder, data), Port);
        using var running = server;
        var topic = $"{server.Origin}/o/{Topic}";
        await SendAsync(Enumerable.Range(0, Inboxes).Select(i => peer.SignedPost(
            $"{server.Origin}/inbox", peer.Origin(i), Peer.Follow(peer.Origin(i), topic),
            TimeProvider.System.GetUtcNow())));
        await UntilAsync(() => peer.Received >= Inboxes);
        // Keys of new topics are made in the background; that is not what is measured.
        await Task.Delay(TimeSpan.FromSeconds(15));
        // Until the runtime has compiled what runs often: what is measured is how a node runs, not how it starts.
        for (var round = 0; round < Rounds; round++)
        {
            await AskAllAsync(Sign(1 + (round * WarmUp), WarmUp));
            await Task.Delay(TimeSpan.FromSeconds(2));
        }

        // The inboxes send everyone away until all questions are worked off: what is measured is how what then waits is
        // delivered, not how questions come in.
        peer.State = _ => HostState.Busy;
        await SendAsync(Sign(1 + (Rounds * WarmUp), questions));
        await server.QuietAsync();
        peer.State = _ => HostState.Healthy;
        var before = peer.Received;
        peer.FirstOf = before + 1;
        await UntilAsync(() => peer.Received > before);
        var (theirs, ours) = (server.ProcessorTime, Environment.CpuUsage.TotalTime);
        var count = (long)Inboxes * questions;
        await UntilAsync(() => peer.Received >= before + count);
        var cost = Cost(server.ProcessorTime - theirs, Environment.CpuUsage.TotalTime - ours, count);
        return ((peer.Received - before) / TimeProvider.System.GetElapsedTime(peer.FirstAt, peer.LastAt).TotalSeconds,
            cost);

        byte[][] Sign(int first, int count) =>
        [
            .. Enumerable.Range(first, count).Select(n => peer.SignedPost(
                $"{server.Origin}/inbox", peer.Origin(n % Askers),
                Peer.Question(peer.Origin(n % Askers), topic, n),
                TimeProvider.System.GetUtcNow())),
        ];

        async Task AskAllAsync(byte[][] requests)
        {
            var reached = peer.Received + (Inboxes * requests.Length);
            await SendAsync(requests);
            await UntilAsync(() => peer.Received >= reached);
        }

        static async Task SendAsync(IEnumerable<byte[]> requests)
        {
            var queue = new ConcurrentQueue<byte[]>(requests);
            await WireClient.RunAsync(Port, 4, () => queue.TryDequeue(out var request) ? request : null, 202);
        }

        async Task UntilAsync(Func<bool> reached)
        {
            var since = TimeProvider.System.GetTimestamp();
            while (!reached() && TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(120))
            {
                await Task.Delay(10);
            }
        }
    }

    private async Task PagesAsync()
    {
        using var peer = Peer.Start(PeerPort);
        var data = Path.Combine(folder, "pages");
        var number = await SeededNode.AskAsync(data, Port, Topic);
        var (server, _) = await ServerProcess.StartAsync(program, data, Port);
        using var running = server;
        var question = $"{server.Origin}/q/{number}";
        var replies = Enumerable.Range(0, 20).Select(i => peer.SignedPost(
            $"{server.Origin}/inbox", peer.Origin(0),
            Peer.Reply(peer.Origin(0), question, $"{server.Origin}/o/{Topic}", 1_000_000 + i),
            TimeProvider.System.GetUtcNow()));
        var queue = new ConcurrentQueue<byte[]>(replies);
        await WireClient.RunAsync(Port, 1, () => queue.TryDequeue(out var request) ? request : null, 202);
        await Task.Delay(TimeSpan.FromSeconds(15));
        await CompareAsync("question page for a visitor, 20 answers", $"/q/{number}", "text/html", .35);
        await CompareAsync("question as JSON", $"/q/{number}", "application/activity+json", .5);
        await CompareAsync("thread of the question as JSON", $"/q/{number}/context", "application/activity+json", .5);
        await CompareAsync("home page for a visitor", "/", "text/html", .35);
        Add("resident memory after that", $"{server.Megabytes:N0} MB");
    }

    private async Task CompareAsync(string what, string path, string accept, double target)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://localhost:{Port}") };
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        var body = await client.GetByteArrayAsync(new Uri(path, UriKind.Relative));
        var constant = await ConstantAsync(body.Length);
        var page = await GetAsync(Port, path, accept);
        var ratio = page.PerSecond / constant.PerSecond;
        Add(
            $"{what}, {body.Length / 1024.0:N1} KB",
            $"{page.PerSecond:N0}/s" + (page.Failed > 0 ? $", {page.Failed} FAILED" : ""),
            $"{ratio:P0} of {constant.PerSecond:N0}/s", $">= {target:P0}", ratio >= target && page.Failed == 0);
    }

    private static async Task<WireClient.Result> ConstantAsync(int size)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!, [.. Self(), "constant", $"{ConstantPort}", $"{size}"])
        { RedirectStandardOutput = true };
        start.Environment.Remove(Generator.InlineCompletions);
        using var constant = Process.Start(start)!;
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(1.5));
            return await GetAsync(ConstantPort, "/", "*/*");
        }
        finally
        {
            constant.Kill();
        }
    }

    private static string[] Self() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet" ? [typeof(Loads).Assembly.Location] : [];

    private static async Task<WireClient.Result> GetAsync(int port, string path, string accept)
    {
        var request = Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: {accept}\r\n\r\n");
        async Task<WireClient.Result> For(TimeSpan time)
        {
            var started = TimeProvider.System.GetTimestamp();
            return await WireClient.RunAsync(
                port, 64, () => TimeProvider.System.GetElapsedTime(started) < time ? request : null, 200);
        }

        await For(TimeSpan.FromSeconds(2));
        return await For(Measured);
    }

    private async Task StartAsync()
    {
        var times = new List<double>();
        double idle = 0;
        for (var run = 0; run < Starts; run++)
        {
            var (server, first) = await ServerProcess.StartAsync(program, Path.Combine(folder, "start"), Port, "/");
            using (server)
            {
                times.Add(first.TotalSeconds);
                if (run == Starts - 1)
                {
                    await Task.Delay(TimeSpan.FromSeconds(20));
                    idle = server.Megabytes;
                }
            }
        }

        Add("first answer, new data folder", $"{times[0]:N2} s");
        var median = times.Skip(1).Order().ElementAt((Starts - 1) / 2);
        Add(
            $"first answer of the published program, median of {Starts - 1}", $"{median:N2} s", "", "<= 0.6 s",
            median <= .6);
        Add("resident memory idle", $"{idle:N0} MB", "", "<= 120 MB", idle <= 120);
    }

    private void Add(string what, string figure, string ratio = "", string target = "", bool? met = null) =>
        table.Add(what, figure, ratio, target, met);
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>The loads of one run, each bounded in count or time, with the targets as ratios within the run.</summary>
internal sealed class Loads
{
    private const int Port = 5380;
    private const int PeerPort = 5390;
    private const int ConstantPort = 5381;
    private const int Starts = 10;
    private const int Rounds = 3;
    internal const string Topic = "afval_en_recycling";
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(4);

    private readonly ResultTable table = new();
    private readonly RsaLimits rsa = new();
    private readonly string program = ServerProcess.Publish();
    private readonly string folder = Directory.CreateTempSubdirectory("ontmoetingsplein-bench-").FullName;

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

    private void Limits()
    {
        Add("RSA-2048 verify, all cores", $"{rsa.Verify():N0}/s");
        Add("RSA-2048 sign, all cores", $"{rsa.Sign():N0}/s");
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
        foreach (var (connections, count, rounds) in new[] { (8, 12_000, 3), (64, 24_000, 3), (256, 40_000, 5) })
        {
            var measured = new List<(double Ratio, (WireClient.Result Result, string Cost) Round)>();
            for (var round = 0; round < rounds; round++)
            {
                var requests = await SignAsync(peer, server, question, count, ref number);
                // What was accepted is worked off in the background: not while the limit is measured.
                await server.QuietAsync();
                var verifies = rsa.Verify();
                var (theirs, ours) = (server.ProcessorTime, Environment.CpuUsage.TotalTime);
                var load = await WireClient.RunAsync(
                    Port, connections, () => requests.TryDequeue(out var r) ? r : null, 202);
                var used = Cost(server.ProcessorTime - theirs, Environment.CpuUsage.TotalTime - ours, load.Done);
                measured.Add((load.PerSecond / verifies, (load, used)));
            }

            var failed = measured.Sum(one => one.Round.Result.Failed);
            var (ratios, (result, cost)) = Ratios.Of(measured);
            Add(
                $"signed activities accepted, verified, durable; {connections} connections",
                $"{result.PerSecond:N0}/s, p50 {result.Percentile(.5):N1} ms, p99 {result.Percentile(.99):N1} ms"
                + cost + (failed > 0 ? $", {failed} FAILED" : ""),
                $"{ratios.Percents} of verify", connections == 256 ? ">= 20 %" : "",
                connections == 256 ? ratios.Median >= .2 && failed == 0 : null);
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
        const int Few = 300;
        const int Many = 1_200;
        using var others = await DeliveryLoad.StartAsync(program, Path.Combine(folder, "deliveries"), Port, false);
        using var nodes = await DeliveryLoad.StartAsync(program, Path.Combine(folder, "own"), Port + 20, true);
        var measured = new List<(double Ratio, DeliveryLoad.Round Round)>();
        var own = new List<(double Ratio, DeliveryLoad.Round Round)>();
        for (var round = 0; round < Rounds; round++)
        {
            await others.FillAsync(Few);
            var signs = rsa.Sign();
            var slower = await others.MeasureAsync(Few);
            measured.Add((slower.PerSecond / signs, slower));
            await nodes.FillAsync(Many);
            var faster = await nodes.MeasureAsync(Many);
            own.Add((faster.PerSecond / slower.PerSecond, faster));
        }

        Tell("inboxes, RSA", measured, ratios => $"{ratios.Percents} of sign", ">= 90 %", .9);
        Tell("own nodes, Ed25519", own, ratios => $"{ratios.Times} times RSA", ">= 5 times", 5);

        void Tell(
            string what, List<(double Ratio, DeliveryLoad.Round Round)> rounds, Func<Ratios, string> describe,
            string target, double least)
        {
            var (ratios, typical) = Ratios.Of(rounds);
            Add($"deliveries to {DeliveryLoad.Inboxes} {what}", $"{typical.PerSecond:N0}/s{typical.Cost}",
                describe(ratios), target, ratios.Median >= least);
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

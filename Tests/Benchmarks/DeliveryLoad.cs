using System.Collections.Concurrent;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>A node whose topic is followed by fifty hosts, and how fast it delivers to them.</summary>
internal sealed class DeliveryLoad : IDisposable
{
    /// <summary>How many hosts follow the topic.</summary>
    public const int Inboxes = 50;

    // Not all from one host: what comes from one is worked off one by one, and deliveries would wait for it.
    private const int Askers = 8;
    private const int WarmUps = 4;
    private const int WarmUp = 100;

    private readonly Peer peer;
    private readonly ServerProcess server;
    private readonly string topic;
    private int number;

    private DeliveryLoad(Peer peer, ServerProcess server)
    {
        (this.peer, this.server) = (peer, server);
        topic = $"{server.Origin}/o/{Loads.Topic}";
    }

    /// <summary>A round.</summary>
    /// <param name="PerSecond">Deliveries, from the first that arrived to the last.</param>
    /// <param name="Cost">Processor time of each, for people.</param>
    public sealed record Round(double PerSecond, string Cost);

    /// <summary>
    /// Starts a node, has the topic followed, and delivers until the code that is measured is compiled.
    /// </summary>
    /// <param name="program">Path of the program.</param>
    /// <param name="folder">The data folder.</param>
    /// <param name="port">Its port; the hosts are on the tenth after it.</param>
    /// <param name="isOwnNode">The hosts are of our kind, to which Ed25519 is spoken.</param>
    public static async Task<DeliveryLoad> StartAsync(string program, string folder, int port, bool isOwnNode)
    {
        var peer = Peer.Start(port + 10, isOwnNode);
        var (server, _) = await ServerProcess.StartAsync(program, folder, port);
        var load = new DeliveryLoad(peer, server);
        await load.SendAsync(Enumerable.Range(0, Inboxes).Select(i => peer.SignedPost(
            $"{server.Origin}/inbox", peer.Origin(i), Peer.Follow(peer.Origin(i), load.topic),
            TimeProvider.System.GetUtcNow())));
        await UntilAsync(() => peer.Received >= Inboxes);
        // Keys of new topics are made in the background; that is not what is measured.
        await Task.Delay(TimeSpan.FromSeconds(15));
        for (var round = 0; round < WarmUps; round++)
        {
            var reached = peer.Received + (Inboxes * WarmUp);
            await load.SendAsync(load.Questions(WarmUp));
            await UntilAsync(() => peer.Received >= reached);
            await Task.Delay(TimeSpan.FromSeconds(2));
        }

        return load;
    }

    /// <summary>
    /// Has questions wait for all inboxes: they send everyone away until all questions are worked off. What is measured
    /// is how what then waits is delivered, not how questions come in.
    /// </summary>
    /// <param name="questions">How many, at most what is worked off in forty seconds.</param>
    public async Task FillAsync(int questions)
    {
        peer.State = _ => HostState.Busy;
        await SendAsync(Questions(questions));
        await server.QuietAsync();
        peer.State = _ => HostState.Healthy;
    }

    /// <summary>Waits until all that was filled in has arrived.</summary>
    /// <param name="questions">How many that was.</param>
    public async Task<Round> MeasureAsync(int questions)
    {
        var before = peer.Received;
        peer.FirstOf = before + 1;
        await UntilAsync(() => peer.Received > before);
        var (theirs, ours) = (server.ProcessorTime, Environment.CpuUsage.TotalTime);
        var count = (long)Inboxes * questions;
        await UntilAsync(() => peer.Received >= before + count);
        var cost = Loads.Cost(server.ProcessorTime - theirs, Environment.CpuUsage.TotalTime - ours, count);
        var took = TimeProvider.System.GetElapsedTime(peer.FirstAt, peer.LastAt);
        return new Round((peer.Received - before) / took.TotalSeconds, cost);
    }

    public void Dispose()
    {
        server.Dispose();
        peer.Dispose();
    }

    private byte[][] Questions(int count)
    {
        var first = number + 1;
        number += count;
        return
        [
            .. Enumerable.Range(first, count).Select(n => peer.SignedPost(
                $"{server.Origin}/inbox", peer.Origin(n % Askers), Peer.Question(peer.Origin(n % Askers), topic, n),
                TimeProvider.System.GetUtcNow())),
        ];
    }

    private Task<WireClient.Result> SendAsync(IEnumerable<byte[]> requests)
    {
        var queue = new ConcurrentQueue<byte[]>(requests);
        return WireClient.RunAsync(server.Port, 4, () => queue.TryDequeue(out var request) ? request : null, 202);
    }

    private static async Task UntilAsync(Func<bool> reached)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!reached() && TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(120))
        {
            await Task.Delay(10);
        }
    }
}

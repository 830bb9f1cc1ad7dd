using System.Collections.Concurrent;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>
/// A topic with 1,000 followers on 200 hosts, of which 20 are dead and 20 slow: how soon a question reaches the healthy
/// ones, and how often the dead ones are tried.
/// </summary>
internal static class FollowersLoad
{
    public delegate void Report(string what, string figure, string ratio = "", string target = "", bool? met = null);

    private const int PeerPort = 5391;
    private const int Hosts = 200;
    private const int Ill = 20;
    private const int Questions = 30;
    private const string Topic = "afval_en_recycling";
    private const double MostSeconds = 60;
    private static readonly string[] Names = ["a", "b", "c", "d", "e"];
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(60);

    // The first tries that the schedule allows (CONTRACT.md §6), as early as chance makes them, in seconds.
    private static readonly double[] Steps = [0, 24, 24 + 96, 24 + 96 + 480];

    public static async Task RunAsync(string program, string folder, int port, Report report)
    {
        using var peer = Peer.Start(PeerPort);
        var (server, _) = await ServerProcess.StartAsync(program, folder, port);
        using var running = server;
        var topic = $"{server.Origin}/o/{Topic}";
        var now = TimeProvider.System.GetUtcNow();
        await SendAsync(port, Enumerable.Range(0, Hosts).SelectMany(host => Names.Select(name => peer.SignedPost(
            $"{server.Origin}/inbox", peer.Origin(host), Peer.Follow(peer.Origin(host), topic, name), now, name))));
        await UntilAsync(() => peer.Received >= Hosts * Names.Length, TimeSpan.FromMinutes(2));
        report("followers that were accepted", $"{peer.Received:N0}", "", $"{Hosts * Names.Length:N0}",
            peer.Received >= Hosts * Names.Length);
        // Keys of new topics are made in the background; that is not what is measured.
        await Task.Delay(TimeSpan.FromSeconds(10));

        peer.State = host => host switch
        {
            < Ill => host % 2 == 0 ? HostState.Silent : HostState.Closed,
            < 2 * Ill => HostState.Slow,
            _ => HostState.Healthy,
        };
        var arrivals = peer.Arrivals = [];
        var asked = new long[Questions + 1];
        var started = TimeProvider.System.GetTimestamp();
        for (var number = 1; number <= Questions; number++)
        {
            var asker = peer.Origin(Hosts - 1);
            asked[number] = TimeProvider.System.GetTimestamp();
            await SendAsync(port, [peer.SignedPost(
                $"{server.Origin}/inbox", asker, Peer.Question(asker, topic, number),
                TimeProvider.System.GetUtcNow())]);
            await Task.Delay(Between);
        }

        // The one who asked gets it too: as an announcement, to each of its five.
        const int healthy = Hosts - (2 * Ill);
        await UntilAsync(
            () => arrivals.Count(one => one.Host >= 2 * Ill) >= healthy * Names.Length * Questions, Last);
        await Task.Delay(TimeSpan.FromSeconds(20));
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        Tell(arrivals, asked, seconds, report);
        report("resident memory after that", $"{server.Megabytes:N0} MB");
    }

    private static void Tell(ConcurrentQueue<Arrival> arrivals, long[] asked, double seconds, Report report)
    {
        var waits = arrivals.Where(one => one.Host >= 2 * Ill && one.Question > 0)
            .Select(one => TimeProvider.System.GetElapsedTime(asked[one.Question], one.At).TotalSeconds)
            .Order().ToList();
        const int expected = (Hosts - (2 * Ill)) * 5 * Questions;
        var high = waits.Count == 0 ? double.PositiveInfinity : waits[(int)(waits.Count * .95)];
        report("deliveries to healthy hosts", $"{waits.Count:N0}", "", $"{expected:N0}", waits.Count >= expected);
        report(
            "time to a healthy host", $"p50 {waits.ElementAtOrDefault(waits.Count / 2):N2} s, p95 {high:N2} s, most"
            + $" {waits.LastOrDefault():N2} s", "", $"p95 < {MostSeconds:N0} s", high < MostSeconds);
        var slow = arrivals.Where(one => one.Host is >= Ill and < 2 * Ill).ToList();
        report("deliveries begun to slow hosts", $"{slow.Count:N0} in {seconds:N0} s");
        var most = Enumerable.Range(0, Ill).Max(host => Tries(arrivals.Where(one => one.Host == host)));
        var allowed = Steps.Count(step => step <= seconds);
        report("tries of a dead host, at most", $"{most}", "", $"<= {allowed} in {seconds:N0} s", most <= allowed);
    }

    // A connection that breaks is made anew at once, twice: that is one try.
    private static int Tries(IEnumerable<Arrival> arrivals)
    {
        var (tries, last) = (0, 0L);
        foreach (var at in arrivals.Select(one => one.At).Order())
        {
            if (tries == 0 || TimeProvider.System.GetElapsedTime(last, at) > TimeSpan.FromSeconds(1))
            {
                tries++;
            }

            last = at;
        }

        return tries;
    }

    private static async Task SendAsync(int port, IEnumerable<byte[]> requests)
    {
        var queue = new ConcurrentQueue<byte[]>(requests);
        await WireClient.RunAsync(port, 4, () => queue.TryDequeue(out var request) ? request : null, 202);
    }

    private static async Task UntilAsync(Func<bool> reached, TimeSpan within)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!reached() && TimeProvider.System.GetElapsedTime(since) < within)
        {
            await Task.Delay(50);
        }
    }
}

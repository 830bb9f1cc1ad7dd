using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>
/// A lean HTTP/1.1 client: sends finished bytes on kept-alive connections and reads the status and the length, so that
/// the load generator takes as little of the two cores as it can.
/// </summary>
internal static class WireClient
{
    /// <summary>What a load came to.</summary>
    /// <param name="Done">Requests answered as expected.</param>
    /// <param name="Failed">Others.</param>
    /// <param name="Elapsed">From the first request to the last answer.</param>
    /// <param name="Latencies">Of each request, sorted.</param>
    public sealed record Result(int Done, int Failed, TimeSpan Elapsed, double[] Latencies)
    {
        public double PerSecond => Done / Elapsed.TotalSeconds;

        public double Percentile(double p) =>
            Latencies.Length == 0 ? 0 : Latencies[(int)Math.Min(Latencies.Length - 1, Latencies.Length * p)];
    }

    /// <summary>Sends requests over so many connections until they run out.</summary>
    /// <param name="port">Port on 127.0.0.1.</param>
    /// <param name="connections">How many at the same time.</param>
    /// <param name="next">The next request, or null at the end; called from any thread.</param>
    /// <param name="expected">The status that counts as done.</param>
    public static async Task<Result> RunAsync(int port, int connections, Func<byte[]?> next, int expected)
    {
        int done = 0, failed = 0;
        var latencies = new List<double>();
        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true,
            };
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            var buffer = new byte[256 * 1024];
            var own = new List<double>();
            while (next() is { } request)
            {
                var sent = TimeProvider.System.GetTimestamp();
                await socket.SendAsync(request, SocketFlags.None);
                var status = await ReadAsync(socket, buffer);
                own.Add(TimeProvider.System.GetElapsedTime(sent).TotalMilliseconds);
                Interlocked.Increment(ref status == expected ? ref done : ref failed);
                if (status == 0)
                {
                    return;
                }
            }

            lock (latencies)
            {
                latencies.AddRange(own);
            }
        })));
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        latencies.Sort();
        return new Result(done, failed, elapsed, [.. latencies]);
    }

    private static async ValueTask<int> ReadAsync(Socket socket, byte[] buffer)
    {
        var filled = 0;
        while (true)
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(filled), SocketFlags.None);
            if (count == 0)
            {
                return 0;
            }

            filled += count;
            var end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                continue;
            }

            var status = int.Parse(Encoding.ASCII.GetString(buffer, 9, 3));
            var total = end + 4 + Length(buffer.AsSpan(0, end));
            while (filled < total)
            {
                var more = await socket.ReceiveAsync(
                    buffer.AsMemory(0, Math.Min(buffer.Length, total - filled)), SocketFlags.None);
                if (more == 0)
                {
                    return 0;
                }

                filled += more;
            }

            return status;
        }
    }

    private static int Length(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            return 0;
        }

        var rest = head[(at + 16)..];
        var end = rest.IndexOf((byte)'\r');
        return int.Parse(Encoding.ASCII.GetString(end < 0 ? rest : rest[..end]));
    }
}

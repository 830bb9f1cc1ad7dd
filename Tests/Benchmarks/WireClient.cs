using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>
/// A lean HTTP/1.1 client: sends finished bytes on kept-alive connections and reads the status and the length, so that
/// the load generator takes as little of the two cores as it can.
/// </summary>
internal static class WireClient
{
    private const int BufferSize = 16 * 1024;

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

    /// <summary>
    /// Sends requests over so many connections until they run out; all are open before the clock starts.
    /// </summary>
    /// <param name="port">Port on 127.0.0.1.</param>
    /// <param name="connections">How many at the same time.</param>
    /// <param name="next">The next request, or null at the end; called from any thread.</param>
    /// <param name="expected">The status that counts as done.</param>
    public static async Task<Result> RunAsync(int port, int connections, Func<byte[]?> next, int expected)
    {
        var lines = new Line[connections];
        for (var i = 0; i < connections; i++)
        {
            lines[i] = await Line.OpenAsync(port);
        }

        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(lines.Select(line => Task.Run(() => line.RunAsync(next, expected))));
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        // Off the thread that waits for sockets: the caller may block.
        await Task.Yield();
        double[] latencies = [.. lines.SelectMany(line => line.Latencies).Order()];
        foreach (var line in lines)
        {
            line.Dispose();
        }

        return new Result(lines.Sum(line => line.Done), lines.Sum(line => line.Failed), elapsed, latencies);
    }

    private sealed class Line(Socket socket) : IDisposable
    {
        private readonly byte[] buffer = new byte[BufferSize];

        public int Done { get; private set; }

        public int Failed { get; private set; }

        public List<double> Latencies { get; } = new(4_096);

        public static async Task<Line> OpenAsync(int port)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            return new Line(socket);
        }

        public async Task RunAsync(Func<byte[]?> next, int expected)
        {
            while (next() is { } request)
            {
                var sent = TimeProvider.System.GetTimestamp();
                await socket.SendAsync(request, SocketFlags.None);
                var status = await ReadAsync();
                Latencies.Add(TimeProvider.System.GetElapsedTime(sent).TotalMilliseconds);
                if (status == expected)
                {
                    Done++;
                }
                else
                {
                    Failed++;
                }

                if (status == 0)
                {
                    return;
                }
            }
        }

        public void Dispose() => socket.Dispose();

        private async ValueTask<int> ReadAsync()
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

                var status = WireNumber.Read(buffer.AsSpan(9));
                for (var left = end + 4 + WireNumber.Length(buffer.AsSpan(0, end)) - filled; left > 0; left -= count)
                {
                    count = await socket.ReceiveAsync(buffer.AsMemory(0, Math.Min(BufferSize, left)), SocketFlags.None);
                    if (count == 0)
                    {
                        return 0;
                    }
                }

                return status;
            }
        }
    }
}

/// <summary>How the generator is set.</summary>
internal static class Generator
{
    /// <summary>
    /// Answers are taken on the thread that saw them come in, so that the generator leaves the cores to the server. The
    /// servers that are measured must not inherit it.
    /// </summary>
    public const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
}

/// <summary>Numbers in the head of a message.</summary>
internal static class WireNumber
{
    /// <summary>The number with which the bytes begin; 0 when there is none.</summary>
    public static int Read(ReadOnlySpan<byte> bytes) => Utf8Parser.TryParse(bytes, out int number, out _) ? number : 0;

    /// <summary>What Content-Length says; 0 without.</summary>
    public static int Length(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        return at < 0 ? 0 : Read(head[(at + 16)..]);
    }
}

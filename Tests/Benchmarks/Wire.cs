using System.Net;
using System.Net.Sockets;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>One kept-alive connection to one of three processes, made anew when it broke.</summary>
/// <param name="first">Number of the process to begin with.</param>
internal sealed class Wire(int first) : IDisposable
{
    private const int Ports = 5480;
    private readonly byte[] buffer = new byte[256 * 1024];
    private int process = first;
    private Socket? socket;

    /// <summary>Sends a request.</summary>
    /// <returns>The answer; status 0 when the connection broke or could not be made.</returns>
    public async Task<(int Status, bool HasRetryAfter)> TryAsync(byte[] request)
    {
        try
        {
            if (socket is null)
            {
                socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Ports + process));
            }

            await socket.SendAsync(request, SocketFlags.None);
            var answer = await ReadAsync(socket);
            if (answer.Status is 0 or >= 400)
            {
                Dispose();
            }

            return answer;
        }
        catch (SocketException)
        {
            Dispose();
            return default;
        }
    }

    /// <summary>Goes on at the next process.</summary>
    public void Turn()
    {
        Dispose();
        process = (process + 1) % 3;
    }

    public void Dispose()
    {
        socket?.Dispose();
        socket = null;
    }

    private async Task<(int Status, bool HasRetryAfter)> ReadAsync(Socket from)
    {
        for (var filled = 0; ;)
        {
            var count = await from.ReceiveAsync(buffer.AsMemory(filled), SocketFlags.None);
            if (count == 0)
            {
                return default;
            }

            filled += count;
            var head = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            if (head >= 0 && filled >= head + 4 + WireNumber.Length(buffer.AsSpan(0, head)))
            {
                return (
                    WireNumber.Read(buffer.AsSpan(9)),
                    buffer.AsSpan(0, head).IndexOf("\r\nRetry-After: "u8) >= 0);
            }
        }
    }
}

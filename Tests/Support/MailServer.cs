using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>A mail server on loopback that answers as a test wants it to.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Task accepting;

    public MailServer()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>What it answers to a line; null: what a willing server does.</summary>
    public Func<string, string?> Script { get; set; } = _ => null;

    /// <summary>What was given to it, whole.</summary>
    public ConcurrentQueue<string> Mails { get; } = new();

    /// <summary>Each line that clients said.</summary>
    public ConcurrentQueue<string> Said { get; } = new();

    /// <summary>How to have a node use it.</summary>
    public (string Key, string Value)[] Settings(string security = "none") =>
    [
        ("Mail:Host", "127.0.0.1"), ("Mail:Port", $"{Port}"), ("Mail:Security", security),
        ("Mail:From", "plein@proef.example"),
    ];

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptTcpClientAsync(stopping.Token);
                _ = ServeAsync(client);
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using var open = client;
            using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
            await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false))
            {
                NewLine = "\r\n",
                AutoFlush = true,
            };
            await writer.WriteLineAsync(Script("") ?? "220 mail.example");
            while (await reader.ReadLineAsync(stopping.Token) is { } line)
            {
                Said.Enqueue(line);
                var answer = Script(line) ?? Willing(line);
                await writer.WriteLineAsync(answer);
                if (answer.StartsWith("354", StringComparison.Ordinal))
                {
                    await writer.WriteLineAsync(await TakeAsync(reader));
                }
                else if (answer.StartsWith("221", StringComparison.Ordinal))
                {
                    return;
                }
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client or the test is done.
        }
    }

    private async Task<string> TakeAsync(StreamReader reader)
    {
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync(stopping.Token) is { } line and not ".")
        {
            mail.AppendLine(line);
        }

        var answer = Script(".") ?? "250 taken";
        if (answer.StartsWith('2'))
        {
            Mails.Enqueue(mail.ToString());
        }

        return answer;
    }

    private static string Willing(string line) => line.Split(' ', ':')[0].ToUpperInvariant() switch
    {
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        _ => "250 ok",
    };
}

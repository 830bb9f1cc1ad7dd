using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>How a host answers a POST.</summary>
internal enum HostState
{
    /// <summary>At once.</summary>
    Healthy,

    /// <summary>After five seconds.</summary>
    Slow,

    /// <summary>Never: it keeps the connection.</summary>
    Silent,

    /// <summary>Never: it ends the connection.</summary>
    Closed,

    /// <summary>At once, with 503: come back in forty seconds.</summary>
    Busy,
}

/// <summary>Something was sent to a host.</summary>
/// <param name="Host">Its number.</param>
/// <param name="Question">The number of the question it is about.</param>
/// <param name="At">When.</param>
internal sealed record Arrival(int Host, int Question, long At);

/// <summary>
/// Other servers on loopback: they serve their actors, sign what they send, and count what they get. On bare sockets,
/// because they share the cores with the server that is measured.
/// </summary>
internal sealed class Peer : IDisposable
{
    private const string Profile = "https://w3id.org/ontmoetingsplein/profile/1";
    private static readonly byte[] Accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"u8.ToArray();
    private static readonly byte[] ComeBack =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 40\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly RSA key = RSA.Create(2048);
    private readonly ThreadLocal<RSA> copies;
    private readonly string pem;
    private readonly Dictionary<string, int> busy = [];
    private readonly bool isOwnNode;
    private long received;

    private Peer(int port, bool isOwnNode)
    {
        (Port, this.isOwnNode) = (port, isOwnNode);
        pem = key.ExportSubjectPublicKeyInfoPem();
        var pkcs8 = key.ExportPkcs8PrivateKey();
        copies = new ThreadLocal<RSA>(() =>
        {
            var copy = RSA.Create();
            copy.ImportPkcs8PrivateKey(pkcs8, out _);
            return copy;
        });
    }

    public int Port { get; }

    /// <summary>Activities that came in, all hosts together.</summary>
    public long Received => Interlocked.Read(ref received);

    /// <summary>
    /// Sees each of them, with the host that it was sent to, before it is answered; which then takes a moment, so that
    /// two at the same time are seen.
    /// </summary>
    public Action<string, ReadOnlyMemory<byte>>? Arrived { get; set; }

    /// <summary>The largest number of requests that one host had to answer at the same time.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Of which one in the row of all <see cref="FirstAt"/> tells when it came in.</summary>
    public long FirstOf { get; set; }

    /// <summary>When that was.</summary>
    public long FirstAt { get; private set; }

    /// <summary>When the last one came in.</summary>
    public long LastAt { get; private set; }

    /// <summary>Listens on all loopback addresses, so that each of them is another host.</summary>
    /// <param name="port">The port.</param>
    /// <param name="isOwnNode">They say that they are of our kind, to which Ed25519 is spoken.</param>
    public static Peer Start(int port, bool isOwnNode = false)
    {
        var peer = new Peer(port, isOwnNode);
        peer.listener.Bind(new IPEndPoint(IPAddress.Any, port));
        peer.listener.Listen(512);
        _ = peer.AcceptAsync();
        return peer;
    }

    /// <summary>How a host answers what is sent to it; all do so at once, unless told otherwise.</summary>
    public Func<int, HostState> State { get; set; } = _ => HostState.Healthy;

    /// <summary>What was sent to hosts, when somebody wants to know.</summary>
    public ConcurrentQueue<Arrival>? Arrivals { get; set; }

    /// <summary>Origin of one of the hosts.</summary>
    public string Origin(int number) => $"http://127.0.{1 + (number / 200)}.{1 + (number % 200)}:{Port}";

    private static int Host(Socket socket)
    {
        var address = ((IPEndPoint)socket.LocalEndPoint!).Address.GetAddressBytes();
        return (200 * (address[2] - 1)) + address[3] - 1;
    }

    /// <summary>A signed POST as bytes for the wire (draft-cavage, RSA-SHA256).</summary>
    public byte[] SignedPost(string target, string origin, byte[] body, DateTimeOffset now, string name = "a")
    {
        var uri = new Uri(target);
        var date = now.UtcDateTime.ToString("r", CultureInfo.InvariantCulture);
        var digest = "SHA-256=" + Convert.ToBase64String(SHA256.HashData(body));
        var signed =
            $"(request-target): post {uri.AbsolutePath}\nhost: {uri.Authority}\ndate: {date}\ndigest: {digest}";
        var signature = copies.Value!.SignData(
            Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var head = $"POST {uri.AbsolutePath} HTTP/1.1\r\nHost: {uri.Authority}\r\nDate: {date}\r\nDigest: {digest}\r\n"
            + $"Content-Type: application/activity+json\r\nContent-Length: {body.Length}\r\n"
            + $"Signature: keyId=\"{origin}/u/{name}#main-key\",algorithm=\"rsa-sha256\","
            + $"headers=\"(request-target) host date digest\","
            + $"signature=\"{Convert.ToBase64String(signature)}\"\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    /// <summary>A reply of about two kilobytes.</summary>
    public static byte[] Reply(string origin, string question, string topic, long number) =>
        JsonSerializer.SerializeToUtf8Bytes(
        new Dictionary<string, object>
        {
            ["@context"] = new[] { "https://www.w3.org/ns/activitystreams" },
            ["id"] = $"{origin}/x/{number}",
            ["type"] = "Create",
            ["actor"] = $"{origin}/u/a",
            ["to"] = new[] { topic, "https://www.w3.org/ns/activitystreams#Public" },
            ["cc"] = new[] { $"{origin}/u/a/followers" },
            ["object"] = new Dictionary<string, object>
            {
                ["id"] = $"{origin}/r/{number}",
                ["type"] = "Note",
                ["attributedTo"] = $"{origin}/u/a",
                ["inReplyTo"] = question,
                ["content"] = "<p>"
                    + string.Concat(Enumerable.Repeat("Zet de container voor half acht aan de weg. ", 30)) + "</p>",
                ["to"] = new[] { topic, "https://www.w3.org/ns/activitystreams#Public" },
                ["cc"] = new[] { $"{origin}/u/a/followers" },
                ["published"] = "2026-11-01T10:00:00Z",
            },
        });

    /// <summary>A question in a topic.</summary>
    public static byte[] Question(string origin, string topic, long number) => JsonSerializer.SerializeToUtf8Bytes(
        new Dictionary<string, object>
        {
            ["@context"] = new[] { "https://www.w3.org/ns/activitystreams" },
            ["id"] = $"{origin}/x/q{number}",
            ["type"] = "Create",
            ["actor"] = $"{origin}/u/a",
            ["to"] = new[] { topic, "https://www.w3.org/ns/activitystreams#Public" },
            ["object"] = new Dictionary<string, object>
            {
                ["id"] = $"{origin}/q/{number}",
                ["type"] = "Note",
                ["attributedTo"] = $"{origin}/u/a",
                ["content"] = $"<p>Wanneer wordt het oud papier nummer {number} opgehaald in onze straat?</p><p>Ik"
                    + $" weet het niet.</p>",
                ["to"] = new[] { topic, "https://www.w3.org/ns/activitystreams#Public" },
            },
        });

    /// <summary>A follow of a topic.</summary>
    public static byte[] Follow(string origin, string topic, string name = "a") => JsonSerializer.SerializeToUtf8Bytes(
        new Dictionary<string, object>
        {
            ["@context"] = "https://www.w3.org/ns/activitystreams",
            ["id"] = $"{origin}/x/follow/{name}",
            ["type"] = "Follow",
            ["actor"] = $"{origin}/u/{name}",
            ["object"] = topic,
        });

    public void Dispose()
    {
        listener.Dispose();
        key.Dispose();
        copies.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync();
                socket.NoDelay = true;
                _ = Task.Run(() => AnswerAsync(socket));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        using var own = socket;
        var buffer = new byte[16 * 1024];
        try
        {
            for (var filled = 0; ;)
            {
                var count = await socket.ReceiveAsync(buffer.AsMemory(filled), SocketFlags.None);
                if (count == 0)
                {
                    return;
                }

                filled += count;
                var head = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
                if (head < 0 || filled < head + 4 + WireNumber.Length(buffer.AsSpan(0, head)))
                {
                    continue;
                }

                var isPost = buffer.AsSpan().StartsWith("POST"u8);
                if (isPost && Arrived is not null)
                {
                    await MeetAsync($"{socket.LocalEndPoint}", buffer.AsMemory(head + 4, filled - head - 4));
                }

                if (isPost && !await IsAnsweredAsync(socket, buffer.AsMemory(0, filled)))
                {
                    return;
                }

                var isBusy = isPost && State(Host(socket)) == HostState.Busy;
                await socket.SendAsync(
                    isBusy ? ComeBack : isPost ? Accepted : Actor(socket, Path(buffer)), SocketFlags.None);
                filled = 0;
                if (isPost && !isBusy)
                {
                    if (Interlocked.Increment(ref received) == FirstOf)
                    {
                        FirstAt = TimeProvider.System.GetTimestamp();
                    }

                    LastAt = TimeProvider.System.GetTimestamp();
                }
            }
        }
        catch (SocketException)
        {
            // The server was killed.
        }
    }

    private async Task MeetAsync(string host, ReadOnlyMemory<byte> body)
    {
        Change(1);
        Arrived!(host, body);
        await Task.Delay(1);
        Change(-1);

        void Change(int by)
        {
            lock (busy)
            {
                busy[host] = busy.GetValueOrDefault(host) + by;
                MostAtOnce = Math.Max(MostAtOnce, busy[host]);
            }
        }
    }

    // Notes what came in, and has a host that is slow or dead behave so.
    private async Task<bool> IsAnsweredAsync(Socket socket, ReadOnlyMemory<byte> request)
    {
        var host = Host(socket);
        Arrivals?.Enqueue(new Arrival(host, Question(request.Span), TimeProvider.System.GetTimestamp()));
        switch (State(host))
        {
            case HostState.Slow:
                await Task.Delay(TimeSpan.FromSeconds(5));
                return true;
            case HostState.Silent:
                await socket.ReceiveAsync(new byte[1], SocketFlags.None);
                return false;
            case HostState.Closed:
                return false;
            default:
                return true;
        }
    }

    // The number of the question that an activity is about; -1 when it is about none.
    private static int Question(ReadOnlySpan<byte> request)
    {
        var at = request.LastIndexOf("/q/"u8);
        return at >= 0 && Utf8Parser.TryParse(request[(at + 3)..], out int number, out _) ? number : -1;
    }

    private static string Path(byte[] request)
    {
        var line = Encoding.ASCII.GetString(request, 0, Math.Max(request.AsSpan().IndexOf((byte)'\r'), 0));
        return line.Split(' ')[1];
    }

    private byte[] Actor(Socket socket, string path)
    {
        var origin = $"http://{socket.LocalEndPoint}";
        var id = origin + path;
        var document = new Dictionary<string, object>
        {
            ["@context"] = new[] { "https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1" },
            ["id"] = id,
            ["type"] = "Person",
            ["preferredUsername"] = path[(path.LastIndexOf('/') + 1)..],
            ["inbox"] = $"{id}/inbox",
            ["outbox"] = $"{id}/outbox",
            ["publicKey"] = new Dictionary<string, string>
            {
                ["id"] = $"{id}#main-key",
                ["owner"] = id,
                ["publicKeyPem"] = pem,
            },
        };
        if (isOwnNode)
        {
            document["generator"] = new Dictionary<string, object>
            {
                ["type"] = "Application",
                ["implements"] = new[] { new Dictionary<string, string> { ["href"] = Profile } },
            };
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(document);
        return
        [
            .. Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Type: application/activity+json\r\nContent-Length: {body.Length}\r\n\r\n"),
            .. body,
        ];
    }
}

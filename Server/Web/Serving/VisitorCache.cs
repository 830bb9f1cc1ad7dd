using System.Collections.Concurrent;
using System.Security.Cryptography;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>
/// Keeps finished answers that are the same for everybody, and gives them out before anything else runs. Only what an
/// endpoint offers for a visitor gets in; a change of what it was made of drops it at once.
/// </summary>
internal sealed class VisitorCache : IDisposable
{
    private const int MostEntries = 5_000;
    private const long MostBytes = 64 * 1024 * 1024;
    private const int MostChanges = 20_000;

    // Pages say "5 minutes ago".
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(30);

    private readonly Database database;
    private readonly TimeProvider clock;
    private readonly Func<HttpRequest, bool> wantsActivity;
    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> keysByTag = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> changedAt = new(StringComparer.Ordinal);
    private readonly Queue<Entry> inOrder = new();
    private readonly Lock gate = new();
    private long sequence;
    private long forgottenBefore;
    private long bytes;

    /// <summary>Listens for changes.</summary>
    /// <param name="database">Whose.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="wantsActivity">Whether a request asks for the form for other servers.</param>
    public VisitorCache(Database database, TimeProvider clock, Func<HttpRequest, bool> wantsActivity)
    {
        (this.database, this.clock, this.wantsActivity) = (database, clock, wantsActivity);
        database.Signalled += Drop;
    }

    /// <summary>Number of answers kept.</summary>
    public int Count => entries.Count;

    /// <summary>Answers from what is kept, or lets the rest answer with a ticket to keep it by.</summary>
    public Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        var request = http.Request;
        if (!HttpMethods.IsGet(request.Method) || IsPersonal(request))
        {
            return next(http);
        }

        var key = (wantsActivity(request) ? "a " : "h ") + request.Path.Value + "\n" + request.QueryString.Value;
        if (entries.TryGetValue(key, out var entry) && clock.GetUtcNow() < entry.Until)
        {
            return entry.Response.ExecuteAsync(http);
        }

        http.Features.Set(new Ticket(this, key, Interlocked.Read(ref sequence)));
        return next(http);
    }

    public void Dispose() => database.Signalled -= Drop;

    // Who is signed in, chose a language or is told something gets a page of their own.
    private static bool IsPersonal(HttpRequest request)
    {
        var cookies = request.Headers.Cookie;
        if (cookies.Count == 0)
        {
            return request.Headers.Authorization.Count > 0;
        }

        return request.Cookies.ContainsKey(SessionCookie.Name) || request.Cookies.ContainsKey(Languages.CookieName)
            || request.Cookies.ContainsKey(Notices.CookieName) || request.Headers.Authorization.Count > 0;
    }

    private void Keep(Ticket ticket, KeptResponse response, IReadOnlyList<string> tags)
    {
        lock (gate)
        {
            if (ticket.Sequence < forgottenBefore
                || tags.Any(tag => changedAt.TryGetValue(tag, out var at) && at > ticket.Sequence))
            {
                return;
            }

            while (inOrder.TryPeek(out var oldest)
                && (oldest.Until <= clock.GetUtcNow() || inOrder.Count >= MostEntries
                    || bytes + response.Body.Length > MostBytes))
            {
                inOrder.Dequeue();
                bytes -= oldest.Response.Body.Length;
                Remove(oldest);
            }

            if (entries.TryGetValue(ticket.Key, out var former))
            {
                Remove(former);
            }

            var entry = new Entry(ticket.Key, response, tags, clock.GetUtcNow() + Life);
            entries[ticket.Key] = entry;
            inOrder.Enqueue(entry);
            bytes += response.Body.Length;
            foreach (var tag in tags)
            {
                (keysByTag.TryGetValue(tag, out var keys) ? keys : keysByTag[tag] = []).Add(ticket.Key);
            }
        }
    }

    private void Drop(string signal)
    {
        if (signal == Database.EverythingSignal)
        {
            DropAll();
            return;
        }

        if (!IsContent(signal))
        {
            return;
        }

        lock (gate)
        {
            if (changedAt.Count >= MostChanges)
            {
                changedAt.Clear();
                forgottenBefore = sequence + 1;
            }

            changedAt[signal] = Interlocked.Increment(ref sequence);
            if (keysByTag.TryGetValue(signal, out var keys))
            {
                foreach (var key in keys.ToList())
                {
                    Remove(entries[key]);
                }
            }
        }
    }

    // Signals may have been missed: whatever is kept, or is being made, may be old.
    private void DropAll()
    {
        lock (gate)
        {
            changedAt.Clear();
            forgottenBefore = Interlocked.Increment(ref sequence);
            foreach (var entry in entries.Values)
            {
                Remove(entry);
            }
        }
    }

    private static bool IsContent(string signal) => signal is "questions" or "topics" or "actors" or "settings"
        || signal.StartsWith("question:", StringComparison.Ordinal)
        || signal.StartsWith("actor:", StringComparison.Ordinal);

    private void Remove(Entry entry)
    {
        if (!entries.TryRemove(KeyValuePair.Create(entry.Key, entry)))
        {
            return;
        }

        foreach (var tag in entry.Tags)
        {
            if (keysByTag.TryGetValue(tag, out var keys) && keys.Remove(entry.Key) && keys.Count == 0)
            {
                keysByTag.Remove(tag);
            }
        }
    }

    private sealed record Entry(
        string Key, KeptResponse Response, IReadOnlyList<string> Tags, DateTimeOffset Until);

    /// <summary>What a request got before it was handled: with it, its answer may be kept.</summary>
    internal sealed record Ticket(VisitorCache Cache, string Key, long Sequence)
    {
        /// <summary>Keeps a page. The caller vouches that every visitor sees it so.</summary>
        public KeptResponse Keep(PageResult page, IReadOnlyList<string> tags) => Keep(
            new KeptResponse(page.Html, "text/html; charset=utf-8")
            {
                Policy = PageResult.ContentSecurityPolicy,
                Vary = "Accept, Cookie",
            }, tags);

        /// <summary>Keeps a document. The caller vouches that it is for everyone.</summary>
        public KeptResponse Keep(KeptResponse response, IReadOnlyList<string> tags)
        {
            Cache.Keep(this, response, tags);
            return response;
        }
    }
}

/// <summary>A finished answer for everybody, with a name for its bytes so that asking again costs nothing.</summary>
/// <param name="body">All of it.</param>
/// <param name="contentType">Its media type.</param>
internal sealed class KeptResponse(ReadOnlyMemory<byte> body, string contentType) : IResult
{
    // Made when it is first asked for: most of what is kept is asked for once.
    private readonly Lazy<byte[]> brotli = new(() => Compression.Brotli(body));

    public ReadOnlyMemory<byte> Body { get; } = body;

    public string ETag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData(body.Span).AsSpan(0, 12))}\"";

    public required string Vary { get; init; }

    public string? Policy { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var headers = response.Headers;
        var isCompressed = Body.Length >= Compression.Least && Compression.TakesBrotli(httpContext.Request);
        // Other bytes have another name (RFC 9110, 8.8.3).
        var name = isCompressed ? $"{ETag[..^1]}-br\"" : ETag;
        headers.ETag = name;
        headers.Vary = Vary + ", Accept-Encoding";
        headers.CacheControl = "no-cache";
        if (Policy is not null)
        {
            headers.ContentSecurityPolicy = Policy;
        }

        if (httpContext.Request.Headers.IfNoneMatch is { Count: > 0 } known
            && known.ToString().Contains(name, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = contentType;
        var sent = Body;
        if (isCompressed)
        {
            headers.ContentEncoding = "br";
            sent = brotli.Value;
        }

        response.ContentLength = sent.Length;
        return HttpMethods.IsHead(httpContext.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(sent, httpContext.RequestAborted).AsTask();
    }
}

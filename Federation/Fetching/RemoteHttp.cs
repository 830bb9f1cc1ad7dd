using System.Net;
using System.Net.Sockets;

namespace Ontmoetingsplein.Federation.Fetching;

/// <summary>The answer to one request, or why there is none.</summary>
/// <param name="Status">The HTTP status; 0 when there was no answer.</param>
/// <param name="Body">The body, for 200.</param>
/// <param name="ContentType">As sent.</param>
/// <param name="ETag">As sent.</param>
/// <param name="Location">As sent.</param>
/// <param name="Problem">Why there is no answer, or why its body was not taken.</param>
/// <param name="IsRefusal">Whether the problem is a rule of ours rather than a failing network.</param>
/// <param name="AcceptSignature">As sent.</param>
internal sealed record RemoteAnswer(
    int Status, ReadOnlyMemory<byte> Body = default, string? ContentType = null, string? ETag = null,
    string? Location = null, string? Problem = null, bool IsRefusal = false, string? AcceptSignature = null);

/// <summary>Sends one GET with limits on time and size (CONTRACT.md §7 row 8).</summary>
internal sealed class RemoteHttp(FederationOptions options, HttpMessageInvoker http, TimeProvider time)
{
    public async Task<RemoteAnswer> GetAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.TryAddWithoutValidation("User-Agent", options.UserAgentField);
        request.Version = HttpVersion.Version11;
        using var limit = new CancellationTokenSource(options.HeaderTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var start = time.GetTimestamp();
            using var response = await http.SendAsync(request, linked.Token).ConfigureAwait(false);
            var left = options.RequestTimeout - time.GetElapsedTime(start);
            limit.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            var answer = new RemoteAnswer(
                (int)response.StatusCode, default, Field(response, "Content-Type"), Field(response, "ETag"),
                Field(response, "Location"), AcceptSignature: Field(response, "Accept-Signature"));
            if (response.StatusCode != HttpStatusCode.OK)
                return answer;
            var body = await ReadAsync(response.Content, linked.Token).ConfigureAwait(false);
            return body is { } bytes
                ? answer with { Body = bytes }
                : answer with { Problem = "The document is too large.", IsRefusal = true };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new RemoteAnswer(0, Problem: "No answer in time.");
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or InvalidDataException)
        {
            return problem.InnerException is AddressRefusedException or AddressRefusedException
                ? new RemoteAnswer(0, Problem: "The host has no public address.", IsRefusal: true)
                : new RemoteAnswer(0, Problem: $"The connection failed: {Describe(problem)}.");
        }
    }

    /// <summary>One word on what went wrong, without text that a peer could have written.</summary>
    public static string Describe(Exception problem) => problem switch
    {
        { InnerException: SocketException socket } => socket.SocketErrorCode.ToString(),
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } http =>
            http.HttpRequestError.ToString(),
        { InnerException: { } inner } => inner.GetType().Name,
        _ => problem.GetType().Name,
    };

    private static string? Field(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ||
        response.Content.Headers.NonValidated.TryGetValues(name, out values) ? values.ToString() : null;

    private async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var announced = content.Headers.ContentLength;
        if (announced > options.MaxBodyBytes)
            return null;
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[announced is > 0 ? (int)announced + 1 : 16 * 1024];
            var length = 0;
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    return buffer.AsMemory(0, length);
                length += read;
                if (length > options.MaxBodyBytes)
                    return null;
                if (length == buffer.Length)
                    Array.Resize(ref buffer, Math.Min(buffer.Length * 2, options.MaxBodyBytes + 1));
            }
        }
    }
}

using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Server.Peers.Documents;
using Ontmoetingsplein.Server.Web.Serving;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// POST to an inbox: reads the body within its limits and answers what the receiver says (CONTRACT.md §6).
/// </summary>
internal static class ReceiveInbox
{
    private const long MostThrownAway = 8 * 1024 * 1024;

    private static readonly TimeSpan SlowestBody = TimeSpan.FromSeconds(30);

    public static async Task HandleAsync(
        HttpContext http, InboxReceiver receiver, FederationOptions options, TimeProvider clock)
    {
        InboxAnswer answer;
        try
        {
            if (await ReadAsync(http, options.MaxBodyBytes, clock) is not { } body)
            {
                LetItEnd(http);
                await Problem.WriteAsync(http, 413, $"At most {options.MaxBodyBytes} bytes.");
                return;
            }

            var request = SignedFetch.Read(http, options, body);
            answer = await receiver.ReceiveAsync(request, http.RequestAborted);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            await Problem.WriteAsync(http, 408, "The body took too long.");
            return;
        }
        catch (BadHttpRequestException bad)
        {
            await Problem.WriteAsync(http, bad.StatusCode, "The request is not well-formed HTTP.");
            return;
        }

        if (answer.Status is >= 200 and < 300)
        {
            http.Response.StatusCode = answer.Status;
            http.Response.ContentLength = 0;
        }
        else
        {
            await SignedFetch.Refuse(answer.Status, answer.Detail ?? answer.Title ?? "", answer.RetryAfter)
                .ExecuteAsync(http);
        }
    }

    // Most servers read the answer only when all is sent. The web server takes in what is left, for five seconds.
    private static void LetItEnd(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MostThrownAway;
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpContext http, int max, TimeProvider clock)
    {
        if (http.Request.ContentLength > max)
        {
            return null;
        }

        var reader = http.Request.BodyReader;
        // Most bodies came along with their heads: those need no clock.
        if (reader.TryRead(out var first))
        {
            if (first.IsCompleted || first.Buffer.Length > max)
            {
                return Take(reader, first, max);
            }

            reader.AdvanceTo(first.Buffer.Start, first.Buffer.End);
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        using var timer = clock.CreateTimer(_ => deadline.Cancel(), null, SlowestBody, Timeout.InfiniteTimeSpan);
        while (true)
        {
            var read = await reader.ReadAsync(deadline.Token);
            if (read.IsCompleted || read.Buffer.Length > max)
            {
                return Take(reader, read, max);
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static ReadOnlyMemory<byte>? Take(PipeReader reader, ReadResult read, int max)
    {
        var body = read.Buffer.Length > max ? default(ReadOnlyMemory<byte>?) : read.Buffer.ToArray();
        reader.AdvanceTo(read.Buffer.End);
        return body;
    }
}

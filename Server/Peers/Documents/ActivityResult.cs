using System.Security.Cryptography;
using Ontmoetingsplein.Federation.Fetching;

namespace Ontmoetingsplein.Server.Peers.Documents;

/// <summary>A document for other servers, with an ETag so that asking again costs nothing.</summary>
/// <param name="body">JSON, UTF-8.</param>
internal sealed class ActivityResult(ReadOnlyMemory<byte> body) : IResult
{
    public int Status { get; init; } = StatusCodes.Status200OK;

    public string ContentType { get; init; } = MediaTypes.Activity;

    public ReadOnlyMemory<byte> Body { get; } = body;

    public string ETag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData(body.Span).AsSpan(0, 12))}\"";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        response.Headers.ETag = ETag;
        response.Headers.Vary = "Accept";
        response.Headers.CacheControl = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        if (Status == StatusCodes.Status200OK
            && request.Headers.IfNoneMatch.ToString().Contains(ETag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.ContentLength = Body.Length;
        if (!HttpMethods.IsHead(request.Method))
        {
            await response.Body.WriteAsync(Body, httpContext.RequestAborted);
        }
    }
}

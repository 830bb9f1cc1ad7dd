using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Server.Web.Serving;

namespace Ontmoetingsplein.Server.Peers.Documents;

/// <summary>Who asks, by the signature of a request; and what is answered to who may not.</summary>
internal sealed class SignedFetch(SignatureCheck signatures, IPeerPolicy peers, FederationOptions options)
{
    /// <summary>What an answer that depends on who signs is told apart by in caches.</summary>
    private static readonly string[] Vary = ["Signature", "Signature-Input"];

    /// <summary>A request as its signature sees it.</summary>
    /// <param name="http">The request.</param>
    /// <param name="options">Our public origin.</param>
    /// <param name="body">The whole body.</param>
    public static InboundRequest Read(HttpContext http, FederationOptions options, ReadOnlyMemory<byte> body)
    {
        // To the byte as it came in, for that is what was signed; some proxies write the whole address there.
        var target = http.Features.Get<IHttpRequestFeature>()?.RawTarget;
        return new InboundRequest(
            http.Request.Method, options.Origin,
            target is ['/', ..] ? target : http.Request.Path + http.Request.QueryString.Value,
            name => Join(http.Request.Headers[name]), body,
            ClientNetwork.Of(http.Connection.RemoteIpAddress));
    }

    /// <summary>An answer to who may not: with 401 it says what is to be signed, with 429 and 503 when.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="detail">What to do about it.</param>
    /// <param name="retryAfter">When to come back.</param>
    public static IResult Refuse(int status, string detail, TimeSpan? retryAfter = null) =>
        new Refusal(status, detail, retryAfter);

    /// <summary>Why a GET may not see what is for other servers.</summary>
    /// <returns>Null when it may: without secure mode everybody; with it, whoever signs and is not blocked.</returns>
    public async Task<IResult?> RefusalAsync(HttpContext http) =>
        options.SecureMode ? (await SignerAsync(http)).Refusal : null;

    /// <summary>Who signed a GET; or what is answered when nobody did, or somebody who is blocked.</summary>
    public async Task<(Uri? Signer, IResult? Refusal)> SignerAsync(HttpContext http)
    {
        // Whatever sets its own before it is sent, this answer is for who signed.
        http.Response.OnStarting(() =>
        {
            var named = http.Response.Headers.Vary;
            http.Response.Headers.Vary = StringValues.Concat(named, new StringValues(Vary)).ToString();
            if (http.Response.Headers.CacheControl != "no-store")
            {
                http.Response.Headers.CacheControl = "private, no-cache";
            }

            return Task.CompletedTask;
        });
        var request = Read(http, options, ReadOnlyMemory<byte>.Empty);
        var verdict = await signatures.CheckAsync(request, null, http.RequestAborted);
        if (verdict is not { IsValid: true, Actor: { } owner })
        {
            return (null, Refuse(verdict.Status, $"Sign this request. {verdict.Detail}", verdict.RetryAfter));
        }

        return (await peers.FindAsync(owner.Authority, http.RequestAborted)).Blocked
            ? (null, Refuse(StatusCodes.Status403Forbidden, "The host is blocked."))
            : (owner, null);
    }

    private static string? Join(StringValues values) => values.Count switch
    {
        0 => null,
        1 => values[0],
        _ => string.Join(", ", values.ToArray()),
    };

    private sealed class Refusal(int status, string detail, TimeSpan? retryAfter) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (status == StatusCodes.Status401Unauthorized)
            {
                httpContext.Response.Headers["Accept-Signature"] = AcceptSignature.For(httpContext.Request.Method);
            }

            if (retryAfter is { } wait)
            {
                Problem.SetRetryAfter(httpContext, wait);
            }

            return Problem.WriteAsync(httpContext, status, detail);
        }
    }
}

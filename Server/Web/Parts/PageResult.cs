
namespace Ontmoetingsplein.Server.Web.Parts;

/// <summary>A finished HTML document with the headers that every page of ours carries.</summary>
public sealed class PageResult(ReadOnlyMemory<byte> html) : IResult
{
    /// <summary>Nothing inline, nothing from elsewhere but pictures in posts.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data: https:; form-action 'self'; " +
        "base-uri 'none'; frame-ancestors 'none'";

    public ReadOnlyMemory<byte> Html { get; } = html;

    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Pages differ per reader unless the endpoint says otherwise.</summary>
    public string CacheControl { get; init; } = "private, no-cache";

    /// <summary>What the page depends on; Accept because the same address may also speak ActivityPub.</summary>
    public string Vary { get; init; } = "Accept, Cookie";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = Html.Length;
        var headers = response.Headers;
        headers.CacheControl = CacheControl;
        headers.Vary = Vary;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        if (!HttpMethods.IsHead(httpContext.Request.Method))
            await response.Body.WriteAsync(Html, httpContext.RequestAborted);
    }
}

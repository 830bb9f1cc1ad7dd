using Ontmoetingsplein.Forum.Settings;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>The headers that every answer carries; pages and files add a policy of their own.</summary>
internal sealed class SecurityHeaders(ServerOptions options)
{
    private readonly bool isHttps = options.Origin.Scheme == Uri.UriSchemeHttps;

    public Task AddAsync(HttpContext http, RequestDelegate next)
    {
        // A proxy takes https off; what the outside sees decides about cookies.
        http.Request.Scheme = options.Origin.Scheme;
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers.XFrameOptions = "DENY";
        if (isHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        return next(http);
    }
}

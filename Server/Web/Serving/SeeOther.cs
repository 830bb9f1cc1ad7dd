using Ontmoetingsplein.Forum.Addresses;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>303: look there, with GET. Whatever it is told, it never leads to another site.</summary>
/// <param name="path">A path of this node; anything else becomes the home page.</param>
internal sealed class SeeOther(string path) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = LocalPath.Of(path);
        httpContext.Response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}

/// <summary>
/// 307 to another server, for programs that ask for what is kept there: the one redirect that leaves this node.
/// </summary>
/// <param name="address">Where it is: an absolute web address that this node keeps, never one from the request.</param>
internal sealed class AtItsOwnServer(string address) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http")
            || uri.UserInfo.Length > 0)
        {
            return new ProblemResult(404, "There is nothing here.").ExecuteAsync(httpContext);
        }

        var port = uri.IsDefaultPort ? "" : $":{uri.Port}";
        var host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost;
        httpContext.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        httpContext.Response.Headers.Location = $"{uri.Scheme}://{host}{port}{uri.PathAndQuery}{uri.Fragment}";
        return Task.CompletedTask;
    }
}

namespace Ontmoetingsplein.Server.Hosting;

/// <summary>303: look there, with GET.</summary>
/// <param name="path">A path of this node.</param>
internal sealed class SeeOther(string path) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = path;
        httpContext.Response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}

/// <summary>Addresses to go back to that come from outside.</summary>
internal static class ReturnPath
{
    /// <summary>
    /// A path of this node, or the home page for anything else: another site, a scheme, a control character.
    /// </summary>
    public static string Of(string? text) =>
        text is { Length: > 0 and < 1_000 } && text[0] == '/' && (text.Length == 1 || text[1] is not ('/' or '\\'))
            && text.All(c => c is > ' ' and < '\x7f' and not '\\')
            && !text.StartsWith(Layout.Paths.SignIn, StringComparison.Ordinal)
            && !text.StartsWith(Layout.Paths.SignOut, StringComparison.Ordinal)
            ? text
            : Layout.Paths.Home;
}

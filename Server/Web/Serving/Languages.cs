using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Settings;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>
/// In which language a reader sees the pages: as last chosen here, else as set in the account, else the node's.
/// </summary>
internal sealed class Languages(ServerOptions options)
{
    public const string CookieName = "taal";

    private static readonly TimeSpan Life = TimeSpan.FromDays(365);

    public string Of(HttpContext http, Caller caller) =>
        Known(http.Request.Cookies[CookieName]) ?? Known(caller.Account?.Language) ?? options.Language;

    /// <summary>A choice in the address becomes a cookie, and the address loses it.</summary>
    public static Task ChooseAsync(HttpContext http, RequestDelegate next)
    {
        var request = http.Request;
        if (!request.QueryString.HasValue || !HttpMethods.IsGet(request.Method)
            || Known(request.Query["lang"]) is not { } language)
        {
            return next(http);
        }

        http.Response.Cookies.Append(CookieName, language, SessionCookie.Options(http, Life));
        var kept = request.Query.Where(pair => pair.Key != "lang")
            .SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value)));
        return new SeeOther(request.Path.ToUriComponent() + QueryString.Create(kept)).ExecuteAsync(http);
    }

    /// <summary>The account's own choice counts again.</summary>
    public static void Forget(HttpContext http) =>
        http.Response.Cookies.Delete(CookieName, SessionCookie.Options(http, null));

    private static string? Known(string? text) => text is "nl" or "en" ? text : null;
}

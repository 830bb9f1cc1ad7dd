using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Verbs;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>
/// The cookie that keeps somebody signed in: a random token, of which the database has the hash only.
/// </summary>
internal static class SessionCookie
{
    public const string Name = "plein";

    public static Token? Read(HttpContext http) =>
        http.Request.Cookies[Name] is { Length: > 20 and < 100 } text ? new Token(text) : null;

    public static void Set(HttpContext http, Token token) =>
        http.Response.Cookies.Append(Name, token.Text, Options(http, SignIn.SessionLife));

    public static void Remove(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http, null));

    /// <summary>
    /// How all our cookies are: for this node only, unseen by scripts, not sent along from other sites' forms.
    /// </summary>
    public static CookieOptions Options(HttpContext http, TimeSpan? life) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = http.RequestServices.GetRequiredService<ServerOptions>().Origin.Scheme == Uri.UriSchemeHttps,
        Path = "/",
        MaxAge = life,
        IsEssential = true,
    };
}

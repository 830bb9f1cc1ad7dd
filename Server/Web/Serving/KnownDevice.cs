using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Ontmoetingsplein.Forum.Accounts;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>
/// A sealed cookie that says who signed in on this device before. It signs nobody in: it only keeps others' attempts
/// from shutting its people out (OWASP, "Device cookies"). It stays when somebody signs out.
/// </summary>
internal sealed class KnownDevice(IDataProtectionProvider protection)
{
    public const string CookieName = "apparaat";

    // A family or a library has one device for several people; the last ones count.
    private const int MostPeople = 5;
    private const int MostLength = 2_000;

    private static readonly TimeSpan Life = TimeSpan.FromDays(365);

    private readonly IDataProtector seal = protection.CreateProtector("known device");

    /// <summary>The number of this device, when this person signed in on it before; else null.</summary>
    /// <param name="http">The request.</param>
    /// <param name="email">Who says to sign in.</param>
    public string? Find(HttpContext http, string email) =>
        Read(http) is [var device, .. var people] && people.Contains(SignInLimits.Person(email)) ? device : null;

    /// <summary>Notes that somebody signed in here.</summary>
    public void Remember(HttpContext http, string email)
    {
        var known = Read(http);
        var device = known is [var former, ..] ? former : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var person = SignInLimits.Person(email);
        var people = known.Skip(1).Where(one => one != person).Prepend(person).Take(MostPeople);
        http.Response.Cookies.Append(
            CookieName, seal.Protect(string.Join(' ', people.Prepend(device))), SessionCookie.Options(http, Life));
    }

    private string[] Read(HttpContext http)
    {
        if (http.Request.Cookies[CookieName] is not { Length: > 0 and <= MostLength } text)
        {
            return [];
        }

        try
        {
            return seal.Unprotect(text).Split(' ');
        }
        catch (CryptographicException)
        {
            // Made up, or of a node that is no more.
            return [];
        }
    }
}

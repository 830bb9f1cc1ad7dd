using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage.Accounts;

namespace Ontmoetingsplein.Server.Web.Accounts;

/// <summary>The form of one's password.</summary>
internal static class PasswordForm
{
    /// <summary>GET /account/wachtwoord.</summary>
    public static async Task<IResult> ShowAsync(HttpContext http, Caller caller, Pages pages, Failures failures) =>
        caller.Account is { } account
            ? await pages.ShowAsync<PasswordPage, PasswordModel>(http, Model(account))
            : await failures.ShowAsync(http, new Refusal(RefusalKind.SignInNeeded, "problem.403visitor"));

    /// <summary>POST /account/wachtwoord.</summary>
    public static async Task<IResult> SubmitAsync(
        HttpContext http, Caller caller, SetPassword set, Pages pages, Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var refusal = await set.ExecuteAsync(
            form["current"], form["password"], form["again"], caller, SessionCookie.Read(http)?.Hash,
            http.RequestAborted);
        if (refusal is null)
        {
            Notices.Add(http, "password.saved");
            return new SeeOther(Paths.Account);
        }

        return !refusal.KeepsForm || caller.Account is null
            ? await failures.ShowAsync(http, refusal)
            : await pages.ShowAsync<PasswordPage, PasswordModel>(
                http,
                Model(caller.Account) with
                {
                    Errors = Failures.Errors(await pages.TextsAsync(http), refusal, ("", "current")),
                },
                Failures.Status(http, refusal), path: Paths.AccountPassword);
    }

    private static PasswordModel Model(Account account) => new(account.PasswordHash is not null, Passwords.MinLength);
}

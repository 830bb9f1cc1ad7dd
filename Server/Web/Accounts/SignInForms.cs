using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Server.Web.Serving;

namespace Ontmoetingsplein.Server.Web.Accounts;

/// <summary>The forms that sign somebody in, and the button that signs out.</summary>
internal static class SignInForms
{
    /// <summary>GET /inloggen.</summary>
    public static async Task<IResult> ShowAsync(HttpContext http, Caller caller, string? terug, Pages pages) =>
        caller.Account is not null
            ? new SeeOther(ReturnPath.Of(terug))
            : await pages.ShowAsync<SignInPage, SignInModel>(
                http, new SignInModel { Return = ReturnPath.Of(terug) }, withForms: true);

    /// <summary>
    /// POST /inloggen/link: mails a link. The answer is the same whether the address is known or not.
    /// </summary>
    public static async Task<IResult> SubmitLinkAsync(
        HttpContext http, SignIn signIn, KnownDevice devices, Pages pages, Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var texts = await pages.TextsAsync(http);
        var email = form["email"].Trim();
        var outcome = await signIn.MailLinkAsync(
            email, ReturnPath.Of(form[Paths.ReturnField]), form.Key, From(http, email, devices), texts,
            http.RequestAborted);
        return outcome switch
        {
            null => await pages.ShowAsync<SignInSentPage, SignInSentModel>(
                http, new SignInSentModel(email, (int)SignIn.LinkLife.TotalMinutes), path: Paths.SignIn),
            { KeepsForm: true } refusal => await AgainAsync(
                http, pages, form, Failures.Errors(texts, refusal, ("", "email")), Failures.Status(http, refusal)),
            var refusal => await failures.ShowAsync(http, refusal),
        };
    }

    /// <summary>POST /inloggen/wachtwoord.</summary>
    public static async Task<IResult> SubmitPasswordAsync(
        HttpContext http, SignIn signIn, KnownDevice devices, Pages pages, Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var email = form["email"].Trim();
        var outcome = await signIn.WithPasswordAsync(
            email, form["password"], From(http, email, devices), http.RequestAborted);
        if (outcome.IsDone(out var token, out var refusal))
        {
            SessionCookie.Set(http, token);
            devices.Remember(http, email);
            Notices.Add(http, "signIn.done");
            return new SeeOther(ReturnPath.Of(form[Paths.ReturnField]));
        }

        return !refusal.KeepsForm
            ? await failures.ShowAsync(http, refusal)
            : await AgainAsync(
                http, pages, form, Failures.Errors(await pages.TextsAsync(http), refusal, ("", "password")),
                Failures.Status(http, refusal), byPassword: true);
    }

    /// <summary>POST /uitloggen.</summary>
    public static async Task<IResult> SubmitOutAsync(HttpContext http, SignIn signIn)
    {
        if (SessionCookie.Read(http) is { } token)
        {
            await signIn.EndAsync(token, http.RequestAborted);
        }

        SessionCookie.Remove(http);
        Notices.Add(http, "signOut.done");
        return new SeeOther(Paths.Home);
    }

    private static Task<IResult> AgainAsync(
        HttpContext http, Pages pages, Posted form, IReadOnlyDictionary<string, string> errors, int status,
        bool byPassword = false) =>
        pages.ShowAsync<SignInPage, SignInModel>(
            http,
            new SignInModel
            {
                Email = form["email"],
                Return = ReturnPath.Of(form[Paths.ReturnField]),
                ByPassword = byPassword,
                Errors = errors,
            },
            status, withForms: true, path: Paths.SignIn);

    private static SignInFrom From(HttpContext http, string email, KnownDevice devices) =>
        new(ClientNetwork.Of(http.Connection.RemoteIpAddress), devices.Find(http, email));
}

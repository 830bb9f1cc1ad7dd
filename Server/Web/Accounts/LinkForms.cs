using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage.Accounts;

namespace Ontmoetingsplein.Server.Web.Accounts;

/// <summary>The pages behind a link that signs somebody in.</summary>
internal static class LinkForms
{
    /// <summary>GET /inloggen/link.</summary>
    public static async Task<IResult> ShowAsync(HttpContext http, string? token, OpenLink open, Pages pages) =>
        await open.FindAsync(token, http.RequestAborted) is null
            ? await UselessAsync(http, pages)
            : await pages.ShowAsync<SignInLinkPage, SignInLinkModel>(
                http, new SignInLinkModel(token!), withForms: true, path: Paths.SignIn);

    /// <summary>POST /inloggen/link/gebruiken.</summary>
    public static async Task<IResult> SubmitAsync(
        HttpContext http, Caller caller, OpenLink open, KnownDevice devices, Pages pages)
    {
        var form = await Posted.ReadAsync(http);
        var text = form["token"];
        var sent = SentForm.Of(form.Key, Caller.Visitor, "link", text);
        if (await open.AgainAsync(sent, text, http.RequestAborted) is { } earlier)
        {
            return SignedIn(http, earlier, devices, "signIn.done");
        }

        if (await open.FindAsync(text, http.RequestAborted) is not { } link)
        {
            return await UselessAsync(http, pages);
        }

        var account = link.Purpose == LinkPurpose.BecomeAdministrator
            ? caller.Account
            : await open.AccountAsync(link, http.RequestAborted);
        if (account is null)
        {
            return await pages.ShowAsync<WelcomePage, WelcomeModel>(
                http, Model(link, text), withForms: true, path: Paths.SignIn);
        }

        var outcome = await open.UseAsync(new Token(text), link, account, sent, http.RequestAborted);
        return outcome.IsDone(out var session, out _)
            ? SignedIn(http, session, devices, "signIn.done")
            : await UselessAsync(http, pages);
    }

    /// <summary>POST /welkom: makes the account.</summary>
    public static async Task<IResult> SubmitWelcomeAsync(
        HttpContext http, OpenLink open, KnownDevice devices, Pages pages, Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var sent = SentForm.Of(
            form.Key, Caller.Visitor, "welcome", form["token"], form["name"], form["username"], form["email"]);
        if (await open.AgainAsync(sent, form["token"], http.RequestAborted) is { } earlier)
        {
            return SignedIn(http, earlier, devices, "welcome.done");
        }

        if (await open.FindAsync(form["token"], http.RequestAborted) is not { } link)
        {
            return await UselessAsync(http, pages);
        }

        var outcome = await open.CreateAsync(
            new Token(form["token"]), link, form["name"], form["username"], form["email"], sent, http.RequestAborted);
        if (outcome.IsDone(out var session, out var refusal))
        {
            return SignedIn(http, session, devices, "welcome.done");
        }

        return refusal.Kind != RefusalKind.Invalid
            ? await failures.ShowAsync(http, refusal)
            : await pages.ShowAsync<WelcomePage, WelcomeModel>(
                http,
                Model(link, form["token"]) with
                {
                    Name = form["name"],
                    UserName = form["username"],
                    Email = form["email"],
                    Errors = Failures.Errors(await pages.TextsAsync(http), refusal, ("displayName", "name")),
                },
                StatusCodes.Status400BadRequest, withForms: true, path: Paths.SignIn);
    }

    private static SeeOther SignedIn(HttpContext http, OpenLink.Session session, KnownDevice devices, string notice)
    {
        SessionCookie.Set(http, session.Token);
        if (session.Email is { } email)
        {
            devices.Remember(http, email);
        }

        Notices.Add(http, notice);
        return new SeeOther(ReturnPath.Of(session.ReturnPath));
    }

    private static async Task<IResult> UselessAsync(HttpContext http, Pages pages) =>
        await pages.ShowAsync<SignInPage, SignInModel>(
            http,
            new SignInModel
            {
                Errors =
                    new Dictionary<string, string> { ["email"] = (await pages.TextsAsync(http))["error.linkUsed"] },
            },
            StatusCodes.Status400BadRequest, withForms: true, path: Paths.SignIn);

    private static WelcomeModel Model(SignInLink link, string token) => new()
    {
        Token = token,
        Return = ReturnPath.Of(link.ReturnPath),
        AsksEmail = link.Email is null,
        BecomesAdministrator = link.Purpose == LinkPurpose.BecomeAdministrator,
    };
}

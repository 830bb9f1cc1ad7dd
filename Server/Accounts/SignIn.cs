using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Server.Layout;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Processes;

namespace Ontmoetingsplein.Server.Accounts;

/// <summary>Signs people in, by a link that is mailed or by password, and out again.</summary>
internal sealed class SignIn(
    Database database, AccountStore accounts, PasswordCheck passwords, SignInLimits limits, KnownDevice devices,
    NodeSettings settings, NodeAddresses addresses)
{
    // Long enough for who presses twice or a proxy that tries again, and too short to notice for who wants another one.
    private static readonly TimeSpan SameForm = TimeSpan.FromMinutes(1);

    /// <summary>How long a mailed link works.</summary>
    public static readonly TimeSpan LinkLife = TimeSpan.FromMinutes(30);

    /// <summary>GET /inloggen.</summary>
    public static async Task<IResult> ShowAsync(HttpContext http, Caller caller, string? terug, Pages pages) =>
        caller.Account is not null
            ? new SeeOther(ReturnPath.Of(terug))
            : await pages.ShowAsync<SignInPage, SignInModel>(
                http, new SignInModel { Return = ReturnPath.Of(terug) }, withForms: true);

    /// <summary>
    /// POST /inloggen/link: mails a link. The answer is the same whether the address is known or not.
    /// </summary>
    public static async Task<IResult> SubmitLinkAsync(HttpContext http, SignIn signIn, Pages pages, Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var texts = await pages.TextsAsync(http);
        var email = form["email"].Trim();
        var outcome = await signIn.MailLinkAsync(
            email, ReturnPath.Of(form[Paths.ReturnField]), form.Key, signIn.From(http, email), texts,
            http.RequestAborted);
        return outcome switch
        {
            null => await pages.ShowAsync<SignInSentPage, SignInSentModel>(
                http, new SignInSentModel(email, (int)LinkLife.TotalMinutes), path: Paths.SignIn),
            { KeepsForm: true } refusal => await AgainAsync(
                http, pages, form, Failures.Errors(texts, refusal, ("", "email")), Failures.Status(http, refusal)),
            var refusal => await failures.ShowAsync(http, refusal),
        };
    }

    /// <summary>POST /inloggen/wachtwoord.</summary>
    public static async Task<IResult> SubmitPasswordAsync(
        HttpContext http, SignIn signIn, Pages pages, Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var email = form["email"].Trim();
        var outcome = await signIn.WithPasswordAsync(
            email, form["password"], signIn.From(http, email), http.RequestAborted);
        if (outcome.IsDone(out var token, out var refusal))
        {
            SessionCookie.Set(http, token);
            signIn.Remember(http, email);
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
    public static async Task<IResult> SubmitOutAsync(HttpContext http, Database database)
    {
        if (SessionCookie.Read(http) is { } token)
        {
            await database.WriteAsync(writing => SessionStore.End(writing, token.Hash), http.RequestAborted);
        }

        SessionCookie.Remove(http);
        Notices.Add(http, "signOut.done");
        return new SeeOther(Paths.Home);
    }

    /// <summary>Starts a session inside a change.</summary>
    /// <returns>The token for the cookie.</returns>
    public static Token Start(Writing writing, ActorId account)
    {
        var token = Token.Create();
        SessionStore.Start(writing, token.Hash, account, writing.Now + SessionCookie.Life);
        return token;
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

    private void Remember(HttpContext http, string email) => devices.Remember(http, email);

    private SignInFrom From(HttpContext http, string email) =>
        new(ClientNetwork.Of(http.Connection.RemoteIpAddress), devices.Find(http, email));

    private async Task<Refusal?> MailLinkAsync(
        string email, string returnPath, string key, SignInFrom from, Texts texts, CancellationToken cancellationToken)
    {
        if (!MailAddresses.IsAddress(email))
        {
            return Refusal.Invalid(new FieldFault("email", "error.email"));
        }

        var token = Token.Create();
        var form = SentForm.Of(key, Caller.Visitor, "sign-in link", email, returnPath);
        return await database.WriteAsync<Refusal?>(
            writing =>
            {
                if (form is not null && !PostedFormStore.Claim(writing, form.Name, writing.Now + SameForm))
                {
                    return null;
                }

                if (SignInLimits.TakeLink(writing, email, from) is { } tooMany)
                {
                    if (form is not null)
                    {
                        PostedFormStore.Release(writing, form.Name);
                    }

                    return tooMany;
                }

                SessionStore.Sweep(writing);
                SessionStore.AddLink(writing, token.Hash, new SignInLink
                {
                    Purpose = LinkPurpose.SignIn,
                    Email = email,
                    ReturnPath = returnPath,
                    ExpiresAt = writing.Now + LinkLife,
                });
                var plein = settings.Name(writing);
                MailStore.Add(
                    writing, email, texts["signInMail.subject", ("plein", plein)],
                    texts[
                        "signInMail.text", ("plein", plein), ("n", (int)LinkLife.TotalMinutes),
                        ("link", $"{addresses.Root}{Paths.SignInLink}?token={token.Text}")],
                    writing.Now + LinkLife);
                return null;
            }, cancellationToken);
    }

    private async Task<Outcome<Token>> WithPasswordAsync(
        string email, string password, SignInFrom from, CancellationToken cancellationToken)
    {
        if (!MailAddresses.IsAddress(email))
        {
            return Refusal.Invalid(new FieldFault("email", "error.email"));
        }

        if (await limits.TakePasswordAsync(email, from, cancellationToken) is { } tooMany)
        {
            return tooMany;
        }

        var account = await accounts.FindByEmailAsync(email, cancellationToken);
        var isRight = password.Length <= Passwords.MaxLength
            && await passwords.VerifyAsync(password, account?.PasswordHash, cancellationToken);
        return isRight && account is not null
            ? await database.WriteAsync(
                writing =>
                {
                    SignInLimits.GiveBackPassword(writing, email, from);
                    return Start(writing, account.ActorId);
                }, cancellationToken)
            : Refusal.Invalid(new FieldFault("password", "error.signIn"));
    }
}

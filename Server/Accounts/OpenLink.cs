using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Server.Layout;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Server.Accounts;

/// <summary>
/// Opens a link from a mail or from the console. Looking at it changes nothing, since programs that scan mail follow
/// links; pressing the button uses it. A new address then chooses a name first.
/// </summary>
internal sealed class OpenLink(
    Database database, SessionStore sessions, AccountStore accounts, ActorStore actors, CreateAccount create,
    OncePosted once, KnownDevice devices, TimeProvider clock)
{
    // For who presses twice; later the link has had its use.
    private static readonly TimeSpan SameForm = TimeSpan.FromMinutes(5);

    /// <summary>GET /inloggen/link.</summary>
    public static async Task<IResult> ShowAsync(HttpContext http, string? token, OpenLink open, Pages pages) =>
        await open.FindAsync(token, http.RequestAborted) is null
            ? await UselessAsync(http, pages)
            : await pages.ShowAsync<SignInLinkPage, SignInLinkModel>(
                http, new SignInLinkModel(token!), withForms: true, path: Paths.SignIn);

    /// <summary>POST /inloggen/link/gebruiken.</summary>
    public static async Task<IResult> SubmitAsync(HttpContext http, Caller caller, OpenLink open, Pages pages)
    {
        var form = await Posted.ReadAsync(http);
        var text = form["token"];
        var sent = SentForm.Of(form.Key, Caller.Visitor, "link", text);
        if (await open.AgainAsync(sent, text, http.RequestAborted) is { } earlier)
        {
            return open.SignedIn(http, earlier, "signIn.done");
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
            ? open.SignedIn(http, session, "signIn.done")
            : await UselessAsync(http, pages);
    }

    /// <summary>POST /welkom: makes the account.</summary>
    public static async Task<IResult> SubmitWelcomeAsync(
        HttpContext http, OpenLink open, Pages pages, Failures failures)
    {
        var form = await Posted.ReadAsync(http);
        var sent = SentForm.Of(
            form.Key, Caller.Visitor, "welcome", form["token"], form["name"], form["username"], form["email"]);
        if (await open.AgainAsync(sent, form["token"], http.RequestAborted) is { } earlier)
        {
            return open.SignedIn(http, earlier, "welcome.done");
        }

        if (await open.FindAsync(form["token"], http.RequestAborted) is not { } link)
        {
            return await UselessAsync(http, pages);
        }

        var outcome = await open.CreateAsync(
            new Token(form["token"]), link, form["name"], form["username"], form["email"], sent, http.RequestAborted);
        if (outcome.IsDone(out var session, out var refusal))
        {
            return open.SignedIn(http, session, "welcome.done");
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

    private SeeOther SignedIn(HttpContext http, Session session, string notice)
    {
        SessionCookie.Set(http, session.Token);
        if (session.Email is { } email)
        {
            devices.Remember(http, email);
        }

        Notices.Add(http, notice);
        return new SeeOther(ReturnPath.Of(session.ReturnPath));
    }

    // Who presses twice sees the second answer only: it signs in as the first one did, which has used the link.
    private Task<Session?> AgainAsync(SentForm? sent, string token, CancellationToken cancellationToken) =>
        once.FindAsync(
            sent,
            async (id, cancel) => await AgainAsync(
                new ActorId(id), (await sessions.FindLinkAsync(new Token(token).Hash, cancel))?.ReturnPath, cancel),
            cancellationToken);

    private async Task<Session?> AgainAsync(ActorId id, string? returnPath, CancellationToken cancellationToken) =>
        await accounts.FindAsync(id, cancellationToken) is { } account
            ? await database.WriteAsync(
                writing => new Session(SignIn.Start(writing, id), id, account.Email, returnPath), cancellationToken)
            : null;

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

    private async Task<SignInLink?> FindAsync(string? token, CancellationToken cancellationToken) =>
        token is { Length: > 20 and < 100 }
            && await sessions.FindLinkAsync(new Token(token).Hash, cancellationToken) is { UsedAt: null } link
            && link.ExpiresAt > clock.GetUtcNow()
            && (link.Purpose != LinkPurpose.BecomeAdministrator
                || !await accounts.HasAdministratorAsync(cancellationToken))
            ? link
            : null;

    // By address and not by what was known when it was mailed: the account may have been made in between.
    private async Task<Account?> AccountAsync(SignInLink link, CancellationToken cancellationToken) =>
        link.Email is { } email ? await accounts.FindByEmailAsync(email, cancellationToken) : null;

    private async Task<Outcome<Session>> UseAsync(
        Token token, SignInLink link, Account account, SentForm? sent, CancellationToken cancellationToken)
    {
        var keeper = await KeeperAsync(link, cancellationToken);
        return await once.PostAsync<Session>(
            sent, act: null, Caller.Visitor,
            writing =>
            {
                if (keeper is not null)
                {
                    SessionStore.HoldLinks(writing, link.Purpose);
                }

                if (!SessionStore.UseLink(writing, token.Hash))
                {
                    return new Refusal(RefusalKind.Gone, "error.linkUsed");
                }

                if (keeper is { } organisation)
                {
                    SessionStore.RevokeLinks(writing, link.Purpose);
                    AccountStore.SetRole(writing, account.ActorId, Role.Administrator);
                    AccountStore.Join(writing, organisation, account.ActorId);
                }

                return new Session(
                    SignIn.Start(writing, account.ActorId), account.ActorId, account.Email, link.ReturnPath);
            },
            session => session.Account.Value,
            (id, cancel) => AgainAsync(new ActorId(id), link.ReturnPath, cancel), cancellationToken, SameForm);
    }

    // The first administrator speaks for the organisation that keeps the node; it was made with the node.
    private async Task<ActorId?> KeeperAsync(SignInLink link, CancellationToken cancellationToken) =>
        link.Purpose == LinkPurpose.BecomeAdministrator
            ? (await actors.ListOrganisationsAsync(cancellationToken))[0].Id
            : null;

    private async Task<Outcome<Session>> CreateAsync(
        Token token, SignInLink link, string name, string userName, string typedEmail, SentForm? sent,
        CancellationToken cancellationToken)
    {
        var email = link.Email ?? typedEmail.Trim();
        var handle = userName.Trim().ToLowerInvariant();
        var faults = new List<FieldFault>();
        if (AccountRules.DisplayName(name) is { } fault)
        {
            faults.Add(fault);
        }

        if (!AccountRules.IsHandle(handle))
        {
            faults.Add(new FieldFault("username", "error.username"));
        }
        else if (AccountRules.IsReserved(handle))
        {
            faults.Add(new FieldFault("username", "error.nameTaken"));
        }

        if (!MailAddresses.IsAddress(email))
        {
            faults.Add(new FieldFault("email", "error.email"));
        }
        else if (await accounts.FindByEmailAsync(email, cancellationToken) is not null)
        {
            faults.Add(new FieldFault("email", "error.emailTaken"));
        }

        if (faults.Count > 0)
        {
            return Refusal.Invalid([.. faults]);
        }

        var keeper = await KeeperAsync(link, cancellationToken);
        var role = keeper is null ? Role.Member : Role.Administrator;
        return await once.PostAsync<Session>(
            sent, act: null, Caller.Visitor,
            writing =>
            {
                if (keeper is not null)
                {
                    SessionStore.HoldLinks(writing, link.Purpose);
                }

                // Whoever presses twice at once gets one account; a name that is taken leaves the link as it was.
                if (SessionStore.FindLink(writing, token.Hash) is not { UsedAt: null })
                {
                    return new Refusal(RefusalKind.Gone, "error.linkUsed");
                }

                if (create.Execute(writing, name, email, role, handle) is not { } actor)
                {
                    return Refusal.Invalid(new FieldFault("username", "error.nameTaken"));
                }

                SessionStore.UseLink(writing, token.Hash);
                if (keeper is { } organisation)
                {
                    SessionStore.RevokeLinks(writing, link.Purpose);
                    AccountStore.Join(writing, organisation, actor.Id);
                }

                return new Session(SignIn.Start(writing, actor.Id), actor.Id, email, link.ReturnPath);
            },
            session => session.Account.Value,
            (id, cancel) => AgainAsync(new ActorId(id), link.ReturnPath, cancel), cancellationToken, SameForm);
    }

    /// <summary>Somebody who was signed in.</summary>
    private sealed record Session(Token Token, ActorId Account, string? Email, string? ReturnPath);
}

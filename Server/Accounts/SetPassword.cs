using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Server.Layout;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;

namespace Ontmoetingsplein.Server.Accounts;

/// <summary>Sets or changes one's password; all other sessions end.</summary>
internal sealed class SetPassword(Database database, PasswordCheck passwords, SignInLimits limits)
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

    private async Task<Refusal?> ExecuteAsync(
        string current, string password, string again, Caller caller, byte[]? session,
        CancellationToken cancellationToken)
    {
        if (caller.Account is not { } account)
        {
            return new Refusal(RefusalKind.SignInNeeded, "problem.403visitor");
        }

        if (account.PasswordHash is not null)
        {
            if (await limits.TakeOwnPasswordAsync(account.ActorId, cancellationToken) is { } tooMany)
            {
                return tooMany;
            }

            if (current.Length > Passwords.MaxLength
                || !await passwords.VerifyAsync(current, account.PasswordHash, cancellationToken))
            {
                return Refusal.Invalid(new FieldFault("current", "error.passwordWrong"));
            }
        }

        if (AccountRules.Password(password) is { } fault)
        {
            return Refusal.Invalid(fault);
        }

        if (password != again)
        {
            return Refusal.Invalid(new FieldFault("again", "error.passwordDiffers"));
        }

        var hash = await passwords.HashAsync(password, cancellationToken);
        await database.WriteAsync(
            writing => AccountStore.SetPassword(writing, account.ActorId, hash, session), cancellationToken);
        return null;
    }
}

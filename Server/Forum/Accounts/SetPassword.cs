using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;

namespace Ontmoetingsplein.Forum.Accounts;

/// <summary>Sets or changes one's password; all other sessions end.</summary>
internal sealed class SetPassword(Database database, PasswordCheck passwords, SignInLimits limits)
{
    /// <summary>Sets it.</summary>
    /// <returns>Why not, or null.</returns>
    public async Task<Refusal?> ExecuteAsync(
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

using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Processes;

namespace Ontmoetingsplein.Forum.Accounts;

/// <summary>Signs people in, by a link that is mailed or by password, and out again.</summary>
internal sealed class SignIn(
    Database database, AccountStore accounts, PasswordCheck passwords, SignInLimits limits, NodeSettings settings,
    NodeAddresses addresses)
{
    // Long enough for who presses twice or a proxy that tries again, and too short to notice for who wants another one.
    private static readonly TimeSpan SameForm = TimeSpan.FromMinutes(1);

    /// <summary>How long somebody stays signed in.</summary>
    public static readonly TimeSpan SessionLife = TimeSpan.FromDays(90);

    /// <summary>How long a mailed link works.</summary>
    public static readonly TimeSpan LinkLife = TimeSpan.FromMinutes(30);

    /// <summary>Starts a session inside a change.</summary>
    /// <returns>The token for the cookie.</returns>
    public static Token Start(Writing writing, ActorId account)
    {
        var token = Token.Create();
        SessionStore.Start(writing, token.Hash, account, writing.Now + SessionLife);
        return token;
    }

    /// <summary>Ends a session.</summary>
    public Task EndAsync(Token session, CancellationToken cancellationToken) =>
        database.WriteAsync(writing => SessionStore.End(writing, session.Hash), cancellationToken);

    /// <summary>Mails a link that signs in; the outcome is the same whether the address is known or not.</summary>
    /// <param name="email">Where to, as typed.</param>
    /// <param name="returnPath">Local path to go to afterwards.</param>
    /// <param name="key">Of the form; see <see cref="SentForm"/>.</param>
    /// <param name="from">Who asks.</param>
    /// <param name="texts">Language of the mail.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Why not, or null.</returns>
    public async Task<Refusal?> MailLinkAsync(
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

    /// <summary>Signs in with a password.</summary>
    /// <returns>The token of the session.</returns>
    public async Task<Outcome<Token>> WithPasswordAsync(
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

using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;

namespace Ontmoetingsplein.Forum.Accounts;

/// <summary>
/// Opens a link from a mail or from the console. Looking at it changes nothing, since programs that scan mail follow
/// links; pressing the button uses it. A new address then chooses a name first.
/// </summary>
internal sealed class OpenLink(
    Database database, SessionStore sessions, AccountStore accounts, NodeSettings settings, CreateAccount create,
    OncePosted once, TimeProvider clock)
{
    // For who presses twice; later the link has had its use.
    private static readonly TimeSpan SameForm = TimeSpan.FromMinutes(5);

    /// <summary>
    /// What came of a form that is sent again; null for one that is new. Who presses twice sees the second answer only:
    /// it signs in as the first one did, which has used the link.
    /// </summary>
    public Task<Session?> AgainAsync(SentForm? sent, string token, CancellationToken cancellationToken) =>
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

    /// <summary>A link that still works.</summary>
    public async Task<SignInLink?> FindAsync(string? token, CancellationToken cancellationToken) =>
        token is { Length: > 20 and < 100 }
            && await sessions.FindLinkAsync(new Token(token).Hash, cancellationToken) is { UsedAt: null } link
            && link.ExpiresAt > clock.GetUtcNow()
            && (link.Purpose != LinkPurpose.BecomeAdministrator
                || !await accounts.HasAdministratorAsync(cancellationToken))
            ? link
            : null;

    /// <summary>
    /// Whose link it is. By address and not by what was known when it was mailed: the account may have been made in
    /// between.
    /// </summary>
    public async Task<Account?> AccountAsync(SignInLink link, CancellationToken cancellationToken) =>
        link.Email is { } email ? await accounts.FindByEmailAsync(email, cancellationToken) : null;

    /// <summary>Signs somebody in who has an account.</summary>
    public async Task<Outcome<Session>> UseAsync(
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
            ? await settings.KeeperAsync(cancellationToken)
            : null;

    /// <summary>Makes an account and signs it in.</summary>
    public async Task<Outcome<Session>> CreateAsync(
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
    public sealed record Session(Token Token, ActorId Account, string? Email, string? ReturnPath);
}

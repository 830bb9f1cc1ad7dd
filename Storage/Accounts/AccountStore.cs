namespace Ontmoetingsplein.Storage.Accounts;

/// <summary>Keeps who can sign in, and for which organisations they act.</summary>
/// <param name="database">Where.</param>
public sealed class AccountStore(Database database)
{
    private const string Select =
        "select c.actor_id, c.email, c.password_hash, c.role, c.language, c.about, c.mail_notices, c.created_at,"
        + " a.name, a.display_name, a.kind, a.uri from accounts c join actors a on a.id = c.actor_id"
        + " where a.deleted_at is null";

    /// <summary>Finds by number.</summary>
    /// <param name="id">The actor.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Account?> FindAsync(ActorId id, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Account>($"{Select} and c.actor_id = @id", new { id }, cancellationToken);

    /// <summary>Finds by mail address, in any case of letters.</summary>
    /// <param name="email">The address.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Account?> FindByEmailAsync(string email, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Account>(
            $"{Select} and c.email = @email", new { email = email.ToLowerInvariant() }, cancellationToken);

    /// <summary>Finds by the name in the handle.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Account?> FindByNameAsync(string name, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Account>(
            $"{Select} and a.name = @name and a.host is null", new { name = name.ToLowerInvariant() },
            cancellationToken);

    /// <summary>Lists accounts, newest first.</summary>
    /// <param name="page">Which part.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Page<Account>> ListAsync(PageRequest page, CancellationToken cancellationToken = default)
    {
        var rows = await database.QueryAsync<Account>(
            $"{Select} and c.actor_id < @before order by c.actor_id desc limit @limit",
            new { before = page.BeforeOrMax, limit = page.Size + 1 }, cancellationToken);
        return Page<Account>.Of(rows, page.Size, account => account.ActorId.Value);
    }

    /// <summary>Whether anybody runs this node yet.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<bool> HasAdministratorAsync(CancellationToken cancellationToken = default) =>
        await database.FirstAsync<long?>(
            "select 1 from accounts where role = 2 limit 1", null, cancellationToken) is not null;

    /// <summary>Those who watch over what is posted, administrators too.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Account>> ListModeratorsAsync(CancellationToken cancellationToken = default) =>
        database.QueryAsync<Account>(
            $"{Select} and c.role >= 1 order by c.actor_id limit 200", null, cancellationToken);

    /// <summary>The organisations an account acts for.</summary>
    /// <param name="id">The account.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Actors.Actor>> ListOrganisationsAsync(
        ActorId id, CancellationToken cancellationToken = default) =>
        database.QueryAsync<Actors.Actor>(
            $"select {Actors.ActorStore.Columns} from memberships m join actors a on a.id = m.organisation_id"
            + " where m.account_id = @id and a.deleted_at is null order by a.id", new { id }, cancellationToken);

    /// <summary>Makes an actor able to sign in.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="account">The account; its actor exists.</param>
    /// <returns>False when the mail address is in use or the actor has an account; then nothing was added.</returns>
    public static bool Add(Writing writing, Account account) => writing.Execute(
        """
        insert into accounts (actor_id, email, password_hash, role, language, about, mail_notices, created_at)
        values (@ActorId, @Email, @PasswordHash, @Role, @Language, @About, @MailNotices, @Now)
        on conflict do nothing
        """, new
        {
            account.ActorId,
            Email = account.Email?.ToLowerInvariant(),
            account.PasswordHash,
            Role = (int)account.Role,
            account.Language,
            account.About,
            MailNotices = account.MailNotices ? 1 : 0,
            writing.Now,
        }) == 1;

    /// <summary>Sets or clears the password and ends every session but one.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Whose.</param>
    /// <param name="hash">Argon2id text, or null.</param>
    /// <param name="keep">Hash of the session token that stays, or null.</param>
    public static void SetPassword(Writing writing, ActorId id, string? hash, byte[]? keep)
    {
        writing.Execute("update accounts set password_hash = @hash where actor_id = @id", new { id, hash });
        writing.Execute(
            "delete from sessions where account_id = @id and token_hash <> @keep", new { id, keep = keep ?? [] });
        writing.Signal("sessions");
    }

    /// <summary>Changes what somebody set for themselves.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Whose.</param>
    /// <param name="about">Markdown.</param>
    /// <param name="language">"nl", "en" or null.</param>
    /// <param name="mailNotices">Wants mail about answers.</param>
    public static void SetPreferences(Writing writing, ActorId id, string about, string? language, bool mailNotices)
    {
        writing.Execute(
            "update accounts set about = @about, language = @language, mail_notices = @mail where actor_id = @id",
            new { id, about, language, mail = mailNotices ? 1 : 0 });
        writing.Signal("sessions");
    }

    /// <summary>Gives a role.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">To whom.</param>
    /// <param name="role">Which.</param>
    public static void SetRole(Writing writing, ActorId id, Role role)
    {
        writing.Execute("update accounts set role = @role where actor_id = @id", new { id, role = (int)role });
        writing.Signal("sessions");
    }

    /// <summary>Lets an account act for an organisation.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="organisation">For whom.</param>
    /// <param name="account">Who.</param>
    public static void Join(Writing writing, ActorId organisation, ActorId account)
    {
        writing.Execute(
            """
            insert into memberships (organisation_id, account_id, created_at) values (@organisation, @account, @Now)
            on conflict do nothing
            """, new { organisation, account, writing.Now });
        writing.Signal("sessions");
    }
}

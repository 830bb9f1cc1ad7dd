namespace Ontmoetingsplein.Storage.Accounts;

/// <summary>What a single-use link is for.</summary>
public enum LinkPurpose
{
    /// <summary>Signing in at a mail address.</summary>
    SignIn = 0,

    /// <summary>Becoming the first administrator.</summary>
    BecomeAdministrator = 1,
}

/// <summary>A single-use link; only the hash of its token is kept.</summary>
public sealed record SignInLink
{
    /// <summary>What it is for.</summary>
    public required LinkPurpose Purpose { get; init; }

    /// <summary>The address it was mailed to.</summary>
    public string? Email { get; init; }

    /// <summary>The account it signs in; null when the address is new.</summary>
    public ActorId? AccountId { get; init; }

    /// <summary>Where to go afterwards; a path on this node.</summary>
    public string? ReturnPath { get; init; }

    /// <summary>Worthless after.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Used at; null when it still works.</summary>
    public DateTimeOffset? UsedAt { get; init; }
}

/// <summary>Keeps sessions and single-use links. Tokens themselves are never kept, only their SHA-256.</summary>
/// <param name="database">Where.</param>
public sealed class SessionStore(Database database)
{
    private const string LinkColumns = "purpose, email, account_id, return_path, expires_at, used_at";

    /// <summary>Finds whose session a token is.</summary>
    /// <param name="tokenHash">SHA-256 of the token.</param>
    /// <param name="now">Expired ones do not count.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<ActorId?> FindAsync(
        byte[] tokenHash, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.FirstAsync<ActorId?>(
            "select account_id from sessions where token_hash = @tokenHash and expires_at > @now",
            new { tokenHash, now }, cancellationToken);

    /// <summary>Looks at a link without using it.</summary>
    /// <param name="tokenHash">SHA-256 of the token.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<SignInLink?> FindLinkAsync(byte[] tokenHash, CancellationToken cancellationToken = default) =>
        database.FirstAsync<SignInLink>(
            $"select {LinkColumns} from sign_in_links where token_hash = @tokenHash", new { tokenHash },
            cancellationToken);

    /// <summary>Looks at a link, as seen by a change.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="tokenHash">SHA-256 of the token.</param>
    public static SignInLink? FindLink(Writing writing, byte[] tokenHash) => writing.First<SignInLink>(
        $"select {LinkColumns} from sign_in_links where token_hash = @tokenHash", new { tokenHash });

    /// <summary>Starts a session.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="tokenHash">SHA-256 of its token.</param>
    /// <param name="account">Whose.</param>
    /// <param name="expiresAt">Until when.</param>
    public static void Start(Writing writing, byte[] tokenHash, ActorId account, DateTimeOffset expiresAt) =>
        writing.Execute(
            """
            insert into sessions (token_hash, account_id, created_at, expires_at)
            values (@tokenHash, @account, @Now, @expiresAt)
            """, new { tokenHash, account, writing.Now, expiresAt });

    /// <summary>Ends a session.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="tokenHash">SHA-256 of its token.</param>
    public static void End(Writing writing, byte[] tokenHash)
    {
        writing.Execute("delete from sessions where token_hash = @tokenHash", new { tokenHash });
        writing.Signal("sessions");
    }

    /// <summary>Keeps a new link.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="tokenHash">SHA-256 of its token.</param>
    /// <param name="link">The link.</param>
    public static void AddLink(Writing writing, byte[] tokenHash, SignInLink link) => writing.Execute(
        """
        insert into sign_in_links (token_hash, purpose, email, account_id, return_path, created_at, expires_at)
        values (@tokenHash, @Purpose, @Email, @AccountId, @ReturnPath, @Now, @ExpiresAt)
        """, new
        {
            tokenHash,
            Purpose = (int)link.Purpose,
            Email = link.Email?.ToLowerInvariant(),
            link.AccountId,
            link.ReturnPath,
            writing.Now,
            link.ExpiresAt,
        });

    /// <summary>Uses a link up, if it still works.</summary>
    /// <param name="writing">The change that the link allows.</param>
    /// <param name="tokenHash">SHA-256 of its token.</param>
    /// <returns>False when it is unknown, expired or used.</returns>
    public static bool UseLink(Writing writing, byte[] tokenHash) => writing.Execute(
        "update sign_in_links set used_at = @Now where token_hash = @tokenHash and used_at is null and expires_at >"
        + " @Now",
        new { tokenHash, writing.Now }) == 1;

    /// <summary>Makes all links of a purpose worthless.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="purpose">Which.</param>
    public static void RevokeLinks(Writing writing, LinkPurpose purpose) => writing.Execute(
        "delete from sign_in_links where purpose = @purpose", new { purpose = (int)purpose });

    /// <summary>Lets nobody else use a link for this until the change is done.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="purpose">What for.</param>
    public static void HoldLinks(Writing writing, LinkPurpose purpose) => writing.Execute(
        "update sign_in_links set purpose = purpose where purpose = @purpose", new { purpose = (int)purpose });

    /// <summary>Forgets what has expired.</summary>
    /// <param name="writing">The change.</param>
    public static void Sweep(Writing writing)
    {
        writing.Execute("delete from sessions where expires_at < @Now", new { writing.Now });
        writing.Execute("delete from sign_in_links where expires_at < @Now", new { writing.Now });
    }
}

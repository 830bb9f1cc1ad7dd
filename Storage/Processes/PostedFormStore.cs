namespace Ontmoetingsplein.Storage.Processes;

/// <summary>
/// Remembers which forms were taken, in the change that took them, so that one form makes one post: also when it is
/// sent to two processes at once, or again after one was killed.
/// </summary>
/// <param name="database">Where.</param>
public sealed class PostedFormStore(Database database)
{
    private const int SweepSize = 2_000;

    /// <summary>What was made of a form; null when nothing was.</summary>
    /// <param name="name">Which: a hash of who sent which form with what in it.</param>
    /// <param name="now">What expired does not count.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<long?> FindAsync(string name, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.FirstAsync<long?>(
            "select result from posted_forms where name = @name and expires_at > @now", new { name, now },
            cancellationToken);

    /// <summary>Takes a form. Whoever else tries meanwhile waits until the change is done.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="name">Which.</param>
    /// <param name="expiresAt">How long a repeat is known as one.</param>
    /// <returns>False when it was taken before.</returns>
    public static bool Claim(Writing writing, string name, DateTimeOffset expiresAt) => writing.Execute(
        """
        insert into posted_forms (name, result, expires_at) values (@name, 0, @expiresAt)
        on conflict (name) do update set result = 0, expires_at = excluded.expires_at
        where posted_forms.expires_at <= @Now
        """, new { name, expiresAt, writing.Now }) == 1;

    /// <summary>Says what was made of it.</summary>
    /// <param name="writing">The change that took it.</param>
    /// <param name="name">Which.</param>
    /// <param name="result">The number of what was made.</param>
    public static void Settle(Writing writing, string name, long result) => writing.Execute(
        "update posted_forms set result = @result where name = @name", new { name, result });

    /// <summary>Nothing was made of it after all: it may be sent again.</summary>
    /// <param name="writing">The change that took it.</param>
    /// <param name="name">Which.</param>
    public static void Release(Writing writing, string name) => writing.Execute(
        "delete from posted_forms where name = @name", new { name });

    /// <summary>Forgets what has expired.</summary>
    /// <param name="writing">The change.</param>
    /// <returns>How many; call again, in another change, until it is 0.</returns>
    public static int Sweep(Writing writing) => writing.Execute(
        "delete from posted_forms where name in"
        + " (select name from posted_forms where expires_at < @Now order by expires_at limit @SweepSize)",
        new { writing.Now, SweepSize });
}

namespace Ontmoetingsplein.Storage.Deletions;

/// <summary>Something that was deleted or taken back; never its text.</summary>
/// <param name="Uri">Its id.</param>
/// <param name="FormerType">What it was, as far as known.</param>
/// <param name="DeletedAt">When.</param>
public sealed record Deletion(string Uri, string FormerType, DateTimeOffset DeletedAt);

/// <summary>
/// What was deleted, kept where a restored backup does not overwrite it: in a file beside the SQLite database, in a
/// schema of its own on PostgreSQL. Each entry is committed with its deletion. On SQLite, where a crash may come
/// between the two files, the ledger is written last and <see cref="CatchUp"/> adds what it misses: it never has
/// what was not deleted.
/// </summary>
/// <param name="database">Where.</param>
public sealed class DeletionLedger(Database database)
{
    /// <summary>
    /// What the ledger has and the database does not know of, as after a restore. Whoever repeats one remembers it in
    /// <see cref="TombstoneStore"/>, so that it is not told again.
    /// </summary>
    /// <param name="max">How many at most.</param>
    public Task<IReadOnlyList<Deletion>> ListForgottenAsync(int max) => database.WriteAsync(
        w => w.Query<Deletion>(
            $"""
            select l.uri, l.former_type, l.deleted_at from {w.Ledger} l
            where not exists (select 1 from tombstones t where t.uri = l.uri) limit @max
            """, new { max }));

    /// <summary>Adds what was deleted before there was a ledger, or after the last one that was kept.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="since">Nothing that was deleted before.</param>
    /// <param name="max">How many at most.</param>
    /// <returns>How many; call again, in another change, until it is 0.</returns>
    public static int CatchUp(Writing writing, DateTimeOffset since, int max) => writing.Execute(
        $"""
        insert into {writing.Ledger} (uri, former_type, deleted_at)
        select t.uri, t.former_type, t.deleted_at from tombstones t where t.deleted_at >= @since
          and not exists (select 1 from {writing.Ledger} l where l.uri = t.uri) limit @max
        on conflict do nothing
        """, new { since, max });

    /// <summary>Forgets what no backup can bring back any more.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="before">Older than the oldest backup.</param>
    public static int Sweep(Writing writing, DateTimeOffset before) => writing.Execute(
        $"delete from {writing.Ledger} where deleted_at < @before", new { before });

    internal static void Add(Writing writing, string uri, string formerType) => writing.Execute(
        $"""
        insert into {writing.Ledger} (uri, former_type, deleted_at) values (@uri, @formerType, @Now)
        on conflict do nothing
        """, new { uri, formerType, writing.Now });
}

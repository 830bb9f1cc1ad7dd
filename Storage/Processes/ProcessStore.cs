namespace Ontmoetingsplein.Storage.Processes;

/// <summary>Which processes live on this database, by a sign of life every few seconds.</summary>
/// <param name="database">Where.</param>
public sealed class ProcessStore(Database database)
{
    /// <summary>Gives a sign of life, and forgets who gave none for long.</summary>
    /// <param name="id">The process; a number from <see cref="Database.Ids"/>, made at its start.</param>
    /// <param name="takesRequests">Whether it takes requests of people and peers.</param>
    /// <param name="life">Who was silent for longer is dead.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How many live that take requests.</returns>
    public Task<int> BeatAsync(
        long id, bool takesRequests, TimeSpan life, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            w =>
            {
                w.Execute(
                    """
                    insert into processes (id, takes_requests, seen_at) values (@id, @takes, @Now)
                    on conflict (id) do update set seen_at = excluded.seen_at
                    """, new { id, takes = takesRequests ? 1 : 0, w.Now });
                w.Execute(
                    "delete from processes where id in"
                    + $" (select id from processes where seen_at < @limit {w.SkipLocked})",
                    new { limit = w.Now - life });
                return w.First<int>("select count(*) from processes where takes_requests = 1");
            }, cancellationToken);

    /// <summary>A process stops.</summary>
    /// <param name="id">Its number.</param>
    public Task LeaveAsync(long id) =>
        database.WriteAsync(w => w.Execute("delete from processes where id = @id", new { id }));
}

namespace Ontmoetingsplein.Storage.Processes;

/// <summary>What is done once in a while, by one process however many share the database.</summary>
/// <param name="database">Where.</param>
public sealed class TimerStore(Database database)
{
    /// <summary>Whether something may be due; cheap to ask often.</summary>
    /// <param name="name">What.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<bool> IsDueAsync(
        string name, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        await database.FirstAsync<long?>(
            "select 1 from timers where name = @name and due_at > @now", new { name, now }, cancellationToken) is null;

    /// <summary>
    /// Takes a turn, if it is time: whoever gets true does the work, best in the same change. Nobody else gets it
    /// before the period is over.
    /// </summary>
    /// <param name="writing">The change.</param>
    /// <param name="name">What; a short constant.</param>
    /// <param name="period">How long until the next turn.</param>
    public static bool Take(Writing writing, string name, TimeSpan period) => writing.Execute(
        """
        insert into timers (name, due_at) values (@name, @next)
        on conflict (name) do update set due_at = excluded.due_at where timers.due_at <= @Now
        """, new { name, next = writing.Now + period, writing.Now }) == 1;
}

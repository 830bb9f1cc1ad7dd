namespace Ontmoetingsplein.Storage.Actors;

/// <summary>
/// Forgets the actors of other servers, and their keys, whom nothing here needs: anybody can sign something as a
/// thousand people, and each leaves a row. Whoever comes back is fetched anew, as after a day in any case.
/// </summary>
public static class ActorSweep
{
    /// <summary>Whom nothing here needs is forgotten so long after it was fetched.</summary>
    public static readonly TimeSpan Unneeded = TimeSpan.FromHours(25);

    /// <summary>Whom something needs is looked at again after this time.</summary>
    public static readonly TimeSpan Needed = TimeSpan.FromDays(30);

    private const int AtOnce = 200;

    // All that names an actor of another server, each with an index on it.
    private static readonly (string Table, string Column)[] References =
    [
        ("follows", "follower_id"), ("follows", "target_id"), ("questions", "author_id"),
        ("questions", "organisation_id"), ("questions", "accepted_by"), ("answers", "author_id"),
        ("answers", "organisation_id"), ("votes", "actor_id"), ("notices", "actor_id"), ("topics", "actor_id"),
        ("topic_moderators", "topic_id"), ("topic_moderators", "actor_id"), ("reports", "reporter_id"),
        ("change_reads", "topic_id"), ("recognitions", "actor_id"), ("recognitions", "issuer_id"),
        ("memberships", "organisation_id"), ("activities", "actor_id"),
    ];

    /// <summary>Looks at some of those whose time has come.</summary>
    /// <param name="writing">The change.</param>
    /// <returns>How many it looked at; call again, in another change, until it is 0.</returns>
    public static int Sweep(Writing writing)
    {
        // Held, so that nothing can begin to need them while they are looked at.
        var due = writing.Query<Due>(
            $"""
            select id, fetched_at from actors where host is not null and sweep_at <= @Now
            order by sweep_at limit @AtOnce {writing.SkipLocked}
            """, new { writing.Now, AtOnce });
        if (due.Count == 0)
        {
            return 0;
        }

        var fresh = due.Where(actor => actor.FetchedAt > writing.Now - Unneeded).Select(actor => actor.Id).ToList();
        LookAgain(writing, fresh, writing.Now + Unneeded);
        var unneeded = due.Select(actor => actor.Id).Except(fresh).ToList();
        var needed = unneeded.ToList();
        foreach (var (table, column) in References)
        {
            unneeded = [.. unneeded.Except(Named(writing, unneeded, table, column))];
        }

        LookAgain(writing, [.. needed.Except(unneeded)], writing.Now + Needed);
        if (unneeded.Count > 0)
        {
            writing.Execute($"delete from actors where id {writing.In("ids")}", new { ids = writing.List(unneeded) });
            writing.Signal("actors");
        }

        return due.Count;
    }

    private static IReadOnlyList<long> Named(Writing writing, List<long> ids, string table, string column) =>
        ids.Count == 0 ? [] : writing.Query<long>(
            $"""
            select a.id from actors a where a.id {writing.In("ids")}
              and exists (select 1 from {table} t where t.{column} = a.id)
            """, new { ids = writing.List(ids) });

    private static void LookAgain(Writing writing, List<long> ids, DateTimeOffset at)
    {
        if (ids.Count > 0)
        {
            writing.Execute(
                $"update actors set sweep_at = @at where id {writing.In("ids")}",
                new { at, ids = writing.List(ids) });
        }
    }

    private sealed record Due
    {
        public required long Id { get; init; }

        public DateTimeOffset? FetchedAt { get; init; }
    }
}

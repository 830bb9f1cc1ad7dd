namespace Ontmoetingsplein.Storage.Fediverse;

/// <summary>A topic of another node of our kind whose changes are to be read now; leased to the caller.</summary>
public sealed record ChangeRead
{
    /// <summary>The topic.</summary>
    public required ActorId TopicId { get; init; }

    /// <summary>What it announced before this is known here.</summary>
    public required DateTimeOffset ReadThrough { get; init; }

    /// <summary>When the reading began that is not finished yet; null for none.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Where that goes on.</summary>
    public string? NextPage { get; init; }
}

/// <summary>
/// How far the lists of what followed topics announced were read. It goes along in a backup: a node that comes back
/// from one asks for what it lost.
/// </summary>
/// <param name="database">Where.</param>
public sealed class ChangeReadStore(Database database)
{
    /// <summary>Leases topics whose list is due, the longest waiting first.</summary>
    /// <param name="node">Who follows them; topics of servers of another kind have no such list.</param>
    /// <param name="period">A topic that is followed since less than this needs no reading yet.</param>
    /// <param name="max">How many at most.</param>
    /// <param name="lease">Until when others keep off if the caller never settles.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<ChangeRead>> TakeAsync(
        ActorId node, TimeSpan period, int max, TimeSpan lease, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            w =>
            {
                w.Execute(
                    """
                    insert into change_reads (topic_id, due_at, read_through)
                    select f.target_id, f.created_at + @wait, f.created_at from follows f
                    join actors a on a.id = f.target_id
                    where f.follower_id = @node and f.state = 1 and a.speaks_profile = 1 and a.host is not null
                      and not exists (select 1 from change_reads r where r.topic_id = f.target_id)
                    on conflict (topic_id) do nothing
                    """, new { node, wait = (long)period.TotalMilliseconds });
                w.Execute(
                    """
                    delete from change_reads where due_at <= @Now and not exists
                      (select 1 from follows f where f.target_id = change_reads.topic_id and f.follower_id = @node
                       and f.state = 1)
                    """, new { node, w.Now });
                return w.Query<ChangeRead>(
                    $"""
                    with due as materialized
                      (select topic_id from change_reads where due_at <= @Now order by due_at limit @max
                       {w.SkipLocked})
                    update change_reads set due_at = @until where topic_id in (select topic_id from due)
                    returning topic_id, read_through, started_at, next_page
                    """, new { w.Now, max, until = w.Now + lease });
            }, cancellationToken);

    /// <summary>Where a reading stands: the next page, or, after the last one, when to read again.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="read">As it now is.</param>
    /// <param name="dueAt">When to go on.</param>
    public static void Put(Writing writing, ChangeRead read, DateTimeOffset dueAt) => writing.Execute(
        """
        update change_reads set due_at = @dueAt, read_through = @ReadThrough, started_at = @StartedAt,
          next_page = @NextPage
        where topic_id = @TopicId
        """, new { dueAt, read.ReadThrough, read.StartedAt, read.NextPage, read.TopicId });
}

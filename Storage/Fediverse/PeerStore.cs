namespace Ontmoetingsplein.Storage.Fediverse;

/// <summary>What is known of another host.</summary>
public sealed record Peer
{
    /// <summary>Authority in canonical form.</summary>
    public required string Host { get; init; }

    /// <summary>Number of the signature scheme that it verifies; null when unknown.</summary>
    public int? Scheme { get; init; }

    /// <summary>When that was learned.</summary>
    public DateTimeOffset? SchemeLearnedAt { get; init; }

    /// <summary>An own node.</summary>
    public bool SpeaksProfile { get; init; }

    /// <summary>Takes activities wrapped in Announce.</summary>
    public bool IsForum { get; init; }

    /// <summary>Nothing is sent to it or taken of it, since.</summary>
    public DateTimeOffset? BlockedAt { get; init; }

    /// <summary>Last valid activity of it.</summary>
    public DateTimeOffset? LastInboundAt { get; init; }

    /// <summary>Last delivery that arrived.</summary>
    public DateTimeOffset? LastSuccessAt { get; init; }

    /// <summary>Last delivery that did not.</summary>
    public DateTimeOffset? LastFailureAt { get; init; }

    /// <summary>First failure since the last success.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Failures to reach it since the last success.</summary>
    public int Failures { get; init; }

    /// <summary>Last HTTP status that was no success.</summary>
    public int? LastStatus { get; init; }

    /// <summary>Last error, one line.</summary>
    public string? LastError { get; init; }

    /// <summary>Tried once a day only, since.</summary>
    public DateTimeOffset? ParkedAt { get; init; }

    /// <summary>Not tried before.</summary>
    public DateTimeOffset RetryAt { get; init; }

    /// <summary>Number of deliveries that wait; only in lists.</summary>
    public long Waiting { get; init; }
}

/// <summary>Keeps what is known of other hosts.</summary>
/// <param name="database">Where.</param>
public sealed class PeerStore(Database database)
{
    private const string Columns =
        "p.host, p.scheme, p.scheme_learned_at, p.speaks_profile, p.is_forum, p.blocked_at, p.last_inbound_at,"
        + " p.last_success_at, p.last_failure_at, p.failing_since, p.failures, p.last_status, p.last_error,"
        + " p.parked_at, p.retry_at";

    /// <summary>Finds a host.</summary>
    /// <param name="host">Authority in canonical form.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Peer?> FindAsync(string host, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Peer>(
            $"select {Columns} from peers p where p.host = @host", new { host }, cancellationToken);

    /// <summary>Hosts for which deliveries wait, most waiting first.</summary>
    /// <param name="max">How many at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Peer>> ListWaitingAsync(int max, CancellationToken cancellationToken = default) =>
        database.QueryAsync<Peer>(
            $"""
            select {Columns}, w.waiting from peers p
            join (select host, count(*) as waiting from deliveries group by host) w on w.host = p.host
            order by w.waiting desc, p.host limit @max
            """, new { max }, cancellationToken);

    /// <summary>Hosts that we exchange activities with, the latest first.</summary>
    /// <param name="max">How many at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Peer>> ListAsync(int max, CancellationToken cancellationToken = default) =>
        database.QueryAsync<Peer>(
            $"select {Columns} from peers p order by coalesce(p.last_inbound_at, p.last_success_at, 0) desc limit @max",
            new { max }, cancellationToken);

    /// <summary>Remembers a signature scheme that a host verified or used.</summary>
    /// <param name="host">Authority in canonical form.</param>
    /// <param name="scheme">Its number.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task LearnSchemeAsync(string host, int scheme, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            w => w.Execute(
                """
                insert into peers (host, created_at, scheme, scheme_learned_at) values (@host, @Now, @scheme, @Now)
                on conflict (host) do update set scheme = excluded.scheme,
                  scheme_learned_at = excluded.scheme_learned_at
                """, new { host, scheme, w.Now }),
            cancellationToken);

    /// <summary>Remembers what kind of server a host is.</summary>
    /// <param name="writing">The change that taught us.</param>
    /// <param name="host">Authority in canonical form.</param>
    /// <param name="isForum">It takes activities wrapped in Announce.</param>
    /// <param name="speaksProfile">It is an own node.</param>
    public static void LearnKind(Writing writing, string host, bool isForum, bool speaksProfile)
    {
        writing.Execute(
            """
            insert into peers (host, created_at, is_forum, speaks_profile) values (@host, @Now, @forum, @profile)
            on conflict (host) do update
              set is_forum = case when excluded.is_forum = 1 then 1 else peers.is_forum end,
                speaks_profile = case when excluded.speaks_profile = 1 then 1 else peers.speaks_profile end
            """, new { host, writing.Now, forum = isForum ? 1 : 0, profile = speaksProfile ? 1 : 0 });
        writing.Signal($"peer:{host}");
    }

    /// <summary>Tries a host again now.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="host">Authority in canonical form.</param>
    public static void Wake(Writing writing, string host)
    {
        Hold(writing, host);
        writing.Execute("update peers set retry_at = 0, parked_at = null where host = @host", new { host });
        writing.Execute("update deliveries set due_at = @Now where host = @host", new { host, writing.Now });
        writing.Execute(
            """
            update peers set delivery_due_at = (select min(due_at) from deliveries where host = @host)
            where host = @host
            """, new { host });
        writing.Signal(OutboxStore.Signal);
    }

    /// <summary>
    /// Keeps others off a host's row until the change ends. Whoever adds something for the host touches its row too, so
    /// that what the next statement finds waiting is all there is.
    /// </summary>
    internal static void Hold(Writing w, string host) =>
        w.Execute($"select 1 from peers where host = @host {w.ForUpdate}", new { host });

    internal static void NoteDelivery(Writing w, string host, DeliveryNote note)
    {
        switch (note.Outcome)
        {
            case DeliveryOutcome.Delivered:
                w.Prepare(
                    """
                    update peers set last_success_at = @now, failing_since = null, failures = 0, last_status = null,
                      last_error = null, parked_at = null, retry_at = 0
                    where host = @host and (failures > 0 or last_error is not null or last_success_at is null
                      or last_success_at < @recent)
                    """, "now", "host", "recent")
                    .Execute(w.Now.ToUnixTimeMilliseconds(), host, w.Now.AddSeconds(-10).ToUnixTimeMilliseconds());
                break;
            case DeliveryOutcome.PostponeHost:
                w.Execute(
                    """
                    update peers set last_failure_at = @Now, failing_since = coalesce(failing_since, @Now),
                      failures = failures + 1, last_status = @Status, last_error = @Error, retry_at = @RetryAt,
                      parked_at = case when failing_since < @parkLimit then coalesce(parked_at, @Now) else null end
                    where host = @host
                    """, new { w.Now, note.Status, note.Error, note.RetryAt, host, parkLimit = w.Now.AddDays(-7) });
                // federation.md §6: after 30 days of silence the queue is dropped.
                w.Execute(
                    """
                    delete from deliveries where host = @host
                      and exists (select 1 from peers where host = @host and failing_since < @dropLimit)
                    """, new { host, dropLimit = w.Now.AddDays(-30) });
                break;
            default:
                w.Execute(
                    "update peers set last_failure_at = @Now, last_status = @Status, last_error = @Error where host ="
                    + " @host",
                    new { w.Now, note.Status, note.Error, host });
                break;
        }
    }
}

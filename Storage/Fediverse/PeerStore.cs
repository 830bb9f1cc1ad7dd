using Ontmoetingsplein.Storage.Actors;

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

    /// <summary>When the next of them is due; only in lists, null when nothing waits.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>When the oldest of them was queued; only in lists, null when nothing waits.</summary>
    public DateTimeOffset? WaitingSince => OldestDelivery is { } id ? IdSource.MomentOf(id) : null;

    internal long? OldestDelivery { get; init; }
}

/// <summary>Keeps what is known of other hosts.</summary>
/// <param name="database">Where.</param>
public sealed class PeerStore(Database database)
{
    /// <summary>In place of when the deliveries of a host are due: it spoke to us, so all that waits is.</summary>
    internal const long Spoke = 0;

    private static readonly TimeSpan Probe = TimeSpan.FromDays(1);
    private static readonly TimeSpan NotedEvery = TimeSpan.FromSeconds(10);

    private const string Columns =
        "p.host, p.scheme, p.scheme_learned_at, p.speaks_profile, p.is_forum, p.last_inbound_at,"
        + " p.last_success_at, p.last_failure_at, p.failing_since, p.failures, p.last_status, p.last_error,"
        + " p.parked_at, p.retry_at";

    /// <summary>Finds a host.</summary>
    /// <param name="host">Authority in canonical form.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Peer?> FindAsync(string host, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Peer>(
            $"select {Columns} from peers p where p.host = @host", new { host }, cancellationToken);

    /// <summary>Hosts for which deliveries wait, with how many, in the order of their names.</summary>
    /// <param name="after">Only those after this one; null for the first.</param>
    /// <param name="max">How many at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Peer>> ListWaitingAsync(
        string? after, int max, CancellationToken cancellationToken = default) =>
        ListAsync("p.delivery_due_at is not null and ", after, max, cancellationToken);

    /// <summary>All hosts that are known, with what waits for them, in the order of their names.</summary>
    /// <param name="after">Only those after this one; null for the first.</param>
    /// <param name="max">How many at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Peer>> ListAsync(
        string? after, int max, CancellationToken cancellationToken = default) =>
        ListAsync("", after, max, cancellationToken);

    private Task<IReadOnlyList<Peer>> ListAsync(
        string condition, string? after, int max, CancellationToken cancellationToken) =>
        database.QueryAsync<Peer>(
            $"""
            select {Columns},
              case when p.delivery_due_at = {Spoke} then p.last_inbound_at else p.delivery_due_at end as due_at,
              (select count(*) from deliveries d where d.host = p.host) as waiting,
              (select min(d.id) from deliveries d where d.host = p.host) as oldest_delivery
            from peers p where {condition}p.host > @after order by p.host limit @max
            """, new { after = after ?? "", max }, cancellationToken);

    /// <summary>
    /// Each host that something arrived at since a moment, with an inbox there: it may have what was published then.
    /// </summary>
    /// <param name="writing">The change that it is told of.</param>
    /// <param name="since">The moment.</param>
    public static IReadOnlyList<FollowerInbox> ListReached(Writing writing, DateTimeOffset since) =>
        writing.Query<FollowerInbox>(
            """
            select reached.inbox, reached.host, reached.is_forum, reached.speaks_profile from
              (select p.host, p.is_forum, p.speaks_profile,
                 (select coalesce(a.shared_inbox, a.inbox) from actors a
                  where a.host = p.host and a.deleted_at is null order by a.id limit 1) as inbox
               from peers p where p.last_success_at >= @since) reached
            where reached.inbox is not null order by reached.host
            """, new { since = since - NotedEvery });

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
    /// Condition, while a host that signed something is noted as excluded: what waits for it is due at once, since it
    /// is alive. When it fails all the same, its steps count again for an hour; and when it asked us to slow down (429)
    /// that it speaks is no news.
    /// </summary>
    internal const string IsWoken =
        """
        (peers.delivery_due_at is not null and (peers.parked_at is not null
          or peers.delivery_due_at > excluded.last_inbound_at
            and (peers.woken_at is null or peers.woken_at < excluded.last_inbound_at - 3600000)
            and (peers.last_status is null or peers.last_status <> 429
              or peers.retry_at <= excluded.last_inbound_at)))
        """;

    /// <summary>What is set of a host that signed something, beside when it did.</summary>
    internal const string Waking =
        $"""
        delivery_due_at = case when {IsWoken} then 0 else peers.delivery_due_at end,
        woken_at = case when {IsWoken} then excluded.last_inbound_at else peers.woken_at end,
        retry_at = case when {IsWoken} or peers.parked_at is not null then 0 else peers.retry_at end,
        failures = case when peers.parked_at is not null then 0 else peers.failures end,
        failing_since = case when peers.parked_at is not null then null else peers.failing_since end,
        parked_at = null
        """;

    /// <summary>Makes all due that waits for hosts which spoke to us, whatever it waited for.</summary>
    internal static void WakeSpoken(Writing w, IEnumerable<string> hosts)
    {
        var spoke = hosts.ToList();
        if (spoke.Count > 0)
        {
            w.Execute(
                $"update deliveries set due_at = @Now where host {w.In("spoke")} and due_at > @Now",
                new { spoke = w.List(spoke), w.Now });
            w.Execute(
                $"update peers set delivery_due_at = @Now where host {w.In("spoke")}",
                new { spoke = w.List(spoke), w.Now });
        }
    }

    /// <summary>Leaves a host alone: it is tried once a day, until it takes something or sends something.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="host">Authority in canonical form.</param>
    public static void Park(Writing writing, string host)
    {
        Hold(writing, host);
        writing.Execute(
            """
            update peers set parked_at = coalesce(parked_at, @Now), retry_at = @probe,
              delivery_due_at = case when delivery_due_at is null then null else @probe end
            where host = @host
            """, new { host, writing.Now, probe = writing.Now + Probe });
    }

    /// <summary>
    /// Throws away what waits for a host and what was learned of it. Its followers stay, and so does a block.
    /// </summary>
    /// <param name="writing">The change.</param>
    /// <param name="host">Authority in canonical form.</param>
    public static void Forget(Writing writing, string host)
    {
        Hold(writing, host);
        writing.Execute("delete from deliveries where host = @host", new { host });
        writing.Execute(
            """
            update peers set scheme = null, scheme_learned_at = null, last_failure_at = null, failing_since = null,
              failures = 0, last_status = null, last_error = null, parked_at = null, retry_at = 0,
              delivery_due_at = null, woken_at = null
            where host = @host
            """, new { host });
        writing.Signal($"peer:{host}");
    }

    /// <summary>
    /// Keeps others off a host's row until the change ends. Whoever adds something for the host touches its row too, so
    /// that what the next statement finds waiting is all there is.
    /// </summary>
    internal static void Hold(Writing w, string host) =>
        w.Execute($"select 1 from peers where host = @host {w.ForUpdate}", new { host });

    /// <summary>
    /// Something arrived at each of these hosts: they are well. Noted once in <see cref="NotedEvery"/>.
    /// </summary>
    internal static void NoteArrival(Writing w, IEnumerable<string> hosts) => w.Execute(
        $"""
        update peers set last_success_at = @Now, failing_since = null, failures = 0, last_status = null,
          last_error = null, parked_at = null, retry_at = 0,
          woken_at = case when failures > 0 then null else woken_at end
        where host {w.In("hosts")} and {IsNews} = 1
        """, new { hosts = w.List(hosts), w.Now, recent = Recent(w) });

    /// <summary>Of a row of peers, 1 or 0: that something arrived there is to be noted.</summary>
    internal const string IsNews =
        """
        (case when failures > 0 or last_error is not null or parked_at is not null or last_success_at is null
           or last_success_at < @recent then 1 else 0 end)
        """;

    /// <summary>The value of @recent in <see cref="IsNews"/>.</summary>
    internal static DateTimeOffset Recent(Writing w) => w.Now - NotedEvery;

    internal static void NoteDelivery(Writing w, string host, DeliveryNote note)
    {
        switch (note.Outcome)
        {
            case DeliveryOutcome.Delivered:
                NoteArrival(w, [host]);
                break;
            case DeliveryOutcome.PostponeHost:
            case DeliveryOutcome.PostponeThread when note.HostRetryAt is not null:
                w.Execute(
                    """
                    update peers set last_failure_at = @Now, failing_since = coalesce(failing_since, @Now),
                      failures = failures + 1, last_status = @Status, last_error = @Error,
                      retry_at = case when parked_at is not null and @RetryAt < @probe then @probe else @RetryAt end,
                      parked_at = case when failing_since < @parkLimit then coalesce(parked_at, @Now)
                        else parked_at end
                    where host = @host
                    """, new
                    {
                        w.Now,
                        note.Status,
                        note.Error,
                        RetryAt = note.HostRetryAt ?? note.RetryAt ?? w.Now,
                        host,
                        parkLimit = w.Now.AddDays(-7),
                        probe = w.Now + Probe * 0.8,
                    });
                // CONTRACT.md §6: after 30 days of silence the queue is dropped.
                w.Execute(
                    """
                    delete from deliveries where host = @host
                      and exists (select 1 from peers where host = @host and failing_since < @dropLimit)
                    """, new { host, dropLimit = w.Now.AddDays(-30) });
                break;
            case DeliveryOutcome.InboxGone:
                // CONTRACT.md §6: when each inbox that we knew there is gone, so is the host.
                w.Execute(
                    """
                    update peers set last_failure_at = @Now, last_status = @Status, last_error = @Error,
                      failing_since = coalesce(failing_since, @Now),
                      parked_at = case when @gone = 1 then coalesce(parked_at, @Now) else parked_at end,
                      retry_at = case when @gone = 1 then @probe else retry_at end
                    where host = @host
                    """, new
                    {
                        w.Now,
                        note.Status,
                        note.Error,
                        host,
                        gone = IsForsaken(w, host) ? 1 : 0,
                        probe = w.Now + Probe,
                    });
                break;
            default:
                // A parked host answers its daily try: the next one is tomorrow.
                w.Execute(
                    """
                    update peers set last_failure_at = @Now, last_status = @Status, last_error = @Error,
                      retry_at = case when parked_at is not null then @probe else retry_at end
                    where host = @host
                    """, new { w.Now, note.Status, note.Error, host, probe = w.Now + Probe });
                break;
        }
    }

    // Nobody there follows anybody here any more, and nothing waits for it.
    private static bool IsForsaken(Writing w, string host) => w.First<long?>(
        """
        select 1 where not exists (select 1 from deliveries where host = @host)
          and not exists (select 1 from actors a join follows f on f.follower_id = a.id where a.host = @host)
        """, new { host }) is not null;
}

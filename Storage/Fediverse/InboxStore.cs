using System.Buffers.Binary;
using System.Security.Cryptography;
using Ontmoetingsplein.Storage.Engines;
using Ontmoetingsplein.Storage.SetAside;

namespace Ontmoetingsplein.Storage.Fediverse;

/// <summary>What became of an activity that was to be kept.</summary>
public enum KeepResult
{
    /// <summary>Its id was new: it is durable now.</summary>
    New,

    /// <summary>It was kept before.</summary>
    Duplicate,

    /// <summary>Another body was kept under its id.</summary>
    Conflict,
}

/// <summary>How far a received activity is.</summary>
public enum InboxState
{
    /// <summary>Waits.</summary>
    Waiting = 0,

    /// <summary>Applied.</summary>
    Done = 1,

    /// <summary>Of no consequence here.</summary>
    Ignored = 2,

    /// <summary>Against a rule.</summary>
    Refused = 3,

    /// <summary>It could not be handled, through a fault of this program; an administrator may try it again.</summary>
    SetAside = 4,
}

/// <summary>A received activity as it is kept.</summary>
public sealed record InboxEntry
{
    /// <summary>Its number; 0 before it is kept.</summary>
    public long Id { get; init; }

    /// <summary>The activity's id.</summary>
    public required string ActivityUri { get; init; }

    /// <summary>Authority of the sender.</summary>
    public required string Host { get; init; }

    /// <summary>Whose host that is; null when only the host is known. Set to be kept.</summary>
    public string? Party { get; init; }

    /// <summary>The authenticated actor.</summary>
    public required string ActorUri { get; init; }

    /// <summary>Type as sent.</summary>
    public required string Type { get; init; }

    /// <summary>Number of the signature scheme; -1 when it was fetched from its own server instead.</summary>
    public required int Scheme { get; init; }

    /// <summary>Attempts made before.</summary>
    public int Attempts { get; init; }

    /// <summary>When it came in.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>To the byte.</summary>
    public required byte[] Body { get; init; }
}

/// <summary>The waiting activities of one host, in order of arrival; the host is leased to the caller.</summary>
/// <param name="Host">Authority of the sender.</param>
/// <param name="Lease">Number of the lease, to give back.</param>
/// <param name="Entries">The longest due first; at least one.</param>
public sealed record InboxBatch(string Host, long Lease, IReadOnlyList<InboxEntry> Entries);

/// <summary>Of which hosts activities are to be leased.</summary>
/// <param name="MaxHosts">How many hosts at most.</param>
/// <param name="MaxPerHost">How many activities of each at most.</param>
public sealed record InboxRequest(int MaxHosts, int MaxPerHost)
{
    /// <summary>So many hosts of one party at the same time.</summary>
    public int MostPerParty { get; init; } = int.MaxValue;

    /// <summary>How many hosts of a party are leased to the caller now.</summary>
    public IReadOnlyDictionary<string, int> Busy { get; init; } = new Dictionary<string, int>();

    /// <summary>Hosts that the caller kept and would take up again.</summary>
    public IReadOnlyList<KeptInbox> Kept { get; init; } = [];
}

/// <summary>A host that somebody keeps while some of its activities are still being worked off.</summary>
/// <param name="Host">Authority of the sender.</param>
/// <param name="Lease">Number of the lease.</param>
/// <param name="Away">Numbers of those activities.</param>
public sealed record KeptInbox(string Host, long Lease, IReadOnlyList<long> Away);

/// <summary>The journal of received activities.</summary>
/// <param name="database">Where.</param>
public sealed class InboxStore(Database database)
{
    /// <summary>Signal: something was kept.</summary>
    public const string Signal = "inbox";

    private const int SweepSize = 2_000;
    private const int Window = 200;

    // Besides its body an activity takes room in the table and its indexes.
    private const int BesideBody = 1_024;
    private const int MostWeighed = 200_000;

    private static readonly BatchInsert Entries = new(
        "inbox",
        [
            ("id", ColumnType.Int), ("activity_uri", ColumnType.Text), ("host", ColumnType.Text),
            ("actor_uri", ColumnType.Text), ("type", ColumnType.Text), ("scheme", ColumnType.Int),
            ("state", ColumnType.Int), ("due_at", ColumnType.Int), ("received_at", ColumnType.Int),
            ("body", ColumnType.Blob), ("digest", ColumnType.Int),
        ],
        "on conflict (activity_uri) do nothing",
        TellsNew: true);

    // A host that signs to us is alive: what waits for it need not wait for its next step.
    private static readonly BatchInsert Senders = new(
        "peers",
        [
            ("host", ColumnType.Text), ("created_at", ColumnType.Int), ("inbox_due_at", ColumnType.Int),
            ("last_inbound_at", ColumnType.Int), ("party", ColumnType.Text),
        ],
        $"""
        on conflict (host) do update set last_inbound_at = excluded.last_inbound_at,
          party = coalesce(excluded.party, peers.party),
          inbox_due_at = case when peers.inbox_due_at < excluded.inbox_due_at then peers.inbox_due_at
            else excluded.inbox_due_at end,
          {PeerStore.Waking}
        where peers.inbox_due_at is null or peers.inbox_due_at > excluded.inbox_due_at
          or peers.parked_at is not null or peers.last_inbound_at is null
          or peers.last_inbound_at < excluded.last_inbound_at - 10000 or {PeerStore.IsWoken}
        """);

    private readonly Gathering<InboxEntry, KeepResult> keeping = new(database, KeepAll, isStatement: true);

    /// <summary>Keeps an activity once. Whatever arrives while the disk is busy goes along in the next write.</summary>
    /// <param name="entry">The activity.</param>
    /// <returns>Completes when the entry would survive a crash.</returns>
    /// <exception cref="StorageException">It could not be kept.</exception>
    public Task<KeepResult> KeepAsync(InboxEntry entry) => keeping.AddAsync(entry);

    /// <summary>Which of these activities were kept before, in whatever state; for a year.</summary>
    /// <param name="activityUris">Ids, at most some hundreds.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<string>> ListKnownAsync(
        IEnumerable<string> activityUris, CancellationToken cancellationToken = default) =>
        database.QueryAsync<string>(
            $"select activity_uri from inbox where activity_uri {database.Engine.In("uris")}",
            new { uris = database.Engine.List(activityUris) }, cancellationToken);

    /// <summary>
    /// Leases hosts with waiting activities, the one first that was looked at longest ago, and of one party only so
    /// many that others get their turn.
    /// </summary>
    /// <param name="request">How many, and of whom.</param>
    /// <param name="lease">Until when others keep off if the caller never gives the host back.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<InboxBatch>> TakeAsync(
        InboxRequest request, TimeSpan lease, CancellationToken cancellationToken = default) =>
        database.WriteAsync<IReadOnlyList<InboxBatch>>(
            w =>
            {
                var hosts = Choose(w, request);
                if (hosts.Count == 0)
                {
                    return [];
                }

                var number = w.Ids.Next();
                w.Execute(
                    $"update peers set inbox_leased_until = @until, inbox_lease = @number where host {w.In("hosts")}",
                    new { until = w.Now + lease, number, hosts = w.List(hosts) });
                var batches = new List<InboxBatch>(hosts.Count);
                foreach (var host in hosts)
                {
                    var kept = request.Kept.FirstOrDefault(one => one.Host == host);
                    var entries = Due(w, host, request.MaxPerHost, kept?.Away ?? []);
                    if (entries.Count > 0)
                    {
                        batches.Add(new InboxBatch(host, number, entries));
                    }
                    else
                    {
                        Release(w, host, kept?.Away ?? [], w.Now + lease, kept?.Lease);
                    }
                }

                return batches;
            }, cancellationToken);

    /// <summary>
    /// A batch is worked off, or the turn of its host is over: takes the next one, or gives the host back, behind all
    /// others that wait. While some of its activities are still being worked off the host stays the caller's.
    /// </summary>
    /// <param name="host">Authority of the sender.</param>
    /// <param name="number">Number of the lease.</param>
    /// <param name="away">Numbers of activities that are still being worked off.</param>
    /// <param name="maxPerHost">How many activities to take at most; 0 for none.</param>
    /// <param name="lease">Until when others keep off if the caller never gives the host back.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>
    /// The next activities; null when none is due and the host was given back, or kept, or when it is leased to another
    /// by now.
    /// </returns>
    public Task<InboxBatch?> ReleaseAsync(
        string host, long number, IReadOnlyList<long> away, int maxPerHost, TimeSpan lease,
        CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            w =>
            {
                if (w.Prepare(
                    "update peers set inbox_leased_until = @until where host = @host and inbox_lease = @number",
                    "until", "host", "number")
                    .Execute((w.Now + lease).ToUnixTimeMilliseconds(), host, number) == 0)
                {
                    return null;
                }

                var entries = maxPerHost == 0 ? [] : Due(w, host, maxPerHost, away);
                if (entries.Count == 0)
                {
                    Release(w, host, away, w.Now + lease, number);
                    return null;
                }

                return new InboxBatch(host, number, entries);
            }, cancellationToken);

    /// <summary>
    /// Notes that an activity is worked off; in the change that it made, if it made one. Its body is needed no more.
    /// </summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Which.</param>
    /// <param name="state">How it ended.</param>
    /// <param name="reason">Why, for the administrator.</param>
    /// <exception cref="InvalidOperationException">
    /// It was worked off already: the lease ran out and somebody else took it. Let it pass, so that this change is
    /// undone.
    /// </exception>
    public static void Mark(Writing writing, long id, InboxState state, string? reason) =>
        End(writing, id, state, reason, ", body = null");

    private static void End(Writing writing, long id, InboxState state, string? reason, string also)
    {
        var marked = writing
            .Prepare(
                $"update inbox set state = @state, reason = @reason{also} where id = @id and state = 0", "state",
                "reason", "id")
            .Execute((long)state, reason, id);
        if (marked == 0)
        {
            throw new InvalidOperationException($"Activity {id} was worked off already.");
        }
    }

    /// <summary>Tries an activity again later.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Which.</param>
    /// <param name="dueAt">When.</param>
    /// <param name="reason">Why it did not work now.</param>
    public static void Postpone(Writing writing, long id, DateTimeOffset dueAt, string? reason) => writing.Execute(
        "update inbox set attempts = attempts + 1, due_at = @dueAt, reason = @reason where id = @id and state = 0",
        new { id, dueAt, reason });

    /// <summary>
    /// It could not be handled, through a fault of this program: it is kept for an administrator, and not tried by
    /// itself any more.
    /// </summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Which.</param>
    /// <param name="reason">Why, one line.</param>
    public static void SetAside(Writing writing, long id, string reason)
    {
        End(writing, id, InboxState.SetAside, reason, "");
        var row = writing.First<SetAsideItem>(
            "select id as item_id, type as title, actor_uri as party, attempts + 1 as attempts from inbox"
            + " where id = @id", new { id })!;
        SetAsideStore.Add(writing, row with { Kind = SetAsideKind.Activity, Reason = reason });
    }

    /// <summary>What was set aside is tried again, as if it were new.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Which.</param>
    public static void TryAgain(Writing writing, long id)
    {
        if (writing.First<string>("select host from inbox where id = @id", new { id }) is not { } host)
        {
            return;
        }

        PeerStore.Hold(writing, host);
        writing.Execute(
            "update inbox set state = 0, attempts = 0, due_at = @Now where id = @id and state = @aside",
            new { id, writing.Now, aside = (int)InboxState.SetAside });
        writing.Execute(
            """
            update peers set inbox_due_at = case when inbox_due_at < @Now then inbox_due_at else @Now end
            where host = @host
            """, new { host, writing.Now });
        writing.Signal(Signal);
    }

    /// <summary>What was set aside is given up; a line of its reason stays.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Which.</param>
    public static void Drop(Writing writing, long id) => writing.Execute(
        "update inbox set state = @refused, body = null where id = @id and state = @aside",
        new { id, refused = (int)InboxState.Refused, aside = (int)InboxState.SetAside });
    /// <summary>Puts activities off that were not tried for want of room: that counts as no attempt.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="ids">Which.</param>
    /// <param name="dueAt">Until when.</param>
    public static void PutOff(Writing writing, IEnumerable<long> ids, DateTimeOffset dueAt) => writing.Execute(
        $"update inbox set due_at = @dueAt where id {writing.In("ids")} and state = 0",
        new { ids = writing.List(ids), dueAt });

    /// <summary>Number of activities that wait.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<long> CountWaitingAsync(CancellationToken cancellationToken = default) =>
        database.FirstAsync<long>("select count(*) from inbox where state = 0", null, cancellationToken);

    /// <summary>How much of the disk the waiting activities of a host take, or those of all hosts of a party.</summary>
    /// <param name="host">Authority of the sender; null for a whole party.</param>
    /// <param name="party">The party.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Bytes; of more than some hundred thousand activities the others are not counted.</returns>
    public Task<long> WeighAsync(string? host, string party, CancellationToken cancellationToken = default) =>
        database.FirstAsync<long>(
            $"""
            select cast(coalesce(sum(w.bytes), 0) as bigint) from
              (select coalesce(length(i.body), 0) + {BesideBody} as bytes
               from {(host is null ? "peers p join inbox i on i.host = p.host" : "inbox i")}
               where {(host is null ? "p.party = @party" : "i.host = @host")} and i.state = 0 limit {MostWeighed}) w
            """, new { host, party }, cancellationToken);

    /// <summary>
    /// Forgets what was of no consequence after 30 days and other entries after a year (CONTRACT.md §3.3 "Replay"),
    /// and bodies that an earlier version of the program kept; a part at a time so that others get their turn.
    /// </summary>
    /// <param name="writing">The change.</param>
    /// <returns>How many it dealt with; call again, in another change, until it is 0.</returns>
    public static int Sweep(Writing writing) =>
        writing.Execute(
            """
            delete from inbox where id in
              (select id from inbox where id < @limit and state <> 0 order by id limit @SweepSize)
            """, new { limit = IdSource.FirstAt(writing.Now.AddDays(-366)), SweepSize })
        + writing.Execute(
            """
            delete from inbox where id in
              (select id from inbox where id < @limit and state >= 2 and state < 4 order by id limit @SweepSize)
            """, new { limit = IdSource.FirstAt(writing.Now.AddDays(-30)), SweepSize })
        + writing.Execute(
            """
            update inbox set body = null where id in
              (select id from inbox where id < @limit and body is not null and state in (1, 2, 3)
               order by id limit @SweepSize)
            """, new { limit = IdSource.FirstAt(writing.Now.AddDays(-1)), SweepSize });

    // In the order in which they wait. Where many hosts of one party stand in front, it is looked behind them.
    private static List<string> Choose(Writing w, InboxRequest request)
    {
        var chosen = new List<string>();
        var lanes = new Dictionary<string, int>(request.Busy, StringComparer.Ordinal);
        while (true)
        {
            var crowded = lanes.Where(party => party.Value >= request.MostPerParty).Select(party => party.Key).ToList();
            var window = ListDue(w, request, chosen, crowded);
            foreach (var row in window.TakeWhile(_ => chosen.Count < request.MaxHosts))
            {
                if (lanes.GetValueOrDefault(row.Party) < request.MostPerParty)
                {
                    lanes[row.Party] = lanes.GetValueOrDefault(row.Party) + 1;
                    chosen.Add(row.Host);
                    if (row.DeliveryDueAt == PeerStore.Spoke)
                    {
                        w.Signal(OutboxStore.Signal);
                    }
                }
            }

            if (window.Count < Window || chosen.Count >= request.MaxHosts)
            {
                return chosen;
            }
        }
    }

    private static IReadOnlyList<DueHost> ListDue(
        Writing w, InboxRequest request, List<string> chosen, List<string> crowded)
    {
        var free = request.Kept.Count == 0 ? "inbox_leased_until <= @Now"
            : $"(inbox_leased_until <= @Now or (host {w.In("hosts")} and inbox_lease {w.In("leases")}))";
        var others = chosen.Count == 0 ? "" : $" and not (host {w.In("chosen")})";
        var parties = crowded.Count == 0 ? "" : $" and not (coalesce(party, host) {w.In("crowded")})";
        return w.Query<DueHost>(
            $"""
            select host, coalesce(party, host) as party, delivery_due_at from peers
            where inbox_due_at <= @Now and {free}{others}{parties}
            order by inbox_due_at limit @limit {w.SkipLocked}
            """, new
            {
                w.Now,
                limit = request.MostPerParty == int.MaxValue ? request.MaxHosts - chosen.Count : Window,
                hosts = w.List(request.Kept.Select(kept => kept.Host)),
                leases = w.List(request.Kept.Select(kept => kept.Lease)),
                chosen = w.List(chosen),
                crowded = w.List(crowded),
            });
    }

    private static IReadOnlyList<InboxEntry> Due(Writing w, string host, int max, IReadOnlyList<long> away)
    {
        var others = away.Count == 0 ? "" : $" and not (id {w.In("away")})";
        return w.Query<InboxEntry>(
            "select id, activity_uri, host, actor_uri, type, scheme, attempts, received_at, body from inbox"
            + $" where host = @host and state = 0 and due_at <= @Now{others} order by due_at, id limit @max",
            new { host, w.Now, max, away = w.List(away) });
    }

    // A host that has more to do goes to the end of the line. One that is kept has a place there for the case that its
    // keeper is killed.
    private static void Release(
        Writing w, string host, IReadOnlyList<long> away, DateTimeOffset until, long? number)
    {
        PeerStore.Hold(w, host);
        if (away.Count == 0)
        {
            w.Execute(
                """
                update peers set inbox_leased_until = 0, inbox_lease = null,
                  inbox_due_at = (select case when min(due_at) < @Now then @Now else min(due_at) end
                    from inbox where host = @host and state = 0)
                where host = @host
                """, new { host, w.Now });
            return;
        }

        w.Execute(
            $"""
            update peers set inbox_leased_until = @until, inbox_lease = @number,
              inbox_due_at = (select case when min(due_at) < @Now then @Now when min(due_at) < @until then min(due_at)
                else @until end
                from inbox where host = @host and state = 0 and not (id {w.In("away")}))
            where host = @host
            """, new { host, w.Now, until, number, away = w.List(away) });
    }

    private static KeepResult[] KeepAll(Writing w, IReadOnlyList<InboxEntry> entries)
    {
        List<object?[]> rows =
        [
            .. entries.Select(entry => new object?[]
            {
                w.Ids.Next(), entry.ActivityUri, entry.Host, entry.ActorUri, entry.Type, (long)entry.Scheme, 0L,
                entry.ReceivedAt.ToUnixTimeMilliseconds(), entry.ReceivedAt.ToUnixTimeMilliseconds(), entry.Body,
                Digest(entry.Body),
            }),
        ];
        var now = w.Now.ToUnixTimeMilliseconds();
        // In one order for all processes, so that they do not wait for each other in a circle.
        var hosts = entries.DistinctBy(entry => entry.Host).OrderBy(entry => entry.Host, StringComparer.Ordinal);
        var added = w.InsertBoth(
            new InsertRows(Entries, rows),
            new InsertRows(Senders, [.. hosts.Select(one => new object?[] { one.Host, now, now, now, one.Party })]));
        if (added.Count > 0)
        {
            w.Signal(Signal);
        }

        var results = new KeepResult[entries.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = added.Contains((long)rows[i][0]!) ? KeepResult.New : Compare(w, entries[i]);
        }

        return results;
    }

    private static KeepResult Compare(Writing w, InboxEntry entry)
    {
        var digest = w.Prepare("select digest from inbox where activity_uri = @activity", "activity")
            .Scalar(entry.ActivityUri);
        return digest is long known && known != Digest(entry.Body) ? KeepResult.Conflict : KeepResult.Duplicate;
    }

    private static long Digest(byte[] body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }

    private sealed record DueHost
    {
        public required string Host { get; init; }

        public required string Party { get; init; }

        public long? DeliveryDueAt { get; init; }
    }
}

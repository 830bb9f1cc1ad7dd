using System.Globalization;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Engines;

namespace Ontmoetingsplein.Storage.Fediverse;

/// <summary>An activity of one of our actors, as published.</summary>
public sealed record OutboxActivity
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>Its ActivityPub id.</summary>
    public required string Uri { get; init; }

    /// <summary>Whose.</summary>
    public required ActorId ActorId { get; init; }

    /// <summary>Its type.</summary>
    public required string Type { get; init; }

    /// <summary>What it is about.</summary>
    public string? ObjectUri { get; init; }

    /// <summary>Everyone may see it.</summary>
    public required bool IsPublic { get; init; }

    /// <summary>It stands in the actor's outbox: what it posted, not its votes and changes.</summary>
    public bool IsListed { get; init; }

    /// <summary>JSON, UTF-8; never changes, and goes with the object that it is about.</summary>
    public required byte[] Body { get; init; }

    /// <summary>When it was published.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A delivery that waits.</summary>
public sealed record QueuedDelivery
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>ActivityPub id of the activity.</summary>
    public required string ActivityUri { get; init; }

    /// <summary>Type of the activity.</summary>
    public string Type { get; init; } = "";

    /// <summary>Who signs.</summary>
    public required string ActorUri { get; init; }

    /// <summary>Where it goes.</summary>
    public required string Inbox { get; init; }

    /// <summary>What must stay in order.</summary>
    public required string ThreadKey { get; init; }

    /// <summary>Attempts made before.</summary>
    public int Attempts { get; init; }

    /// <summary>How many of those had no answer.</summary>
    public int Unanswered { get; init; }

    /// <summary>Nothing waits behind it but what its actor says of the same object.</summary>
    public bool IsAlone { get; init; }

    /// <summary>Not before.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>When it was published.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Last answer.</summary>
    public int? LastStatus { get; init; }

    /// <summary>Why it did not arrive yet.</summary>
    public string? LastError { get; init; }

    /// <summary>The activity.</summary>
    public byte[] Body { get; init; } = [];
}

/// <summary>The deliveries leased for one host, in order.</summary>
/// <param name="Host">Authority of the host.</param>
/// <param name="Lease">Number of the lease, to give back.</param>
/// <param name="Failures">Failed attempts to reach it since the last success.</param>
/// <param name="FailingSince">The first of those.</param>
/// <param name="Deliveries">At least one.</param>
public sealed record QueuedBatch(
    string Host, long Lease, int Failures, DateTimeOffset? FailingSince, IReadOnlyList<QueuedDelivery> Deliveries)
{
    /// <summary>Numbers of two deliveries at most that failed by themselves since the host last took one.</summary>
    public IReadOnlyList<long> Failing { get; init; } = [];
}

/// <summary>How a delivery went.</summary>
public enum DeliveryOutcome
{
    /// <summary>Arrived.</summary>
    Delivered,

    /// <summary>It and later ones of its thread wait.</summary>
    PostponeThread,

    /// <summary>All for this host wait.</summary>
    PostponeHost,

    /// <summary>Dropped.</summary>
    Abandoned,

    /// <summary>The inbox is gone, and with it its followers.</summary>
    InboxGone,

    /// <summary>It waits, and of the later ones only those of its actor about the same object.</summary>
    PostponeAlone,
}

/// <summary>The result of one attempt.</summary>
/// <param name="Id">Number of the delivery.</param>
/// <param name="Inbox">Where it went.</param>
/// <param name="ThreadKey">What must stay in order.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="RetryAt">For postponing: until when.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Error">Why, one line.</param>
public sealed record DeliveryNote(
    long Id, string Inbox, string ThreadKey, DeliveryOutcome Outcome, DateTimeOffset? RetryAt, int? Status,
    string? Error)
{
    /// <summary>For <see cref="DeliveryOutcome.PostponeThread"/>: until when the whole host waits too.</summary>
    public DateTimeOffset? HostRetryAt { get; init; }
}

/// <summary>What one of our topics announced.</summary>
/// <param name="Id">Number of the Announce.</param>
/// <param name="Uri">Its ActivityPub id.</param>
public sealed record Announced(long Id, string Uri);

/// <summary>What our actors published, and what of it still has to arrive where.</summary>
/// <param name="database">Where.</param>
public sealed class OutboxStore(Database database)
{
    /// <summary>Signal: something is to be delivered.</summary>
    public const string Signal = "deliveries";

    private const string Versions = "object_uri = @objectUri and type in ('Create', 'Update') and is_public = 1";
    private const int FoldSize = 2_000;
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(10);

    private static readonly BatchInsert Deliveries = new(
        "deliveries",
        [
            ("id", ColumnType.Int), ("activity_id", ColumnType.Int), ("actor_uri", ColumnType.Text),
            ("host", ColumnType.Text), ("inbox", ColumnType.Text), ("thread_key", ColumnType.Text),
            ("due_at", ColumnType.Int),
        ],
        "");

    private static readonly BatchInsert Receivers = new(
        "peers",
        [("host", ColumnType.Text), ("created_at", ColumnType.Int), ("delivery_due_at", ColumnType.Int)],
        """
        on conflict (host) do update set delivery_due_at =
          case when peers.retry_at > excluded.delivery_due_at then peers.retry_at else excluded.delivery_due_at end
        where peers.delivery_due_at is null or peers.delivery_due_at > excluded.delivery_due_at
        """);

    private const string Columns = "id, uri, actor_id, type, object_uri, is_public, is_listed, body, created_at";

    private const string DeliveryColumns =
        "d.id, d.actor_uri, d.inbox, d.thread_key, d.attempts, d.unanswered, d.is_alone, d.due_at, d.last_status,"
        + " d.last_error";

    private readonly RecentActivities recent = new();
    private Gathering<Settlement, QueuedBatch?>? settling;

    private Gathering<Settlement, QueuedBatch?> Settling =>
        LazyInitializer.EnsureInitialized(ref settling, () => new(database, SettleAll));

    /// <summary>Finds an activity by its ActivityPub id, unless it is about a post of a hidden host.</summary>
    /// <param name="uri">The id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<OutboxActivity?> FindAsync(string uri, CancellationToken cancellationToken = default) =>
        database.FirstAsync<OutboxActivity>(
            $"select {Columns} from activities a where uri = @uri and {Visibility.OfActivity("a")}", new { uri },
            cancellationToken);

    /// <summary>The public activities of an actor, newest first.</summary>
    /// <param name="actor">Whose.</param>
    /// <param name="page">Which part.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Page<OutboxActivity>> ListAsync(
        ActorId actor, PageRequest page, CancellationToken cancellationToken = default)
    {
        var rows = await database.QueryAsync<OutboxActivity>(
            $"""
            select {Columns} from activities a where actor_id = @actor and is_listed = 1 and is_public = 1
              and id < @before and {Visibility.OfActivity("a")} order by id desc limit @limit
            """,
            new { actor, before = page.BeforeOrMax, limit = page.Size + 1 }, cancellationToken);
        return Page<OutboxActivity>.Of(rows, page.Size, activity => activity.Id);
    }

    /// <summary>Number of public posts and announcements of an actor.</summary>
    /// <param name="actor">Whose.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<long> CountAsync(ActorId actor, CancellationToken cancellationToken = default)
    {
        // Apart from the rest, so that the database knows how few come after it. Who adds up meanwhile moves both.
        var counted = await database.FirstAsync<Counted>(
            """
            select coalesce((select listed from outbox_counts where actor_id = @actor), 0) as listed,
              coalesce((select through from outbox_counted where id = 1), 0) as through
            """, new { actor }, cancellationToken);
        return counted!.Listed + await database.FirstAsync<long>(
            """
            select count(*) from activities where actor_id = @actor and is_listed = 1 and is_public = 1
              and id > @Through
            """, new { actor, counted.Through }, cancellationToken);
    }

    /// <summary>
    /// Adds up a part of what <see cref="CountAsync"/> would count one by one; nobody sees a difference. Processes may
    /// do it at the same time.
    /// </summary>
    /// <param name="writing">The change.</param>
    /// <returns>How many activities it looked at; call again, in another change, until it is 0.</returns>
    public static int FoldCounts(Writing writing)
    {
        writing.Execute("insert into outbox_counted (id, through) values (1, 0) on conflict (id) do nothing");
        var from = writing.First<long>("select through from outbox_counted where id = 1", new { });
        // Not the newest: another process may have handed out a smaller id and be about to commit it.
        var part = writing.First<Part>(
            """
            select count(*) as looked_at, coalesce(max(id), 0) as through from
              (select id from activities where id > @from and id < @limit order by id limit @FoldSize) part
            """, new { from, limit = IdSource.FirstAt(writing.Now - Settled), FoldSize });
        if (part is null or { LookedAt: 0 }
            || writing.Execute(
                "update outbox_counted set through = @Through where id = 1 and through = @from",
                new { part.Through, from }) == 0)
        {
            return 0;
        }

        writing.Execute(
            """
            insert into outbox_counts (actor_id, listed) select actor_id, count(*) from activities
            where id > @from and id <= @Through and is_listed = 1 and is_public = 1 group by actor_id
            on conflict (actor_id) do update set listed = outbox_counts.listed + excluded.listed
            """, new { from, part.Through });
        return (int)part.LookedAt;
    }

    /// <summary>Ids of what our topics announced, oldest first.</summary>
    /// <param name="topic">Of one topic only; null for all.</param>
    /// <param name="after">Only those above this number.</param>
    /// <param name="max">How many at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Announced>> ListAnnouncedAsync(
        ActorId? topic, long after, int max, CancellationToken cancellationToken = default) =>
        database.QueryAsync<Announced>(
            "select id, uri from activities a where type = 'Announce' and id > @after and is_public = 1"
            + (topic is null ? "" : " and actor_id = @topic")
            + $" and {Visibility.OfActivity("a")} order by id limit @max",
            new { topic, after, max }, cancellationToken);

    /// <summary>What was sent of one object: each version as it was created and updated, oldest first.</summary>
    /// <param name="objectUri">Its ActivityPub id.</param>
    /// <param name="after">Only those above this number.</param>
    /// <param name="max">How many at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<OutboxActivity>> ListVersionsAsync(
        string objectUri, long after, int max, CancellationToken cancellationToken = default) =>
        database.QueryAsync<OutboxActivity>(
            $"select {Columns} from activities a where {Versions} and id > @after and {Visibility.OfActivity("a")}"
            + " order by id limit @max",
            new { objectUri, after, max }, cancellationToken);

    /// <summary>The activity that told of the newest version of an object; null for none.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="objectUri">Its ActivityPub id.</param>
    public static byte[]? FindNewest(Writing writing, string objectUri) =>
        writing.First<byte[]>(
            $"select body from activities where {Versions} order by id desc limit 1", new { objectUri });

    /// <summary>
    /// The activity that told of the newest version of an object that everyone may see; null for none.
    /// </summary>
    /// <param name="objectUri">Its ActivityPub id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<OutboxActivity?> FindNewestAsync(string objectUri, CancellationToken cancellationToken = default) =>
        database.FirstAsync<OutboxActivity>(
            $"select {Columns} from activities a where {Versions} and {Visibility.OfActivity("a")}"
            + " order by id desc limit 1",
            new { objectUri }, cancellationToken);

    /// <summary>How many of our actors announced a post, in whichever form; changes to it do not count.</summary>
    /// <param name="objectUri">Its ActivityPub id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<long> CountSharesAsync(string objectUri, CancellationToken cancellationToken = default) =>
        database.FirstAsync<long>(
            "select count(distinct actor_id) from activities where object_uri = @objectUri and type = 'Announce'"
            + " and is_listed = 1 and is_public = 1",
            new { objectUri }, cancellationToken);

    /// <summary>Adds an activity.</summary>
    /// <param name="writing">The change that it announces.</param>
    /// <param name="activity">The activity.</param>
    /// <returns>False when its id is known; then nothing was added.</returns>
    public static bool Add(Writing writing, OutboxActivity activity) => writing
        .Prepare(
            """
            insert into activities (id, uri, actor_id, type, object_uri, is_public, is_listed, body, created_at)
            values (@id, @uri, @actor, @type, @object, @public, @listed, @body, @now) on conflict (uri) do nothing
            """, "id", "uri", "actor", "type", "object", "public", "listed", "body", "now")
        .Execute(
            activity.Id, activity.Uri, activity.ActorId.Value, activity.Type, activity.ObjectUri,
            activity.IsPublic ? 1L : 0L, activity.IsListed ? 1L : 0L, activity.Body,
            writing.Now.ToUnixTimeMilliseconds()) == 1;

    /// <summary>
    /// Takes away what we published about an object that is gone, and what of that was still to be delivered: its text
    /// stands in those. That it was deleted stays, and is published after this.
    /// </summary>
    /// <param name="writing">The change that deletes it.</param>
    /// <param name="objectUri">Its ActivityPub id.</param>
    public static void Withdraw(Writing writing, string objectUri)
    {
        // What was added up is taken off again. The first line keeps others from adding up meanwhile.
        writing.Execute("update outbox_counted set through = through where id = 1");
        writing.Execute(
            """
            update outbox_counts set listed = listed -
              (select count(*) from activities x where x.object_uri = @objectUri and x.actor_id = outbox_counts.actor_id
                 and x.type <> 'Delete' and x.is_listed = 1 and x.is_public = 1
                 and x.id <= (select through from outbox_counted where id = 1))
            where actor_id in (select actor_id from activities where object_uri = @objectUri)
            """, new { objectUri });
        writing.Execute("delete from activities where object_uri = @objectUri and type <> 'Delete'", new { objectUri });
    }

    /// <summary>Number of an activity, as seen by a change.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="uri">Its ActivityPub id.</param>
    public static long? FindNumber(Writing writing, string uri) =>
        writing.First<long?>("select id from activities where uri = @uri", new { uri });

    /// <summary>Queues an activity for inboxes.</summary>
    /// <param name="writing">The change that it announces.</param>
    /// <param name="activityId">Number of the activity.</param>
    /// <param name="actorUri">Who signs.</param>
    /// <param name="threadKey">Deliveries to one host with this key stay in order.</param>
    /// <param name="inboxes">Distinct inboxes with the authority of their hosts.</param>
    public static void Queue(
        Writing writing, long activityId, string actorUri, string threadKey,
        IEnumerable<(string Inbox, string Host)> inboxes)
    {
        var now = writing.Now.ToUnixTimeMilliseconds();
        List<object?[]> rows =
        [
            .. inboxes.Select(to => new object?[]
            {
                writing.Ids.Next(), activityId, actorUri, to.Host, to.Inbox, threadKey, now,
            }),
        ];
        var hosts = rows.Select(row => (string)row[3]!).Distinct().Order(StringComparer.Ordinal);
        writing.Insert(Deliveries, rows);
        // In one order for all processes, so that they do not wait for each other in a circle.
        writing.Insert(Receivers, [.. hosts.Select(host => new object?[] { host, now, now })]);
        if (rows.Count > 0)
        {
            writing.Signal(Signal);
        }
    }

    /// <summary>
    /// Takes away what a host rejects of what waits for it: an activity by its id; or, where it names none, the oldest
    /// of that type about an object, told by its actor or passed on.
    /// </summary>
    /// <param name="writing">The change.</param>
    /// <param name="host">Authority of the host that rejects.</param>
    /// <param name="uris">Ids that it names: of the activity, or of its object.</param>
    /// <param name="type">Type of the activity, where that is told.</param>
    /// <returns>How many deliveries ended.</returns>
    public static int Reject(Writing writing, string host, IReadOnlyList<string> uris, string? type)
    {
        PeerStore.Hold(writing, host);
        var ended = writing.Execute(
            $"""
            delete from deliveries where host = @host
              and activity_id in (select id from activities where uri {writing.In("uris")})
            """, new { host, uris = writing.List(uris) });
        return ended > 0 || type is null
            ? ended
            : writing.Execute(
                $"""
                delete from deliveries where id =
                  (select d.id from activities x join deliveries d on d.activity_id = x.id
                   where x.object_uri {writing.In("uris")} and x.type in (@type, 'Announce') and d.host = @host
                   order by case when x.type = @type then 0 else 1 end, d.id limit 1)
                """, new { host, uris = writing.List(uris), type });
    }

    /// <summary>Leases hosts with due deliveries, the longest waiting first.</summary>
    /// <param name="maxHosts">How many hosts at most.</param>
    /// <param name="maxPerHost">How many deliveries for each at most.</param>
    /// <param name="lease">Until when others keep off if the caller never settles.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<QueuedBatch>> TakeAsync(
        int maxHosts, int maxPerHost, TimeSpan lease, CancellationToken cancellationToken = default) =>
        database.WriteAsync<IReadOnlyList<QueuedBatch>>(
            w =>
            {
                var number = w.Ids.Next();
                var hosts = w.Query<DueHost>(
                    $"""
                    with due as materialized
                      (select host, delivery_due_at from peers where delivery_due_at <= @Now
                         and delivery_leased_until <= @Now and retry_at <= @Now
                       order by delivery_due_at limit @maxHosts {w.SkipLocked})
                    update peers set delivery_leased_until = @until, delivery_lease = @number
                    where host in (select host from due)
                    returning host, delivery_due_at as due_at
                    """, new { until = w.Now + lease, number, w.Now, maxHosts });
                PeerStore.WakeSpoken(w, hosts.Where(peer => peer.DueAt == PeerStore.Spoke).Select(peer => peer.Host));
                var due = Due(w, hosts.Select(peer => peer.Host), maxPerHost);
                string[] idle = [.. hosts.Select(peer => peer.Host).Where(host => !due.ContainsKey(host))];
                if (idle.Length > 0)
                {
                    Align(w, idle);
                    Release(w, idle);
                }

                return
                [
                    .. hosts.Where(peer => due.ContainsKey(peer.Host)).OrderBy(peer => peer.DueAt)
                        .Select(peer => due[peer.Host] with { Lease = number }),
                ];
            }, cancellationToken);

    /// <summary>
    /// Notes how the deliveries of a host went; then takes its next ones, or gives it back. Hosts that settle at about
    /// the same time do so together.
    /// </summary>
    /// <param name="host">Authority of the host.</param>
    /// <param name="number">Number of the lease.</param>
    /// <param name="notes">One for each attempt.</param>
    /// <param name="maxPerHost">How many deliveries to take at most.</param>
    /// <param name="lease">Until when others keep off if the caller never settles.</param>
    /// <returns>
    /// The next deliveries; null when nothing is due and the host was given back, or when it is leased to another by
    /// now: then nothing is noted, since that one delivers again.
    /// </returns>
    /// <exception cref="StorageException">Nothing was noted.</exception>
    public Task<QueuedBatch?> SettleAsync(
        string host, long number, IReadOnlyList<DeliveryNote> notes, int maxPerHost, TimeSpan lease) =>
        Settling.AddAsync(new Settlement(host, number, notes, maxPerHost, lease));

    /// <summary>What waits for a host, in order.</summary>
    /// <param name="host">Authority of the host.</param>
    /// <param name="max">How many at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<QueuedDelivery>> ListWaitingAsync(
        string host, int max, CancellationToken cancellationToken = default) =>
        database.QueryAsync<QueuedDelivery>(
            $"select {DeliveryColumns}, x.uri as activity_uri, x.type, x.created_at from deliveries d"
            + " join activities x on x.id = d.activity_id where d.host = @host order by d.id limit @max",
            new { host, max }, cancellationToken);

    /// <summary>Number of deliveries that wait, all hosts together.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<long> CountWaitingAsync(CancellationToken cancellationToken = default) =>
        database.FirstAsync<long>("select count(*) from deliveries", null, cancellationToken);

    private QueuedBatch?[] SettleAll(Writing w, IReadOnlyList<Settlement> all)
    {
        // Who is leased to another by now is not among these.
        var leases = w.Query<DueHost>(
            $"""
            with held as materialized
              (select host from peers where host {w.In("hosts")} and delivery_lease {w.In("numbers")}
               {w.ForUpdateInOrder("host")})
            update peers set delivery_leased_until = @until where host in (select host from held)
            returning host, delivery_lease as lease, {PeerStore.IsNews} as is_news
            """, new
            {
                hosts = w.List(all.Select(one => one.Host).Distinct()),
                numbers = w.List(all.Select(one => one.Lease).Distinct()),
                until = w.Now + all.Max(one => one.Duration),
                recent = PeerStore.Recent(w),
            }).ToDictionary(peer => peer.Host);
        bool Holds(Settlement one) => leases.GetValueOrDefault(one.Host)?.Lease == one.Lease;
        Settlement[] held = [.. all.Where(Holds)];

        var arrived = held.Where(one => one.AllArrived).ToLookup(one => one.Notes.Count > 0);
        if (arrived[true].Any())
        {
            w.Execute(
                $"delete from deliveries where id {w.In("ids")}",
                new { ids = w.List(arrived[true].SelectMany(one => one.Notes).Select(note => note.Id)) });
            string[] news = [.. arrived[true].Select(one => one.Host).Where(host => leases[host].IsNews)];
            if (news.Length > 0)
            {
                PeerStore.NoteArrival(w, news);
            }
        }

        foreach (var one in held.Where(one => !one.AllArrived))
        {
            Settle(w, one.Host, one.Notes);
        }

        var most = held.Select(one => one.Most).DefaultIfEmpty().Max();
        var due = Due(w, held.Where(one => one.Most > 0).Select(one => one.Host), most);
        Release(w, [.. held.Select(one => one.Host).Where(host => !due.ContainsKey(host))]);
        return
        [
            .. all.Select(one => one.Most > 0 && Holds(one) && due.TryGetValue(one.Host, out var next)
                    ? next with { Lease = one.Lease, Deliveries = [.. next.Deliveries.Take(one.Most)] }
                    : null),
        ];
    }

    private static void Settle(Writing w, string host, IReadOnlyList<DeliveryNote> notes)
    {
        var noted = notes.Select(note => Settle(w, host, note)).ToList();
        for (var i = 0; i < noted.Count; i++)
        {
            // A row of them that arrived says of the host what the first says.
            if (i == 0 || noted[i - 1].Outcome != DeliveryOutcome.Delivered || noted[i].Outcome != noted[i - 1].Outcome)
            {
                PeerStore.NoteDelivery(w, host, noted[i]);
            }
        }
    }

    // What it says of the host.
    private static DeliveryNote Settle(Writing w, string host, DeliveryNote note)
    {
        switch (note.Outcome)
        {
            case DeliveryOutcome.Delivered or DeliveryOutcome.Abandoned:
                w.Prepare("delete from deliveries where id = @id", "id").Execute(note.Id);
                return note;
            case DeliveryOutcome.InboxGone:
                w.Execute("delete from deliveries where host = @host and inbox = @Inbox", new { host, note.Inbox });
                FollowStore.RemoveByInbox(w, note.Inbox);
                return note;
            case DeliveryOutcome.PostponeThread or DeliveryOutcome.PostponeAlone:
                // The host may have rejected it meanwhile instead of answering: then it is well.
                return RetryLater(w, note) ? note : note with { HostRetryAt = null };
            default:
                RetryWithHost(w, note);
                return note;
        }
    }

    // False when it is not there any more.
    private static bool RetryLater(Writing w, DeliveryNote note) => w.Execute(
        """
        update deliveries set attempts = attempts + 1, unanswered = unanswered + @silent, tried_at = @Now,
          due_at = @RetryAt, last_status = @Status, last_error = @Error,
          is_alone = case when @alone = 1 then 1 else is_alone end
        where id = @Id
        """, new
        {
            silent = note.Status is null ? 1 : 0,
            alone = note.Outcome == DeliveryOutcome.PostponeAlone ? 1 : 0,
            w.Now,
            note.RetryAt,
            note.Status,
            note.Error,
            note.Id,
        }) == 1;

    private static void RetryWithHost(Writing w, DeliveryNote note) => w.Execute(
        """
        update deliveries set attempts = attempts + 1, due_at = @Now, last_status = @Status, last_error = @Error
        where id = @Id
        """, new { w.Now, note.Status, note.Error, note.Id });

    // What is due of hosts that may be tried, in order for each. First which, by a subquery that walks along the index
    // for each host and stops in time, however much waits: a join may read all that waits. The values stand behind a
    // select so that PostgreSQL keeps one plan for all, and the plus keeps SQLite off the index by time, from which all
    // that waits would have to be read and sorted.
    // What failed by itself is asked for only where something failed since the host last took one.
    private Dictionary<string, QueuedBatch> Due(Writing w, IEnumerable<string> hosts, int most)
    {
        var asked = hosts.ToList();
        if (asked.Count == 0)
        {
            return [];
        }

        var ready = w.Query<ReadyHost>(
            $"""
            select p.host, p.failures, p.failing_since,
              (select string_agg(cast(due.id as text), ',') from
                 (select d.id from deliveries d
                  where d.host = p.host and +d.due_at <= (select cast(@Now as bigint)) and not exists
                    (select 1 from deliveries e where {Holds("e", "d", "(select cast(@Now as bigint))")})
                  order by d.id limit @most) due) as ids,
              case when p.last_error is not null then
                (select string_agg(cast(failing.id as text), ',') from
                   (select f.id from deliveries f
                    where f.host = p.host and f.tried_at > coalesce(p.last_success_at, 0) limit 2) failing)
              end as failing
            from peers p where p.host {w.In("asked")} and p.retry_at <= (select cast(@Now as bigint))
            """, new { asked = w.List(asked), w.Now, most });
        var ids = ready.SelectMany(host => Numbers(host.Ids)).ToList();
        if (ids.Count == 0)
        {
            return [];
        }

        var rows = w.Query<DueDelivery>(
            $"select d.host, d.activity_id, {DeliveryColumns} from deliveries d where d.id {w.In("ids")} order by d.id",
            new { ids = w.List(ids) });
        // One that was withdrawn meanwhile is not sent.
        var activities = recent.Find(w, rows.Select(row => row.ActivityId));
        var known = ready.ToDictionary(host => host.Host);
        return rows.Where(row => activities.ContainsKey(row.ActivityId)).GroupBy(row => row.Host).ToDictionary(
            host => host.Key,
            host => new QueuedBatch(
                host.Key, 0, known[host.Key].Failures, known[host.Key].FailingSince,
                [.. host.Select(row => row.Of(activities[row.ActivityId]))])
            {
                Failing = Numbers(known[host.Key].Failing),
            });
    }

    private static List<long> Numbers(string? text) =>
        text?.Split(',').Select(id => long.Parse(id, CultureInfo.InvariantCulture)).ToList() ?? [];

    /// <summary>
    /// Condition: a delivery waits for later, and another one behind it. One that stands alone holds up only what the
    /// same actor says of the same object: an Update must not come before its Create.
    /// </summary>
    private static string Holds(string first, string second, string now) =>
        $"""
        {first}.host = {second}.host and {first}.thread_key = {second}.thread_key and {first}.id < {second}.id
          and {first}.due_at > {now} and ({first}.is_alone = 0 or exists
            (select 1 from activities x join activities y on y.object_uri = x.object_uri and y.actor_id = x.actor_id
             where x.id = {first}.activity_id and y.id = {second}.activity_id))
        """;

    /// <summary>What is due but stands behind something postponed is due when that is, or the host stays due.</summary>
    private static void Align(Writing w, string[] hosts) => w.Execute(
        $"""
        update deliveries set due_at =
          (select max(e.due_at) from deliveries e where {Holds("e", "deliveries", "@Now")})
        where host {w.In("hosts")} and due_at <= @Now and exists
          (select 1 from deliveries e where {Holds("e", "deliveries", "@Now")})
        """, new { hosts = w.List(hosts), w.Now });

    // Whoever adds something for a host touches its row too, which the lease holds until this change ends: what the
    // next statement finds waiting is all there is.
    private static void Release(Writing w, string[] hosts)
    {
        if (hosts.Length > 0)
        {
            w.Execute(
                $"""
                update peers set delivery_leased_until = 0, delivery_lease = null, delivery_due_at =
                  (select case when min(d.due_at) < peers.retry_at then peers.retry_at else min(d.due_at) end
                   from deliveries d where d.host = peers.host)
                where host {w.In("hosts")}
                """, new { hosts = w.List(hosts) });
        }
    }

    private sealed record Settlement(
        string Host, long Lease, IReadOnlyList<DeliveryNote> Notes, int Most, TimeSpan Duration)
    {
        public bool AllArrived => Notes.All(note => note.Outcome == DeliveryOutcome.Delivered);
    }

    private sealed record Counted
    {
        public required long Listed { get; init; }

        public required long Through { get; init; }
    }

    private sealed record Part
    {
        public required long LookedAt { get; init; }

        public required long Through { get; init; }
    }

    private sealed record DueHost
    {
        public required string Host { get; init; }

        public long Lease { get; init; }

        public bool IsNews { get; init; }

        public long DueAt { get; init; }
    }

    private sealed record ReadyHost
    {
        public required string Host { get; init; }

        public required int Failures { get; init; }

        public DateTimeOffset? FailingSince { get; init; }

        public string? Ids { get; init; }

        public string? Failing { get; init; }
    }

    private sealed record DueDelivery
    {
        public required string Host { get; init; }

        public required long ActivityId { get; init; }

        public required long Id { get; init; }

        public required string ActorUri { get; init; }

        public required string Inbox { get; init; }

        public required string ThreadKey { get; init; }

        public required int Attempts { get; init; }

        public required int Unanswered { get; init; }

        public required bool IsAlone { get; init; }

        public required DateTimeOffset DueAt { get; init; }

        public int? LastStatus { get; init; }

        public string? LastError { get; init; }

        public QueuedDelivery Of(SentActivity activity) => new()
        {
            Id = Id,
            ActivityUri = activity.Uri,
            Type = activity.Type,
            ActorUri = ActorUri,
            Inbox = Inbox,
            ThreadKey = ThreadKey,
            Attempts = Attempts,
            Unanswered = Unanswered,
            IsAlone = IsAlone,
            DueAt = DueAt,
            CreatedAt = activity.CreatedAt,
            LastStatus = LastStatus,
            LastError = LastError,
            Body = activity.Body,
        };
    }
}

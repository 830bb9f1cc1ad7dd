namespace Ontmoetingsplein.Storage.Reports;

/// <summary>What somebody reported to those who moderate here.</summary>
public sealed record Report
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>Who reported, of here or elsewhere.</summary>
    public required ActorId ReporterId { get; init; }

    /// <summary>Authority of the reporter's host; empty for our own.</summary>
    public required string ReporterHost { get; init; }

    /// <summary>ActivityPub id of what is reported: a question, answer or actor.</summary>
    public required string ObjectUri { get; init; }

    /// <summary>The question, or that of the answer; null when an actor is reported.</summary>
    public QuestionId? QuestionId { get; init; }

    /// <summary>The answer or comment; null when it is about something else.</summary>
    public AnswerId? AnswerId { get; init; }

    /// <summary>Why, plain text.</summary>
    public required string Reason { get; init; }

    /// <summary>Id of the Flag by which another node was told; null when it stayed here.</summary>
    public string? SentUri { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The name people read of who reported.</summary>
    public string ReporterName { get; init; } = "";

    /// <summary>The name in the reporter's handle.</summary>
    public string ReporterHandle { get; init; } = "";

    /// <summary>When it was dealt with; null as long as it is open.</summary>
    public DateTimeOffset? HandledAt { get; init; }

    /// <summary>Who dealt with it; null while it is open.</summary>
    public ActorId? HandledById { get; init; }

    /// <summary>The name people read of who dealt with it; null when open, or when the account is gone.</summary>
    public string? HandledByName { get; init; }

    /// <summary>What was done; null when open.</summary>
    public ReportOutcome? Outcome { get; init; }

    /// <summary>What who dealt with it wrote down for the others.</summary>
    public string? Note { get; init; }
}

/// <summary>What was done about a report.</summary>
public enum ReportOutcome
{
    /// <summary>Nothing had to be done.</summary>
    Nothing = 0,

    /// <summary>The post was deleted.</summary>
    Removed = 1,

    /// <summary>The thread was closed, moved, or marked as asked before.</summary>
    Moderated = 2,

    /// <summary>Something else; the note says what.</summary>
    Other = 3,
}

/// <summary>Whose reports somebody may read and deal with.</summary>
/// <param name="Account">Who: reports of the topics that it was made a moderator of.</param>
/// <param name="OfThisNode">Also those of all topics of this node.</param>
/// <param name="All">All there are.</param>
public readonly record struct ReportScope(ActorId Account, bool OfThisNode, bool All);

/// <summary>
/// Keeps reports, within bounds: one for each reporter and thing, at most <see cref="MostPerHost"/> open ones of one
/// other host and <see cref="Most"/> in all. Every read is within a <see cref="ReportScope"/>. What is reported is not
/// read here: that goes through the gate of its own store.
/// </summary>
/// <param name="database">Where.</param>
public sealed class ReportStore(Database database)
{
    /// <summary>The longest reason and note, in characters; more is cut off.</summary>
    public const int MaxReason = 1_000;

    /// <summary>The most open reports that are kept of one other host.</summary>
    public const int MostPerHost = 200;

    /// <summary>The most open reports that are kept.</summary>
    public const int Most = 10_000;

    /// <summary>How long a report is kept after it was dealt with.</summary>
    public static readonly TimeSpan KeptAfterwards = TimeSpan.FromDays(365);

    /// <summary>The signal that follows when a report came or was dealt with.</summary>
    public const string Signal = "reports";

    private const int SweepSize = 500;

    private const string Select =
        "select r.id, r.reporter_id, r.reporter_host, r.object_uri, r.question_id, r.answer_id, r.reason, r.sent_uri,"
        + " r.created_at, a.display_name as reporter_name, a.name as reporter_handle, r.handled_at, r.outcome, r.note,"
        + " r.handled_by as handled_by_id, h.display_name as handled_by_name"
        + " from reports r join actors a on a.id = r.reporter_id left join actors h on h.id = r.handled_by";

    // A question that moved is its new topic's.
    private const string Scope =
        """
        (@all = 1 or exists (select 1 from questions q where q.id = r.question_id
          and ((@ofThisNode = 1 and exists (select 1 from actors t where t.id = q.topic_id and t.host is null))
            or exists (select 1 from topic_moderators m where m.topic_id = q.topic_id and m.actor_id = @account))))
        """;

    /// <summary>How many are open.</summary>
    /// <param name="scope">Whose.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<long> CountAsync(ReportScope scope, CancellationToken cancellationToken = default) =>
        database.FirstAsync<long>(
            $"select count(*) from reports r where r.handled_at is null and {Scope}", Values(scope),
            cancellationToken);

    /// <summary>Reports, newest first.</summary>
    /// <param name="scope">Whose.</param>
    /// <param name="handled">Those that were dealt with, instead of the open ones.</param>
    /// <param name="page">Which part.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Page<Report>> ListAsync(
        ReportScope scope, bool handled, PageRequest page, CancellationToken cancellationToken = default)
    {
        var (account, ofThisNode, all) = Numbers(scope);
        var rows = await database.QueryAsync<Report>(
            $"{Select} where r.handled_at is {(handled ? "not null" : "null")} and r.id < @before and {Scope}"
            + " order by r.id desc limit @limit",
            new { before = page.BeforeOrMax, limit = page.Size + 1, account, ofThisNode, all }, cancellationToken);
        return Page<Report>.Of(rows, page.Size, report => report.Id);
    }

    /// <summary>One report.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="scope">Whose.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when there is none in this scope.</returns>
    public Task<Report?> FindAsync(long id, ReportScope scope, CancellationToken cancellationToken = default)
    {
        var (account, ofThisNode, all) = Numbers(scope);
        return database.FirstAsync<Report>(
            $"{Select} where r.id = @id and {Scope}", new { id, account, ofThisNode, all }, cancellationToken);
    }

    /// <summary>Keeps a report; one that this reporter made before, and that was dealt with, is open again.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="report">The report; what came of it is ignored.</param>
    /// <returns>False when this reporter's is open already, or the bounds are reached.</returns>
    public static bool Add(Writing writing, Report report)
    {
        if (IsFull(writing, report.ReporterHost))
        {
            return false;
        }

        writing.Signal(Signal);
        return writing.Execute(
            """
            insert into reports (id, reporter_id, reporter_host, object_uri, question_id, answer_id, reason, sent_uri,
              created_at)
            values (@Id, @ReporterId, @ReporterHost, @ObjectUri, @QuestionId, @AnswerId, @reason, @SentUri, @Now)
            on conflict (reporter_id, object_uri) do update set reason = excluded.reason,
              created_at = excluded.created_at, handled_at = null, handled_by = null, outcome = null, note = null
            where reports.handled_at is not null
            """, new
            {
                report.Id,
                report.ReporterId,
                report.ReporterHost,
                report.ObjectUri,
                report.QuestionId,
                report.AnswerId,
                reason = Short(report.Reason),
                report.SentUri,
                writing.Now,
            }) == 1;
    }

    /// <summary>Whether no more is kept: of this host, or at all.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="host">Authority of another host; empty for our own.</param>
    public static bool IsFull(Writing writing, string host) =>
        (host.Length > 0 && writing.First<long>(
            "select count(*) from reports where handled_at is null and reporter_host = @host", new { host })
            >= MostPerHost)
        || writing.First<long>("select count(*) from reports where handled_at is null") >= Most;

    /// <summary>Closes all open reports about what one of them is about.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="report">One of them.</param>
    /// <param name="by">Who dealt with it.</param>
    /// <param name="outcome">What was done.</param>
    /// <param name="note">For the others who moderate; may be empty.</param>
    /// <returns>How many were closed: 0 when somebody else was first.</returns>
    public static int Close(Writing writing, Report report, ActorId by, ReportOutcome outcome, string note)
    {
        writing.Signal(Signal);
        return writing.Execute(
            """
            update reports set handled_at = @Now, handled_by = @by, outcome = @outcome, note = @note
            where object_uri = @ObjectUri and handled_at is null
            """, new { writing.Now, by, outcome = (long)outcome, note = Short(note), report.ObjectUri });
    }

    /// <summary>Deletes some of those that were dealt with long ago (<see cref="KeptAfterwards"/>).</summary>
    /// <param name="writing">The change.</param>
    /// <returns>How many; 0 when there are none left.</returns>
    public static int Sweep(Writing writing) => writing.Execute(
        "delete from reports where id in (select id from reports where handled_at < @before limit @most)",
        new { before = writing.Now - KeptAfterwards, most = SweepSize });

    private static object Values(ReportScope scope)
    {
        var (account, ofThisNode, all) = Numbers(scope);
        return new { account, ofThisNode, all };
    }

    private static (long Account, int OfThisNode, int All) Numbers(ReportScope scope) =>
        (scope.Account.Value, scope.OfThisNode ? 1 : 0, scope.All ? 1 : 0);

    private static string Short(string text) => text.Length > MaxReason ? text[..MaxReason] : text;
}

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
}

/// <summary>
/// Keeps reports, within bounds: one for each reporter and thing, at most <see cref="MostPerHost"/> of one host and
/// <see cref="Most"/> in all. Who may read them decides the caller.
/// </summary>
/// <param name="database">Where.</param>
public sealed class ReportStore(Database database)
{
    /// <summary>The longest reason, in characters; more is cut off.</summary>
    public const int MaxReason = 1_000;

    /// <summary>The most reports that are kept of one other host.</summary>
    public const int MostPerHost = 200;

    /// <summary>The most reports that are kept.</summary>
    public const int Most = 10_000;

    private const string Columns =
        "r.id, r.reporter_id, r.reporter_host, r.object_uri, r.question_id, r.answer_id, r.reason, r.sent_uri,"
        + " r.created_at";

    /// <summary>How many there are.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<long> CountAsync(CancellationToken cancellationToken = default) =>
        database.FirstAsync<long>("select count(*) from reports", null, cancellationToken);

    /// <summary>Reports, newest first.</summary>
    /// <param name="page">Which part.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Page<Report>> ListAsync(PageRequest page, CancellationToken cancellationToken = default)
    {
        var rows = await database.QueryAsync<Report>(
            $"select {Columns} from reports r where r.id < @before order by r.id desc limit @limit",
            new { before = page.BeforeOrMax, limit = page.Size + 1 }, cancellationToken);
        return Page<Report>.Of(rows, page.Size, report => report.Id);
    }

    /// <summary>Keeps a report.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="report">The report; its CreatedAt is ignored.</param>
    /// <returns>False when this reporter reported it before, or the bounds are reached.</returns>
    public static bool Add(Writing writing, Report report)
    {
        var isFull = report.ReporterHost.Length > 0 && writing.First<long>(
            "select count(*) from reports where reporter_host = @ReporterHost",
            new { report.ReporterHost }) >= MostPerHost;
        if (isFull || writing.First<long>("select count(*) from reports") >= Most)
        {
            return false;
        }

        return writing.Execute(
            """
            insert into reports (id, reporter_id, reporter_host, object_uri, question_id, answer_id, reason, sent_uri,
              created_at)
            values (@Id, @ReporterId, @ReporterHost, @ObjectUri, @QuestionId, @AnswerId, @reason, @SentUri, @Now)
            on conflict do nothing
            """, new
            {
                report.Id,
                report.ReporterId,
                report.ReporterHost,
                report.ObjectUri,
                report.QuestionId,
                report.AnswerId,
                reason = report.Reason.Length > MaxReason ? report.Reason[..MaxReason] : report.Reason,
                report.SentUri,
                writing.Now,
            }) == 1;
    }
}

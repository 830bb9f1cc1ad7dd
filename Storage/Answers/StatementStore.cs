using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Storage.Answers;

/// <summary>Which version of an official answer of elsewhere is here, and when its server is asked again.</summary>
public sealed record Statement
{
    /// <summary>The answer.</summary>
    public required AnswerId AnswerId { get; init; }

    /// <summary>The number that its author gives this version, counted from 1.</summary>
    public required long Revision { get; init; }

    /// <summary><c>sha256-</c> and the hash of this version, as the next one must name it.</summary>
    public required string Version { get; init; }

    /// <summary>The ETag that its server gave with it; null when it came in another way.</summary>
    public string? Etag { get; init; }

    /// <summary>How often in a row its server could not be had.</summary>
    public int Failures { get; init; }

    /// <summary>When its server last said that this is what it says.</summary>
    public DateTimeOffset CheckedAt { get; init; }

    /// <summary>When its server is asked again.</summary>
    public DateTimeOffset DueAt { get; init; }
}

/// <summary>Keeps track of the official answers of other nodes.</summary>
/// <param name="database">Where.</param>
public sealed class StatementStore(Database database)
{
    /// <summary>Signal: an answer is to be looked at again.</summary>
    public const string Signal = "statements";

    private const string Columns = "answer_id, revision, version, etag, failures, checked_at, due_at";

    /// <summary>Finds what is kept of an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when it is no official answer from elsewhere.</returns>
    public Task<Statement?> FindAsync(AnswerId answer, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Statement>(
            $"select {Columns} from statements where answer_id = @answer", new { answer }, cancellationToken);

    /// <summary>Keeps what is known of an answer now.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="statement">All of it.</param>
    public static void Put(Writing writing, Statement statement) => writing.Execute(
        $"""
        insert into statements ({Columns})
        values (@AnswerId, @Revision, @Version, @Etag, @Failures, @CheckedAt, @DueAt)
        on conflict (answer_id) do update set revision = excluded.revision, version = excluded.version,
          etag = excluded.etag, failures = excluded.failures, checked_at = excluded.checked_at, due_at = excluded.due_at
        """, statement);

    /// <summary>Notes that its own server says the same as what is here.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="statement">What is known now.</param>
    /// <param name="question">The question that it answers; its page shows when this was.</param>
    public static void Confirm(Writing writing, Statement statement, QuestionId question)
    {
        Put(writing, statement);
        QuestionStore.Touch(writing, question);
    }

    /// <summary>Keeps track of an answer no longer: it is no official one any more.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="answer">The answer.</param>
    public static void Remove(Writing writing, AnswerId answer) =>
        writing.Execute("delete from statements where answer_id = @answer", new { answer });

    /// <summary>Asks for a new look at the official answers to a question that was opened.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="question">The question.</param>
    /// <param name="fresh">What was looked at so shortly ago is left alone.</param>
    public static void Ask(Writing writing, QuestionId question, TimeSpan fresh)
    {
        var asked = writing.Execute(
            """
            update statements set due_at = @Now where due_at > @Now and failures = 0 and checked_at < @before
              and answer_id in (select id from answers where question_id = @question and deleted_at is null)
            """, new { question, writing.Now, before = writing.Now - fresh });
        if (asked > 0)
        {
            writing.Signal(Signal);
        }
    }

    /// <summary>Leases answers that are due, the longest waiting first.</summary>
    /// <param name="max">How many at most.</param>
    /// <param name="lease">Until when others keep off if the caller never settles.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Statement>> TakeAsync(
        int max, TimeSpan lease, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            w => w.Query<Statement>(
                $"""
                with due as materialized
                  (select answer_id from statements where due_at <= @Now order by due_at limit @max {w.SkipLocked})
                update statements set due_at = @until where answer_id in (select answer_id from due)
                returning {Columns}
                """, new { w.Now, max, until = w.Now + lease }),
            cancellationToken);
}

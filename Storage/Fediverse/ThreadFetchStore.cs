namespace Ontmoetingsplein.Storage.Fediverse;

/// <summary>A thread of elsewhere that is to be completed now; leased to the caller.</summary>
public sealed record ThreadFetch
{
    /// <summary>The question it is about.</summary>
    public required QuestionId QuestionId { get; init; }

    /// <summary>Where a former round stopped; null to begin at the beginning.</summary>
    public string? NextPage { get; init; }

    /// <summary>Rounds made before.</summary>
    public int Rounds { get; init; }

    /// <summary>Rounds in a row that reached nobody.</summary>
    public int Failures { get; init; }

    /// <summary>How many documents may be fetched in all; null for as many as a round and its pauses allow.</summary>
    public int? Budget { get; init; }
}

/// <summary>
/// Which threads of other servers are to be completed. Bounded: what does not fit is asked for again by the next
/// reader.
/// </summary>
/// <param name="database">Where.</param>
public sealed class ThreadFetchStore(Database database)
{
    /// <summary>Signal: a thread is to be completed.</summary>
    public const string Signal = "threads";

    /// <summary>So many threads may wait.</summary>
    public const int MostWaiting = 10_000;

    /// <summary>Asks for a thread, unless it waits already or was completed a short while ago.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="question">Its question.</param>
    /// <param name="fresh">How long a completed thread is left alone.</param>
    /// <param name="budget">How many documents it is worth; null for as many as it takes.</param>
    public static void Ask(Writing writing, QuestionId question, TimeSpan fresh, int? budget = null)
    {
        var asked = writing.Execute(
            """
            insert into thread_fetches (question_id, due_at, budget) select q.id, @Now, @budget from questions q
            where q.id = @question
              and (select count(*) from (select 1 from thread_fetches where due_at is not null limit @most) w) < @most
            on conflict (question_id) do update set due_at = excluded.due_at, budget = excluded.budget
              where thread_fetches.due_at is null
                and (thread_fetches.fetched_at is null or thread_fetches.fetched_at < @before)
            """, new { question, writing.Now, budget, before = writing.Now - fresh, most = MostWaiting });
        if (asked > 0)
        {
            writing.Signal(Signal);
        }
    }

    /// <summary>Leases threads that are due, the longest waiting first.</summary>
    /// <param name="max">How many at most.</param>
    /// <param name="lease">Until when others keep off if the caller never settles.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<ThreadFetch>> TakeAsync(
        int max, TimeSpan lease, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            w => w.Query<ThreadFetch>(
                $"""
                with due as materialized
                  (select question_id from thread_fetches where due_at <= @Now order by due_at limit @max
                   {w.SkipLocked})
                update thread_fetches set due_at = @until where question_id in (select question_id from due)
                returning question_id, next_page, rounds, failures, budget
                """, new { w.Now, max, until = w.Now + lease }),
            cancellationToken);

    /// <summary>The thread is complete, or given up: it waits for the next reader.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="question">Its question.</param>
    public static void Finish(Writing writing, QuestionId question) => writing.Execute(
        """
        update thread_fetches set due_at = null, next_page = null, rounds = 0, failures = 0, fetched_at = @Now
        where question_id = @question
        """, new { question, writing.Now });

    /// <summary>There is more: goes on later where it stopped.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="fetch">As it was taken, with the new place and counts.</param>
    /// <param name="at">When.</param>
    public static void Postpone(Writing writing, ThreadFetch fetch, DateTimeOffset at) => writing.Execute(
        """
        update thread_fetches set due_at = @at, next_page = @NextPage, rounds = @Rounds, failures = @Failures
        where question_id = @QuestionId
        """, new { at, fetch.NextPage, fetch.Rounds, fetch.Failures, fetch.QuestionId });
}

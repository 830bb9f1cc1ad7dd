namespace Ontmoetingsplein.Storage.Notices;

/// <summary>Somebody for whom news of a question waits.</summary>
public sealed record HeldFor
{
    /// <summary>The question.</summary>
    public required QuestionId QuestionId { get; init; }

    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>Who.</summary>
    public required ActorId AccountId { get; init; }
}

/// <summary>An answer or comment of which somebody has not been told yet.</summary>
public sealed record HeldAnswer
{
    /// <summary>Which.</summary>
    public required AnswerId Id { get; init; }

    /// <summary>Name of who wrote it.</summary>
    public required string AuthorName { get; init; }

    /// <summary>It is a comment.</summary>
    public required bool IsComment { get; init; }
}

/// <summary>
/// Keeps when people were mailed about a question, and what the next mail is to tell, so that many answers make few
/// mails and nobody misses one.
/// </summary>
public static class HeldAnswerStore
{
    private const int SweepSize = 2_000;
    private const string Key = "question_id = @question and account_id = @account";

    /// <summary>Takes the turn to mail somebody about a question.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="question">About which.</param>
    /// <param name="account">Whom.</param>
    /// <param name="pause">How long it is quiet between two mails.</param>
    /// <returns>False when it is too soon, or news waits already: then this is to wait too.</returns>
    public static bool TakeTurn(Writing writing, QuestionId question, ActorId account, TimeSpan pause) =>
        writing.Execute(
            """
            insert into question_mails (question_id, account_id, mailed_at) values (@question, @account, @Now)
            on conflict (question_id, account_id) do update set mailed_at = excluded.mailed_at
            where question_mails.mailed_at <= @before and question_mails.due_at is null
            """, new { question, account, writing.Now, before = writing.Now - pause }) == 1;

    /// <summary>Lets news wait until the pause is over; after <see cref="TakeTurn"/> said no.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="question">About which question.</param>
    /// <param name="account">For whom.</param>
    /// <param name="answer">The news.</param>
    /// <param name="pause">How long it is quiet between two mails.</param>
    public static void Hold(Writing writing, QuestionId question, ActorId account, AnswerId answer, TimeSpan pause)
    {
        // Also when it is set already: whoever mails what waits is kept off, or has this one wait for the next mail.
        writing.Execute(
            $"update question_mails set due_at = coalesce(due_at, mailed_at + @pause) where {Key}",
            new { question, account, pause = (long)pause.TotalMilliseconds });
        writing.Execute(
            """
            insert into held_answers (account_id, question_id, answer_id) values (@account, @question, @answer)
            on conflict do nothing
            """, new { account, question, answer });
    }

    /// <summary>Those whose pause is over and for whom news waits; each is for this change only.</summary>
    /// <param name="writing">The change that mails them.</param>
    /// <param name="max">How many at most.</param>
    public static IReadOnlyList<HeldFor> TakeDue(Writing writing, int max) =>
        writing.Query<HeldFor>(
            $"""
            update question_mails set due_at = null, mailed_at = @Now where (question_id, account_id) in
              (select question_id, account_id from question_mails where due_at <= @Now
               order by due_at limit @max {writing.SkipLocked})
            returning question_id, account_id,
              (select title from questions where questions.id = question_mails.question_id) as title
            """, new { writing.Now, max });

    /// <summary>Takes what waits for somebody, oldest first; what they may not see or is gone is left out.</summary>
    /// <param name="writing">The change that mails it.</param>
    /// <param name="held">For whom, about which question.</param>
    public static IReadOnlyList<HeldAnswer> Take(Writing writing, HeldFor held)
    {
        var found = writing.Query<HeldAnswer>(
            $"""
            select r.id, w.display_name as author_name, case when r.kind = 2 then 1 else 0 end as is_comment
            from held_answers h join answers r on r.id = h.answer_id join questions q on q.id = r.question_id
            join actors w on w.id = r.author_id
            where h.question_id = @QuestionId and h.account_id = @AccountId and r.deleted_at is null
              and q.deleted_at is null and {Visibility.Of("r")} and {Visibility.Of("q")}
            order by r.id
            """, new { held.QuestionId, held.AccountId, viewer = held.AccountId.Value, seesAll = 0 });
        writing.Execute(
            "delete from held_answers where question_id = @QuestionId and account_id = @AccountId",
            new { held.QuestionId, held.AccountId });
        return found;
    }

    /// <summary>There was nothing to mail after all: the next news need not wait.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="held">For whom, about which question.</param>
    public static void Forget(Writing writing, HeldFor held) => writing.Execute(
        "delete from question_mails where question_id = @QuestionId and account_id = @AccountId",
        new { held.QuestionId, held.AccountId });

    /// <summary>Forgets who was mailed more than a day ago and for whom nothing waits.</summary>
    /// <param name="writing">The change.</param>
    /// <returns>How many; call again, in another change, until it is 0.</returns>
    public static int Sweep(Writing writing) => writing.Execute(
        """
        delete from question_mails where due_at is null and mailed_at < @before and (question_id, account_id) in
          (select question_id, account_id from question_mails
           where mailed_at < @before and due_at is null order by mailed_at limit @SweepSize)
        """, new { before = writing.Now.AddDays(-1), SweepSize });
}

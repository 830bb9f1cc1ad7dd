namespace Ontmoetingsplein.Storage.Notices;

/// <summary>Why somebody is told something.</summary>
public enum NoticeKind
{
    /// <summary>A question they asked or follow got an answer.</summary>
    Answered = 0,

    /// <summary>An answer of theirs got a comment.</summary>
    Commented = 1,

    /// <summary>An answer of theirs was accepted.</summary>
    Accepted = 2,

    /// <summary>A topic they follow got a question.</summary>
    Asked = 3,

    /// <summary>A question of theirs was asked before, and is closed.</summary>
    AskedBefore = 4,
}

/// <summary>A line in somebody's list of news.</summary>
public sealed record Notice
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>Why.</summary>
    public required NoticeKind Kind { get; init; }

    /// <summary>About which question.</summary>
    public required QuestionId QuestionId { get; init; }

    /// <summary>About which answer.</summary>
    public AnswerId? AnswerId { get; init; }

    /// <summary>Title of the question.</summary>
    public required string Title { get; init; }

    /// <summary>Name of who did it.</summary>
    public string? ActorName { get; init; }

    /// <summary>Read at.</summary>
    public DateTimeOffset? ReadAt { get; init; }
}

/// <summary>Somebody who wants mail.</summary>
public sealed record MailRecipient
{
    /// <summary>Who.</summary>
    public required ActorId AccountId { get; init; }

    /// <summary>Address.</summary>
    public required string Email { get; init; }

    /// <summary>"nl" or "en"; null follows the node.</summary>
    public string? Language { get; init; }
}

/// <summary>Keeps what people are told.</summary>
/// <param name="database">Where.</param>
public sealed class NoticeStore(Database database)
{
    /// <summary>Somebody's news, newest first.</summary>
    /// <param name="account">Who.</param>
    /// <param name="page">Which part.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Page<Notice>> ListAsync(
        ActorId account, PageRequest page, CancellationToken cancellationToken = default)
    {
        var rows = await database.QueryAsync<Notice>(
            $"""
            select n.id, n.kind, n.question_id, n.answer_id, q.title, a.display_name as actor_name, n.read_at
            from notices n join questions q on q.id = n.question_id left join actors a on a.id = n.actor_id
            where n.account_id = @viewer and n.id < @before and q.deleted_at is null and {Visibility.Of("q")}
              and (n.answer_id is null or exists (select 1 from answers r
                where r.id = n.answer_id and r.deleted_at is null and {Visibility.Of("r")}))
            order by n.id desc limit @limit
            """,
            new { viewer = account.Value, seesAll = 0, before = page.BeforeOrMax, limit = page.Size + 1 },
            cancellationToken);
        return Page<Notice>.Of(rows, page.Size, notice => notice.Id);
    }

    /// <summary>Tells somebody something.</summary>
    /// <param name="writing">The change it is about.</param>
    /// <param name="account">Whom.</param>
    /// <param name="kind">Why.</param>
    /// <param name="question">About which question.</param>
    /// <param name="answer">About which answer.</param>
    /// <param name="actor">Who did it.</param>
    public static void Add(
        Writing writing, ActorId account, NoticeKind kind, QuestionId question, AnswerId? answer, ActorId? actor) =>
        writing.Execute(
            """
            insert into notices (id, account_id, kind, question_id, answer_id, actor_id)
            select @id, @account, @kind, @question, @answer, @actor
            where not exists (select 1 from actors where id = @actor and standing <> 0)
            """, new { id = writing.Ids.Next(), account, kind = (int)kind, question, answer, actor });

    /// <summary>Those of some accounts that want mail and may see an answer and its question.</summary>
    /// <param name="writing">The change that adds the answer.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="accounts">Whom to consider.</param>
    public static IReadOnlyList<MailRecipient> ListMailRecipients(
        Writing writing, AnswerId answer, IEnumerable<ActorId> accounts)
    {
        var found = new List<MailRecipient>();
        foreach (var account in accounts)
        {
            var recipient = writing.First<MailRecipient>(
                $"""
                select c.actor_id as account_id, c.email, c.language from accounts c
                join answers r on r.id = @answer join questions q on q.id = r.question_id
                where c.actor_id = @viewer and c.mail_notices = 1 and c.email is not null
                  and {Visibility.Of("r")} and {Visibility.Of("q")}
                """, new { answer, viewer = account.Value, seesAll = 0 });
            if (recipient is not null)
            {
                found.Add(recipient);
            }
        }

        return found;
    }

    /// <summary>Marks all of somebody's news as read.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="account">Whose.</param>
    public static void MarkRead(Writing writing, ActorId account) => writing.Execute(
        "update notices set read_at = @Now where account_id = @account and read_at is null",
        new { account, writing.Now });
}

namespace Ontmoetingsplein.Storage.Notices;

/// <summary>A mail on its way.</summary>
public sealed record QueuedMail
{
    /// <summary>Its number.</summary>
    public required long Id { get; init; }

    /// <summary>Address.</summary>
    public required string Recipient { get; init; }

    /// <summary>Subject line.</summary>
    public required string Subject { get; init; }

    /// <summary>Plain text.</summary>
    public required string Body { get; init; }

    /// <summary>Attempts made before.</summary>
    public int Attempts { get; init; }
}

/// <summary>Keeps mail until the mail server took it.</summary>
/// <param name="database">Where.</param>
public sealed class MailStore(Database database)
{
    /// <summary>Puts a mail in the queue.</summary>
    /// <param name="writing">The change it tells of.</param>
    /// <param name="recipient">Address.</param>
    /// <param name="subject">Subject line, one line.</param>
    /// <param name="body">Plain text.</param>
    public static void Add(Writing writing, string recipient, string subject, string body)
    {
        writing.Execute(
            "insert into mails (id, recipient, subject, body, due_at) values (@id, @recipient, @subject, @body, @Now)",
            new { id = writing.Ids.Next(), recipient, subject, body, writing.Now });
        writing.Signal("mail");
    }

    /// <summary>Takes mail that is due and keeps others off it for a while.</summary>
    /// <param name="max">How many at most.</param>
    /// <param name="lease">For how long.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<QueuedMail>> TakeAsync(
        int max, TimeSpan lease, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            writing => writing.Query<QueuedMail>(
                $"""
                update mails set due_at = @until, attempts = attempts + 1 where id in
                  (select id from mails where due_at <= @Now order by due_at limit @max {writing.SkipLocked})
                returning id, recipient, subject, body, attempts - 1 as attempts
                """, new { until = writing.Now + lease, writing.Now, max }),
            cancellationToken);

    /// <summary>The mail server took it.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Which.</param>
    public static void Complete(Writing writing, long id) =>
        writing.Execute("delete from mails where id = @id", new { id });

    /// <summary>Tries again later.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Which.</param>
    /// <param name="dueAt">When.</param>
    /// <param name="error">What the mail server said.</param>
    public static void Postpone(Writing writing, long id, DateTimeOffset dueAt, string error) => writing.Execute(
        "update mails set due_at = @dueAt, last_error = @error where id = @id", new { id, dueAt, error });
}

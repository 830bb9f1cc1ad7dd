using Ontmoetingsplein.Storage.SetAside;

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

    /// <summary>From when it is worth nothing, since its link works no more; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Since when it is tried: when it was put in the queue, or an administrator asked for it again.</summary>
    public DateTimeOffset Since => QueuedAt ?? IdSource.MomentOf(Id);

    internal DateTimeOffset? QueuedAt { get; init; }
}

/// <summary>Keeps mail until the mail server took it.</summary>
/// <param name="database">Where.</param>
public sealed class MailStore(Database database)
{
    /// <summary>Signal: there is mail to be sent.</summary>
    public const string Signal = "mail";

    // Later than any mail is due: it stays where it is, and nobody takes it.
    private static readonly DateTimeOffset Never = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Puts a mail in the queue.</summary>
    /// <param name="writing">The change it tells of.</param>
    /// <param name="recipient">Address.</param>
    /// <param name="subject">Subject line, one line.</param>
    /// <param name="body">Plain text.</param>
    /// <param name="expiresAt">From when it is worth nothing, since its link works no more; null: never.</param>
    public static void Add(
        Writing writing, string recipient, string subject, string body, DateTimeOffset? expiresAt = null)
    {
        writing.Execute(
            """
            insert into mails (id, recipient, subject, body, due_at, expires_at, queued_at)
            values (@id, @recipient, @subject, @body, @Now, @expiresAt, @Now)
            """, new { id = writing.Ids.Next(), recipient, subject, body, writing.Now, expiresAt });
        writing.Signal(Signal);
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
                returning id, recipient, subject, body, attempts - 1 as attempts, expires_at, queued_at
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

    /// <summary>It failed for good: it is kept for an administrator, and not tried by itself any more.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="mail">Which, as it was taken.</param>
    /// <param name="reason">Why, one line.</param>
    public static void SetAside(Writing writing, QueuedMail mail, string reason)
    {
        if (writing.Execute(
            "update mails set due_at = @Never, last_error = @reason where id = @Id",
            new { mail.Id, Never, reason }) == 1)
        {
            SetAsideStore.Add(writing, new SetAsideItem
            {
                Kind = SetAsideKind.Mail,
                ItemId = mail.Id,
                Title = mail.Subject,
                Party = mail.Recipient,
                Reason = reason,
                Attempts = mail.Attempts + 1,
                ExpiresAt = mail.ExpiresAt,
            });
        }
    }

    /// <summary>What was set aside is tried again, as if it were new.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Which.</param>
    public static void TryAgain(Writing writing, long id)
    {
        writing.Execute(
            "update mails set due_at = @Now, queued_at = @Now, attempts = 0 where id = @id", new { id, writing.Now });
        writing.Signal(Signal);
    }
}

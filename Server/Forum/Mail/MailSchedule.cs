using Ontmoetingsplein.Storage.Notices;

namespace Ontmoetingsplein.Forum.Mail;

/// <summary>When a mail that could not be sent is tried again, and when no more.</summary>
internal static class MailSchedule
{
    /// <summary>Longer no mail is tried: whoever reads it then has heard in another way.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(2);

    private const int LeastAttempts = 6;
    private static readonly TimeSpan MostDelay = TimeSpan.FromHours(6);

    /// <summary>From when it is not tried any more.</summary>
    public static DateTimeOffset End(QueuedMail mail)
    {
        var patience = mail.Since + Longest;
        return mail.ExpiresAt is { } end && end < patience ? end : patience;
    }

    /// <summary>The next attempt after one that failed now; null when there is to be no more.</summary>
    /// <remarks>A minute, then twice as long each time; a mail that soon expires is tried some times before.</remarks>
    public static DateTimeOffset? Next(QueuedMail mail, DateTimeOffset now)
    {
        var end = End(mail);
        var longer = TimeSpan.FromMinutes(Math.Pow(2, Math.Min(mail.Attempts, 20)));
        var next = now + new[] { longer, MostDelay, (end - mail.Since) / LeastAttempts }.Min();
        return next < end ? next : null;
    }
}

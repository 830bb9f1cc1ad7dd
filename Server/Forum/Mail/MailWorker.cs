using System.Diagnostics.CodeAnalysis;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Forum.Work;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Notices;

namespace Ontmoetingsplein.Forum.Mail;

/// <summary>
/// Sends queued mail through the mail server, or, where none is set, writes it to the data folder and says where. What
/// cannot be sent now is tried again for a while; what cannot be sent at all is set aside for an administrator.
/// </summary>
internal sealed partial class MailWorker(
    MailStore mails, Database database, ServerOptions options, NodeSettings settings, TimeProvider clock,
    ILogger<MailWorker> logger) : Worker(clock, logger)
{
    // One mail at a time, given up well before another process may take it: none is sent twice, unless this process is
    // killed between the mail server's word and the note of it.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestSending = TimeSpan.FromMinutes(2);
    private const int MaxReason = 300;

    private readonly Wakeup wakeup = new(database, MailStore.Signal, TimeSpan.FromSeconds(30), clock);

    /// <summary>Folder for mail that is not sent.</summary>
    private string Folder => Path.Combine(options.DataFolder, "mail");

    /// <inheritdoc />
    public override void Dispose()
    {
        wakeup.Dispose();
        base.Dispose();
    }

    /// <summary>Sends what is due, once.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await mails.TakeAsync(1, Lease, cancellationToken);
        foreach (var mail in due)
        {
            var failure = await TrySendAsync(mail, cancellationToken);
            await NoteAsync(database, writing => Note(writing, mail, failure), cancellationToken);
        }

        return due.Count;
    }

    /// <inheritdoc />
    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        if (await RunOnceAsync(stoppingToken) == 0)
        {
            await wakeup.WaitAsync(stoppingToken);
        }
    }

    private static void Note(Writing writing, QueuedMail mail, Failure? failure)
    {
        if (failure is null)
        {
            MailStore.Complete(writing, mail.Id);
        }
        else if (!failure.IsFinal && MailSchedule.Next(mail, writing.Now) is { } next)
        {
            MailStore.Postpone(writing, mail.Id, next, failure.Reason);
        }
        else
        {
            MailStore.SetAside(
                writing, mail, failure.IsFinal ? failure.Reason : $"Given up after a while. {failure.Reason}");
        }
    }

    /// <returns>Null when it was sent.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "No mail may keep the others from being sent.")]
    private async Task<Failure?> TrySendAsync(QueuedMail mail, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LongestSending);
        Failure failure;
        try
        {
            if (mail.ExpiresAt <= Clock.GetUtcNow())
            {
                failure = new Failure("What it links to had expired before it could be sent.", IsFinal: true);
            }
            else if (await ComposeAsync(mail, cancellationToken) is not { } message)
            {
                failure = new Failure("The address is none that mail can be sent to.", IsFinal: true);
            }
            else
            {
                await (options.Mail is { } server
                    ? SendAsync(server, message, patience.Token)
                    : WriteAsync(mail, message, cancellationToken));
                return null;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            failure = new Failure("The mail server took too long.", IsFinal: false);
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            failure = Judge(problem);
        }

        Log.NotSent(Logger, options.Mail?.Host ?? Folder, failure.Reason);
        return failure;
    }

    // RFC 5321 §4.2.1: an answer of 5yz is final. A server that is away, speaks no TLS or does not let us in says
    // nothing of this mail. Whatever else it is, the next attempt would meet it too.
    private static Failure Judge(Exception problem) => new(
        SafeHtml.OneLine(
            problem is UnfitServerException { InnerException: { } cause } ? cause.Message : problem.Message, MaxReason),
        IsFinal: problem switch
        {
            UnfitServerException or StorageException or SmtpProtocolException or IOException
                or UnauthorizedAccessException or System.Net.Sockets.SocketException
                or MailKit.ServiceNotAuthenticatedException or MailKit.ServiceNotConnectedException => false,
            SmtpCommandException answer => (int)answer.StatusCode >= 500,
            _ => true,
        });

    private async Task<MimeMessage?> ComposeAsync(QueuedMail mail, CancellationToken cancellationToken)
    {
        if (MailAddresses.Mailbox("", mail.Recipient) is not { } recipient)
        {
            return null;
        }

        var message = new MimeMessage
        {
            Subject = SafeHtml.OneLine(mail.Subject, 500),
            Body = new TextPart("plain") { Text = mail.Body },
        };
        var name = SafeHtml.OneLine(await settings.NameAsync(cancellationToken), 200);
        var from = options.Mail?.From ?? $"plein@{options.Origin.Host}";
        message.From.Add(MailAddresses.Mailbox(name, from) ?? new MailboxAddress(name, from));
        message.To.Add(recipient);
        message.Headers.Add("Auto-Submitted", "auto-generated");
        // The same at each attempt, so that a mail that came twice after all is known as one.
        message.MessageId = $"{mail.Id}@{options.Origin.Host}";
        return message;
    }

    private static async Task SendAsync(MailOptions server, MimeMessage message, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient { Timeout = 20_000 };
        await EnterAsync(client, server, cancellationToken);
        await client.SendAsync(message, cancellationToken);
        await LeaveAsync(client, cancellationToken);
    }

    [SuppressMessage("Design", "CA1031", Justification = "It is told with what it means.")]
    private static async Task EnterAsync(SmtpClient client, MailOptions server, CancellationToken cancellationToken)
    {
        try
        {
            await client.ConnectAsync(
                server.Host, server.Port,
                server.Security switch
                {
                    "tls" => SecureSocketOptions.SslOnConnect,
                    "none" => SecureSocketOptions.None,
                    _ => SecureSocketOptions.StartTls,
                }, cancellationToken);
            if (server.User is { } user)
            {
                await client.AuthenticateAsync(user, server.Password ?? "", cancellationToken);
            }
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            throw new UnfitServerException(problem);
        }
    }

    // The server has the mail: whatever happens now, it is not sent again.
    [SuppressMessage("Design", "CA1031", Justification = "Nothing depends on a polite end.")]
    private static async Task LeaveAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception)
        {
            // It is sent.
        }
    }

    private async Task WriteAsync(QueuedMail mail, MimeMessage message, CancellationToken cancellationToken)
    {
        PrivateFiles.CreateFolder(Folder);
        var path = Path.Combine(Folder, $"{mail.Id}.eml");
        // Whoever watches the folder finds whole mails only.
        await using (var file = PrivateFiles.Open(path + ".part", FileMode.Create))
        {
            await message.WriteToAsync(file, cancellationToken);
        }

        File.Move(path + ".part", path, overwrite: true);
        Log.Written(Logger, path);
    }

    /// <summary>Why a mail was not sent.</summary>
    /// <param name="Reason">One line.</param>
    /// <param name="IsFinal">Another attempt would meet the same.</param>
    private sealed record Failure(string Reason, bool IsFinal);

    /// <summary>The mail server cannot be used: it said nothing of the mail yet.</summary>
    private sealed class UnfitServerException(Exception cause) : Exception(cause.Message, cause);

    private static partial class Log
    {
        [LoggerMessage(1210, LogLevel.Information, "No mail server is set; a mail was written to {Path}")]
        public static partial void Written(ILogger logger, string path);

        [LoggerMessage(1211, LogLevel.Warning, "{Server} did not take a mail: {Reason}")]
        public static partial void NotSent(ILogger logger, string server, string reason);
    }
}

using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Notices;

namespace Ontmoetingsplein.Server.Outbound;

/// <summary>
/// Sends queued mail through the mail server, or, where none is set, writes it to the data folder and says where.
/// </summary>
internal sealed partial class MailWorker(
    MailStore mails, Database database, ServerOptions options, NodeSettings settings, TimeProvider clock,
    ILogger<MailWorker> logger) : BackgroundService
{
    // One mail at a time, given up well before another process may take it: none is sent twice, unless this process is
    // killed between the mail server's word and the note of it.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestSending = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan MostDelay = TimeSpan.FromHours(6);

    /// <summary>Folder for mail that is not sent.</summary>
    private string Folder => Path.Combine(options.DataFolder, "mail");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var wakeup = new Wakeup(database, "mail", TimeSpan.FromSeconds(30), clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) == 0)
                {
                    await wakeup.WaitAsync(stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (StorageException fault)
            {
                Log.Waiting(logger, fault.Message);
                await Task.Delay(TimeSpan.FromSeconds(5), clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Sends what is due, once.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await mails.TakeAsync(1, Lease, cancellationToken);
        foreach (var mail in due)
        {
            var error = await TrySendAsync(mail, cancellationToken);
            await NoteAsync(mail, error, cancellationToken);
        }

        return due.Count;
    }

    // What is sent must be noted, however long the database is away: otherwise it would be sent again.
    private async Task NoteAsync(QueuedMail mail, string? error, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await database.WriteAsync(
                    writing =>
                    {
                        if (error is null)
                        {
                            MailStore.Complete(writing, mail.Id);
                        }
                        else
                        {
                            MailStore.Postpone(writing, mail.Id, writing.Now + Delay(mail.Attempts), error);
                        }
                    }, CancellationToken.None);
                return;
            }
            catch (StorageException fault) when (error is null && !cancellationToken.IsCancellationRequested)
            {
                Log.Waiting(logger, fault.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static TimeSpan Delay(int attempts) =>
        TimeSpan.FromMinutes(Math.Min(Math.Pow(2, attempts), MostDelay.TotalMinutes));

    private async Task<string?> TrySendAsync(QueuedMail mail, CancellationToken cancellationToken)
    {
        var message = new MimeMessage { Subject = mail.Subject, Body = new TextPart("plain") { Text = mail.Body } };
        var name = await settings.NameAsync(cancellationToken);
        message.From.Add(new MailboxAddress(name, options.Mail?.From ?? $"plein@{options.Origin.Host}"));
        message.To.Add(MailboxAddress.Parse(mail.Recipient));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        // The same at each attempt, so that a mail that came twice after all is known as one.
        message.MessageId = $"{mail.Id}@{options.Origin.Host}";
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LongestSending);
        try
        {
            if (options.Mail is { } server)
            {
                await SendAsync(server, message, patience.Token);
            }
            else
            {
                await WriteAsync(mail, message, cancellationToken);
            }

            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            const string slow = "The mail server took too long.";
            Log.NotSent(logger, options.Mail?.Host ?? Folder, slow);
            return slow;
        }
        catch (Exception problem) when (problem is SmtpCommandException or SmtpProtocolException or IOException
            or AuthenticationException or System.Net.Sockets.SocketException or SslHandshakeException)
        {
            Log.NotSent(logger, options.Mail?.Host ?? Folder, problem.Message);
            return SafeHtml.OneLine(problem.Message, 300);
        }
    }

    private static async Task SendAsync(MailOptions server, MimeMessage message, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient { Timeout = 20_000 };
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

        await client.SendAsync(message, cancellationToken);
        await client.DisconnectAsync(quit: true, cancellationToken);
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
        Log.Written(logger, path);
    }

    private static partial class Log
    {
        [LoggerMessage(1210, LogLevel.Information, "No mail server is set; a mail was written to {Path}")]
        public static partial void Written(ILogger logger, string path);

        [LoggerMessage(1211, LogLevel.Warning, "{Server} did not take a mail: {Reason}")]
        public static partial void NotSent(ILogger logger, string server, string reason);

        [LoggerMessage(1212, LogLevel.Warning, "Mail waits: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);
    }
}

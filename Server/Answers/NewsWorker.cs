using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server.Answers;

/// <summary>Mails the news that had to wait, as soon as it may.</summary>
internal sealed partial class NewsWorker(
    AnswerNotices notices, Database database, TimeProvider clock, ILogger<NewsWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(20);

    /// <summary>Mails what is due, once.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        while (await database.WriteAsync(notices.MailHeld, cancellationToken) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // Whatever it is, the news stays where it is and the next round finds it.
                Log.Waiting(logger, fault);
            }

            await Task.Delay(Round, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1230, LogLevel.Warning, "News waits to be mailed")]
        public static partial void Waiting(ILogger logger, Exception fault);
    }
}

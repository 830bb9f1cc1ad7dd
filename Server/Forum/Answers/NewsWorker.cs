using Ontmoetingsplein.Forum.Work;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Forum.Answers;

/// <summary>Mails the news that had to wait, as soon as it may.</summary>
internal sealed class NewsWorker(
    AnswerNotices notices, Database database, TimeProvider clock, ILogger<NewsWorker> logger) : Worker(clock, logger)
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

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        await RunOnceAsync(stoppingToken);
        await Task.Delay(Round, Clock, stoppingToken);
    }
}

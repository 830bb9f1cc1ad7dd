using System.Diagnostics.CodeAnalysis;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Work;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Deletions;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Processes;
using Ontmoetingsplein.Storage.Reports;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Forum.Upkeep;

/// <summary>
/// What is to be done once in a while, by one process at a time: forgetting what has had its time, and adding up.
/// </summary>
internal sealed partial class Housekeeper(
    Database database, TimerStore timers, TopicStore topics, ServerOptions options, TimeProvider clock,
    ILogger<Housekeeper> logger)
    : Worker(clock, logger)
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(10);

    private readonly Chore[] chores =
    [
        new("sessions", TimeSpan.FromHours(1), writing =>
        {
            SessionStore.Sweep(writing);
            return 0;
        }),
        new("allowances", TimeSpan.FromHours(1), AllowanceStore.Sweep),
        new("posted forms", TimeSpan.FromHours(1), PostedFormStore.Sweep),
        new("question mails", TimeSpan.FromHours(1), HeldAnswerStore.Sweep),
        new("inbox", TimeSpan.FromHours(1), InboxStore.Sweep),
        new("reports", TimeSpan.FromHours(1), ReportStore.Sweep),
        new("set aside", TimeSpan.FromHours(1), SetAsideItems.Sweep),
        new("actors", TimeSpan.FromHours(1), ActorSweep.Sweep),
        new("outbox counts", TimeSpan.FromMinutes(10), OutboxStore.FoldCounts),
        new("deletions", TimeSpan.FromDays(1), writing =>
        {
            DeletionLedger.Sweep(writing, writing.Now - options.BackupLife);
            return 0;
        }),
    ];

    /// <summary>Does what is due, once.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        if (await topics.HasCountChangesAsync(cancellationToken))
        {
            await RepeatAsync(TopicStore.FoldCounts, cancellationToken);
        }

        foreach (var chore in chores)
        {
            await DoAsync(chore, cancellationToken);
        }
    }

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        await RunOnceAsync(stoppingToken);
        await Task.Delay(Round, Clock, stoppingToken);
    }

    [SuppressMessage("Design", "CA1031", Justification = "A chore that fails must not keep others from being done.")]
    private async Task DoAsync(Chore chore, CancellationToken cancellationToken)
    {
        try
        {
            if (await timers.IsDueAsync(chore.Name, Clock.GetUtcNow(), cancellationToken)
                && await database.WriteAsync(
                    writing => TimerStore.Take(writing, chore.Name, chore.Period), cancellationToken))
            {
                await RepeatAsync(chore.Do, cancellationToken);
            }
        }
        catch (Exception problem) when (
            problem is not StorageException && !cancellationToken.IsCancellationRequested)
        {
            Log.Failed(Logger, problem, chore.Name);
        }
    }

    // A part at a time, each a change of its own: others get their turn in between.
    private async Task RepeatAsync(Func<Writing, int> part, CancellationToken cancellationToken)
    {
        while (await database.WriteAsync(part, cancellationToken) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Something to be done.</summary>
    /// <param name="Name">Of its timer.</param>
    /// <param name="Period">How often.</param>
    /// <param name="Do">Does a part of it; 0 when there was nothing left.</param>
    private sealed record Chore(string Name, TimeSpan Period, Func<Writing, int> Do);

    private static partial class Log
    {
        [LoggerMessage(1220, LogLevel.Error, "The chore {Chore} failed; it is done again in its turn")]
        public static partial void Failed(ILogger logger, Exception problem, string chore);
    }
}

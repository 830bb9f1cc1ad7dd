using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Processes;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Outbound;

/// <summary>
/// What is to be done once in a while, by one process at a time: forgetting what has had its time, and adding up.
/// </summary>
internal sealed partial class Housekeeper(
    Database database, TimerStore timers, TopicStore topics, TimeProvider clock, ILogger<Housekeeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(10);

    private static readonly Chore[] Chores =
    [
        new("sessions", TimeSpan.FromHours(1), writing =>
        {
            SessionStore.Sweep(writing);
            return 0;
        }),
        new("allowances", TimeSpan.FromHours(1), AllowanceStore.Sweep),
        new("inbox", TimeSpan.FromHours(1), InboxStore.Sweep),
        new("actors", TimeSpan.FromHours(1), ActorSweep.Sweep),
        new("outbox counts", TimeSpan.FromMinutes(10), OutboxStore.FoldCounts),
    ];

    /// <summary>Does what is due, once.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        if (await topics.HasCountChangesAsync(cancellationToken))
        {
            await RepeatAsync(TopicStore.FoldCounts, cancellationToken);
        }

        foreach (var chore in Chores)
        {
            if (await timers.IsDueAsync(chore.Name, clock.GetUtcNow(), cancellationToken)
                && await database.WriteAsync(
                    writing => TimerStore.Take(writing, chore.Name, chore.Period), cancellationToken))
            {
                await RepeatAsync(chore.Do, cancellationToken);
            }
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
            catch (StorageException fault)
            {
                Log.Waiting(logger, fault.Message);
            }

            await Task.Delay(Round, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
        [LoggerMessage(1220, LogLevel.Warning, "Keeping house waits: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);
    }
}

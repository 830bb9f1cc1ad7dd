using System.Diagnostics.CodeAnalysis;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Forum.Work;

/// <summary>
/// Something that a node does by itself as long as it runs, round after round. It outlives whatever a round throws: no
/// mail, activity or answer of a peer may end it, since the host ends the whole node with a worker.
/// </summary>
/// <param name="clock">For the pause after a failure.</param>
/// <param name="logger">Takes what an administrator should know.</param>
internal abstract partial class Worker(TimeProvider clock, ILogger logger) : BackgroundService
{
    protected TimeProvider Clock { get; } = clock;

    protected ILogger Logger { get; } = logger;

    /// <summary>
    /// After what the database could not do: nothing that waited for it waits five seconds more once it is back.
    /// </summary>
    protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private const int ToldEvery = 30;

    /// <summary>
    /// Whether the database is at fault, for everything and not for this one thing: then it costs no attempt.
    /// </summary>
    protected static bool IsPassing(Exception problem) =>
        problem is StorageException { Kind: not StorageFaultKind.Damaged };

    /// <summary>Tells why the queue that it works off waits.</summary>
    protected void TellThatItWaits(Exception problem) => Log.Waits(Logger, GetType().Name, problem.Message);

    /// <summary>One round: does what is due, and waits until there may be more.</summary>
    protected abstract Task WorkAsync(CancellationToken stoppingToken);

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => KeepOnAsync(WorkAsync, stoppingToken);

    /// <summary>Makes rounds until the node stops.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "What escaped from here would end the node.")]
    protected async Task KeepOnAsync(Func<CancellationToken, Task> round, CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Soon;
            try
            {
                await round(stoppingToken);
                failures = 0;
                continue;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (StorageException fault)
            {
                if (failures++ % ToldEvery == 0)
                {
                    Log.Waits(Logger, GetType().Name, fault.Message);
                }
            }
            catch (Exception problem)
            {
                Log.Failed(Logger, problem, GetType().Name);
                pause = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, failures++), LongestPause.TotalSeconds));
            }

            await Task.Delay(pause, Clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Notes how something ended, however long the database is away: it would be done again, or wait for the end of a
    /// lease.
    /// </summary>
    /// <exception cref="StorageException">The node stops, and it could not be noted.</exception>
    protected async Task NoteAsync(Database database, Action<Writing> note, CancellationToken stoppingToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await database.WriteAsync(note, CancellationToken.None);
                return;
            }
            catch (StorageException fault) when (!stoppingToken.IsCancellationRequested)
            {
                if (attempt == 1)
                {
                    Log.Waits(Logger, GetType().Name, fault.Message);
                }

                await Task.Delay(TimeSpan.FromSeconds(1), Clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1350, LogLevel.Warning, "{Worker} waits: {Reason}")]
        public static partial void Waits(ILogger logger, string worker, string reason);

        [LoggerMessage(1351, LogLevel.Error, "{Worker} failed, and goes on")]
        public static partial void Failed(ILogger logger, Exception problem, string worker);
    }
}

using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Forum.Work;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// Completes threads in the background: those of questions that were found, and those that a reader opens. One that is
/// longer than a round goes on after a pause, so that no server is asked much at once.
/// </summary>
internal sealed partial class ThreadWorker(
    ThreadFetchStore fetches, QuestionStore questions, ThreadBackfill backfill, ShownPeople people,
    Database database, TimeProvider clock, ILogger<ThreadWorker> logger)
    : Worker(clock, logger)
{
    /// <summary>Between two rounds of one thread.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>What there is no room for is looked at again after this time.</summary>
    public static readonly TimeSpan UntilThereIsRoom = TimeSpan.FromMinutes(1);

    private const int Beside = 16;
    private const int PerParty = 2;
    private const int MostRounds = 10;
    private const int MostFailures = 4;
    private static readonly TimeSpan RoundTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);

    private readonly PartyTurns<ThreadFetch> turns = new(PerParty);

    // Each thread in a lane of its own: a slow server holds up no other's.
    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        using var wakeup = new Wakeup(database, ThreadFetchStore.Signal, TimeSpan.FromSeconds(15), Clock);
        var lanes = new Lanes<ThreadFetch>
        {
            Most = Beside,
            Take = TakeAsync,
            Run = RunAsync,
            Wait = wakeup.WaitAsync,
            Failed = TellThatItWaits,
            Time = Clock,
        };
        await lanes.RunAsync(stoppingToken);
    }

    private Task<IReadOnlyList<ThreadFetch>> TakeAsync(int free, CancellationToken stoppingToken) => turns.TakeAsync(
        free,
        most => fetches.TakeAsync(most, Lease, stoppingToken),
        async fetch => await questions.FindAsync(fetch.QuestionId, Viewer.Node, stoppingToken) is { } question
            ? CanonicalAuthority.Stored(question.Uri).Authority
            : null,
        others => database.WriteAsync(
            writing =>
            {
                foreach (var fetch in others)
                {
                    ThreadFetchStore.Postpone(writing, fetch, writing.Now + UntilThereIsRoom);
                }
            }, stoppingToken));

    private async Task<ThreadFetch?> RunAsync(ThreadFetch fetch, CancellationToken stoppingToken)
    {
        try
        {
            await RoundAsync(fetch, stoppingToken);
        }
        finally
        {
            turns.End(fetch);
        }

        return null;
    }

    private async Task RoundAsync(ThreadFetch fetch, CancellationToken stoppingToken)
    {
        using var timer = new CancellationTokenSource(RoundTime, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stoppingToken);
        ThreadRound round;
        try
        {
            round = await backfill.ExecuteAsync(fetch, either.Token);
            if (round.NextPage is null)
            {
                await people.LookAgainAsync(fetch.QuestionId, either.Token);
            }
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested)
        {
            round = new ThreadRound(fetch.NextPage, "It took too long.");
        }
#pragma warning disable CA1031 // A thread that we stumble over must not keep the others from being completed.
        catch (Exception problem) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.Failed(Logger, problem, fetch.QuestionId);
            if (IsPassing(problem))
            {
                await NoteAsync(
                    database, writing => ThreadFetchStore.Postpone(writing, fetch, writing.Now + Soon), stoppingToken);
                return;
            }

            round = new ThreadRound(null);
        }

        await NoteAsync(database, writing => Settle(writing, fetch, round), stoppingToken);
    }

    private static void Settle(Writing writing, ThreadFetch fetch, ThreadRound round)
    {
        var failures = round.Unreachable is null ? 0 : fetch.Failures + 1;
        var rounds = fetch.Rounds + 1;
        if ((round.NextPage is null && failures == 0) || rounds >= MostRounds || failures >= MostFailures)
        {
            ThreadFetchStore.Finish(writing, fetch.QuestionId);
            return;
        }

        var wait = failures == 0 ? Pause : TimeSpan.FromMinutes(Math.Pow(5, failures));
        ThreadFetchStore.Postpone(
            writing, fetch with { NextPage = round.NextPage, Rounds = rounds, Failures = failures },
            writing.Now + wait);
    }

    private static partial class Log
    {
        [LoggerMessage(1311, LogLevel.Error, "The thread of question {Question} could not be completed")]
        public static partial void Failed(ILogger logger, Exception problem, QuestionId question);
    }
}

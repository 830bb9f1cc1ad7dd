using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Federation.Inbox;

/// <summary>
/// Works the journal off: one activity after the other for each sending host, several hosts at the same time. A handler
/// that throws costs its activity an attempt and stops nothing.
/// </summary>
public sealed partial class InboxProcessor
{
    private const int MostPerHost = 256;
    // Well within a lease, so that no other process takes the rest over while this one still works on it.
    private static readonly TimeSpan LongestBatch = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AfterUnable = TimeSpan.FromSeconds(1);
    private const int MostUnable = 20;

    private static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1),
        TimeSpan.FromHours(6),
    ];

    private readonly IInboxJournal _journal;
    private readonly IActivityHandler _handler;
    private readonly InboxPressure _pressure;
    private readonly TimeProvider _time;
    private readonly ILogger<InboxProcessor> _logger;
    private readonly Lanes<JournalBatch> _lanes;
    private readonly ConcurrentDictionary<string, int> _unable = new(StringComparer.Ordinal);

    internal InboxProcessor(
        FederationOptions options, IInboxJournal journal, IActivityHandler handler, InboxPressure pressure,
        TimeProvider time,
        ILogger<InboxProcessor> logger)
    {
        _journal = journal;
        _handler = handler;
        _pressure = pressure;
        _time = time;
        _logger = logger;
        _lanes = new Lanes<JournalBatch>
        {
            Most = options.InboxHosts,
            Take = (hosts, stop) => journal.TakeAsync(hosts, MostPerHost, stop),
            Run = RunBatchAsync,
            Wait = journal.WaitAsync,
            Failed = problem => Log.JournalFailed(logger, problem),
            Time = time,
        };
    }

    /// <summary>How long to wait after a failed attempt.</summary>
    /// <param name="attempt">Attempts made before that one; 0 for the first.</param>
    /// <returns>Null when there are to be no more.</returns>
    public static TimeSpan? NextDelay(int attempt) => attempt >= 0 && attempt < Delays.Length ? Delays[attempt] : null;

    /// <summary>Works until cancelled.</summary>
    /// <param name="cancellationToken">Ends the loop after the activities at hand.</param>
    public Task RunAsync(CancellationToken cancellationToken) => _lanes.RunAsync(cancellationToken);

    /// <summary>Works off what is due now, once.</summary>
    /// <param name="cancellationToken">Stops before the next activity.</param>
    /// <returns>How many hosts had activities.</returns>
    public Task<int> RunOnceAsync(CancellationToken cancellationToken) => _lanes.RunOnceAsync(cancellationToken);

    private async Task<JournalBatch?> RunBatchAsync(JournalBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            var started = _time.GetTimestamp();
            foreach (var activity in batch.Entries)
            {
                if (_time.GetElapsedTime(started) > LongestBatch)
                    break;
                await _pressure.EbbAsync(cancellationToken).ConfigureAwait(false);
                if (!await HandleAsync(activity, cancellationToken).ConfigureAwait(false))
                    break;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The rest stays in the journal.
        }
#pragma warning disable CA1031 // What the journal did not note is tried again; handlers know what they did before.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            Log.JournalFailed(_logger, problem);
        }
        return await _lanes.GiveBackAsync(
            () => _journal.ReleaseAsync(
                batch, cancellationToken.IsCancellationRequested ? 0 : MostPerHost, CancellationToken.None),
            cancellationToken).ConfigureAwait(false);
    }

    /// <returns>False when this node can keep nothing now: what follows would meet the same.</returns>
    private async Task<bool> HandleAsync(JournalledActivity taken, CancellationToken cancellationToken)
    {
        var outcome = await TryAsync(taken, cancellationToken).ConfigureAwait(false);
        if (outcome.Verdict != HandlingVerdict.Unable)
            _unable.TryRemove(taken.Entry.Host, out _);
        else if (_unable.AddOrUpdate(taken.Entry.Host, 1, (_, count) => count + 1) % MostUnable != 0)
        {
            Log.Unable(_logger, outcome.Reason);
            await Task.Delay(AfterUnable, _time, cancellationToken).ConfigureAwait(false);
            return false;
        }
        else
        {
            // Perhaps it is this activity alone that cannot be kept: when the journal can note that, it is so.
            outcome = outcome with { Verdict = HandlingVerdict.SetAside };
        }
        if (outcome.Verdict == HandlingVerdict.Done)
            return true;
        DateTimeOffset? retryAt = null;
        if (outcome.Verdict == HandlingVerdict.Retry)
        {
            if (NextDelay(taken.Attempt) is { } delay)
                retryAt = _time.GetUtcNow() + delay;
            else
                outcome = HandlingOutcome.Refused($"Given up after {taken.Attempt + 1} attempts: {outcome.Reason}");
        }
        else if (outcome.Verdict == HandlingVerdict.SetAside && NextDelay(taken.Attempt) is { } pause)
        {
            (outcome, retryAt) = (HandlingOutcome.Retry(outcome.Reason ?? ""), _time.GetUtcNow() + pause);
        }
        await _journal.MarkAsync(taken.JournalId, outcome, retryAt, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<HandlingOutcome> TryAsync(JournalledActivity taken, CancellationToken cancellationToken)
    {
        var entry = taken.Entry;
        if (VocabularyReader.Read(entry.Body) is not { IsRead: true, Value: { } activity })
            return HandlingOutcome.Refused("The activity cannot be read.");
        var received = new ReceivedActivity(
            taken.JournalId, activity, entry.Actor, entry.Host, entry.ReceivedAt, taken.Attempt);
        FetchBudget.Begin();
        try
        {
            return await _handler.HandleAsync(received, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // A bug in the handling of one activity must not stop all the others.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            Log.HandlerFailed(_logger, problem, taken.JournalId, entry.Type, entry.Host);
            return new HandlingOutcome(
                HandlingVerdict.SetAside,
                $"The handler failed: {problem.GetType().Name}. The log tells more of entry {taken.JournalId}.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2101, Level = LogLevel.Error,
            Message = "Handling journal entry {JournalId}, a {Type} of {Host}, failed")]
        public static partial void HandlerFailed(
            ILogger logger, Exception problem, long journalId, string type, string host);

        [LoggerMessage(EventId = 2103, Level = LogLevel.Warning, Message = "The inbox waits: {Reason}")]
        public static partial void Unable(ILogger logger, string? reason);

        [LoggerMessage(EventId = 2102, Level = LogLevel.Error, Message = "The inbox journal failed; trying again")]
        public static partial void JournalFailed(ILogger logger, Exception problem);
    }
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Federation.Inbox;

/// <summary>
/// Works the journal off: one activity after the other for each sending host, several hosts at the same time, each for
/// a short turn. An activity that needs something of another server goes on beside the lanes; of its host only what is
/// about the same things waits for it. A handler that throws costs its activity an attempt and stops nothing.
/// </summary>
public sealed partial class InboxProcessor
{
    private const int MostPerHost = 256;
    private static readonly TimeSpan AfterUnable = TimeSpan.FromSeconds(1);
    private const int MostUnable = 20;

    // While requests come in the lanes go at a walk, and get through few entries in a turn.
    private const int MostUnderPressure = 32;
    private const int MostPerParty = 4;

    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(1);

    // An activity, and all that waits behind one: well within a lease, so that no other process takes it over while
    // this one still works on it.
    private static readonly TimeSpan LongestActivity = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan LongestOuting = TimeSpan.FromSeconds(90);

    // For want of room an activity comes back without counting it as an attempt, but not for ever.
    private static readonly TimeSpan UntilThereIsRoom = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestHeldUp = TimeSpan.FromDays(1);

    // What waits behind an activity that is tried again waits along with it, unless that takes long.
    private static readonly TimeSpan LongestAlong = TimeSpan.FromMinutes(2);

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
    private readonly InboxWork _work = new();
    private readonly PartyGate _lines;
    private readonly ConcurrentDictionary<Outing, Task> _outings = new();

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
        _lines = new PartyGate(options.FetchesBeside);
        _lanes = new Lanes<JournalBatch>
        {
            Most = options.InboxHosts,
            Take = (hosts, stop) => journal.TakeAsync(
                _work.Ask(hosts, AtOnce, Math.Min(MostPerParty, options.InboxHosts)), stop),
            Run = RunBatchAsync,
            Wait = journal.WaitAsync,
            Failed = problem => Log.JournalFailed(logger, problem),
            Time = time,
        };
    }

    private int AtOnce => _pressure.IsHigh ? MostUnderPressure : MostPerHost;

    /// <summary>How long to wait after a failed attempt.</summary>
    /// <param name="attempt">Attempts made before that one; 0 for the first.</param>
    /// <returns>Null when there are to be no more.</returns>
    public static TimeSpan? NextDelay(int attempt) => attempt >= 0 && attempt < Delays.Length ? Delays[attempt] : null;

    /// <summary>Works until cancelled.</summary>
    /// <param name="cancellationToken">Ends the loop after the activities at hand.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _lanes.RunAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(_outings.Values).ConfigureAwait(false);
    }

    /// <summary>Works off what is due now, once.</summary>
    /// <param name="cancellationToken">Stops before the next activity.</param>
    /// <returns>How many hosts had activities.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var hosts = await _lanes.RunOnceAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(_outings.Values).ConfigureAwait(false);
        return hosts;
    }

    private async Task<JournalBatch?> RunBatchAsync(JournalBatch batch, CancellationToken cancellationToken)
    {
        var work = _work.Enter(batch);
        var isTurnOver = false;
        try
        {
            var started = _time.GetTimestamp();
            foreach (var taken in batch.Entries)
            {
                isTurnOver = _time.GetElapsedTime(started) > LongestTurn || !_work.TryFindRoom(work);
                if (isTurnOver)
                    break;
                await _pressure.EbbAsync(cancellationToken).ConfigureAwait(false);
                if (!await HandleAsync(work, taken, cancellationToken).ConfigureAwait(false))
                {
                    isTurnOver = true;
                    break;
                }
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
        var away = _work.AwayOf(work);
        var most = isTurnOver || cancellationToken.IsCancellationRequested ? 0 : AtOnce;
        if (await ReleaseAsync(batch, away, most, cancellationToken).ConfigureAwait(false) is { } next)
            return next;
        var wasCrowded = _work.LanesOf(work) >= MostPerParty;
        // It was kept for what has ended by now.
        if (_work.Leave(work) && away.Count > 0)
            await ReleaseAsync(batch, [], 0, cancellationToken).ConfigureAwait(false);
        // Others wait for this lane, or for one of its party.
        if (isTurnOver || wasCrowded)
            _lanes.Poke();
        return null;
    }

    private Task<JournalBatch?> ReleaseAsync(
        JournalBatch batch, IReadOnlyList<long> away, int most, CancellationToken cancellationToken) =>
        _lanes.GiveBackAsync(
            () => _journal.ReleaseAsync(batch, away, most, CancellationToken.None), cancellationToken);

    /// <returns>False when this node can keep nothing now: what follows would meet the same.</returns>
    private async Task<bool> HandleAsync(HostWork work, JournalledActivity taken, CancellationToken cancellationToken)
    {
        if (VocabularyReader.Read(taken.Entry.Body) is not { IsRead: true, Value: { } activity })
        {
            await SettleAsync(taken, HandlingOutcome.Refused("The activity cannot be read."), null, cancellationToken)
                .ConfigureAwait(false);
            return true;
        }
        if (_work.TryQueue(work, taken, activity))
            return true;
        var errand = new Errand(_lines, _time);
        var handling = TryAsync(taken, activity, errand, cancellationToken);
        if (!handling.IsCompleted)
            await Task.WhenAny(handling, errand.Left).ConfigureAwait(false);
        if (handling.IsCompleted)
        {
            var settled = await SettleAsync(
                taken, await handling.ConfigureAwait(false), errand, cancellationToken).ConfigureAwait(false);
            return settled.CanGoOn;
        }
        var outing = _work.SendOut(work, taken, activity, _time.GetTimestamp());
        // Added before it can end, so that it is taken out again.
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _outings[outing] = GoOutAsync(begin.Task, work, outing, taken, errand, handling, cancellationToken);
        begin.SetResult();
        return true;
    }

    private async Task GoOutAsync(
        Task begin, HostWork work, Outing outing, JournalledActivity taken, Errand errand,
        Task<HandlingOutcome> handling, CancellationToken cancellationToken)
    {
        await begin.ConfigureAwait(false);
        try
        {
            var settled = await SettleAsync(
                taken, await handling.ConfigureAwait(false), errand, cancellationToken).ConfigureAwait(false);
            while (settled is { CanGoOn: true, Until: null } &&
                _time.GetElapsedTime(outing.StartedAt) < LongestOuting &&
                _work.Next(work, outing, taken) is { } next)
            {
                taken = next;
                settled = await FollowAsync(taken, cancellationToken).ConfigureAwait(false);
            }
            if (settled.Until is { } moment && _work.Abandon(work, outing) is { Count: > 0 } behind)
                await _journal.PutOffAsync([.. behind.Select(t => t.JournalId)], moment, cancellationToken)
                    .ConfigureAwait(false);
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
        _work.Abandon(work, outing);
        await EndAsync(work, cancellationToken).ConfigureAwait(false);
        _outings.TryRemove(outing, out _);
    }

    // It is beside the lanes already.
    private async Task<Settled> FollowAsync(JournalledActivity taken, CancellationToken cancellationToken)
    {
        if (VocabularyReader.Read(taken.Entry.Body) is not { IsRead: true, Value: { } activity })
            return new Settled(null);
        var errand = new Errand(_lines, _time);
        errand.Leave();
        var outcome = await TryAsync(taken, activity, errand, cancellationToken).ConfigureAwait(false);
        return await SettleAsync(taken, outcome, errand, cancellationToken).ConfigureAwait(false);
    }

    private async Task EndAsync(HostWork work, CancellationToken cancellationToken)
    {
        var (isOver, wasStalled) = _work.Ended(work);
        if (isOver)
            await ReleaseAsync(
                new JournalBatch(work.Host, []) { Lease = work.Lease }, [], 0, cancellationToken).ConfigureAwait(false);
        if (wasStalled)
            _lanes.Poke();
    }

    /// <summary>How an activity ended.</summary>
    /// <param name="Until">Until when what waits behind it is to wait along with it; null when that may go on.</param>
    /// <param name="CanGoOn">False when this node can keep nothing now: what follows would meet the same.</param>
    private readonly record struct Settled(DateTimeOffset? Until, bool CanGoOn = true);

    /// <summary>Notes how an activity went.</summary>
    private async Task<Settled> SettleAsync(
        JournalledActivity taken, HandlingOutcome outcome, Errand? errand, CancellationToken cancellationToken)
    {
        if (outcome.Verdict != HandlingVerdict.Unable)
            _unable.TryRemove(taken.Entry.Host, out _);
        else if (_unable.AddOrUpdate(taken.Entry.Host, 1, (_, count) => count + 1) % MostUnable != 0)
        {
            Log.Unable(_logger, outcome.Reason);
            await Task.Delay(AfterUnable, _time, cancellationToken).ConfigureAwait(false);
            return new Settled(null, CanGoOn: false);
        }
        else
        {
            // Perhaps it is this activity alone that cannot be kept: when the journal can note that, it is so.
            outcome = outcome with { Verdict = HandlingVerdict.SetAside };
        }
        if (outcome.Verdict == HandlingVerdict.Done)
            return new Settled(null);
        var now = _time.GetUtcNow();
        if (outcome.Verdict == HandlingVerdict.Retry && errand is { WasHeldUp: true } &&
            now - taken.Entry.ReceivedAt < LongestHeldUp)
        {
            await _journal.PutOffAsync([taken.JournalId], now + UntilThereIsRoom, cancellationToken)
                .ConfigureAwait(false);
            return new Settled(now + UntilThereIsRoom);
        }
        DateTimeOffset? retryAt = null;
        if (outcome.Verdict == HandlingVerdict.Retry)
        {
            if (NextDelay(taken.Attempt) is { } delay)
                retryAt = now + delay;
            else
                outcome = HandlingOutcome.Refused($"Given up after {taken.Attempt + 1} attempts: {outcome.Reason}");
        }
        else if (outcome.Verdict == HandlingVerdict.SetAside && NextDelay(taken.Attempt) is { } pause)
        {
            (outcome, retryAt) = (HandlingOutcome.Retry(outcome.Reason ?? ""), _time.GetUtcNow() + pause);
        }
        await _journal.MarkAsync(taken.JournalId, outcome, retryAt, cancellationToken).ConfigureAwait(false);
        return new Settled(retryAt - now <= LongestAlong ? retryAt : null);
    }

    private async Task<HandlingOutcome> TryAsync(
        JournalledActivity taken, AsObject activity, Errand errand, CancellationToken cancellationToken)
    {
        var entry = taken.Entry;
        var received = new ReceivedActivity(
            taken.JournalId, activity, entry.Actor, entry.Host, entry.ReceivedAt, taken.Attempt);
        FetchBudget.Begin(errand);
        using var deadline = new CancellationTokenSource(LongestActivity, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await _handler.HandleAsync(received, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return HandlingOutcome.Retry("It took too long.");
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

using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Ontmoetingsplein.Federation.Signatures;

namespace Ontmoetingsplein.Federation.Delivery;

/// <summary>
/// Works the queue of deliveries off: many hosts at the same time, one request in flight for each, in order
/// (CONTRACT.md §6). A batch is settled once.
/// </summary>
public sealed partial class DeliveryRun
{
    // With the last request of a batch, which takes half a minute at most, well within a lease: whoever is slow must
    // not still be sending when another process takes the host over.
    private static readonly TimeSpan LongestBatch = TimeSpan.FromSeconds(20);

    private const string HostGivenUp = "The host was not to be reached for thirty days.";

    private readonly IDeliveryQueue _queue;
    private readonly InboxClient _client;
    private readonly ISigningKeys _keys;
    private readonly IPeerPolicy _peers;
    private readonly TimeProvider _time;
    private readonly ILogger<DeliveryRun> _logger;
    private readonly int _mostPerHost;
    private readonly Lanes<DeliveryBatch> _lanes;
    private readonly BoundedCache<(string Activity, int Length), ContentDigest> _digests = new(512);

    internal DeliveryRun(
        FederationOptions options, IDeliveryQueue queue, InboxClient client, ISigningKeys keys, IPeerPolicy peers,
        TimeProvider time, ILogger<DeliveryRun> logger)
    {
        _queue = queue;
        _client = client;
        _keys = keys;
        _peers = peers;
        _time = time;
        _logger = logger;
        _mostPerHost = options.DeliveriesPerHost;
        _lanes = new Lanes<DeliveryBatch>
        {
            Most = options.DeliveryHosts,
            Take = (hosts, stop) => queue.TakeDueAsync(hosts, options.DeliveriesPerHost, stop),
            Run = RunBatchAsync,
            Wait = queue.WaitAsync,
            Failed = problem => Log.QueueFailed(logger, problem),
            Time = time,
        };
    }

    /// <summary>Delivers until cancelled.</summary>
    /// <param name="cancellationToken">Ends the loop; requests in flight are given up and become due again.</param>
    public Task RunAsync(CancellationToken cancellationToken) => _lanes.RunAsync(cancellationToken);

    /// <summary>Delivers what is due now, once.</summary>
    /// <param name="cancellationToken">Gives up requests in flight.</param>
    /// <returns>How many hosts had something due.</returns>
    public Task<int> RunOnceAsync(CancellationToken cancellationToken) => _lanes.RunOnceAsync(cancellationToken);

    private async Task<DeliveryBatch?> RunBatchAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        List<DeliveryResult> results = [];
        try
        {
            await DeliverAsync(batch, results, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What was not tried becomes due again with the lease.
        }
#pragma warning disable CA1031 // A bug in one batch must not stop the others; its untried deliveries become due again.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            Log.BatchFailed(_logger, problem, batch.Host);
        }
        // What cannot be noted is delivered again when the lease is over; ids are unique, so that is harmless.
        return await _lanes.GiveBackAsync(
            () => _queue.SettleAsync(batch, results, cancellationToken.IsCancellationRequested ? 0 : _mostPerHost),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task DeliverAsync(
        DeliveryBatch batch, List<DeliveryResult> results, CancellationToken cancellationToken)
    {
        HashSet<string> held = [];
        var started = _time.GetTimestamp();
        var isPatient = true;
        foreach (var delivery in batch.Deliveries)
        {
            if (_time.GetElapsedTime(started) > LongestBatch)
                return;
            // Who waited for one in vain does not let the others wait for a second: that comes with the next batch.
            if (held.Contains(delivery.ThreadKey) || (delivery.IsAlone && !isPatient))
                continue;
            if (results.Exists(r => r is { Verdict: DeliveryVerdict.Abandoned, Error: HostGivenUp }))
            {
                results.Add(new DeliveryResult(delivery, DeliveryVerdict.Abandoned, null, null, HostGivenUp));
                continue;
            }
            var result = await DeliverOneAsync(batch, delivery, results, cancellationToken).ConfigureAwait(false);
            results.Add(result);
            if (result.Verdict != DeliveryVerdict.Delivered)
                Log.NotDelivered(_logger, batch.Host, result.Verdict, result.Status, result.Error);
            if (result is { Verdict: DeliveryVerdict.PostponeHost } or { HostRetryAt: not null })
                return;
            isPatient &= result is not { Verdict: DeliveryVerdict.PostponeAlone, Status: null };
            // What may go on behind one that stands alone the queue knows: it comes with the next batch, at once.
            if (result.Verdict is DeliveryVerdict.PostponeThread or DeliveryVerdict.PostponeAlone)
                held.Add(delivery.ThreadKey);
        }
    }

    private async Task<DeliveryResult> DeliverOneAsync(
        DeliveryBatch batch, OutgoingDelivery delivery, List<DeliveryResult> before,
        CancellationToken cancellationToken)
    {
        // Looked up each time: the delivery before may have taught us the scheme, or the host be blocked since.
        var standing = await _peers.FindAsync(batch.Host, cancellationToken).ConfigureAwait(false);
        if (standing.Blocked)
            return new DeliveryResult(delivery, DeliveryVerdict.Abandoned, null, null, "The host is blocked.");
        if (await _keys.FindAsync(delivery.Actor, cancellationToken).ConfigureAwait(false) is not { } keys)
            return new DeliveryResult(delivery, DeliveryVerdict.Abandoned, null, null, "The sender has no keys.");
        var digest = _digests.GetOrAdd(
            (delivery.ActivityId.AbsoluteUri, delivery.Body.Length), _ => ContentDigest.Of(delivery.Body.Span));
        var outcome = await _client.PostAsync(
            delivery.Inbox, delivery.Body, digest, keys, standing, cancellationToken).ConfigureAwait(false);
        var verdict = DeliveryRules.Judge(outcome, delivery.Attempt);
        var error = verdict == DeliveryVerdict.Delivered
            ? null : outcome.Error ?? $"The host answered {outcome.Status}.";
        if (verdict is DeliveryVerdict.Delivered or DeliveryVerdict.Abandoned or DeliveryVerdict.InboxGone)
            return new DeliveryResult(delivery, verdict, null, outcome.Status, error);
        var now = _time.GetUtcNow();
        var jitter = RandomNumberGenerator.GetInt32(-1000, 1001) / 1000.0;
        var age = now - delivery.CreatedAt;
        var wait = verdict switch
        {
            DeliveryVerdict.PostponeHost => HostWait(batch, jitter, outcome.RetryAfter),
            DeliveryVerdict.PostponeAlone => DeliverySchedule.ForDisbelieved(age, jitter),
            _ => DeliverySchedule.ForActivity(delivery.Attempt + 1, age, jitter, outcome.RetryAfter),
        };
        if (wait is not { } time)
        {
            var givenUp = verdict == DeliveryVerdict.PostponeHost ? HostGivenUp : $"Given up. {error}";
            return new DeliveryResult(delivery, DeliveryVerdict.Abandoned, null, outcome.Status, givenUp);
        }
        if (verdict == DeliveryVerdict.PostponeThread &&
            DeliveryRules.StandsAlone(outcome, delivery, OthersFail(batch, before, delivery)))
            verdict = DeliveryVerdict.PostponeAlone;
        else if (outcome.Failure == PostFailure.NoAnswer && HostWait(batch, jitter, null) is { } pause)
            // Another thread shows next whether it is the host or this activity.
            return new DeliveryResult(
                delivery, verdict, now + (time > pause * 1.5 ? time : pause * 1.5), outcome.Status, error)
            {
                HostRetryAt = now + pause,
            };
        return new DeliveryResult(delivery, verdict, now + time, outcome.Status, error);
    }

    private TimeSpan? HostWait(DeliveryBatch batch, double jitter, TimeSpan? retryAfter)
    {
        var now = _time.GetUtcNow();
        return DeliverySchedule.ForHost(
            batch.FailuresBefore + 1, now - (batch.FailingSince ?? now), jitter, retryAfter);
    }

    // Since the host last took something, in this batch or before it.
    private static bool OthersFail(DeliveryBatch batch, List<DeliveryResult> before, OutgoingDelivery delivery)
    {
        var taken = before.FindLastIndex(r => r.Verdict == DeliveryVerdict.Delivered);
        var failing = before.Skip(taken + 1)
            .Where(r => r.Verdict is DeliveryVerdict.PostponeThread or DeliveryVerdict.PostponeAlone)
            .Select(r => r.Delivery.Id);
        return (taken < 0 ? failing.Concat(batch.Failing) : failing).Any(id => id != delivery.Id);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2201, Level = LogLevel.Information,
            Message = "A delivery to {Host} ended as {Verdict} with status {Status}: {Error}")]
        public static partial void NotDelivered(
            ILogger logger, string host, DeliveryVerdict verdict, int? status, string? error);

        [LoggerMessage(EventId = 2202, Level = LogLevel.Error, Message = "A batch for {Host} failed")]
        public static partial void BatchFailed(ILogger logger, Exception problem, string host);

        [LoggerMessage(EventId = 2204, Level = LogLevel.Error, Message = "The delivery queue failed; trying again")]
        public static partial void QueueFailed(ILogger logger, Exception problem);
    }
}

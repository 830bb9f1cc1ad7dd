using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Delivery;
using Ontmoetingsplein.Forum.Work;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Fediverse;

namespace Ontmoetingsplein.Forum.Publishing;

/// <summary>The delivery queue in Federation's terms: a translation and nothing else.</summary>
internal sealed class StoredDeliveries(OutboxStore outbox, Database database, TimeProvider clock)
    : IDeliveryQueue, IDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private readonly KnownUris uris = new();
    private readonly Wakeup wakeup = new(database, OutboxStore.Signal, TimeSpan.FromSeconds(5), clock);

    /// <inheritdoc />
    public async Task<IReadOnlyList<DeliveryBatch>> TakeDueAsync(
        int maxHosts, int maxPerHost, CancellationToken cancellationToken)
    {
        var batches = await outbox.TakeAsync(maxHosts, maxPerHost, Lease, cancellationToken);
        return [.. batches.Select(Translate)];
    }

    /// <inheritdoc />
    public async Task<DeliveryBatch?> SettleAsync(
        DeliveryBatch batch, IReadOnlyList<DeliveryResult> results, int maxPerHost)
    {
        var notes = results.Select(result => new DeliveryNote(
            result.Delivery.Id, result.Delivery.Inbox.AbsoluteUri, result.Delivery.ThreadKey,
            (DeliveryOutcome)result.Verdict, result.RetryAt, result.Status, result.Error)
        {
            HostRetryAt = result.HostRetryAt,
        });
        return await outbox.SettleAsync(
            batch.Host, batch.Lease, [.. notes], maxPerHost, Lease) is { } next
            ? Translate(next)
            : null;
    }

    /// <inheritdoc />
    public Task WaitAsync(CancellationToken cancellationToken) => wakeup.WaitAsync(cancellationToken);

    public void Dispose() => wakeup.Dispose();

    private DeliveryBatch Translate(QueuedBatch batch) => new(
        batch.Host, batch.Failures, batch.FailingSince,
        [
            .. batch.Deliveries.Select(d => new OutgoingDelivery(
                d.Id, uris.Read(d.ActivityUri), uris.Read(d.ActorUri), uris.Read(d.Inbox), d.ThreadKey, d.Body,
                d.Attempts, d.CreatedAt)
            {
                Unanswered = d.Unanswered,
                IsAlone = d.IsAlone,
            }),
        ])
    {
        Lease = batch.Lease,
        Failing = batch.Failing,
    };
}

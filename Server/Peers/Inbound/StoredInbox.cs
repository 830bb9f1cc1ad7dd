using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Forum.Work;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Fediverse;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>The journal of received activities in Federation's terms: a translation and nothing else.</summary>
internal sealed class StoredInbox(InboxStore inbox, Database database, TimeProvider clock) : IInboxJournal, IDisposable
{
    private const int Fetched = -1;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private readonly Wakeup wakeup = new(database, InboxStore.Signal, TimeSpan.FromSeconds(5), clock);

    /// <inheritdoc />
    public async Task<Kept> KeepAsync(JournalEntry entry, CancellationToken cancellationToken) =>
        (Kept)await inbox.KeepAsync(new InboxEntry
        {
            ActivityUri = entry.ActivityId,
            Host = entry.Host,
            Party = RegistrableDomain.PartyOf(entry.Host),
            ActorUri = entry.Actor.AbsoluteUri,
            Type = entry.Type,
            Scheme = entry.Scheme is { } scheme ? (int)scheme : Fetched,
            ReceivedAt = entry.ReceivedAt,
            Body = entry.Body.ToArray(),
        });

    /// <inheritdoc />
    public async Task<IReadOnlyList<JournalBatch>> TakeAsync(
        JournalRequest request, CancellationToken cancellationToken)
    {
        var asked = new InboxRequest(request.MaxHosts, request.MaxPerHost)
        {
            MostPerParty = request.MostPerParty,
            Busy = request.Busy,
            Kept = [.. request.Kept.Select(kept => new KeptInbox(kept.Host, kept.Lease, kept.Away))],
        };
        var batches = await inbox.TakeAsync(asked, Lease, cancellationToken);
        return [.. batches.Select(Translate)];
    }

    /// <inheritdoc />
    public async Task<JournalBatch?> ReleaseAsync(
        JournalBatch batch, IReadOnlyList<long> away, int maxPerHost, CancellationToken cancellationToken) =>
        await inbox.ReleaseAsync(batch.Host, batch.Lease, away, maxPerHost, Lease, cancellationToken) is { } next
            ? Translate(next)
            : null;

    /// <inheritdoc />
    public Task PutOffAsync(
        IReadOnlyList<long> journalIds, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.WriteAsync(writing => InboxStore.PutOff(writing, journalIds, until), cancellationToken);

    /// <inheritdoc />
    public Task<long> WeighAsync(string? host, string party, CancellationToken cancellationToken) =>
        inbox.WeighAsync(host, party, cancellationToken);

    /// <inheritdoc />
    public Task MarkAsync(
        long journalId, HandlingOutcome outcome, DateTimeOffset? retryAt, CancellationToken cancellationToken) =>
        database.WriteAsync(
            writing =>
            {
                if (retryAt is { } at)
                {
                    InboxStore.Postpone(writing, journalId, at, outcome.Reason);
                }
                else if (outcome.Verdict == HandlingVerdict.SetAside)
                {
                    InboxStore.SetAside(writing, journalId, outcome.Reason ?? "");
                }
                else
                {
                    InboxStore.Mark(writing, journalId, (InboxState)(int)(outcome.Verdict + 1), outcome.Reason);
                }
            }, cancellationToken);

    /// <inheritdoc />
    public Task WaitAsync(CancellationToken cancellationToken) => wakeup.WaitAsync(cancellationToken);

    public void Dispose() => wakeup.Dispose();

    private static JournalBatch Translate(InboxBatch batch) => new(
        batch.Host,
        [
            .. batch.Entries.Select(entry => new JournalledActivity(
                entry.Id,
                new JournalEntry(
                    entry.ActivityUri, CanonicalAuthority.Stored(entry.ActorUri), entry.Type, entry.Host,
                    entry.Scheme == Fetched ? null : (SignatureScheme)entry.Scheme, entry.Body, entry.ReceivedAt),
                entry.Attempts)),
        ])
    {
        Lease = batch.Lease,
    };
}

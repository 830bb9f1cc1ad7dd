using System.Collections.Concurrent;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Actors;
using Ontmoetingsplein.Federation.Delivery;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Signatures;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>Known actors, in memory.</summary>
public sealed class MemoryDirectory : IActorDirectory
{
    public ConcurrentDictionary<string, RemoteActor> Actors { get; } = new();

    private int _remembered;

    public event Action<Uri?>? Changed;

    public int Remembered => _remembered;

    /// <summary>Nothing is known any more, as after a change of everything elsewhere.</summary>
    public void Forget()
    {
        Actors.Clear();
        Changed?.Invoke(null);
    }

    public ValueTask<RemoteActor?> FindAsync(Uri id, CancellationToken cancellationToken) =>
        new(Actors.GetValueOrDefault(id.AbsoluteUri));

    public ValueTask<RemoteActor?> FindByKeyAsync(string keyId, CancellationToken cancellationToken) =>
        new(Actors.Values.FirstOrDefault(a => a.Keys.Any(k => k.Id == keyId)));

    public Task RememberAsync(RemoteActor actor, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _remembered);
        Actors[actor.Id.AbsoluteUri] = actor;
        Changed?.Invoke(actor.Id);
        return Task.CompletedTask;
    }
}

/// <summary>Own keys, in memory.</summary>
public sealed class MemoryKeys(Uri nodeActor) : ISigningKeys
{
    public ConcurrentDictionary<string, ActorKeys> Keys { get; } = new();

    public Uri NodeActor => nodeActor;

    public ValueTask<ActorKeys?> FindAsync(Uri actor, CancellationToken cancellationToken) =>
        new(Keys.GetValueOrDefault(actor.AbsoluteUri));
}

/// <summary>What is known of hosts, in memory.</summary>
public sealed class MemoryPeers : IPeerPolicy
{
    public ConcurrentDictionary<string, PeerStanding> Hosts { get; } = new();

    public ValueTask<PeerStanding> FindAsync(string host, CancellationToken cancellationToken) =>
        new(Hosts.GetValueOrDefault(host));

    public Task LearnAsync(string host, SignatureScheme scheme, CancellationToken cancellationToken)
    {
        Hosts.AddOrUpdate(host, new PeerStanding(false, scheme), (_, old) => old with { Scheme = scheme });
        return Task.CompletedTask;
    }
}

/// <summary>The journal of received activities, in memory.</summary>
public sealed class MemoryJournal(TimeProvider time) : IInboxJournal
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _leased = [];

    public sealed record Row(long Id, JournalEntry Entry)
    {
        public int Attempt { get; set; }

        public DateTimeOffset? DueAt { get; set; }

        public DateTimeOffset? TakenAt { get; set; }

        public HandlingOutcome? Outcome { get; set; }
    }

    /// <summary>How often it was asked how much waits.</summary>
    public int Weighed { get; private set; }

    public List<Row> Rows { get; } = [];

    public Exception? Fails { get; set; }

    public Task<Kept> KeepAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        if (Fails is not null)
            return Task.FromException<Kept>(Fails);
        lock (_lock)
        {
            if (Rows.Find(r => r.Entry.ActivityId == entry.ActivityId) is { } old)
                return Task.FromResult(
                    old.Entry.Body.Span.SequenceEqual(entry.Body.Span) ? Kept.Duplicate : Kept.Conflict);
            Rows.Add(new Row(Rows.Count + 1, entry) { DueAt = entry.ReceivedAt });
            return Task.FromResult(Kept.New);
        }
    }

    public Task<IReadOnlyList<JournalBatch>> TakeAsync(JournalRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            List<JournalBatch> batches = [];
            var lanes = new Dictionary<string, int>(request.Busy);
            var due = Rows.Where(r => r.DueAt <= time.GetUtcNow() &&
                (!_leased.Contains(r.Entry.Host) || request.Kept.Any(k => k.Host == r.Entry.Host)));
            foreach (var host in due.GroupBy(r => r.Entry.Host).ToList())
            {
                var party = RegistrableDomain.PartyOf(host.Key);
                if (batches.Count == request.MaxHosts || lanes.GetValueOrDefault(party) >= request.MostPerParty)
                    continue;
                lanes[party] = lanes.GetValueOrDefault(party) + 1;
                _leased.Add(host.Key);
                batches.Add(Lease(host.Key, [.. host.Take(request.MaxPerHost)]));
            }
            return Task.FromResult<IReadOnlyList<JournalBatch>>(batches);
        }
    }

    /// <summary>How often giving a host back is to fail before it does not.</summary>
    public int ReleasesToFail { get; set; }

    public Task<JournalBatch?> ReleaseAsync(
        JournalBatch batch, IReadOnlyList<long> away, int maxPerHost, CancellationToken cancellationToken)
    {
        if (ReleasesToFail-- > 0)
            return Task.FromException<JournalBatch?>(new IOException("The disk is full."));
        lock (_lock)
        {
            // What a turn did not get to. What a handler says is done was marked by itself, which is not seen here.
            foreach (var untouched in Rows.Where(r => maxPerHost == 0 && r.Entry.Host == batch.Host &&
                r.TakenAt is not null && r.Outcome is null && !away.Contains(r.Id)))
                (untouched.DueAt, untouched.TakenAt) = (untouched.TakenAt, null);
            List<Row> due = maxPerHost == 0 ? [] : [.. Rows.Where(
                r => r.Entry.Host == batch.Host && r.DueAt <= time.GetUtcNow()).Take(maxPerHost)];
            if (due.Count > 0)
                return Task.FromResult<JournalBatch?>(Lease(batch.Host, due));
            if (away.Count == 0)
                _leased.Remove(batch.Host);
            return Task.FromResult<JournalBatch?>(null);
        }
    }

    public Task PutOffAsync(
        IReadOnlyList<long> journalIds, DateTimeOffset until, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var id in journalIds)
                (Rows[(int)id - 1].DueAt, Rows[(int)id - 1].TakenAt) = (until, null);
        }
        return Task.CompletedTask;
    }

    public Task<long> WeighAsync(string? host, string party, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Weighed++;
            return Task.FromResult(Rows
                .Where(r => r.Outcome is null && (host is null
                    ? RegistrableDomain.PartyOf(r.Entry.Host) == party
                    : r.Entry.Host == host))
                .Sum(r => r.Entry.Body.Length + 1_024L));
        }
    }

    private static JournalBatch Lease(string host, IReadOnlyList<Row> rows)
    {
        foreach (var row in rows)
            (row.DueAt, row.TakenAt) = (null, row.DueAt);
        return new JournalBatch(host, [.. rows.Select(r => new JournalledActivity(r.Id, r.Entry, r.Attempt))]);
    }

    public Task MarkAsync(
        long journalId, HandlingOutcome outcome, DateTimeOffset? retryAt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var row = Rows[(int)journalId - 1];
            row.Outcome = outcome;
            (row.DueAt, row.TakenAt) = (retryAt, null);
            row.Attempt++;
        }
        return Task.CompletedTask;
    }

    public Task WaitAsync(CancellationToken cancellationToken) => Task.Delay(10, cancellationToken);
}

/// <summary>The queue of deliveries: a list of batches to hand out, and what came back.</summary>
public sealed class MemoryQueue : IDeliveryQueue
{
    public ConcurrentQueue<DeliveryBatch> Due { get; } = new();

    public ConcurrentQueue<(string Host, IReadOnlyList<DeliveryResult> Results)> Settled { get; } = new();

    public Task<IReadOnlyList<DeliveryBatch>> TakeDueAsync(
        int maxHosts, int maxPerHost, CancellationToken cancellationToken)
    {
        List<DeliveryBatch> batches = [];
        while (batches.Count < maxHosts && Due.TryDequeue(out var batch))
            batches.Add(batch);
        return Task.FromResult<IReadOnlyList<DeliveryBatch>>(batches);
    }

    public Task<DeliveryBatch?> SettleAsync(
        DeliveryBatch batch, IReadOnlyList<DeliveryResult> results, int maxPerHost)
    {
        Settled.Enqueue((batch.Host, results));
        return Task.FromResult<DeliveryBatch?>(null);
    }

    public Task WaitAsync(CancellationToken cancellationToken) => Task.Delay(10, cancellationToken);
}

/// <summary>A handler that does what the test says.</summary>
public sealed class ScriptedHandler : IActivityHandler
{
    public ConcurrentQueue<ReceivedActivity> Handled { get; } = new();

    public Func<ReceivedActivity, Task<HandlingOutcome>> Script { get; set; } =
        _ => Task.FromResult(HandlingOutcome.Ignored("scripted"));

    /// <summary>With which the last one was told to stop.</summary>
    public CancellationToken Stop { get; private set; }

    public Task<HandlingOutcome> HandleAsync(ReceivedActivity activity, CancellationToken cancellationToken)
    {
        Stop = cancellationToken;
        Handled.Enqueue(activity);
        return Script(activity);
    }
}

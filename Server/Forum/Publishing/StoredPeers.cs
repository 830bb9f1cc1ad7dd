using System.Collections.Concurrent;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Fediverse;

namespace Ontmoetingsplein.Forum.Publishing;

/// <summary>What this node wants with, and knows of, other hosts; kept in memory for a minute.</summary>
internal sealed class StoredPeers : IPeerPolicy, IDisposable
{
    private const int MostCached = 20_000;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SchemeLife = TimeSpan.FromDays(30);

    private readonly PeerStore peers;
    private readonly PeerRuleStore rules;
    private readonly Database database;
    private readonly TimeProvider clock;

    private readonly ConcurrentDictionary<string, (PeerStanding Standing, DateTimeOffset At)> cache =
        new(StringComparer.Ordinal);

    private int changes;

    public StoredPeers(PeerStore peers, PeerRuleStore rules, Database database, TimeProvider clock)
    {
        (this.peers, this.rules, this.database, this.clock) = (peers, rules, database, clock);
        database.Signalled += Forget;
    }

    /// <inheritdoc />
    public async ValueTask<PeerStanding> FindAsync(string host, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (cache.TryGetValue(host, out var cached) && now - cached.At < Fresh)
        {
            return cached.Standing;
        }

        var before = Volatile.Read(ref changes);
        var isBlocked = await rules.JudgeAsync(host, cancellationToken) == PeerVerdict.Refuse;
        var peer = await peers.FindAsync(host, cancellationToken);
        var knowsScheme = peer is { Scheme: not null } && now - peer.SchemeLearnedAt < SchemeLife;
        // Own nodes verify Ed25519, which costs a thirtieth of RSA to make (CONTRACT.md D7).
        var scheme = peer is { SpeaksProfile: true } ? SignatureScheme.MessageEd25519
            : knowsScheme ? (SignatureScheme)peer!.Scheme!.Value
            : (SignatureScheme?)null;
        var standing = new PeerStanding(isBlocked, scheme);
        // What was decided or learnt while this was read must not be forgotten for a minute.
        return before == Volatile.Read(ref changes) ? Remember(host, standing, now) : standing;
    }

    /// <inheritdoc />
    public async Task LearnAsync(string host, SignatureScheme scheme, CancellationToken cancellationToken)
    {
        if (cache.TryGetValue(host, out var cached) && cached.Standing.Scheme == scheme)
        {
            Remember(host, cached.Standing, clock.GetUtcNow());
            return;
        }

        await peers.LearnSchemeAsync(host, (int)scheme, cancellationToken);
        Interlocked.Increment(ref changes);
        cache.TryRemove(host, out _);
    }

    public void Dispose() => database.Signalled -= Forget;

    private void Forget(string signal)
    {
        if (signal.StartsWith("peer:", StringComparison.Ordinal))
        {
            cache.TryRemove(signal["peer:".Length..], out _);
        }
        else if (signal is PeerRuleStore.Signal or Database.EverythingSignal)
        {
            Interlocked.Increment(ref changes);
            cache.Clear();
        }
    }

    private PeerStanding Remember(string host, PeerStanding standing, DateTimeOffset now)
    {
        if (cache.Count >= MostCached)
        {
            cache.Clear();
        }

        cache[host] = (standing, now);
        return standing;
    }
}

using System.Collections.Concurrent;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Fediverse;

namespace Ontmoetingsplein.Server.Outbound;

/// <summary>What this node wants with, and knows of, other hosts; kept in memory for a minute.</summary>
internal sealed class StoredPeers : IPeerPolicy, IDisposable
{
    private const int MostCached = 20_000;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SchemeLife = TimeSpan.FromDays(30);

    private readonly PeerStore peers;
    private readonly Database database;
    private readonly TimeProvider clock;

    private readonly ConcurrentDictionary<string, (PeerStanding Standing, DateTimeOffset At)> cache =
        new(StringComparer.Ordinal);

    public StoredPeers(PeerStore peers, Database database, TimeProvider clock)
    {
        (this.peers, this.database, this.clock) = (peers, database, clock);
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

        var peer = await peers.FindAsync(host, cancellationToken);
        var knowsScheme = peer is { Scheme: not null } && now - peer.SchemeLearnedAt < SchemeLife;
        // Own nodes verify Ed25519, which costs a thirtieth of RSA to make (federation.md D7).
        var scheme = peer is { SpeaksProfile: true } ? SignatureScheme.MessageEd25519
            : knowsScheme ? (SignatureScheme)peer!.Scheme!.Value
            : (SignatureScheme?)null;
        return Remember(host, new PeerStanding(peer?.BlockedAt is not null, scheme), now);
    }

    /// <inheritdoc />
    public async Task LearnAsync(string host, SignatureScheme scheme, CancellationToken cancellationToken)
    {
        if (cache.TryGetValue(host, out var cached) && cached.Standing.Scheme == scheme)
        {
            Remember(host, cached.Standing, clock.GetUtcNow());
            return;
        }

        Remember(host, cached.Standing with { Scheme = scheme }, clock.GetUtcNow());
        await peers.LearnSchemeAsync(host, (int)scheme, cancellationToken);
    }

    public void Dispose() => database.Signalled -= Forget;

    private void Forget(string signal)
    {
        if (signal.StartsWith("peer:", StringComparison.Ordinal))
        {
            cache.TryRemove(signal["peer:".Length..], out _);
        }
        else if (signal == Database.EverythingSignal)
        {
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

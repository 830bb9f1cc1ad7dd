namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>A place to look something up, to be given back; or why there is none.</summary>
/// <param name="Seat">Given back by disposing of it.</param>
/// <param name="RetryAfter">Without a seat: when to come back.</param>
/// <param name="IsOwnDoing">Without a seat: whether the network that asks asked for too much itself.</param>
internal readonly record struct LookUpTurn(IDisposable? Seat, TimeSpan RetryAfter = default, bool IsOwnDoing = false);

/// <summary>
/// How often, and in what order, other servers are asked for the keys of who has proven nothing yet. What it costs is
/// charged to the network that asks and never to the host that it names: nobody uses up what is somebody else's. The
/// host that is asked is spared all the same: a few look-ups at a time, in turns between the networks, and so many a
/// minute. A network from which that host was heard before, signed, has places and a count of its own there.
/// </summary>
internal sealed class LookUpTurns
{
    /// <summary>How long one waits for a turn, and for what is looked up; senders hang up after ten seconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>When to come back to where it is busy.</summary>
    public static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(10);

    // Of the connections to a host: whoever has its slowest page looked up does not hold up what we send there.
    private const int AtOnce = 2;

    // Networks are dealt over shares by chance: who empties one has little chance to meet somebody else in it.
    private const int Shares = 16, PerShare = 10;
    private const int MostAsking = 512, MostNetworks = 4096;

    private readonly TimeProvider _time;
    private readonly TokenBuckets? _perNetwork;
    private readonly TokenBuckets _perShare;
    private readonly BoundedCache<(string Network, string Domain), bool> _proven = new(50_000);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _asking = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FairLine> _lines = new(StringComparer.Ordinal);

    public LookUpTurns(FederationOptions options, LimitShare share, TimeProvider time)
    {
        var minute = TimeSpan.FromMinutes(1);
        _time = time;
        _perShare = new TokenBuckets(PerShare, minute, 50_000, time, share);
        if (options.KeyFetchesPerNetworkPerMinute is { } perMinute)
            _perNetwork = new TokenBuckets(perMinute, minute, 50_000, time, share);
    }

    /// <summary>A host was heard from a network, with a valid signature.</summary>
    public void Prove(string network, Uri actor)
    {
        var domain = CanonicalAuthority.HolderOf(actor);
        if (IsProven(network, domain))
            return;
        _proven.Set((network, domain), true);
        lock (_lock)
        {
            if (_lines.TryGetValue(domain, out var line))
                line.Trust(network);
        }
    }

    /// <summary>Waits for a turn to look something up.</summary>
    /// <param name="network">Who asks.</param>
    /// <param name="target">Where it is to be looked up.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<LookUpTurn> EnterAsync(string network, Uri target, CancellationToken cancellationToken)
    {
        var domain = CanonicalAuthority.HolderOf(target);
        var isProven = IsProven(network, domain);
        if (_perNetwork?.TryTake(isProven ? $"{network} {domain}" : network) is { } wait)
            return new LookUpTurn(null, wait, IsOwnDoing: true);
        TaskCompletionSource<bool> turn;
        lock (_lock)
        {
            if (!MayAsk(network))
                return new LookUpTurn(null, SoonAgain);
            _asking[network] = _asking.GetValueOrDefault(network) + 1;
            if (!_lines.TryGetValue(domain, out var line))
                _lines[domain] = line = new FairLine(AtOnce);
            turn = line.Join(network, isProven);
        }
        bool asProven;
        try
        {
            asProven = await turn.Task.WaitAsync(Patience, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception end) when (end is TimeoutException or OperationCanceledException)
        {
            Leave(network, domain, line =>
            {
                if (turn.Task.IsCompletedSuccessfully)
                    line.Leave(network, turn.Task.Result);
                else
                    line.GiveUp(network, turn);
            });
            cancellationToken.ThrowIfCancellationRequested();
            return new LookUpTurn(null, SoonAgain);
        }
        var seat = new Seat(() => Leave(network, domain, line => line.Leave(network, asProven)));
        if (asProven || _perShare.TryTake($"{domain} {ShareOf(network)}") is not { } later)
            return new LookUpTurn(seat);
        seat.Dispose();
        return new LookUpTurn(null, later);
    }

    private void Leave(string network, string domain, Action<FairLine> how)
    {
        lock (_lock)
        {
            if (--_asking[network] == 0)
                _asking.Remove(network);
            var line = _lines[domain];
            how(line);
            if (line.IsIdle)
                _lines.Remove(domain);
        }
    }

    // The more networks ask, the less each may ask at the same time; who does not ask yet always may.
    private bool MayAsk(string network) => _asking.TryGetValue(network, out var own)
        ? own < Math.Max(1, MostAsking / _asking.Count)
        : _asking.Count < MostNetworks;

    private bool IsProven(string network, string domain) => _proven.TryGet((network, domain), out _);

    private static int ShareOf(string network) => (HashCode.Combine(network) & int.MaxValue) % Shares;

    private sealed class Seat(Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}

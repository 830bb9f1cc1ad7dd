namespace Ontmoetingsplein.Federation.Inbox;

/// <summary>
/// How much of one host, and of one party, may wait in the journal. Estimated from what this process took since it last
/// asked, so that it costs the journal nothing until somebody comes near the limit.
/// </summary>
/// <param name="perHost">Bytes.</param>
/// <param name="hostsOfParty">A party may have so many times as much.</param>
/// <param name="journal">Tells how much waits.</param>
/// <param name="share">By how many processes it is taken in.</param>
/// <param name="time">The clock.</param>
internal sealed class JournalQuota(
    long perHost, int hostsOfParty, IInboxJournal journal, LimitShare share, TimeProvider time)
{
    private const int Capacity = 10_000;

    // Besides its body an activity takes room in the table and its indexes.
    private const int BesideBody = 1_024;

    /// <summary>Whoever has too much waiting is not looked at again before this.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly BoundedCache<string, Weight> _hosts = new(Capacity);
    private readonly BoundedCache<string, Weight> _parties = new(Capacity);

    /// <summary>Counts an activity.</summary>
    /// <returns>Null when there is room for it, else when to come back.</returns>
    public async ValueTask<TimeSpan?> TakeAsync(
        string host, string party, int size, CancellationToken cancellationToken)
    {
        var ofHost = _hosts.GetOrAdd(host, _ => new Weight());
        var ofParty = _parties.GetOrAdd(party, _ => new Weight());
        if (await CheckAsync(ofHost, perHost, host, party, cancellationToken).ConfigureAwait(false) is { } wait)
            return wait;
        if (await CheckAsync(ofParty, perHost * hostsOfParty, null, party, cancellationToken).ConfigureAwait(false)
            is { } longer)
            return longer;
        ofHost.Add(size + BesideBody);
        ofParty.Add(size + BesideBody);
        return null;
    }

    private async ValueTask<TimeSpan?> CheckAsync(
        Weight weight, long most, string? host, string party, CancellationToken cancellationToken)
    {
        // The others take in about as much, and this one does not see it.
        if (weight.IsKnown && weight.Before + (weight.Since * share.Processes) < most)
            return null;
        if (weight.TooMuchUntil - time.GetUtcNow() is { } left && left > TimeSpan.Zero)
            return left;
        await weight.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!weight.IsKnown || weight.Before + (weight.Since * share.Processes) >= most)
                weight.Set(await journal.WeighAsync(host, party, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            weight.Gate.Release();
        }
        if (weight.Before < most)
            return null;
        weight.TooMuchUntil = time.GetUtcNow() + Pause;
        return Pause;
    }

    private sealed class Weight
    {
        private long _since;

        public SemaphoreSlim Gate { get; } = new(1);

        public bool IsKnown { get; private set; }

        public long Before { get; private set; }

        public long Since => Interlocked.Read(ref _since);

        public DateTimeOffset? TooMuchUntil { get; set; }

        public void Add(int size) => Interlocked.Add(ref _since, size);

        public void Set(long before)
        {
            (Before, IsKnown) = (before, true);
            Interlocked.Exchange(ref _since, 0);
        }
    }
}

namespace Ontmoetingsplein.Federation;

/// <summary>Token buckets, one per key, in bounded memory; a forgotten bucket is a full one.</summary>
/// <param name="perPeriod">Tokens that a bucket gets back in a period.</param>
/// <param name="period">The period.</param>
/// <param name="capacity">Most buckets that are remembered.</param>
/// <param name="time">The clock.</param>
/// <param name="share">By how many processes the tokens are shared; null for one.</param>
/// <param name="burst">A bucket holds what it gets back in so many periods.</param>
public sealed class TokenBuckets(
    int perPeriod, TimeSpan period, int capacity, TimeProvider time, LimitShare? share = null, int burst = 1)
{
    private readonly BoundedCache<string, Bucket> _buckets = new(capacity);

    /// <summary>Takes one token.</summary>
    /// <param name="key">Whose bucket.</param>
    /// <returns>Null when there was one, else how long until there is.</returns>
    public TimeSpan? TryTake(string key)
    {
        var now = time.GetUtcNow().UtcTicks;
        var ours = perPeriod / (double)(share?.Processes ?? 1);
        // Less than one at a time would let nobody through.
        var most = Math.Max(1, ours * burst);
        var perTick = ours / period.Ticks;
        var bucket = _buckets.GetOrAdd(key, _ => new Bucket { Tokens = most, At = now });
        lock (bucket)
        {
            bucket.Tokens = Math.Min(most, bucket.Tokens + (Math.Max(0, now - bucket.At) * perTick));
            bucket.At = now;
            if (bucket.Tokens < 1)
                return TimeSpan.FromTicks((long)Math.Ceiling((1 - bucket.Tokens) / perTick));
            bucket.Tokens--;
            return null;
        }
    }

    /// <summary>Gives a token back that was of no use.</summary>
    /// <param name="key">Whose bucket.</param>
    public void Return(string key)
    {
        if (!_buckets.TryGet(key, out var bucket))
            return;
        lock (bucket)
            bucket.Tokens++;
    }

    private sealed class Bucket
    {
        public double Tokens { get; set; }

        public long At { get; set; }
    }
}

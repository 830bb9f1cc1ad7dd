namespace Ontmoetingsplein.Federation;

/// <summary>Token buckets, one per key, in bounded memory; a forgotten bucket is a full one.</summary>
internal sealed class TokenBuckets(int perPeriod, TimeSpan period, int capacity, TimeProvider time)
{
    private readonly BoundedCache<string, Bucket> _buckets = new(capacity);
    private readonly double _perTick = perPeriod / (double)period.Ticks;

    /// <summary>Takes one token.</summary>
    /// <returns>Null when there was one, else how long until there is.</returns>
    public TimeSpan? TryTake(string key)
    {
        var now = time.GetUtcNow().UtcTicks;
        var bucket = _buckets.GetOrAdd(key, _ => new Bucket { Tokens = perPeriod, At = now });
        lock (bucket)
        {
            bucket.Tokens = Math.Min(perPeriod, bucket.Tokens + (Math.Max(0, now - bucket.At) * _perTick));
            bucket.At = now;
            if (bucket.Tokens < 1)
                return TimeSpan.FromTicks((long)Math.Ceiling((1 - bucket.Tokens) / _perTick));
            bucket.Tokens--;
            return null;
        }
    }

    private sealed class Bucket
    {
        public double Tokens { get; set; }

        public long At { get; set; }
    }
}

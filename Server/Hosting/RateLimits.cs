using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Ontmoetingsplein.Server.Hosting;

/// <summary>How often signing in may be tried, per address and per network.</summary>
internal sealed class RateLimits(TimeProvider clock)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Buckets linksPerAddress = new(5, Hour, clock);
    private readonly Buckets linksPerNetwork = new(20, Hour, clock);
    private readonly Buckets passwordsPerAccount = new(10, Hour, clock);
    private readonly Buckets passwordsPerNetwork = new(50, Hour, clock);

    /// <summary>May a link be mailed to this address on behalf of this network?</summary>
    public bool MayMail(string email, IPAddress? from) =>
        linksPerNetwork.TryTake(Network(from)) && linksPerAddress.TryTake(email.ToLowerInvariant());

    /// <summary>May this password be tried?</summary>
    public bool MayTryPassword(string email, IPAddress? from) =>
        passwordsPerNetwork.TryTake(Network(from)) && passwordsPerAccount.TryTake(email.ToLowerInvariant());

    // One home has a whole /64 of IPv6 addresses.
    private static string Network(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(plain.GetAddressBytes().AsSpan(0, 8))
            : plain.ToString();
    }

    private sealed class Buckets(int perPeriod, TimeSpan period, TimeProvider clock)
    {
        private const int Most = 50_000;
        private readonly ConcurrentDictionary<string, Bucket> buckets = new(StringComparer.Ordinal);

        public bool TryTake(string key)
        {
            var now = clock.GetUtcNow();
            if (buckets.Count >= Most)
            {
                // Full buckets say nothing; should all be in use, starting anew is better than growing without end.
                foreach (var (name, one) in buckets)
                {
                    if (now - one.At >= period)
                    {
                        buckets.TryRemove(name, out _);
                    }
                }

                if (buckets.Count >= Most)
                {
                    buckets.Clear();
                }
            }

            var bucket = buckets.GetOrAdd(key, _ => new Bucket { Tokens = perPeriod, At = now });
            lock (bucket)
            {
                bucket.Tokens = Math.Min(perPeriod, bucket.Tokens + (perPeriod * ((now - bucket.At) / period)));
                bucket.At = now;
                if (bucket.Tokens < 1)
                {
                    return false;
                }

                bucket.Tokens--;
                return true;
            }
        }
    }

    private sealed class Bucket
    {
        public double Tokens { get; set; }

        public DateTimeOffset At { get; set; }
    }
}

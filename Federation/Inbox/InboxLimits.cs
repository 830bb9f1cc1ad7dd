using Ontmoetingsplein.Federation.Fetching;

namespace Ontmoetingsplein.Federation.Inbox;

/// <summary>
/// How much one actor, one host and one party (all hosts under one registrable domain) may send: at a time, in a day,
/// and as long as it waits here. Counted after the signature, so that nobody can use up another's share.
/// </summary>
/// <remarks>
/// Servers send in bursts, a hundred answers to one question within a second, and what they must try again some of
/// them lose. So each may send ten times its rate at once; that bursts keep others waiting is prevented where they are
/// worked off, each host in its turn.
/// </remarks>
internal sealed class InboxLimits
{
    /// <summary>A burst is so many times what may be sent in a period.</summary>
    public const int Burst = 10;

    /// <summary>Whoever can make hosts as he likes may send so many times what one host may.</summary>
    public const int HostsOfParty = 4;

    private readonly TokenBuckets? _perActor;
    private readonly TokenBuckets? _perHost;
    private readonly TokenBuckets? _perParty;
    private readonly TokenBuckets? _hostDays;
    private readonly TokenBuckets? _partyDays;
    private readonly JournalQuota? _quota;

    public InboxLimits(FederationOptions options, IInboxJournal journal, LimitShare share, TimeProvider time)
    {
        if (options.InboundPerActorPerMinute is { } perMinute)
            _perActor = new TokenBuckets(perMinute, TimeSpan.FromMinutes(1), 50_000, time, share, Burst);
        if (options.InboundPerHostPerSecond is { } perSecond)
        {
            _perHost = new TokenBuckets(perSecond, TimeSpan.FromSeconds(1), 10_000, time, share, Burst);
            _perParty = new TokenBuckets(
                Times(perSecond), TimeSpan.FromSeconds(1), 10_000, time, share, Burst);
        }
        if (options.InboundPerHostPerDay is { } perDay)
        {
            _hostDays = new TokenBuckets(perDay, TimeSpan.FromDays(1), 10_000, time, share);
            _partyDays = new TokenBuckets(Times(perDay), TimeSpan.FromDays(1), 10_000, time, share);
        }
        if (options.WaitingBytesPerHost is { } most)
            _quota = new JournalQuota(most, HostsOfParty, journal, share, time);
    }

    /// <summary>Counts one activity, or nothing of it when it is too much.</summary>
    /// <param name="actor">Who sent it.</param>
    /// <param name="size">Bytes of its body.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when it may be taken; otherwise what to answer.</returns>
    public async ValueTask<InboxAnswer?> CheckAsync(Uri actor, int size, CancellationToken cancellationToken)
    {
        var (host, party) = (actor.Authority, RegistrableDomain.PartyOf(actor.Authority));
        if (TakeAll(
            (_perActor, actor.AbsoluteUri), (_perHost, host), (_perParty, party), (_hostDays, host),
            (_partyDays, party)) is { } wait)
            return InboxAnswer.Problem(429, $"Slow down: {Name(wait.Bucket)}.", wait.Time);
        return _quota is not null && await _quota.TakeAsync(host, party, size, cancellationToken).ConfigureAwait(false)
            is { } later ? InboxAnswer.Problem(429, "Too much of this server still waits here.", later) : null;
    }

    private string Name(TokenBuckets bucket) =>
        bucket == _perActor ? "this actor sends too much"
        : bucket == _perHost ? "this server sends too much"
        : bucket == _perParty ? "the servers of this domain send too much"
        : "this server, or its domain, sent too much in a day";

    // What one limit forbids must not use up another.
    private static (TimeSpan Time, TokenBuckets Bucket)? TakeAll(
        params ReadOnlySpan<(TokenBuckets? Bucket, string Key)> all)
    {
        for (var i = 0; i < all.Length; i++)
        {
            if (all[i].Bucket is not { } bucket || bucket.TryTake(all[i].Key) is not { } wait)
                continue;
            foreach (var (taken, key) in all[..i])
                taken?.Return(key);
            return (wait, bucket);
        }
        return null;
    }

    private static int Times(int most) => (int)Math.Min((long)most * HostsOfParty, int.MaxValue);
}

using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// Fills a topic of another node that we just began to follow with what was asked there before. Its outbox tells of
/// which threads; one post of each is fetched from its own server, for what was announced may have changed since. The
/// rest of a thread is completed in the background.
/// </summary>
internal sealed class Backfill(
    CollectionReader collections, ReceiveAnnounce announces, ThreadFinder threads, TimeProvider clock)
{
    public const int MostThreads = 50;
    private const int MostPages = 10;
    private const int PerHost = 2;

    // Who does not answer in this time is left out; the rest of the topic's server does not wait for it.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly PartyGate hosts = new(PerHost);

    /// <summary>Reads the outbox of the sender.</summary>
    /// <returns>Null when it is done; otherwise when to go on.</returns>
    public async Task<HandlingOutcome?> ExecuteAsync(Incoming accept, CancellationToken cancellationToken)
    {
        if (accept.Sender.Kind != ActorKind.Group || accept.Sender.Outbox is not { } outbox)
        {
            return null;
        }

        using var timer = new CancellationTokenSource(Longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            var (found, fault) = await FindAsync(CanonicalAuthority.Stored(outbox), either.Token);
            await hosts.ForEachAsync(
                found, one => one.Post.Authority,
                one => TakeAsync(
                    accept.OnTheWay() with { Activity = one.Announce, IsWanted = true }, one.Post, either.Token),
                either.Token);
            return found.Count == 0 && fault is not null ? HandlingOutcome.Retry(fault) : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What came in stays, and what is new will be announced.
            return null;
        }
    }

    // Of each thread the oldest that was announced: mostly the question itself.
    private async Task<(IReadOnlyCollection<(AsObject Announce, Uri Post)> Found, string? Fault)> FindAsync(
        Uri outbox, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, (AsObject Announce, Uri Post)>(StringComparer.Ordinal);
        var seen = new HashSet<Uri>();
        for (var next = outbox; next is not null && seen.Count < MostPages && seen.Add(next);)
        {
            FetchBudget.Begin();
            var part = await collections.ReadAsync(next, cancellationToken);
            if (part.Unreachable is { } reason)
            {
                return (found.Values, reason);
            }

            foreach (var announce in part.Items.Where(item => item.Is("Announce")))
            {
                if (Post(announce) is not { } post)
                {
                    continue;
                }

                var thread = announce.ContextId ?? post.AbsoluteUri;
                if (found.Count == MostThreads && !found.ContainsKey(thread))
                {
                    return (found.Values, null);
                }

                found[thread] = (announce, post);
            }

            // What stands inline is the newest, and the first page begins with it again.
            next = part.Next ?? part.First;
        }

        return (found.Values, null);
    }

    private static Uri? Post(AsObject announce) =>
        announce.Object is [var inner]
            ? CanonicalAuthority.Read(inner.ActorId is null ? inner.Reference : inner.ObjectId)
            : null;

    private async Task TakeAsync(Incoming announce, Uri post, CancellationToken cancellationToken)
    {
        if (!threads.IsOwn(post.AbsoluteUri)
            && await threads.FindAsync(post.AbsoluteUri, cancellationToken) is null)
        {
            FetchBudget.Begin();
            await announces.FetchAsync(announce, post, cancellationToken);
        }
    }
}

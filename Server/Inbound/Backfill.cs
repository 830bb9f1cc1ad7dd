using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Server.Inbound;

/// <summary>
/// Fills a topic of another node that we just began to follow with what was asked there before: the announcements that
/// stand in its outbox, taken in by the same rules as if they had just been sent.
/// </summary>
internal sealed class Backfill(RemoteFetcher fetcher, ReceiveAnnounce announces, ReceivePost posts)
{
    private const int MostPages = 3;

    /// <summary>Reads the outbox of the sender.</summary>
    /// <returns>Null when it is done; otherwise when to go on.</returns>
    public async Task<HandlingOutcome?> ExecuteAsync(Incoming accept, CancellationToken cancellationToken)
    {
        if (accept.Sender.Kind != ActorKind.Group || accept.Sender.Outbox is not { } outbox)
        {
            return null;
        }

        var activities = new List<AsObject>();
        var next = new Uri(outbox);
        for (var page = 0; page < MostPages && next is not null; page++)
        {
            switch (await fetcher.FetchAsync(next, null, cancellationToken))
            {
                case FetchResult.Unreachable(var reason):
                    return HandlingOutcome.Retry(reason);
                case FetchResult.Found found when VocabularyReader.Read(found.Bytes).Value is { } collection:
                    activities.AddRange(collection.OrderedItems);
                    next = Next(collection, new Uri(outbox), hasItems: activities.Count > 0);
                    break;
                default:
                    next = null;
                    break;
            }
        }

        // Oldest first: a question stands before its answers.
        foreach (var activity in Enumerable.Reverse(activities).Where(activity => activity.Is("Announce")))
        {
            var incoming = accept.OnTheWay() with { Activity = activity };
            await announces.ExecuteAsync(
                incoming, inner => posts.CreateAsync(inner, cancellationToken), cancellationToken);
        }

        return null;
    }

    private static Uri? Next(AsObject collection, Uri outbox, bool hasItems)
    {
        var text = collection.Next ?? (hasItems ? null : collection.First is [{ Reference: { } first }] ? first : null);
        return Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && Federation.CanonicalAuthority.SameOrigin(uri, outbox)
            ? uri
            : null;
    }
}

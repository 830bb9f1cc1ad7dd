using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Server.Inbound;

/// <summary>
/// Fills a topic of another node that we just began to follow with what was asked there before: the announcements that
/// stand in its outbox, taken in by the same rules as if they had just been sent.
/// </summary>
internal sealed class Backfill(CollectionReader collections, ReceiveAnnounce announces, ReceivePost posts)
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
            var part = await collections.ReadAsync(next, cancellationToken);
            if (part.Unreachable is { } reason)
            {
                return HandlingOutcome.Retry(reason);
            }

            activities.AddRange(part.Items);
            // What stands inline is the newest; the pages would only repeat it.
            next = part.Next ?? (activities.Count == 0 ? part.First : null);
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
}

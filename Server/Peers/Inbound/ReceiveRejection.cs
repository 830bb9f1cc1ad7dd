using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Fediverse;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// Reject of what we sent: a Follow, or anything else that its host does not want. NodeBB says so of an activity whose
/// handling went wrong, and never answers the request that brought it (CONTRACT.md §9): what waits of it there ends.
/// </summary>
internal sealed class ReceiveRejection(Database database, ReceiveFollow follows)
{
    public async Task<HandlingOutcome> ExecuteAsync(Incoming incoming, CancellationToken cancellationToken)
    {
        if (incoming.AnnouncedBy is not null)
        {
            return HandlingOutcome.Refused("Only who got it can reject it.");
        }

        var ended = incoming.Object is { } rejected && Names(rejected) is { Count: > 0 } names
            ? await database.WriteAsync(
                writing => OutboxStore.Reject(
                    writing, incoming.Sender.Host!, names, rejected.Id is null ? rejected.Type : null),
                cancellationToken)
            : 0;
        var outcome = await follows.AnsweredAsync(incoming, accepted: false, cancellationToken);
        return ended == 0 || outcome.Verdict != HandlingVerdict.Refused
            ? outcome
            : await database.WriteAsync(
                writing =>
                {
                    incoming.MarkDone(writing, "It ended what waited.");
                    return HandlingOutcome.Done;
                }, cancellationToken);
    }

    // By its id where that is told; NodeBB tells the type and the object only, or what was announced.
    private static IReadOnlyList<string> Names(AsObject rejected) => rejected.Id is { } id
        ? [id]
        : [.. new[] { rejected.ObjectId, Inner(rejected)?.ObjectId }.OfType<string>()];

    private static AsObject? Inner(AsObject rejected) =>
        rejected.Object is [{ IsReference: false } inner] ? inner : null;
}

using System.Collections.Concurrent;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Actors;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Fediverse;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>What peers may say: one arm for each activity, and the object that it is about.</summary>
internal sealed class ActivityRouter(
    RemoteActors remote, Database database, ReceiveFollow follows, ReceiveRejection rejections, ReceivePost posts,
    ReceiveDelete deletes, ReceiveVote votes, ReceiveAcceptance acceptances, ReceiveModeration moderation,
    ReceiveModerators moderators, ReceiveReport reports, ReceiveAnnounce announces)
    : IActivityHandler
{
    private const int MostForums = 100_000;

    private readonly ConcurrentDictionary<string, bool> forums = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async Task<HandlingOutcome> HandleAsync(ReceivedActivity activity, CancellationToken cancellationToken)
    {
        try
        {
            return await DecideAsync(activity, cancellationToken);
        }
        // A damaged place is met by this activity alone: like a fault of ours it is tried again, and set aside.
        catch (StorageException fault) when (fault.Kind != StorageFaultKind.Damaged)
        {
            return HandlingOutcome.Unable(fault.Message);
        }
    }

    private async Task<HandlingOutcome> DecideAsync(ReceivedActivity activity, CancellationToken cancellationToken)
    {
        var (sender, lookup) = await remote.FindAsync(activity.Actor, cancellationToken);
        if (sender is null && activity.Activity.Type == "Delete"
            && activity.Activity.ObjectId == activity.Actor.AbsoluteUri
            && lookup.Status is ActorStatus.Gone or ActorStatus.NotFound)
        {
            // Of whom its own server knows nothing any more: that is what is to be acted upon.
            sender = await remote.FindLeftAsync(activity.Actor, cancellationToken);
        }

        if (sender is null)
        {
            return lookup.Status == ActorStatus.Unreachable
                ? HandlingOutcome.Retry(lookup.Reason ?? "")
                : HandlingOutcome.Ignored("The actor cannot be had any more.");
        }

        var incoming = new Incoming(activity.JournalId, activity.Activity, sender, AnnouncedBy: null);
        if (activity.Activity.ActorId != activity.Actor.AbsoluteUri)
        {
            return await announces.ForwardedAsync(
                incoming, inner => RouteAsync(inner, cancellationToken), cancellationToken);
        }

        await LearnAsync(activity, cancellationToken);
        return await RouteAsync(incoming, cancellationToken);
    }

    private Task<HandlingOutcome> RouteAsync(Incoming incoming, CancellationToken cancellationToken)
    {
        var thing = incoming.Object;
        return (incoming.Activity.Type, thing?.Type) switch
        {
            ("Create", _) => posts.CreateAsync(incoming, cancellationToken),
            ("Update", "Person" or "Group" or "Service" or "Organization" or "Application") =>
                RefreshAsync(incoming, cancellationToken),
            ("Update", "OrderedCollection") => moderation.StateAsync(incoming, cancellationToken),
            ("Update", _) => posts.UpdateAsync(incoming, cancellationToken),
            ("Delete", _) => deletes.ExecuteAsync(incoming, cancellationToken),
            ("Follow", _) => follows.FollowAsync(incoming, cancellationToken),
            ("Accept", _) => follows.AnsweredAsync(incoming, accepted: true, cancellationToken),
            ("Reject", _) => rejections.ExecuteAsync(incoming, cancellationToken),
            ("Like", _) => votes.ExecuteAsync(incoming, incoming.Activity.ObjectId, 1, cancellationToken),
            ("Dislike", _) => votes.ExecuteAsync(incoming, incoming.Activity.ObjectId, -1, cancellationToken),
            ("ChooseAnswer", _) => acceptances.ExecuteAsync(
                incoming, incoming.Activity.ObjectId, on: true, cancellationToken),
            ("Lock", _) => moderation.LockAsync(incoming, incoming.Activity.ObjectId, on: true, cancellationToken),
            ("Move", _) when incoming.Activity.ObjectId == incoming.Sender.Uri =>
                RefreshAsync(incoming, cancellationToken),
            ("Move", _) => moderation.MoveAsync(incoming, cancellationToken),
            ("Add", _) => CollectAsync(incoming, on: true, cancellationToken),
            ("Remove", _) => CollectAsync(incoming, on: false, cancellationToken),
            ("Flag", _) => reports.ExecuteAsync(incoming, cancellationToken),
            ("Undo", _) when thing is { ActorId: { } actor } && actor != incoming.Sender.Uri =>
                Task.FromResult(HandlingOutcome.Refused("It undoes what somebody else did.")),
            ("Undo", "Follow") => follows.UndoAsync(incoming, thing!, cancellationToken),
            ("Undo", "Like" or "Dislike") => votes.ExecuteAsync(incoming, thing!.ObjectId, 0, cancellationToken),
            ("Undo", "ChooseAnswer") => acceptances.ExecuteAsync(
                incoming, thing!.ObjectId, on: false, cancellationToken),
            ("Undo", "Lock") => moderation.LockAsync(incoming, thing!.ObjectId, on: false, cancellationToken),
            ("Announce", _) => announces.ExecuteAsync(
                incoming, inner => RouteAsync(inner, cancellationToken), cancellationToken),
            _ => Task.FromResult(HandlingOutcome.Ignored("This is not understood here.")),
        };
    }

    private async Task<HandlingOutcome> CollectAsync(
        Incoming incoming, bool on, CancellationToken cancellationToken) =>
        await moderators.ExecuteAsync(incoming, cancellationToken)
            ?? await moderation.PinAsync(incoming, on, cancellationToken);

    private async Task<HandlingOutcome> RefreshAsync(Incoming incoming, CancellationToken cancellationToken)
    {
        if (incoming.Activity.ObjectId != incoming.Sender.Uri)
        {
            return HandlingOutcome.Refused("An actor is only changed by itself.");
        }

        var lookup = await remote.RefreshAsync(CanonicalAuthority.Stored(incoming.Sender.Uri), cancellationToken);
        if (lookup.Status == ActorStatus.Unreachable)
        {
            return HandlingOutcome.Retry(lookup.Reason ?? "");
        }

        return HandlingOutcome.Ignored("The actor was fetched anew.");
    }

    // Forum-like servers show themselves by how they speak (CONTRACT.md §6).
    private async Task LearnAsync(ReceivedActivity activity, CancellationToken cancellationToken)
    {
        var wrapped = activity.Activity.Type == "Announce" && activity.Activity.Object is [{ ActorId: not null }];
        var isForum = wrapped || activity.Activity.Type is "Dislike" or "Lock"
            || activity.Activity.AudienceId is not null;
        if (isForum && forums.Count < MostForums && forums.TryAdd(activity.Host, true))
        {
            await database.WriteAsync(
                writing => PeerStore.LearnKind(writing, activity.Host, isForum: true, speaksProfile: false),
                cancellationToken);
        }
    }
}

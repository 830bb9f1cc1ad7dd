using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>Follow of one of our actors, its Undo, and the answers to what we asked to follow.</summary>
internal sealed class ReceiveFollow(
    Database database, ActorStore actors, FollowStore follows, Publisher publisher, Backfill backfill)
{
    /// <summary>Accepts a follower: topics and people here are public.</summary>
    public async Task<HandlingOutcome> FollowAsync(Incoming incoming, CancellationToken cancellationToken)
    {
        if (incoming.AnnouncedBy is not null
            || await TargetAsync(incoming.Activity.ObjectId, cancellationToken) is not { } target)
        {
            return HandlingOutcome.Refused("There is nobody here to follow.");
        }

        var speaker = await publisher.PrepareAsync(target);
        var sender = incoming.Sender;
        return await database.WriteAsync(
            writing =>
            {
                FollowStore.Put(writing, new Follow
                {
                    FollowerId = sender.Id,
                    TargetId = target.Id,
                    State = FollowState.Accepted,
                    ActivityUri = incoming.Activity.Id ?? "",
                });
                publisher.Publish(
                    writing, speaker, target.Uri, sender.Uri, isPublic: false,
                    // NodeBB looks for its own Follow in the Accept (CONTRACT.md §9). It goes back without the contexts
                    // and proofs of its sender: Fedify's data-integrity/v1 clashes with our v2, and it drops the whole.
                    id => new AcceptActivity
                    {
                        Id = id,
                        Actor = target.Uri,
                        To = [sender.Uri],
                        Object = new FollowActivity
                        {
                            Id = incoming.Activity.Id!,
                            Actor = sender.Uri,
                            Object = target.Uri,
                        },
                    },
                    [new FollowerInbox { Inbox = sender.Inbox, Host = sender.Host! }]);
                incoming.MarkDone(writing);
                return HandlingOutcome.Done;
            }, cancellationToken);
    }

    /// <summary>Ends a follow of one of ours.</summary>
    public async Task<HandlingOutcome> UndoAsync(
        Incoming incoming, AsObject follow, CancellationToken cancellationToken)
    {
        if (await TargetAsync(follow.ObjectId, cancellationToken) is not { } target)
        {
            return HandlingOutcome.Ignored("There is nobody here to follow.");
        }

        return await database.WriteAsync(
            writing =>
            {
                FollowStore.Remove(writing, incoming.Sender.Id, target.Id);
                incoming.MarkDone(writing);
                return HandlingOutcome.Done;
            }, cancellationToken);
    }

    /// <summary>Somebody answers our Follow. Only one that we sent counts (CONTRACT.md §7 row 16).</summary>
    public async Task<HandlingOutcome> AnsweredAsync(
        Incoming incoming, bool accepted, CancellationToken cancellationToken)
    {
        var follow = incoming.Object;
        var ours = await FollowerAsync(follow, incoming.Sender, cancellationToken);
        if (ours is not { } follower)
        {
            return HandlingOutcome.Refused("This was not asked.");
        }

        await database.WriteAsync(
            writing =>
            {
                if (accepted)
                {
                    FollowStore.Accept(writing, follower, incoming.Sender.Id);
                }
                else
                {
                    FollowStore.Remove(writing, follower, incoming.Sender.Id);
                }

                writing.Signal("topics");
            }, cancellationToken);
        if (accepted && await backfill.ExecuteAsync(incoming, cancellationToken) is { } later)
        {
            return later;
        }

        return await database.WriteAsync(
            writing =>
            {
                incoming.MarkDone(writing);
                return HandlingOutcome.Done;
            }, cancellationToken);
    }

    private async Task<Actor?> TargetAsync(string? uri, CancellationToken cancellationToken) =>
        uri is not null
            && await actors.FindByUriAsync(uri, cancellationToken) is { IsLocal: true, DeletedAt: null } actor
            ? actor
            : null;

    // By the follower named in it, or, where only an id came back, by the id of the Follow that we sent.
    private async Task<ActorId?> FollowerAsync(AsObject? follow, Actor target, CancellationToken cancellationToken)
    {
        if (follow?.ActorId is { } uri)
        {
            var actor = await TargetAsync(uri, cancellationToken);
            var isAboutTarget = follow.ObjectId is null || follow.ObjectId == target.Uri;
            return actor is not null && isAboutTarget
                && await follows.FindAsync(actor.Id, target.Id, cancellationToken) is { } sent
                ? sent.FollowerId
                : null;
        }

        return follow?.Id is { } id && await follows.FindByActivityAsync(id, cancellationToken) is { } byId
            && byId.TargetId == target.Id
            ? byId.FollowerId
            : null;
    }
}

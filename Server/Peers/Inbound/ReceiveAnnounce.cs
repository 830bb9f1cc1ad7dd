using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// What a topic that we follow passes on (FEP-1b12). The announcer's signature says nothing about the inner activity:
/// it counts when it is of the announcer's own server, carries a valid proof of its actor, or is fetched from its own
/// server (CONTRACT.md §3.5, §7 row 13).
/// </summary>
internal sealed class ReceiveAnnounce(
    TopicStore topics, FollowStore follows, ActorStore actors, RemoteActors remote, RemoteFetcher fetcher,
    ReceivePost posts, ProofCheck proofs, NodeAddresses addresses)
{
    /// <summary>Unwraps an Announce.</summary>
    /// <param name="incoming">The Announce.</param>
    /// <param name="dispatch">Handles the inner activity.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<HandlingOutcome> ExecuteAsync(
        Incoming incoming, Func<Incoming, Task<HandlingOutcome>> dispatch, CancellationToken cancellationToken)
    {
        if (incoming.AnnouncedBy is not null)
        {
            return HandlingOutcome.Refused("An Announce of an Announce.");
        }

        if (await FollowedAsync(incoming.Sender, cancellationToken) is not { } topic)
        {
            return HandlingOutcome.Ignored("The announcer is no topic that is followed here.");
        }

        if (incoming.Object is not { } inner || CanonicalAuthority.Read(inner.Reference) is not { } uri)
        {
            return HandlingOutcome.Ignored("It announces nothing.");
        }

        if (addresses.IsOwn(uri.AbsoluteUri))
        {
            return HandlingOutcome.Ignored("It is ours, come back.");
        }

        var announced = incoming with { AnnouncedBy = topic, Thread = Thread(incoming) };
        return inner.ActorId is null
            ? await posts.FetchAsync(uri, announced, cancellationToken)
            : await UnwrapAsync(announced, inner, dispatch, cancellationToken);
    }

    /// <summary>
    /// What the node that keeps a question forwards to us (ActivityPub §7.1.2): it counts by the same proofs as what a
    /// topic passes on, and only when it is about a topic of ours.
    /// </summary>
    /// <param name="incoming">The activity, with who forwarded it as the sender.</param>
    /// <param name="dispatch">Handles the activity.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<HandlingOutcome> ForwardedAsync(
        Incoming incoming, Func<Incoming, Task<HandlingOutcome>> dispatch, CancellationToken cancellationToken) =>
        UnwrapAsync(incoming, incoming.Activity, dispatch, cancellationToken);

    /// <summary>
    /// Takes in a post that was announced before, as its own server has it now: since then it may have been changed or
    /// deleted.
    /// </summary>
    /// <param name="incoming">The Announce.</param>
    /// <param name="post">Id of the post.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<HandlingOutcome> FetchAsync(Incoming incoming, Uri post, CancellationToken cancellationToken) =>
        await FollowedAsync(incoming.Sender, cancellationToken) is { } topic
            ? await posts.FetchAsync(
                post, incoming with { AnnouncedBy = topic, Thread = Thread(incoming) }, cancellationToken)
            : HandlingOutcome.Ignored("The announcer is no topic that is followed here.");

    // A topic speaks of threads on its own server only.
    private static string? Thread(Incoming announce) =>
        announce.Activity.ContextId is { } thread
        && CanonicalAuthority.IsOn(thread, CanonicalAuthority.Stored(announce.Sender.Uri))
            ? thread
            : null;

    private async Task<HandlingOutcome> UnwrapAsync(
        Incoming announced, AsObject inner, Func<Incoming, Task<HandlingOutcome>> dispatch,
        CancellationToken cancellationToken)
    {
        if (CanonicalAuthority.Read(inner.ActorId) is not { } actorId
            || CanonicalAuthority.Read(inner.Id) is not { } id || !CanonicalAuthority.SameOrigin(actorId, id))
        {
            return HandlingOutcome.Refused("The inner activity's id is not on its actor's server.");
        }

        if (addresses.IsOwn(actorId.AbsoluteUri))
        {
            return HandlingOutcome.Ignored("It is ours, come back.");
        }

        var (actor, lookup) = await remote.FindAsync(actorId, cancellationToken);
        if (actor is null)
        {
            return lookup.Status == Federation.Actors.ActorStatus.Unreachable
                ? HandlingOutcome.Retry(lookup.Reason ?? "")
                : HandlingOutcome.Ignored("The inner actor cannot be had.");
        }

        if (CanonicalAuthority.IsOn(announced.Sender.Uri, actorId)
            || await proofs.IsValidAsync(inner, actor, null, cancellationToken))
        {
            return await dispatch(announced with { Activity = inner, Sender = actor });
        }

        return await RefetchAsync(announced, inner, id, actor, dispatch, cancellationToken);
    }

    private async Task<HandlingOutcome> RefetchAsync(
        Incoming announced, AsObject inner, Uri id, Actor actor, Func<Incoming, Task<HandlingOutcome>> dispatch,
        CancellationToken cancellationToken)
    {
        // A post is worth more than the activity about it, and lives longer.
        if (inner.Type is "Create" or "Update" && inner.ObjectId is { } post)
        {
            return CanonicalAuthority.Read(post) is { } uri && CanonicalAuthority.IsOn(actor.Uri, uri)
                ? await RefetchPostAsync(announced, inner, uri, actor, dispatch, cancellationToken)
                : HandlingOutcome.Refused("The inner object is not on its actor's server.");
        }

        // Who deletes often deletes the activity's address with it: that the post is gone says the same (FEP-4f05).
        if (inner.Type == "Delete" && await IsGoneAsync(inner.ObjectId, actor, cancellationToken) is { } gone)
        {
            return gone switch
            {
                FetchResult.Unreachable(var why) => HandlingOutcome.Retry(why),
                FetchResult.Gone or FetchResult.NotFound =>
                    await dispatch(announced with { Activity = inner, Sender = actor }),
                _ => HandlingOutcome.Ignored("Its server does not say that the post is gone."),
            };
        }

        return await fetcher.FetchAsync(id, null, cancellationToken) switch
        {
            FetchResult.Found found when VocabularyReader.Read(found.Bytes) is { IsRead: true, Value: { } activity }
                && activity.ActorId == actor.Uri && activity.Type == inner.Type
                => await dispatch(announced with { Activity = activity, Sender = actor }),
            FetchResult.Unreachable(var reason) => HandlingOutcome.Retry(reason),
            _ => HandlingOutcome.Ignored("The inner activity cannot be checked."),
        };
    }

    // Null when it is not of the actor's own server, where only that server's word counts for the activity itself.
    private async Task<FetchResult?> IsGoneAsync(string? post, Actor actor, CancellationToken cancellationToken)
    {
        if (CanonicalAuthority.Read(post) is not { } uri
            || !CanonicalAuthority.IsOn(actor.Uri, uri) || post == actor.Uri)
        {
            return null;
        }

        var result = await fetcher.FetchAsync(uri, null, cancellationToken);
        return result is FetchResult.Found found && VocabularyReader.Read(found.Bytes).Value is { } left
            && left.Is("Tombstone")
            ? new FetchResult.Gone()
            : result;
    }

    private async Task<HandlingOutcome> RefetchPostAsync(
        Incoming announced, AsObject inner, Uri uri, Actor actor, Func<Incoming, Task<HandlingOutcome>> dispatch,
        CancellationToken cancellationToken)
    {
        var result = await fetcher.FetchAsync(uri, null, cancellationToken);
        if (result is FetchResult.Unreachable(var reason))
        {
            return HandlingOutcome.Retry(reason);
        }

        if (result is not FetchResult.Found found
            || VocabularyReader.Read(found.Bytes) is not { IsRead: true, Value: { } thing }
            || thing.AttributedToId != actor.Uri)
        {
            return HandlingOutcome.Ignored("The inner object cannot be checked.");
        }

        var wrapped = VocabularyWriter.Write(new UpdateActivity
        {
            Id = inner.Id!,
            Actor = actor.Uri,
            Object = RawJson.Of(found.Bytes),
        });
        return VocabularyReader.Read(wrapped) is { IsRead: true, Value: { } activity }
            ? await dispatch(announced with { Activity = activity, Sender = actor })
            : HandlingOutcome.Ignored("The inner object cannot be read.");
    }

    private async Task<Topic?> FollowedAsync(Actor sender, CancellationToken cancellationToken) =>
        await topics.FindByUriAsync(sender.Uri, cancellationToken) is { Host: not null } topic
            && await actors.FindByUriAsync(addresses.Node, cancellationToken) is { } node
            && await follows.FindAsync(node.Id, topic.Id, cancellationToken) is { State: FollowState.Accepted }
            ? topic
            : null;
}

using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>Who passes an activity on, loaded before the change.</summary>
/// <param name="Topic">The topic with its keys, when it is ours.</param>
/// <param name="Node">This node, when it forwards to a topic elsewhere.</param>
/// <param name="Home">That topic.</param>
internal sealed record PassingOn(Speaker? Topic, Actor? Node = null, Actor? Home = null);

/// <summary>
/// Ends the work on an activity: marks the journal and passes it on, by the topic when that is ours, and to the topic
/// when the question is ours but the sender does not know of its topic (inbox forwarding, ActivityPub §7.1.2).
/// </summary>
internal sealed class PassOn(Publisher publisher, ActorStore actors, NodeAddresses addresses)
{
    /// <summary>Loads what passing on needs.</summary>
    public async Task<PassingOn> PrepareAsync(
        Incoming incoming, Question question, CancellationToken cancellationToken)
    {
        if (incoming.Sender.Standing != PeerVerdict.Allow
            || await actors.FindAsync(question.TopicId, cancellationToken) is not { } topic)
        {
            return new PassingOn(null);
        }

        // Also what another topic passed on first: who follows ours hears of it from ours.
        if (topic.IsLocal)
        {
            return new PassingOn(await publisher.PrepareAsync(topic));
        }

        return incoming.AnnouncedBy is null && question.IsLocal && !incoming.IsFound && !IsTold(incoming, topic)
            && incoming.Activity.Type is "Create" or "Update" or "Delete"
            ? new PassingOn(null, await actors.FindByUriAsync(addresses.Node, cancellationToken), topic)
            : new PassingOn(null);
    }

    /// <summary>In the change that the activity made.</summary>
    public void Finish(
        Writing writing, Incoming incoming, Question question, string objectUri, PassingOn passing,
        bool isNew = false)
    {
        if (passing.Topic is { } found && !incoming.IsByAuthor)
        {
            publisher.AnnounceAnew(writing, found, objectUri, question.ContextUri);
        }
        else if (passing.Topic is { } topic)
        {
            publisher.Announce(
                writing, topic, incoming.Activity.Raw, objectUri, question.ContextUri, question.Uri, isNew,
                incoming.Sender.Host);
        }
        else if (passing is { Node: { } node, Home: { } home })
        {
            publisher.Forward(
                writing, node, question.Uri, objectUri, incoming.Activity.Type!, incoming.Activity.Raw,
                FollowerInbox.Of(home));
        }

        incoming.MarkDone(writing);
    }

    // What is of the topic's own server, or addressed to the topic, got there by itself.
    private static bool IsTold(Incoming incoming, Actor topic) =>
        incoming.Sender.Host == topic.Host
        || incoming.Activity.To.Concat(incoming.Activity.Cc)
            .Concat(incoming.Object is { } thing ? thing.To.Concat(thing.Cc).Append(thing.AudienceId ?? "") : [])
            .Append(incoming.Activity.AudienceId ?? "")
            .Contains(topic.Uri, StringComparer.Ordinal);
}

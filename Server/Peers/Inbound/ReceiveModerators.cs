using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// Add to, or Remove from, the moderators of a topic elsewhere. Whether somebody is one now says the topic's own
/// collection, so that what comes late or twice does no harm. Who moderates topics of ours decide administrators here.
/// </summary>
internal sealed class ReceiveModerators(
    Database database, TopicStore topics, ActorStore actors, ModeratorStore appointed, RemoteActors remote,
    CollectionReader collections)
{
    /// <summary>Null when it is not about moderators.</summary>
    public async Task<HandlingOutcome?> ExecuteAsync(Incoming incoming, CancellationToken cancellationToken)
    {
        var topic = incoming.AnnouncedBy ?? await topics.FindByUriAsync(incoming.Sender.Uri, cancellationToken);
        if (topic is not { Host: not null } || incoming.Activity.ObjectId is not { } uri
            || await actors.FindAsync(topic.Id, cancellationToken) is not { Moderators: { } collection }
            || collection != incoming.Activity.TargetId || CanonicalAuthority.Read(collection) is not { } address)
        {
            return null;
        }

        var isOne = await appointed.HasAsync(topic.Id, incoming.Sender.Id, cancellationToken);
        if (!QuestionRules.MayModerate(incoming.Sender, topic, isOne, incoming.AnnouncedBy?.Id))
        {
            return HandlingOutcome.Refused("Only moderators of a topic make moderators.");
        }

        var part = await collections.ReadAsync(address, cancellationToken);
        if (part.Unreachable is { } reason)
        {
            return HandlingOutcome.Retry(reason);
        }

        if (CanonicalAuthority.Read(uri) is not { } id
            || (await actors.FindByUriAsync(uri, cancellationToken)
                ?? (await remote.FindAsync(id, cancellationToken)).Actor) is not { } person)
        {
            return HandlingOutcome.Ignored("It is about nobody that is known here.");
        }

        return await database.WriteAsync(
            writing =>
            {
                if (part.Items.Any(item => item.Reference == uri))
                {
                    ModeratorStore.Add(writing, topic.Id, person.Id);
                }
                else
                {
                    ModeratorStore.Remove(writing, topic.Id, person.Id);
                }

                incoming.MarkDone(writing);
                return HandlingOutcome.Done;
            }, cancellationToken);
    }
}

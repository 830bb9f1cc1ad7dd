using Ontmoetingsplein.Server.Outbound;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Inbound;

/// <summary>
/// Ends the work on an activity: passes it on by the topic, when that is ours, and marks the journal.
/// </summary>
internal sealed class PassOn(Publisher publisher, ThreadFinder threads)
{
    /// <summary>
    /// Loads the topic's keys; null when the topic is elsewhere or somebody else passed the activity on.
    /// </summary>
    public async Task<Speaker?> PrepareAsync(
        Incoming incoming, Question question, CancellationToken cancellationToken) =>
        incoming.AnnouncedBy is null && await threads.LocalTopicAsync(question, cancellationToken) is { } topic
            ? await publisher.PrepareAsync(topic)
            : null;

    /// <summary>In the change that the activity made.</summary>
    public void Finish(
        Writing writing, Incoming incoming, Question question, string objectUri, Speaker? topic,
        bool isHeadline = false)
    {
        if (topic is not null && incoming.Sender.Standing == PeerVerdict.Allow)
        {
            publisher.Announce(
                writing, topic, incoming.Activity.Raw, incoming.Activity.Type ?? "", objectUri, question.ContextUri,
                question.Uri, isHeadline);
        }

        incoming.MarkDone(writing);
    }
}

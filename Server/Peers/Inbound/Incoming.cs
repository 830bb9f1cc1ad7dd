using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// An authenticated activity, either sent by its actor or passed on by a topic that this node follows.
/// </summary>
/// <param name="JournalId">Its number in the journal; marked in the change that it makes.</param>
/// <param name="Activity">The activity; of an Announce, the inner one.</param>
/// <param name="Sender">The actor of the activity.</param>
/// <param name="AnnouncedBy">The topic elsewhere that passed it on; null when it came directly.</param>
/// <param name="Depth">How many things were fetched on the way to it.</param>
internal sealed record Incoming(
    long JournalId, AsObject Activity, Actor Sender, Topic? AnnouncedBy, int Depth = 0)
{
    /// <summary>The thread's collection as the topic that passed it on names it (CONTRACT.md D6).</summary>
    public string? Thread { get; init; }

    /// <summary>Only replies are wanted: it was found in a thread, where no question begins.</summary>
    public bool IsReplyOnly { get; init; }

    /// <summary>This node looked for it because it began to follow the topic: nobody else made it do so.</summary>
    public bool IsWanted { get; init; }

    /// <summary>The activity is the author's own word, not what somebody else says about it.</summary>
    public bool IsByAuthor => Activity.ActorId == Sender.Uri;

    /// <summary>It was looked for: nobody sent it just now, so there may be more around it.</summary>
    public bool IsFound => JournalId == 0 || Depth > 0;

    /// <summary>The object, when there is exactly one.</summary>
    public AsObject? Object => Activity.Object is [var only] ? only : null;

    /// <summary>The same, for something that is taken in on the way and is not what the journal holds.</summary>
    public Incoming OnTheWay() => this with { JournalId = 0 };

    /// <summary>Marks the journal in the change that the activity made.</summary>
    public void MarkDone(Writing writing, string? reason = null)
    {
        if (JournalId != 0)
        {
            InboxStore.Mark(writing, JournalId, InboxState.Done, reason);
        }
    }
}

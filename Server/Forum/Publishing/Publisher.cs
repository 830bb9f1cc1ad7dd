using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Fediverse;

namespace Ontmoetingsplein.Forum.Publishing;

/// <summary>A local actor with its key at hand, ready to speak inside a change.</summary>
/// <param name="Actor">The actor.</param>
/// <param name="ProofKey">Its Ed25519 key, for integrity proofs.</param>
internal sealed record Speaker(Actor Actor, SigningKey ProofKey);

/// <summary>
/// Publishes activities in the same transaction as the change that they announce. The bytes with their integrity proof
/// are frozen here; the request is signed when it is sent.
/// </summary>
internal sealed class Publisher(Keyring keyring, NodeAddresses addresses)
{
    /// <summary>Loads what an actor needs to speak. Call it before the change begins.</summary>
    /// <exception cref="InvalidOperationException">The actor is not ours.</exception>
    public async Task<Speaker> PrepareAsync(Actor actor) => new(
        actor,
        await keyring.FindAsync(actor.Uri, KeyAlgorithm.Ed25519)
            ?? throw new InvalidOperationException($"{actor.Uri} has no keys here."));

    /// <summary>Publishes one activity.</summary>
    /// <param name="writing">The change that it announces.</param>
    /// <param name="speaker">Who acts.</param>
    /// <param name="threadKey">What it must stay in order with: the id of the question, or of the actor.</param>
    /// <param name="objectUri">What it is about.</param>
    /// <param name="isPublic">Whether outsiders may fetch it.</param>
    /// <param name="make">Makes the activity for the id that it gets.</param>
    /// <param name="recipients">Inboxes with their hosts; own ones and doubles are left out.</param>
    /// <returns>The activity as published.</returns>
    public OutboxActivity Publish(
        Writing writing, Speaker speaker, string threadKey, string? objectUri, bool isPublic,
        Func<string, ActivityDocument> make, IEnumerable<FollowerInbox> recipients)
    {
        var number = writing.Ids.Next();
        var uri = addresses.Activity(number);
        var document = make(uri);
        if (ReferenceEquals(document.Context, Contexts.Plain))
        {
            document = document with { Context = Contexts.Signed };
        }

        var body = IntegrityProof.Sign(VocabularyWriter.Write(document), speaker.ProofKey, writing.Now);
        var activity = new OutboxActivity
        {
            Id = number,
            Uri = uri,
            ActorId = speaker.Actor.Id,
            Type = document.Type,
            ObjectUri = objectUri,
            IsPublic = isPublic,
            IsListed = isPublic && IsPost(document),
            Body = body,
            CreatedAt = writing.Now,
        };
        OutboxStore.Add(writing, activity);
        Send(writing, speaker, threadKey, activity, recipients);
        return activity;
    }

    /// <summary>Sends an activity that was published to further inboxes, after what was sent before.</summary>
    /// <param name="writing">The change that it announces.</param>
    /// <param name="speaker">Who acts.</param>
    /// <param name="threadKey">What it must stay in order with.</param>
    /// <param name="activity">The activity as published.</param>
    /// <param name="recipients">Inboxes with their hosts; own ones and doubles are left out.</param>
    public void Send(
        Writing writing, Speaker speaker, string threadKey, OutboxActivity activity,
        IEnumerable<FollowerInbox> recipients) =>
        OutboxStore.Queue(
            writing, activity.Id, speaker.Actor.Uri, threadKey,
            recipients
                .Where(recipient => !addresses.IsOwn(recipient.Inbox))
                .DistinctBy(recipient => recipient.Inbox, StringComparer.Ordinal)
                .Select(recipient => (recipient.Inbox, NodeAddresses.HostOf(recipient.Inbox))));

    /// <summary>
    /// Lets a topic pass an activity on (FEP-1b12, CONTRACT.md §6): forum-like hosts get it wrapped, to the byte;
    /// others get the bare id of what is new to those who read the topic in a timeline.
    /// </summary>
    /// <param name="writing">The change that it announces.</param>
    /// <param name="topic">The local Group.</param>
    /// <param name="inner">The activity as its author published it.</param>
    /// <param name="objectUri">What it is about.</param>
    /// <param name="threadUri">The thread's collection; null when it is about no thread.</param>
    /// <param name="threadKey">What it must stay in order with: id of the question or topic.</param>
    /// <param name="isNew">A new question or official answer, worth a boost.</param>
    /// <param name="from">
    /// Authority of the host that it came from, which gets nothing back: it has it, and what is its own NodeBB cannot
    /// take from another (CONTRACT.md §9). Null for what is of here.
    /// </param>
    public void Announce(
        Writing writing, Speaker topic, ReadOnlyMemory<byte> inner, string objectUri,
        string? threadUri, string threadKey, bool isNew = false, string? from = null)
    {
        var followers = FollowStore.ListInboxes(writing, topic.Actor.Id)
            .Where(follower => follower.Host != from).ToList();
        Publish(
            writing, topic, threadKey, objectUri, isPublic: true,
            id => Wrap(writing, topic, id, threadUri, RawJson.Of(inner)),
            followers.Where(follower => follower.IsForum));
        var others = followers.Where(follower => !follower.IsForum).ToList();
        if (isNew && others.Count > 0)
        {
            Publish(
                writing, topic, threadKey, objectUri, isPublic: true,
                id => Wrap(writing, topic, id, threadUri, objectUri), others);
        }
    }

    /// <summary>
    /// Who gets a change of a post from its author: whom it was addressed to, those who read it in a timeline, and
    /// forums of another kind. NodeBB believes what it fetched minutes ago, except from the author (CONTRACT.md §9).
    /// </summary>
    /// <param name="writing">The change.</param>
    /// <param name="addressed">Whom it was addressed to.</param>
    /// <param name="topic">Where it stands.</param>
    /// <param name="inTimelines">It was worth a boost.</param>
    public static IEnumerable<FollowerInbox> Readers(
        Writing writing, IEnumerable<FollowerInbox> addressed, Actor topic, bool inTimelines) =>
        addressed.Concat(Followers(writing, topic)
            .Where(follower => follower.IsForum ? !follower.SpeaksProfile : inTimelines));

    /// <summary>
    /// Where a post may be that is deleted: whom it was addressed to, who follows its topic, and each host that
    /// something arrived at since it was there (CONTRACT.md §6 "Addressing").
    /// </summary>
    /// <param name="writing">The change that deletes it.</param>
    /// <param name="addressed">Whom it was addressed to.</param>
    /// <param name="topic">Where it stands.</param>
    /// <param name="since">When it was published.</param>
    public static IEnumerable<FollowerInbox> Holders(
        Writing writing, IEnumerable<FollowerInbox> addressed, Actor topic, DateTimeOffset since) =>
        Holders(writing, addressed.Concat(Followers(writing, topic)), since);

    /// <summary>Where something may be: with those it was sent to, and with each host that was reached since.</summary>
    /// <param name="writing">The change that it is told of.</param>
    /// <param name="addressed">Who were sent it.</param>
    /// <param name="since">When it came to be.</param>
    public static IEnumerable<FollowerInbox> Holders(
        Writing writing, IEnumerable<FollowerInbox> addressed, DateTimeOffset since)
    {
        var known = addressed.ToList();
        var hosts = known.Select(one => one.Host).ToHashSet(StringComparer.Ordinal);
        return known.Concat(PeerStore.ListReached(writing, since).Where(one => !hosts.Contains(one.Host)));
    }

    /// <summary>Lets a topic show a post that is in it from now on, by its id.</summary>
    /// <param name="writing">The change that it announces.</param>
    /// <param name="topic">The local Group.</param>
    /// <param name="objectUri">The post.</param>
    /// <param name="threadUri">The thread's collection.</param>
    public void AnnounceAnew(Writing writing, Speaker topic, string objectUri, string threadUri) => Publish(
        writing, topic, objectUri, objectUri, isPublic: true, id => Wrap(writing, topic, id, threadUri, objectUri),
        FollowStore.ListInboxes(writing, topic.Actor.Id));

    /// <summary>Sends an activity of another server on, to the byte; this node signs the request only.</summary>
    /// <param name="writing">The change that it made.</param>
    /// <param name="node">The node's actor.</param>
    /// <param name="threadKey">Id of the question.</param>
    /// <param name="objectUri">What it is about.</param>
    /// <param name="type">Its type.</param>
    /// <param name="body">The activity as it came in.</param>
    /// <param name="recipient">Where it goes.</param>
    public void Forward(
        Writing writing, Actor node, string threadKey, string objectUri, string type, ReadOnlyMemory<byte> body,
        FollowerInbox recipient)
    {
        var number = writing.Ids.Next();
        OutboxStore.Add(writing, new OutboxActivity
        {
            Id = number,
            Uri = addresses.Activity(number),
            ActorId = node.Id,
            Type = type,
            ObjectUri = objectUri,
            IsPublic = false,
            IsListed = false,
            Body = body.ToArray(),
            CreatedAt = writing.Now,
        });
        OutboxStore.Queue(
            writing, number, node.Uri, threadKey, [(recipient.Inbox, NodeAddresses.HostOf(recipient.Inbox))]);
    }

    private static AnnounceActivity Wrap(
        Writing writing, Speaker topic, string id, string? threadUri, RawJson announced) => new()
        {
            Id = id,
            Actor = topic.Actor.Uri,
            To = [topic.Actor.Uri, PublicAudience.Id],
            Cc = [topic.Actor.Followers ?? topic.Actor.Uri + "/followers"],
            Published = writing.Now,
            Thread = threadUri,
            Object = announced,
        };

    // An outbox tells what somebody posted; votes and changes would bury that.
    private static bool IsPost(ActivityDocument document) => document switch
    {
        CreateActivity => true,
        AnnounceActivity { Object.Bytes: var announced } => announced.Span[0] == (byte)'"'
            || ActivityEnvelope.TryRead(announced.Span, out var inner, out _) && inner.Type == "Create",
        _ => false,
    };

    private static IReadOnlyList<FollowerInbox> Followers(Writing writing, Actor topic) =>
        topic.IsLocal ? FollowStore.ListInboxes(writing, topic.Id) : [];
}

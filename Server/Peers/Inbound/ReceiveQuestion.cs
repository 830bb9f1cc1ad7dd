using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Deletions;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>A question asked elsewhere, in a topic of ours or in one that we follow (CONTRACT.md §4.3).</summary>
internal sealed class ReceiveQuestion(
    Database database, TopicStore topics, ThreadFinder threads, PassOn passOn, NodeAddresses addresses,
    ServerOptions options, TimeProvider clock)
{
    public async Task<HandlingOutcome> ExecuteAsync(
        Incoming incoming, AsObject thing, CancellationToken cancellationToken)
    {
        if ((await OwnTopicAsync(incoming, thing, cancellationToken) ?? incoming.AnnouncedBy) is not { } topic)
        {
            return HandlingOutcome.Ignored("It is in no topic that is known here.");
        }

        if (!thing.IsPublic)
        {
            return HandlingOutcome.Refused("It is not public.");
        }

        if (topic.ArchivedAt is not null)
        {
            return HandlingOutcome.Refused("The topic is closed.");
        }

        if (RemotePost.ReadQuestion(thing, options.Language, clock.GetUtcNow()) is not { } post)
        {
            return HandlingOutcome.Ignored("It has no text.");
        }

        var known = (await threads.FindAsync(post.Id, cancellationToken))?.Question;
        if (known is not null && !await MayComeAsync(known, incoming, topic, cancellationToken))
        {
            return HandlingOutcome.Ignored("It is known.");
        }

        var question = Shape(post, thing, incoming, topic, known);
        var isOld = incoming.IsFound || post.Published < clock.GetUtcNow() - ThreadBackfill.StillNew;
        var speaker = await passOn.PrepareAsync(incoming, question, cancellationToken);
        return await database.WriteAsync(
            writing =>
            {
                if (TombstoneStore.Has(writing, post.Id, topic.Id))
                {
                    return HandlingOutcome.Ignored("It was deleted before.");
                }

                if (!(known is null
                    ? QuestionStore.Add(writing, question) : QuestionStore.Bring(writing, known, question)))
                {
                    return HandlingOutcome.Ignored("It is known.");
                }

                foreach (var follower in FollowStore.ListLocalFollowers(writing, topic.Id))
                {
                    NoticeStore.Add(writing, follower, NoticeKind.Asked, question.Id, null, incoming.Sender.Id);
                }

                if (isOld)
                {
                    ThreadFetchStore.Ask(
                        writing, question.Id, TimeSpan.Zero, incoming.IsWanted ? null : ThreadBackfill.MostUnasked);
                }

                passOn.Finish(writing, incoming, question, question.Uri, speaker, isNew: true);
                return HandlingOutcome.Done;
            }, cancellationToken);
    }

    // What a moderator took out of another topic may stand in this one; and what stands in a topic of elsewhere only
    // because that topic was the first to pass it on comes to the one of ours that its author named.
    private async Task<bool> MayComeAsync(
        Question known, Incoming incoming, Topic topic, CancellationToken cancellationToken) =>
        !known.IsLocal && known.AuthorId == incoming.Sender.Id
        && (known.DeletedAt is not null
            || (topic.Host is null
                && await topics.FindAsync(known.TopicId, cancellationToken) is { Host: not null }));

    // A topic of ours that its author names comes before the one that passed it on.
    private async Task<Topic?> OwnTopicAsync(Incoming incoming, AsObject thing, CancellationToken cancellationToken)
    {
        var addressees = thing.To.Concat(thing.Cc)
            .Concat(incoming.IsByAuthor ? incoming.Activity.To.Concat(incoming.Activity.Cc) : [])
            .Concat(thing.Tag.Where(tag => tag.Is("Mention")).Select(tag => tag.Href ?? ""))
            .Append(thing.AudienceId ?? "").Distinct(StringComparer.Ordinal).Take(50);
        foreach (var uri in addressees.Where(addresses.IsOwn))
        {
            if (await topics.FindByUriAsync(uri, cancellationToken) is { Host: null } topic
                && (topic.ArchivedAt is null || incoming.AnnouncedBy is null))
            {
                return topic;
            }
        }

        return null;
    }

    private Question Shape(RemotePost post, AsObject thing, Incoming incoming, Topic topic, Question? known)
    {
        // Its place in lists is when it was asked, but a date in the far past must not hide what is new here.
        var number = known?.Id ?? new QuestionId(IdSource.At(post.Published));
        return new Question
        {
            Id = number,
            Uri = post.Id,
            Url = post.Url,
            // Without a thread of its own on its own host, our topic keeps the thread.
            ContextUri = topic.Host is null ? addresses.Context(number)
                : incoming.Thread ?? (CanonicalAuthority.IsOn(
                    thing.ContextId, CanonicalAuthority.Stored(incoming.Sender.Uri))
                    ? thing.ContextId!
                    : post.Id + "/context"),
            TopicId = topic.Id,
            AuthorId = incoming.Sender.Id,
            IsLocal = false,
            Audience = Audience.Everyone,
            Title = post.Title,
            BodySource = post.BodySource,
            BodyHtml = post.BodyHtml,
            Language = post.Language,
            PublishedAt = post.Published,
            UpdatedAt = post.Updated,
        };
    }
}

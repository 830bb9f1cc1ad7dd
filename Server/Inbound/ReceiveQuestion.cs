using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Inbound;

/// <summary>A question asked elsewhere, in a topic of ours or in one that we follow (federation.md §4.3).</summary>
internal sealed class ReceiveQuestion(
    Database database, TopicStore topics, PassOn passOn, NodeAddresses addresses, ServerOptions options,
    TimeProvider clock)
{
    public async Task<HandlingOutcome> ExecuteAsync(
        Incoming incoming, AsObject thing, CancellationToken cancellationToken)
    {
        if (await TopicAsync(incoming, thing, cancellationToken) is not { } topic)
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

        var question = Shape(post, thing, incoming, topic);
        var isOld = incoming.IsFound || post.Published < clock.GetUtcNow() - ThreadBackfill.StillNew;
        var speaker = await passOn.PrepareAsync(incoming, question, cancellationToken);
        return await database.WriteAsync(
            writing =>
            {
                if (TombstoneStore.Has(writing, post.Id))
                {
                    return HandlingOutcome.Ignored("It was deleted before.");
                }

                if (!QuestionStore.Add(writing, question))
                {
                    return HandlingOutcome.Ignored("It is known.");
                }

                foreach (var follower in FollowStore.ListLocalFollowers(writing, topic.Id))
                {
                    NoticeStore.Add(writing, follower, NoticeKind.Asked, question.Id, null, incoming.Sender.Id);
                }

                if (isOld)
                {
                    ThreadFetchStore.Ask(writing, question.Id, TimeSpan.Zero);
                }

                passOn.Finish(writing, incoming, question, question.Uri, speaker, isNew: true);
                return HandlingOutcome.Done;
            }, cancellationToken);
    }

    private async Task<Topic?> TopicAsync(Incoming incoming, AsObject thing, CancellationToken cancellationToken)
    {
        if (incoming.AnnouncedBy is { } announcer)
        {
            return announcer;
        }

        var addressees = thing.To.Concat(thing.Cc).Concat(incoming.Activity.To).Concat(incoming.Activity.Cc)
            .Concat(thing.Tag.Where(tag => tag.Is("Mention")).Select(tag => tag.Href ?? ""))
            .Append(thing.AudienceId ?? "").Distinct(StringComparer.Ordinal).Take(50);
        foreach (var uri in addressees.Where(addresses.IsOwn))
        {
            if (await topics.FindByUriAsync(uri, cancellationToken) is { Host: null } topic)
            {
                return topic;
            }
        }

        return null;
    }

    private Question Shape(RemotePost post, AsObject thing, Incoming incoming, Topic topic)
    {
        // Its place in lists is when it was asked, but a date in the far past must not hide what is new here.
        var number = new QuestionId(IdSource.At(post.Published));
        return new Question
        {
            Id = number,
            Uri = post.Id,
            Url = post.Url,
            // Without a thread of its own on its own host, our topic keeps the thread.
            ContextUri = topic.Host is null ? addresses.Context(number)
                : incoming.Thread ?? (thing.ContextId is { Length: < 2_000 } context ? context : post.Id + "/context"),
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

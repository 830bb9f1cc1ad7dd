using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Forum.Questions;

/// <summary>Everything that is needed to tell others what a moderator decides, loaded before the change.</summary>
/// <param name="Moderator">Who decides, with keys.</param>
/// <param name="Activities">What can be said.</param>
/// <param name="TopicSpeaker">The topic with keys, when it is ours and passes the activity on.</param>
/// <param name="Facts">What else stands in the thread.</param>
internal sealed record ThreadVoices(
    Speaker Moderator, ThreadActivities Activities, Speaker? TopicSpeaker, ThreadFacts Facts);

/// <summary>What the collection of a thread says besides what its question holds.</summary>
/// <param name="Accepted">Id of the answer that helped, where everyone may see it.</param>
/// <param name="AcceptedBy">Who said so.</param>
/// <param name="Official">Ids of the official answers.</param>
/// <param name="Replies">Number of answers and comments.</param>
internal sealed record ThreadFacts(string? Accepted, string? AcceptedBy, IReadOnlyList<string> Official, long Replies);

/// <summary>Tells other servers what moderators here decide, in the change that decides it.</summary>
internal sealed class ThreadPublishing(Publisher publisher, ActorStore actors, AnswerStore answers)
{
    /// <summary>Loads moderator and topic with their keys.</summary>
    public async Task<ThreadVoices> PrepareAsync(
        ActorId moderator, Question question, CancellationToken cancellationToken)
    {
        var known = (await actors.ListAsync(
            new[] { moderator, question.TopicId }.Distinct(), cancellationToken)).ToDictionary(actor => actor.Id);
        var topic = known[question.TopicId];
        return new ThreadVoices(
            await publisher.PrepareAsync(known[moderator]), new ThreadActivities(known[moderator], topic),
            topic.IsLocal ? await publisher.PrepareAsync(topic) : null,
            await FactsAsync(question, cancellationToken));
    }

    /// <summary>What else stands in a thread, as outsiders may see it.</summary>
    public async Task<ThreadFacts> FactsAsync(Question question, CancellationToken cancellationToken)
    {
        var accepted = question.AcceptedAnswerId is { } answer
            && await answers.FindAsync(answer, Viewer.Anyone, cancellationToken) is { DeletedAt: null } shown
            ? shown.Uri
            : null;
        var by = accepted is not null && question.AcceptedBy is { } id
            ? (await actors.FindAsync(id, cancellationToken))?.Uri
            : null;
        return new ThreadFacts(
            accepted, by, await answers.ListOfficialAsync(question.Id, Viewer.Anyone, cancellationToken),
            await answers.CountAsync(question.Id, Viewer.Anyone, cancellationToken));
    }

    /// <summary>The collection of a thread with what moderators decided; without its members.</summary>
    public static ThreadDocument Document(
        Question question, string topicUri, ThreadFacts facts, DateTimeOffset updated) => new()
        {
            Id = question.ContextUri,
            AttributedTo = topicUri,
            Audience = topicUri,
            Published = question.PublishedAt,
            Updated = updated,
            TotalItems = facts.Replies + 1,
            First = question.ContextUri + "?page=0",
            Question = question.Uri,
            Status = ThreadActivities.Status(question),
            AcceptedAnswer = facts.Accepted,
            AcceptedBy = facts.AcceptedBy,
            OfficialAnswer = facts.Official,
            DuplicateOf = question.DuplicateOf,
            MergedInto = question.MergedInto,
        };

    /// <summary>When a decision is made: rising, also when the clock does not.</summary>
    public static DateTimeOffset Moment(Writing writing, Question question) =>
        question.ThreadUpdatedAt is { } last && writing.Now <= last ? last.AddMilliseconds(1) : writing.Now;

    /// <summary>Closed, or open again.</summary>
    public void Locked(Writing writing, ThreadVoices voices, Question after, bool on, string? reason)
    {
        Tell(writing, voices, after, after.Uri, id => voices.Activities.Lock(id, after, on, reason));
        State(writing, voices, after);
    }

    /// <summary>Pinned, or no longer.</summary>
    public void Pinned(Writing writing, ThreadVoices voices, Question after, bool on) =>
        Tell(writing, voices, after, after.Uri, id => voices.Activities.Pin(id, after, on));

    /// <summary>Which answer helped, or that it did not, as a moderator says.</summary>
    public void Chosen(Writing writing, ThreadVoices voices, Question after, string answerUri, bool on) =>
        Tell(
            writing, voices, after, answerUri,
            id => voices.Activities.Choose(id, answerUri, on, after.ThreadUpdatedAt));

    /// <summary>A post that a moderator hid, or that is gone from the host that it is from.</summary>
    public void Deleted(
        Writing writing, ThreadVoices voices, Question question, string uri, string? from = null) =>
        Tell(writing, voices, question, uri, id => voices.Activities.Delete(id, uri, writing.Now), from);

    /// <summary>In another topic of this node: old followers hear that it went, new ones that it is there.</summary>
    public void Moved(Writing writing, ThreadVoices voices, Question after, Speaker target)
    {
        Tell(writing, voices, after, after.Uri, id => voices.Activities.Move(id, after, target.Actor));
        if (after.Audience == Audience.Everyone)
        {
            publisher.AnnounceAnew(writing, target, after.Uri, after.ContextUri);
        }
    }

    /// <summary>The state of the thread, for own nodes that follow the topic (CONTRACT.md §4.6, D6).</summary>
    public void State(Writing writing, ThreadVoices voices, Question after)
    {
        if (voices.TopicSpeaker is not { } topic || after.Audience != Audience.Everyone
            || after.ThreadUpdatedAt is not { } at)
        {
            return;
        }

        publisher.Publish(
            writing, topic, after.Uri, after.ContextUri, isPublic: true,
            id => new UpdateActivity
            {
                Context = Contexts.Thread,
                Id = id,
                Actor = topic.Actor.Uri,
                To = [PublicAudience.Id],
                Cc = [topic.Actor.Followers ?? topic.Actor.Uri + "/followers"],
                Audience = topic.Actor.Uri,
                Published = at,
                Object = Document(after, topic.Actor.Uri, voices.Facts, at),
            },
            FollowStore.ListInboxes(writing, topic.Actor.Id).Where(follower => follower.SpeaksProfile));
    }

    private void Tell(
        Writing writing, ThreadVoices voices, Question question, string objectUri, Func<string, ActivityDocument> make,
        string? from = null)
    {
        if (question.Audience != Audience.Everyone)
        {
            return;
        }

        var topic = voices.Activities.Topic;
        var activity = publisher.Publish(
            writing, voices.Moderator, question.Uri, objectUri, isPublic: true, make,
            topic.IsLocal
                ? []
                : [FollowerInbox.Of(topic)]);
        if (voices.TopicSpeaker is { } speaker)
        {
            publisher.Announce(
                writing, speaker, activity.Body, objectUri, question.ContextUri, question.Uri, from: from);
        }
    }
}

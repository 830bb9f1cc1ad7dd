using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Forum.Questions;

/// <summary>Tells the home of a question or answer, and through its topic others, about a vote from here.</summary>
internal sealed class VotePublishing(Publisher publisher, ActorStore actors)
{
    /// <summary>Loads voter, topic and the author of what is voted for.</summary>
    public async Task<QuestionVoices> PrepareAsync(
        ActorId voter, Question question, ActorId author, CancellationToken cancellationToken)
    {
        var known = (await actors.ListAsync(
            new[] { voter, question.TopicId, author }.Distinct(), cancellationToken)).ToDictionary(a => a.Id);
        var topic = known[question.TopicId];
        return new QuestionVoices(
            await publisher.PrepareAsync(known[voter]),
            new PostAddressing(known[voter], topic, author == voter ? [] : [known[author]]),
            topic.IsLocal ? await publisher.PrepareAsync(topic) : null);
    }

    /// <summary>Publishes a Like, or the Undo of one.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="voices">From <see cref="PrepareAsync"/>.</param>
    /// <param name="question">The question, or that of the answer.</param>
    /// <param name="objectUri">What is voted for.</param>
    /// <param name="on">Like or Undo.</param>
    /// <param name="former">Id of the Like that is undone.</param>
    /// <returns>Id of the Like; null when nothing was published or it was an Undo.</returns>
    public string? Tell(
        Writing writing, QuestionVoices voices, Question question, string objectUri, bool on, string? former)
    {
        if (question.Audience != Audience.Everyone || (!on && former is null))
        {
            return null;
        }

        var addressing = voices.Addressing;
        LikeActivity Like(string id) => new()
        {
            Id = id,
            Actor = addressing.Author.Uri,
            To = [addressing.Topic.Uri, .. addressing.Mentioned.Select(actor => actor.Uri)],
            Audience = addressing.Topic.Uri,
            Object = objectUri,
        };
        var activity = publisher.Publish(
            writing, voices.Author, question.Uri, objectUri, isPublic: true,
            id => on
                ? Like(id)
                : new UndoActivity
                {
                    Id = id,
                    Actor = addressing.Author.Uri,
                    To = [addressing.Topic.Uri, .. addressing.Mentioned.Select(actor => actor.Uri)],
                    Audience = addressing.Topic.Uri,
                    Object = Like(former!),
                },
            addressing.Inboxes([]));
        if (voices.TopicSpeaker is { } topic)
        {
            publisher.Announce(
                writing, topic, activity.Body, objectUri, question.ContextUri, question.Uri);
        }

        return on ? activity.Uri : null;
    }
}

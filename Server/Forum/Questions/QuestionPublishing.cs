using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Forum.Questions;

/// <summary>Everything that is needed to tell others about a local question, loaded before the change begins.</summary>
/// <param name="Author">Who asked, with keys.</param>
/// <param name="Addressing">To whom.</param>
/// <param name="TopicSpeaker">The topic with keys, when it is ours and passes the activity on.</param>
internal sealed record QuestionVoices(Speaker Author, PostAddressing Addressing, Speaker? TopicSpeaker);

/// <summary>Tells other servers about questions of this node, in the change that made them.</summary>
internal sealed class QuestionPublishing(
    Publisher publisher, ActorStore actors, AnswerStore answers, NodeAddresses addresses, ServerOptions options)
{
    /// <summary>Loads author and topic with their keys.</summary>
    public async Task<QuestionVoices> PrepareAsync(
        ActorId authorId, ActorId topicId, CancellationToken cancellationToken)
    {
        var author = await actors.FindAsync(authorId, cancellationToken)
            ?? throw new InvalidOperationException("author");
        var topic = await actors.FindAsync(topicId, cancellationToken) ?? throw new InvalidOperationException("topic");
        // A topic elsewhere is mentioned, so that replies from Mastodon reach it too (CONTRACT.md §4.3).
        var addressing = new PostAddressing(author, topic, topic.IsLocal ? [] : [topic]);
        return new QuestionVoices(
            await publisher.PrepareAsync(author), addressing,
            topic.IsLocal ? await publisher.PrepareAsync(topic) : null);
    }

    /// <summary>The question as others see it.</summary>
    public Federation.Vocabulary.PostDocument Document(
        Question question, PostAddressing addressing, string? acceptedAnswer)
    {
        var note = QuestionActivities.Document(question, addressing, addressing.Tags(addresses), acceptedAnswer);
        return options.QuestionsAsArticle ? QuestionActivities.Article(note, question) : note;
    }

    /// <summary>
    /// Id of the answer that the asker chose; null where outsiders do not see it. A moderator's choice stands in the
    /// thread, not in what the asker says.
    /// </summary>
    public async Task<string?> AcceptedUriAsync(Question question, CancellationToken cancellationToken) =>
        question is { AcceptedAnswerId: { } id, IsChosenByAsker: true }
            ? (await answers.FindAsync(id, Viewer.Anyone, cancellationToken))?.Uri
            : null;

    public void Created(Writing writing, QuestionVoices voices, Question question) => Tell(
        writing, voices, question, question.Uri, addressed => addressed,
        id => voices.Addressing.Create(id, Document(question, voices.Addressing, null)), isNew: true);

    public void Updated(Writing writing, QuestionVoices voices, Question question, string? acceptedAnswer) => Tell(
        writing, voices, question, question.Uri,
        addressed => Publisher.Readers(writing, addressed, voices.Addressing.Topic, inTimelines: true),
        id => voices.Addressing.Update(id, Document(question, voices.Addressing, acceptedAnswer)));

    public void Deleted(Writing writing, QuestionVoices voices, Question question) => Tell(
        writing, voices, question, question.Uri,
        addressed => Publisher.Holders(writing, addressed, voices.Addressing.Topic, question.PublishedAt),
        id => voices.Addressing.Delete(id, question.Uri, writing.Now));

    public void Chosen(Writing writing, QuestionVoices voices, Question question, string answerUri, bool on) => Tell(
        writing, voices, question, answerUri, addressed => addressed,
        id => new ThreadActivities(voices.Addressing.Author, voices.Addressing.Topic)
            .Choose(id, answerUri, on, question.UpdatedAt));

    // From the author after from the topic: who knows both believes what came last.
    private void Tell(
        Writing writing, QuestionVoices voices, Question question, string objectUri,
        Func<IEnumerable<FollowerInbox>, IEnumerable<FollowerInbox>> recipients,
        Func<string, Federation.Vocabulary.ActivityDocument> make, bool isNew = false)
    {
        if (question.Audience != Audience.Everyone)
        {
            return;
        }

        var activity = publisher.Publish(writing, voices.Author, question.Uri, objectUri, isPublic: true, make, []);
        if (voices.TopicSpeaker is { } topic)
        {
            publisher.Announce(
                writing, topic, activity.Body, objectUri, question.ContextUri, question.Uri, isNew);
        }

        var followers = FollowStore.ListInboxes(writing, voices.Author.Actor.Id);
        publisher.Send(
            writing, voices.Author, question.Uri, activity, recipients(voices.Addressing.Inboxes(followers)));
    }
}

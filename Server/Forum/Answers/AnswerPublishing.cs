using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Forum.Answers;

/// <summary>Everything that is needed to tell others about a local answer, loaded before the change begins.</summary>
/// <param name="Author">Who answers, with keys.</param>
/// <param name="Addressing">To whom.</param>
/// <param name="TopicSpeaker">The topic with keys, when it is ours and passes the activity on.</param>
/// <param name="RegisterId">Of an organisation: its address in a register.</param>
internal sealed record AnswerVoices(
    Speaker Author, PostAddressing Addressing, Speaker? TopicSpeaker, string? RegisterId = null);

/// <summary>Tells other servers about answers of this node, in the change that made them.</summary>
internal sealed class AnswerPublishing(
    Publisher publisher, ActorStore actors, OrganisationStore organisations, NodeAddresses addresses,
    ServerOptions options)
{
    /// <summary>Loads author, topic, asker and the author of what is replied to.</summary>
    public async Task<AnswerVoices> PrepareAsync(
        ActorId authorId, Question question, ActorId? repliedTo, CancellationToken cancellationToken)
    {
        var ids = new[] { authorId, question.TopicId, question.AuthorId, repliedTo ?? question.AuthorId }.Distinct();
        var known = (await actors.ListAsync(ids, cancellationToken)).ToDictionary(actor => actor.Id);
        var author = known[authorId];
        var topic = known[question.TopicId];
        var told = new[] { repliedTo ?? question.AuthorId, question.AuthorId }.Distinct()
            .Where(id => id != authorId).Select(id => known[id]).ToList();
        return new AnswerVoices(
            await publisher.PrepareAsync(author), new PostAddressing(author, topic, told),
            topic.IsLocal ? await publisher.PrepareAsync(topic) : null,
            author.Kind == ActorKind.Organisation
                ? (await organisations.FindAsync(author.Id, cancellationToken)).RegisterId
                : null);
    }

    /// <summary>
    /// The answer as others see it; an official one carries the proof of the organisation (CONTRACT.md D5).
    /// </summary>
    public byte[] Document(Answer answer, Question question, AnswerVoices voices)
    {
        var document = Shape(answer, question, voices);
        var bytes = VocabularyWriter.Write(document);
        return answer.Kind == AnswerKind.Official
            ? IntegrityProof.Sign(bytes, voices.Author.ProofKey, answer.UpdatedAt)
            : bytes;
    }

    /// <summary>Gives an answer its next version and tells others.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="voices">Author and recipients.</param>
    /// <param name="before">As it was read.</param>
    /// <param name="after">What it becomes.</param>
    /// <param name="question">Its question.</param>
    /// <returns>The new version; refused when somebody else changed it in between: then nothing happened.</returns>
    public Outcome<Answer> Revise(
        Writing writing, AnswerVoices voices, Answer before, Answer after, Question question)
    {
        var next = after with
        {
            // Lemmy orders by `updated`, so it must rise even when the clock did not.
            UpdatedAt = writing.Now > before.UpdatedAt ? writing.Now : before.UpdatedAt.AddSeconds(1),
            Revision = before.Revision + 1,
            PreviousRevision = before.Kind == AnswerKind.Official ? NameOfNewest(writing, before.Uri) : null,
        };
        if (!AnswerStore.Revise(writing, before, next))
        {
            return new Refusal(RefusalKind.Conflict, "problem.409text");
        }

        Tell(
            writing, voices, next, question,
            addressed => Publisher.Readers(
                writing, addressed, voices.Addressing.Topic, inTimelines: next.Kind == AnswerKind.Official),
            id => Wrap(voices.Addressing.Update(id, Shape(next, question, voices)), next, question, voices));
        return next;
    }

    private static string? NameOfNewest(Writing writing, string uri) =>
        OutboxStore.FindNewest(writing, uri) is { } body
        && VocabularyReader.Read(body).Value?.Object is [{ } sent]
            ? IntegrityProof.NameOf(sent.Raw)
            : null;

    public void Created(Writing writing, AnswerVoices voices, Answer answer, Question question) => Tell(
        writing, voices, answer, question, addressed => addressed,
        id => Wrap(voices.Addressing.Create(id, Shape(answer, question, voices)), answer, question, voices),
        isNew: answer.Kind == AnswerKind.Official);

    public void Deleted(Writing writing, AnswerVoices voices, Answer answer, Question question) => Tell(
        writing, voices, answer, question,
        addressed => Publisher.Holders(writing, addressed, voices.Addressing.Topic, answer.PublishedAt),
        id => voices.Addressing.Delete(id, answer.Uri, writing.Now));

    private NoteDocument Shape(Answer answer, Question question, AnswerVoices voices) => AnswerActivities.Document(
        answer, question.ContextUri, question.AcceptedAnswerId == answer.Id, voices.Addressing,
        voices.Addressing.Tags(addresses), Texts.For(answer.Language, options.FormOfAddress), voices.RegisterId);

    private ActivityDocument Wrap(ActivityDocument activity, Answer answer, Question question, AnswerVoices voices) =>
        answer.Kind == AnswerKind.Official
            ? activity with { Object = RawJson.Of(Document(answer, question, voices)) }
            : activity;

    // From the author after from the topic: who knows both believes what came last.
    private void Tell(
        Writing writing, AnswerVoices voices, Answer answer, Question question,
        Func<IEnumerable<FollowerInbox>, IEnumerable<FollowerInbox>> recipients, Func<string, ActivityDocument> make,
        bool isNew = false)
    {
        if (answer.Audience != Audience.Everyone)
        {
            return;
        }

        var activity = publisher.Publish(writing, voices.Author, question.Uri, answer.Uri, isPublic: true, make, []);
        if (voices.TopicSpeaker is { } topic)
        {
            publisher.Announce(
                writing, topic, activity.Body, answer.Uri, question.ContextUri, question.Uri, isNew);
        }

        var followers = FollowStore.ListInboxes(writing, voices.Author.Actor.Id);
        publisher.Send(
            writing, voices.Author, question.Uri, activity, recipients(voices.Addressing.Inboxes(followers)));
    }
}

using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Forum.Questions;

/// <summary>
/// Who may decide about a thread: those who moderate this whole node, for topics of ours, and those whom the topic
/// itself names. One answer for page, client, command and peer.
/// </summary>
internal sealed class Moderators(ModeratorStore appointed, TopicStore topics)
{
    /// <summary>May this caller? Null when it may.</summary>
    public async Task<Refusal?> MayAsync(Caller caller, Question question, CancellationToken cancellationToken)
    {
        if (await topics.FindAsync(question.TopicId, cancellationToken) is not { } topic)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        var isAppointed = caller.Account is { } account
            && await appointed.HasAsync(topic.Id, account.ActorId, cancellationToken);
        return QuestionRules.MayModerate(caller, question, topic, isAppointed);
    }

    /// <summary>May this peer?</summary>
    /// <param name="peer">Who acts.</param>
    /// <param name="question">The question that the thread is about.</param>
    /// <param name="announcedBy">The topic that passed it on; null when it came directly.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<bool> MayAsync(
        Actor peer, Question question, ActorId? announcedBy, CancellationToken cancellationToken) =>
        await topics.FindAsync(question.TopicId, cancellationToken) is { } topic
        && QuestionRules.MayModerate(
            peer, topic, await appointed.HasAsync(topic.Id, peer.Id, cancellationToken), announcedBy);

    /// <summary>Is this peer a moderator of the question's topic?</summary>
    public async Task<bool> IsOneAsync(Actor peer, Question question, CancellationToken cancellationToken) =>
        await topics.FindAsync(question.TopicId, cancellationToken) is { } topic
        && QuestionRules.IsModerator(
            peer, topic, await appointed.HasAsync(topic.Id, peer.Id, cancellationToken));
}

using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>A place in a thread that is known here.</summary>
/// <param name="Question">The question.</param>
/// <param name="Answer">The answer or comment; null when the place is the question itself.</param>
internal sealed record ThreadPlace(Question Question, Answer? Answer);

/// <summary>Finds what an id of the wire means here.</summary>
internal sealed class ThreadFinder(
    QuestionStore questions, AnswerStore answers, ActorStore actors, NodeAddresses addresses)
{
    /// <summary>The question or answer with this id; null when it is unknown or not for outsiders.</summary>
    public async Task<ThreadPlace?> FindAsync(string uri, CancellationToken cancellationToken)
    {
        // Other servers may see only what everyone may see: their activities reach nothing else.
        if (await questions.FindByUriAsync(uri, Viewer.Anyone, cancellationToken) is { } question)
        {
            return new ThreadPlace(question, null);
        }

        return await answers.FindByUriAsync(uri, Viewer.Anyone, cancellationToken) is { } answer
            && await questions.FindAsync(answer.QuestionId, Viewer.Anyone, cancellationToken) is { } parent
            ? new ThreadPlace(parent, answer)
            : null;
    }

    /// <summary>The topic of a question, when it is ours: then it passes on what happens in the thread.</summary>
    public async Task<Actor?> LocalTopicAsync(Question question, CancellationToken cancellationToken) =>
        await actors.FindAsync(question.TopicId, cancellationToken) is { IsLocal: true } topic ? topic : null;

    /// <summary>Whether an id was minted here.</summary>
    public bool IsOwn(string uri) => addresses.IsOwn(uri);
}

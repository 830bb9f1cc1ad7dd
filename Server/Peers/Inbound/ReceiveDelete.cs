using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Actors;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Deletions;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// Delete of a post by its author or a moderator of its topic, or of an actor by its own server (CONTRACT.md §3.5).
/// </summary>
internal sealed class ReceiveDelete(
    Database database, ThreadFinder threads, QuestionStore questions, AnswerStore answers, ActorStore actors,
    Moderators moderators, RemoteActors remote, ThreadPublishing publishing, PassOn passOn)
{
    private const int AtOnce = 50;

    public async Task<HandlingOutcome> ExecuteAsync(Incoming incoming, CancellationToken cancellationToken)
    {
        if (incoming.Activity.ObjectId is not { } uri)
        {
            return HandlingOutcome.Refused("It names nothing.");
        }

        if (uri == incoming.Sender.Uri)
        {
            return await DeleteActorAsync(incoming, cancellationToken);
        }

        var place = await threads.FindAsync(uri, cancellationToken);
        if (place is null)
        {
            if (!CanonicalAuthority.IsOn(uri, CanonicalAuthority.Stored(incoming.Sender.Uri)))
            {
                return HandlingOutcome.Refused("It is not of the actor's own server.");
            }

            return await database.WriteAsync(
                writing =>
                {
                    // It may still be on its way: then it must not appear.
                    TombstoneStore.Add(writing, uri, incoming.Object?.FormerType ?? "Object");
                    incoming.MarkDone(writing, "Deleted before it came.");
                    return HandlingOutcome.Done;
                }, cancellationToken);
        }

        var author = place.Answer?.AuthorId ?? place.Question.AuthorId;
        if (author != incoming.Sender.Id && !await moderators.MayAsync(
            incoming.Sender, place.Question, incoming.AnnouncedBy?.Id, cancellationToken))
        {
            return HandlingOutcome.Refused("It is by somebody else.");
        }

        var speaker = await passOn.PrepareAsync(incoming, place.Question, cancellationToken);
        return await database.WriteAsync(
            writing =>
            {
                if (place.Answer is { } answer)
                {
                    AnswerStore.Delete(writing, answer);
                }
                else
                {
                    QuestionStore.Delete(writing, place.Question);
                }

                // What a moderator takes away is gone from that topic; what the author deletes is gone.
                if (author == incoming.Sender.Id)
                {
                    TombstoneStore.Add(writing, uri, "Note");
                }
                else
                {
                    TombstoneStore.Remove(writing, uri, place.Question.TopicId);
                }

                passOn.Finish(writing, incoming, place.Question, uri, speaker);
                return HandlingOutcome.Done;
            }, cancellationToken);
    }

    /// <summary>Takes away an answer of elsewhere whose own server says that it is gone.</summary>
    public async Task GoneAsync(Answer answer, CancellationToken cancellationToken)
    {
        var question = (await questions.FindAsync(answer.QuestionId, Viewer.Node, cancellationToken))!;
        await DeletePostAsync(
            question, answer.Uri, answer.Audience, writing => AnswerStore.Delete(writing, answer), cancellationToken);
    }

    /// <summary>Takes away somebody of elsewhere, with all posts, whose own server says that they are gone.</summary>
    public Task GoneAsync(Actor actor, CancellationToken cancellationToken) =>
        GoneAsync(actor, _ => { }, cancellationToken);

    // Whoever asks for it: only the actor's own server can say that it is gone, and a 410 is how it says so.
    private async Task<HandlingOutcome> DeleteActorAsync(Incoming incoming, CancellationToken cancellationToken)
    {
        var lookup = await remote.RefreshAsync(CanonicalAuthority.Stored(incoming.Sender.Uri), cancellationToken);
        if (lookup.Status == ActorStatus.Unreachable)
        {
            return HandlingOutcome.Retry(lookup.Reason ?? "The actor's server is not to be reached.");
        }

        if (lookup.Status == ActorStatus.Found)
        {
            return HandlingOutcome.Ignored("The actor is there.");
        }

        if (lookup.Status is not (ActorStatus.Gone or ActorStatus.NotFound))
        {
            return HandlingOutcome.Ignored("Its server does not say that the actor is gone.");
        }

        await GoneAsync(incoming.Sender, writing => incoming.MarkDone(writing), cancellationToken);
        return HandlingOutcome.Done;
    }

    private async Task GoneAsync(Actor actor, Action<Writing> alongside, CancellationToken cancellationToken)
    {
        await DeletePostsAsync(actor.Id, cancellationToken);
        await database.WriteAsync(
            writing =>
            {
                ActorStore.MarkDeleted(writing, actor.Id);
                TombstoneStore.Add(writing, actor.Uri, "Person");
                alongside(writing);
            }, cancellationToken);
    }

    // Mastodon says once that an account is gone and means all that it wrote. A part at a time: what was begun when the
    // process ended goes on with the rest.
    private async Task DeletePostsAsync(ActorId author, CancellationToken cancellationToken)
    {
        while (await answers.ListByAuthorAsync(
            author, Viewer.Node, PageRequest.Newest(AtOnce), withComments: true, cancellationToken)
            is { Items: { Count: > 0 } part })
        {
            foreach (var answer in part)
            {
                await GoneAsync(answer, cancellationToken);
            }
        }

        while (await questions.ListAsync(
            new QuestionFilter(Author: author), Viewer.Node, PageRequest.Newest(AtOnce), cancellationToken)
            is { Items: { Count: > 0 } part })
        {
            foreach (var question in await questions.ListAsync(
                [.. part.Select(row => row.Id)], Viewer.Node, cancellationToken))
            {
                await DeletePostAsync(
                    question, question.Uri, question.Audience, writing => QuestionStore.Delete(writing, question),
                    cancellationToken);
            }
        }
    }

    // Who had it from our topic hears it from our topic: the author's server may not know of them.
    private async Task DeletePostAsync(
        Question question, string uri, Audience audience, Action<Writing> delete, CancellationToken cancellationToken)
    {
        var isOurs = await actors.FindAsync(question.TopicId, cancellationToken) is { IsLocal: true };
        var voices = isOurs && audience == Audience.Everyone
            ? await publishing.PrepareAsync(question.TopicId, question, cancellationToken)
            : null;
        await database.WriteAsync(
            writing =>
            {
                delete(writing);
                TombstoneStore.Add(writing, uri, "Note");
                if (voices is not null)
                {
                    publishing.Deleted(writing, voices, question, uri, CanonicalAuthority.Stored(uri).Authority);
                }
            }, cancellationToken);
    }
}

using Ontmoetingsplein.Federation.Actors;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Server.Outbound;
using Ontmoetingsplein.Server.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Inbound;

/// <summary>
/// Delete of a post by its author or a moderator of its topic, or of an actor by its own server (federation.md §3.5).
/// </summary>
internal sealed class ReceiveDelete(
    Database database, ThreadFinder threads, Moderators moderators, RemoteActors remote, PassOn passOn)
{
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
            if (!Uri.TryCreate(uri, UriKind.Absolute, out var id)
                || !Federation.CanonicalAuthority.SameOrigin(id, new Uri(incoming.Sender.Uri)))
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

                TombstoneStore.Add(writing, uri, "Note");
                passOn.Finish(writing, incoming, place.Question, uri, speaker);
                return HandlingOutcome.Done;
            }, cancellationToken);
    }

    // Whoever asks for it: only the actor's own server can say that it is gone, and a 410 is how it says so.
    private async Task<HandlingOutcome> DeleteActorAsync(Incoming incoming, CancellationToken cancellationToken)
    {
        var lookup = await remote.RefreshAsync(new Uri(incoming.Sender.Uri), cancellationToken);
        if (lookup.Status == ActorStatus.Unreachable)
        {
            return HandlingOutcome.Retry(lookup.Reason ?? "The actor's server is not to be reached.");
        }

        if (lookup.Status == ActorStatus.Found)
        {
            return HandlingOutcome.Ignored("The actor is there.");
        }

        return await database.WriteAsync(
            writing =>
            {
                ActorStore.MarkDeleted(writing, incoming.Sender.Id);
                TombstoneStore.Add(writing, incoming.Sender.Uri, "Person");
                incoming.MarkDone(writing);
                return HandlingOutcome.Done;
            }, cancellationToken);
    }
}

using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Votes;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>Like, Dislike and the Undo of either.</summary>
internal sealed class ReceiveVote(Database database, ThreadFinder threads, PassOn passOn)
{
    /// <summary>Counts a vote: 1, -1, or 0 for an Undo.</summary>
    public async Task<HandlingOutcome> ExecuteAsync(
        Incoming incoming, string? objectUri, int value, CancellationToken cancellationToken)
    {
        if (objectUri is null || await threads.FindAsync(objectUri, cancellationToken) is not { } place)
        {
            return HandlingOutcome.Ignored("What it is about is not known here.");
        }

        var (question, answer) = place;
        var party = Party.Of(incoming.Sender);
        if ((answer is null ? ThreadRules.MayVote(party, question) : ThreadRules.MayVote(party, answer))
            is { } refusal)
        {
            return refusal.ToOutcome();
        }

        var speaker = await passOn.PrepareAsync(incoming, question, cancellationToken);
        return await database.WriteAsync(
            writing =>
            {
                var changed = answer is null
                    ? VoteStore.Vote(writing, question.Id, incoming.Sender.Id, value, incoming.Activity.Id)
                    : VoteStore.Vote(writing, answer.Id, question.Id, incoming.Sender.Id, value, incoming.Activity.Id);
                if (!changed)
                {
                    return HandlingOutcome.Ignored("It is counted.");
                }

                passOn.Finish(writing, incoming, question, objectUri, speaker);
                return HandlingOutcome.Done;
            }, cancellationToken);
    }
}

using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// ChooseAnswer and its Undo (CONTRACT.md D4): the asker, or a moderator of the topic, says which answer helped.
/// </summary>
internal sealed class ReceiveAcceptance(
    Database database, ThreadFinder threads, Moderators moderators, PassOn passOn)
{
    public async Task<HandlingOutcome> ExecuteAsync(
        Incoming incoming, string? answerUri, bool on, CancellationToken cancellationToken)
    {
        if (answerUri is null
            || await threads.FindAsync(answerUri, cancellationToken) is not { Answer: { } answer } place)
        {
            return HandlingOutcome.Ignored("The answer is not known here.");
        }

        var question = place.Question;
        var isAsker = question.AuthorId == incoming.Sender.Id;
        var moderates = !isAsker
            && await moderators.MayAsync(incoming.Sender, question, incoming.AnnouncedBy?.Id, cancellationToken);
        if (ThreadRules.MayAccept(Party.Of(incoming.Sender), question, answer, moderates) is { } refusal)
        {
            return refusal.ToOutcome();
        }

        if (incoming.Activity.Published is { } said
            && said < (isAsker ? question.UpdatedAt : question.ThreadUpdatedAt ?? DateTimeOffset.MinValue))
        {
            return HandlingOutcome.Ignored("Something newer was said.");
        }

        if (on == (question.AcceptedAnswerId == answer.Id))
        {
            return HandlingOutcome.Ignored("So it is.");
        }

        var speaker = await passOn.PrepareAsync(incoming, question, cancellationToken);
        return await database.WriteAsync(
            writing =>
            {
                QuestionStore.Accept(
                    writing, question.Id, on ? answer.Id : null, on ? incoming.Sender.Id : null, updatedAt: null);
                if (on)
                {
                    AcceptanceNotice.Add(writing, question, answer, incoming.Sender.Id);
                }

                passOn.Finish(writing, incoming, question, answerUri, speaker);
                return HandlingOutcome.Done;
            }, cancellationToken);
    }
}

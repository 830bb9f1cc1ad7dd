using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Votes;

namespace Ontmoetingsplein.Server.Questions;

/// <summary>"Ik wil dit ook weten", and following a question to hear of its answers.</summary>
internal sealed class WantToKnow(
    Database database, QuestionStore questions, VoteStore votes, VotePublishing publishing)
{
    /// <summary>Says, or no longer says, that the caller wants to know this too.</summary>
    public async Task<Outcome<Question>> ExecuteAsync(
        QuestionId id, bool on, Caller caller, CancellationToken cancellationToken)
    {
        if (await questions.FindAsync(id, caller.Viewer, cancellationToken) is not { } question)
        {
            return new Refusal(RefusalKind.NotFound, "error.notFound");
        }

        if (QuestionRules.MayTakePart(caller, question) is { } refusal)
        {
            return refusal;
        }

        var voter = caller.Account!.ActorId;
        var former = await votes.FindActivityAsync(voter, id.Value, cancellationToken);
        var voices = await publishing.PrepareAsync(voter, question, question.AuthorId, cancellationToken);
        return await database.WriteAsync<Outcome<Question>>(
            writing =>
            {
                if (VoteStore.Vote(writing, id, voter, on ? 1 : 0, null))
                {
                    var activity = publishing.Tell(writing, voices, question, question.Uri, on, former);
                    VoteStore.SetActivity(writing, voter, id.Value, activity);
                    QuestionStore.Follow(writing, id, voter, on);
                }

                return question;
            }, cancellationToken);
    }

    /// <summary>Starts or ends following.</summary>
    public async Task<Outcome<Question>> FollowAsync(
        QuestionId id, bool on, Caller caller, CancellationToken cancellationToken)
    {
        if (await questions.FindAsync(id, caller.Viewer, cancellationToken) is not { } question)
        {
            return new Refusal(RefusalKind.NotFound, "error.notFound");
        }

        if (QuestionRules.MayTakePart(caller, question) is { } refusal)
        {
            return refusal;
        }

        await database.WriteAsync(
            writing => QuestionStore.Follow(writing, id, caller.Account!.ActorId, on), cancellationToken);
        return question;
    }
}

using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Votes;

namespace Ontmoetingsplein.Forum.Questions;

/// <summary>"Ik wil dit ook weten", and following a question to hear of its answers.</summary>
internal sealed class WantToKnow(
    Database database, QuestionStore questions, VoteStore votes, VotePublishing publishing, Allowances allowances)
{
    /// <summary>Says, or no longer says, that the caller wants to know this too.</summary>
    public async Task<Outcome<Question>> ExecuteAsync(
        QuestionId id, bool on, Caller caller, CancellationToken cancellationToken)
    {
        if (await questions.FindAsync(id, caller.Viewer, cancellationToken) is not { } question)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        if (ThreadRules.MayVote(caller.Party, question) is { } refusal)
        {
            return refusal;
        }

        var voter = caller.Account!.ActorId;
        var former = await votes.FindActivityAsync(voter, id.Value, cancellationToken);
        var voices = await publishing.PrepareAsync(voter, question, question.AuthorId, cancellationToken);
        return await database.WriteAsync<Outcome<Question>>(
            writing =>
            {
                if (allowances.Take(writing, Act.Mark, caller) is { } tooMany)
                {
                    return tooMany;
                }

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
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        if (QuestionRules.MayTakePart(caller, question) is { } refusal)
        {
            return refusal;
        }

        return await database.WriteAsync<Outcome<Question>>(
            writing =>
            {
                if (allowances.Take(writing, Act.Mark, caller) is { } tooMany)
                {
                    return tooMany;
                }

                QuestionStore.Follow(writing, id, caller.Account!.ActorId, on);
                return question;
            }, cancellationToken);
    }
}

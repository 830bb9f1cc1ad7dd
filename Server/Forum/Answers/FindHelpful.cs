using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Votes;

namespace Ontmoetingsplein.Forum.Answers;

/// <summary>"Nuttig": says that an answer helped.</summary>
internal sealed class FindHelpful(
    Database database, QuestionStore questions, AnswerStore answers, VoteStore votes, VotePublishing publishing,
    Allowances allowances)
{
    public async Task<Outcome<Answer>> ExecuteAsync(
        AnswerId id, bool on, Caller caller, CancellationToken cancellationToken)
    {
        var answer = await answers.FindAsync(id, caller.Viewer, cancellationToken);
        var question = answer is null
            ? null
            : await questions.FindAsync(answer.QuestionId, caller.Viewer, cancellationToken);
        if (answer is null || question is null)
        {
            return new Refusal(RefusalKind.NotFound, "problem.404text");
        }

        if (ThreadRules.MayVote(caller.Party, answer) is { } refusal)
        {
            return refusal;
        }

        var voter = caller.Account!.ActorId;
        var former = await votes.FindActivityAsync(voter, id.Value, cancellationToken);
        var voices = await publishing.PrepareAsync(voter, question, answer.AuthorId, cancellationToken);
        return await database.WriteAsync<Outcome<Answer>>(
            writing =>
            {
                if (allowances.Take(writing, Act.Mark, caller) is { } tooMany)
                {
                    return tooMany;
                }

                if (VoteStore.Vote(writing, id, question.Id, voter, on ? 1 : 0, null))
                {
                    var activity = answer.Audience == Audience.Everyone
                        ? publishing.Tell(writing, voices, question, answer.Uri, on, former)
                        : null;
                    VoteStore.SetActivity(writing, voter, id.Value, activity);
                }

                return answer;
            }, cancellationToken);
    }
}

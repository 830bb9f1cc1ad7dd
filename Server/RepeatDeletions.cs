using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Deletions;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server;

/// <summary>
/// A restored backup brings back what was deleted after it was made. Before the node opens its doors all that its
/// ledger has is deleted again; others were told when it was deleted first.
/// </summary>
internal sealed partial class RepeatDeletions(
    Database database, DeletionLedger ledger, QuestionStore questions, AnswerStore answers, ActorStore actors,
    ServerOptions options, TimeProvider clock, ILogger<RepeatDeletions> logger)
{
    private const int AtOnce = 500;

    /// <summary>Does what is not done yet.</summary>
    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        var repeated = 0;
        while (await ledger.ListForgottenAsync(AtOnce) is { Count: > 0 } forgotten)
        {
            foreach (var deletion in forgotten)
            {
                await RepeatAsync(deletion, cancellationToken);
                repeated++;
            }
        }

        var since = clock.GetUtcNow() - options.BackupLife;
        while (await database.WriteAsync(
            writing => DeletionLedger.CatchUp(writing, since, AtOnce), cancellationToken) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (repeated > 0)
        {
            Log.Repeated(logger, repeated);
        }
    }

    private async Task RepeatAsync(Deletion deletion, CancellationToken cancellationToken)
    {
        var question = await questions.FindByUriAsync(deletion.Uri, Viewer.Node, cancellationToken);
        var answer = question is null
            ? await answers.FindByUriAsync(deletion.Uri, Viewer.Node, cancellationToken)
            : null;
        var actor = question is null && answer is null
            ? await actors.FindByUriAsync(deletion.Uri, cancellationToken)
            : null;
        await database.WriteAsync(
            writing =>
            {
                if (question is not null)
                {
                    QuestionStore.Delete(writing, question);
                }
                else if (answer is not null)
                {
                    AnswerStore.Delete(writing, answer);
                }
                else if (actor is { IsLocal: false })
                {
                    ActorStore.MarkDeleted(writing, actor.Id);
                }
                else if (OrganisationStore.AttestationOf(deletion) is { } attestation)
                {
                    OrganisationStore.Revoke(writing, attestation);
                }

                TombstoneStore.Add(writing, deletion.Uri, deletion.FormerType, deletion.DeletedAt);
            }, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1230, LogLevel.Warning,
            "The database is older than the ledger of deletions, as after a restore: {Count} were made again")]
        public static partial void Repeated(ILogger logger, int count);
    }
}

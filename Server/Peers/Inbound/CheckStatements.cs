using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Work;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Processes;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// Keeps the official answers of other nodes up to date by asking their own servers: on the dates that they give, and
/// once a day while somebody reads them (CONTRACT.md §4.5). A change that never arrived is found so. Besides, it
/// looks again at who vouches for organisations.
/// </summary>
internal sealed partial class CheckStatements(
    StatementStore statements, AnswerStore answers, QuestionStore questions, TopicStore topics, ActorStore actors,
    RecognitionStore recognitions, TimerStore timers, RecogniseOrganisation recognise, JudgeStatement judge,
    ReceivePost posts, ReceiveDelete deletes, RemoteFetcher fetcher, Database database, TimeProvider clock,
    ILogger<CheckStatements> logger) : Worker(clock, logger)
{
    private const int Beside = 16;
    private const int PerParty = 2;
    private const int MostStale = 50;
    private const string Timer = "recognitions";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan UntilThereIsRoom = Minute;

    private readonly PartyTurns<Statement> turns = new(PerParty);
    private readonly PartyGate hosts = new(PerParty);

    /// <summary>Asks about what is due, once.</summary>
    /// <returns>How many answers were due.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await RecogniseIfDueAsync(cancellationToken);
        return await Work(_ => Task.CompletedTask).RunOnceAsync(cancellationToken);
    }

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        using var wakeup = new Wakeup(database, StatementStore.Signal, Minute, Clock);
        await Task.WhenAll(
            Work(wakeup.WaitAsync).RunAsync(stoppingToken),
            KeepOnAsync(
                async stop =>
                {
                    await RecogniseIfDueAsync(stop);
                    await Task.Delay(Minute, Clock, stop);
                }, stoppingToken));
    }

    // Each answer in a lane of its own: a slow server holds up no other's.
    private Lanes<Statement> Work(Func<CancellationToken, Task> wait) => new()
    {
        Most = Beside,
        Take = TakeAsync,
        Run = async (statement, stop) =>
        {
            try
            {
                await CheckAsync(statement, stop);
            }
            finally
            {
                turns.End(statement);
            }

            return null;
        },
        Wait = wait,
        Failed = TellThatItWaits,
        Time = Clock,
    };

    private Task<IReadOnlyList<Statement>> TakeAsync(int free, CancellationToken cancellationToken) => turns.TakeAsync(
        free,
        most => statements.TakeAsync(most, Lease, cancellationToken),
        async statement => await answers.FindAsync(statement.AnswerId, Viewer.Node, cancellationToken) is { } answer
            ? CanonicalAuthority.Stored(answer.Uri).Authority
            : null,
        others => database.WriteAsync(
            writing =>
            {
                foreach (var statement in others)
                {
                    StatementStore.Put(writing, statement with { DueAt = writing.Now + UntilThereIsRoom });
                }
            }, cancellationToken));

    private async Task RecogniseIfDueAsync(CancellationToken cancellationToken)
    {
        if (await timers.IsDueAsync(Timer, Clock.GetUtcNow(), cancellationToken)
            && await database.WriteAsync(writing => TimerStore.Take(writing, Timer, Hour), cancellationToken))
        {
            await RecogniseAsync(cancellationToken);
        }
    }

    private async Task RecogniseAsync(CancellationToken cancellationToken)
    {
        var before = Clock.GetUtcNow() - RecogniseOrganisation.Fresh;
        var stale = new List<Actor>();
        foreach (var recognition in await recognitions.ListStaleAsync(before, MostStale, cancellationToken))
        {
            if (await actors.FindAsync(recognition.ActorId, cancellationToken) is { } organisation)
            {
                stale.Add(organisation);
            }
        }

        await hosts.ForEachAsync(
            stale, organisation => organisation.Host ?? "",
            async organisation =>
            {
                FetchBudget.Begin();
                await recognise.ExecuteAsync(organisation, cancellationToken);
            }, cancellationToken);
    }

    // Who could not be asked about its author when it came, or did not know it yet, may do so now.
    private async Task RecogniseAsync(Answer answer, CancellationToken cancellationToken)
    {
        if (answer is { Kind: AnswerKind.Answer, Proof: StatementProof.Valid or StatementProof.HistoryBroken }
            && await actors.FindAsync(answer.AuthorId, cancellationToken) is { } author)
        {
            await recognise.ExecuteAsync(author, cancellationToken);
        }
    }

    private async Task CheckAsync(Statement statement, CancellationToken cancellationToken)
    {
        try
        {
            FetchBudget.Begin();
            var answer = await answers.FindAsync(statement.AnswerId, Viewer.Node, cancellationToken);
            if (answer is null or { DeletedAt: not null } or { IsLocal: true })
            {
                await database.WriteAsync(
                    writing => StatementStore.Remove(writing, statement.AnswerId), cancellationToken);
                return;
            }

            await AskAsync(statement, answer, cancellationToken);
        }
#pragma warning disable CA1031 // An answer that we stumble over must not keep the others from being looked at.
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.Failed(Logger, problem, statement.AnswerId);
            if (IsPassing(problem))
            {
                await NoteAsync(
                    database, writing => StatementStore.Put(writing, statement with { DueAt = writing.Now + Soon }),
                    cancellationToken);
                return;
            }

            await PutOffAsync(statement, cancellationToken);
        }
    }

    private async Task AskAsync(Statement statement, Answer answer, CancellationToken cancellationToken)
    {
        if (CanonicalAuthority.Read(answer.Uri) is not { } uri)
        {
            await PutOffAsync(statement, cancellationToken);
            return;
        }

        switch (await fetcher.FetchAsync(uri, statement.Etag, cancellationToken))
        {
            case FetchResult.NotModified:
                await RecogniseAsync(answer, cancellationToken);
                await SettleAsync(statement.AnswerId, statement.Etag, cancellationToken);
                break;
            case FetchResult.Found found when VocabularyReader.Read(found.Bytes).Value is { } thing:
                await TakeAsync(thing, found.ETag, statement, answer, cancellationToken);
                break;
            case FetchResult.Gone:
                await deletes.GoneAsync(answer, cancellationToken);
                break;
            default:
                await PutOffAsync(statement, cancellationToken);
                break;
        }
    }

    private async Task TakeAsync(
        AsObject thing, string? etag, Statement statement, Answer answer, CancellationToken cancellationToken)
    {
        if (thing.Is("Tombstone"))
        {
            await deletes.GoneAsync(answer, cancellationToken);
            return;
        }

        if (thing.AttributedToId != answer.AuthorUri || !RemotePost.IsPost(thing)
            || await actors.FindAsync(answer.AuthorId, cancellationToken) is not { } author
            || await questions.FindAsync(answer.QuestionId, Viewer.Node, cancellationToken) is not { } question
            || await topics.FindAsync(question.TopicId, cancellationToken) is not { } topic)
        {
            await PutOffAsync(statement, cancellationToken);
            return;
        }

        await posts.RenewAsync(thing, answer, new Incoming(0, thing, author, topic), cancellationToken);
        if (answer.Proof != StatementProof.Valid)
        {
            await ProveAsync(thing, author, statement, cancellationToken);
        }

        await RecogniseAsync(answer, cancellationToken);

        await SettleAsync(statement.AnswerId, etag, cancellationToken);
    }

    // What could not be verified before, because a server or a key could not be had.
    private async Task ProveAsync(
        AsObject thing, Actor author, Statement statement, CancellationToken cancellationToken)
    {
        if (await answers.FindAsync(statement.AnswerId, Viewer.Node, cancellationToken) is
            { Proof: not (StatementProof.Valid or StatementProof.None) } answer
            && await judge.ExecuteAsync(thing, author, null, cancellationToken) is
            { Proof: StatementProof.Valid } verdict
            && thing.Updated.GetValueOrDefault(answer.UpdatedAt) == answer.UpdatedAt)
        {
            await database.WriteAsync(
                writing =>
                {
                    AnswerStore.Prove(writing, answer, verdict.IsRecognised);
                    StatementStore.Put(writing, verdict.Keep(answer, statement, writing.Now));
                }, cancellationToken);
        }
    }

    private async Task SettleAsync(AnswerId id, string? etag, CancellationToken cancellationToken)
    {
        if (await statements.FindAsync(id, cancellationToken) is { } statement
            && await answers.FindAsync(id, Viewer.Node, cancellationToken) is { } answer)
        {
            await database.WriteAsync(
                writing => StatementStore.Confirm(
                    writing,
                    statement with
                    {
                        Etag = etag,
                        Failures = 0,
                        CheckedAt = writing.Now,
                        DueAt = StatementSchedule.Next(answer, writing.Now),
                    }, answer.QuestionId), cancellationToken);
        }
    }

    private Task PutOffAsync(Statement statement, CancellationToken cancellationToken) => NoteAsync(
        database, writing => StatementStore.Put(writing, statement with
        {
            Failures = statement.Failures + 1,
            DueAt = StatementSchedule.AfterFailure(statement.Failures + 1, writing.Now),
        }), cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(1331, LogLevel.Error, "The official answer {Answer} could not be looked at")]
        public static partial void Failed(ILogger logger, Exception problem, AnswerId answer);
    }
}

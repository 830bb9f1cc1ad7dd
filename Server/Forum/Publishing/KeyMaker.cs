using System.Diagnostics.CodeAnalysis;
using Ontmoetingsplein.Forum.Work;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum.Publishing;

/// <summary>
/// Makes the keys of new actors ahead, one at a time, so that no request waits for them. A node that starts answers
/// its first visitors before: a key keeps a core busy for a good while.
/// </summary>
internal sealed partial class KeyMaker : Worker
{
    private static readonly TimeSpan AfterStart = TimeSpan.FromSeconds(2);

    private readonly ActorStore actors;
    private readonly Keyring keyring;
    private readonly Database database;
    private readonly SemaphoreSlim wake = new(1);
    private bool hasWaited;

    public KeyMaker(
        ActorStore actors, Keyring keyring, Database database, TimeProvider clock, ILogger<KeyMaker> logger)
        : base(clock, logger)
    {
        (this.actors, this.keyring, this.database) = (actors, keyring, database);
        database.Signalled += Wake;
    }

    public override void Dispose()
    {
        database.Signalled -= Wake;
        base.Dispose();
        wake.Dispose();
    }

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        if (!hasWaited)
        {
            await Task.Delay(AfterStart, Clock, stoppingToken);
            hasWaited = true;
        }

        await wake.WaitAsync(TimeSpan.FromMinutes(1), stoppingToken);
        foreach (var actor in await actors.ListWithoutKeysAsync(100, stoppingToken))
        {
            stoppingToken.ThrowIfCancellationRequested();
            await MakeAsync(actor, stoppingToken);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A key that cannot be made must not keep others from one.")]
    private async Task MakeAsync(Actor actor, CancellationToken stoppingToken)
    {
        try
        {
            await Task.Run(() => keyring.FindAsync(actor.Uri).AsTask(), stoppingToken);
        }
        catch (Exception problem) when (problem is not StorageException && !stoppingToken.IsCancellationRequested)
        {
            Log.NotMade(Logger, problem, actor.Uri);
        }
    }

    private void Wake(string signal)
    {
        if (signal == ActorStore.NewLocal && wake.CurrentCount == 0)
        {
            wake.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Error, "The keys of {Actor} could not be made")]
        public static partial void NotMade(ILogger logger, Exception problem, string actor);
    }
}

using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Server.Outbound;

/// <summary>
/// Makes the keys of new actors ahead, one at a time, so that no request waits for them. A node that starts answers
/// its first visitors before: a key keeps a core busy for a good while.
/// </summary>
internal sealed partial class KeyMaker(
    ActorStore actors, Keyring keyring, Database database, TimeProvider clock, ILogger<KeyMaker> logger)
    : BackgroundService
{
    private static readonly TimeSpan AfterStart = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim wake = new(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        void Wake(string signal)
        {
            if (signal == ActorStore.NewLocal && wake.CurrentCount == 0)
            {
                wake.Release();
            }
        }

        database.Signalled += Wake;
        try
        {
            await Task.Delay(AfterStart, clock, stoppingToken);
            while (true)
            {
                await wake.WaitAsync(TimeSpan.FromMinutes(1), stoppingToken);
                await MakeAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
        finally
        {
            database.Signalled -= Wake;
        }
    }

    private async Task MakeAsync(CancellationToken stoppingToken)
    {
        try
        {
            foreach (var actor in await actors.ListWithoutKeysAsync(100, stoppingToken))
            {
                stoppingToken.ThrowIfCancellationRequested();
                await Task.Run(() => keyring.FindAsync(actor.Uri).AsTask(), stoppingToken);
            }
        }
        catch (StorageException fault)
        {
            Log.Waiting(logger, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Warning, "Keys cannot be made now: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);
    }
}

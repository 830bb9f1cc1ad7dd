using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Processes;

namespace Ontmoetingsplein.Forum.Work;

/// <summary>
/// Tells the other processes on the database that this one lives, and learns how many share the limits on what comes
/// in.
/// </summary>
internal sealed partial class Presence(
    ProcessStore processes, Database database, LimitShare share, ServerOptions options, TimeProvider clock,
    ILogger<Presence> logger) : Worker(clock, logger)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(20);

    private readonly long id = database.Ids.Next();

    /// <summary>The first sign of life is given before the first request is taken.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await BeatAsync(cancellationToken);
        }
        catch (StorageException fault)
        {
            Log.Silent(Logger, fault.Message);
        }

        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await processes.LeaveAsync(id);
        }
        catch (StorageException)
        {
            // The others find out by its silence.
        }
    }

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(Beat, Clock, stoppingToken);
        await BeatAsync(stoppingToken);
    }

    private async Task BeatAsync(CancellationToken cancellationToken) =>
        share.Processes = await processes.BeatAsync(id, options.Roles.HasFlag(Roles.Web), Life, cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(1330, LogLevel.Warning, "The other processes cannot be told that this one lives: {Reason}")]
        public static partial void Silent(ILogger logger, string reason);
    }
}

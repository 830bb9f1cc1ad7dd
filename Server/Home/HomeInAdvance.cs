using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Server.Layout;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server.Home;

/// <summary>
/// Makes the home page while the doors are still opening, so that the first visitor does not wait until all that makes
/// a page is loaded and compiled.
/// </summary>
internal sealed partial class HomeInAdvance(
    VisitorCache kept, ShowHome home, IServiceProvider services, ILogger<HomeInAdvance> log) : BackgroundService
{
    /// <summary>Asks for it as a visitor would; what it gets is kept for the next one.</summary>
    /// <param name="stoppingToken">The node stops.</param>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var http = new DefaultHttpContext { RequestServices = services, RequestAborted = stoppingToken };
        (http.Request.Method, http.Request.Path) = (HttpMethods.Get, Paths.Home);
        try
        {
            await kept.AnswerAsync(
                http, async visit => await (await home.ShowAsync(visit, Caller.Visitor)).ExecuteAsync(visit));
        }
        catch (Exception fault) when (fault is StorageException or OperationCanceledException)
        {
            Log.NotMade(log, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1340, LogLevel.Information, "The home page was not made in advance: {Reason}")]
        public static partial void NotMade(ILogger logger, string reason);
    }
}

using System.Diagnostics.CodeAnalysis;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server.Web.Home;

/// <summary>
/// Makes the home page while the doors are still opening, so that the first visitor does not wait until all that makes
/// a page is loaded and compiled.
/// </summary>
internal sealed partial class HomeInAdvance(
    VisitorCache kept, ShowHome home, IServiceProvider services, ILogger<HomeInAdvance> log)
{
    /// <summary>Asks for it as a visitor would; what it gets is kept for the next one.</summary>
    /// <returns>Completes without a fault: a page that cannot be made now is made for who asks for it.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "Nobody waits for it; whatever it was, the node starts.")]
    public async Task MakeAsync()
    {
        var http = new DefaultHttpContext { RequestServices = services };
        (http.Request.Method, http.Request.Path) = (HttpMethods.Get, Paths.Home);
        try
        {
            await kept.AnswerAsync(
                http, async visit => await (await home.ShowAsync(visit, Caller.Visitor)).ExecuteAsync(visit));
        }
        catch (StorageException fault)
        {
            Log.NotMade(log, fault.Message);
        }
        catch (Exception fault)
        {
            Log.Failed(log, fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1340, LogLevel.Information, "The home page was not made in advance: {Reason}")]
        public static partial void NotMade(ILogger logger, string reason);

        [LoggerMessage(1341, LogLevel.Error, "The home page could not be made in advance")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}

using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>
/// The one place where what goes wrong becomes a page for people or problem+json for programs. Details stay in the log.
/// </summary>
internal sealed partial class Failures(Pages pages, ILogger<Failures> logger)
{
    /// <summary>A refusal: the sign-in page for who must sign in, else a page that says why.</summary>
    public async Task<IResult> ShowAsync(HttpContext http, Refusal refusal)
    {
        if (refusal.Kind == RefusalKind.SignInNeeded && !IsProgram(http.Request) && TypedText.In(http).Count == 0)
        {
            var isRead = HttpMethods.IsGet(http.Request.Method);
            var path = isRead ? http.Request.Path.ToUriComponent() + http.Request.QueryString : Paths.Home;
            return new SeeOther(Paths.SignInThen(path));
        }

        var texts = await pages.TextsAsync(http);
        var fault = refusal.Faults.Count > 0 ? refusal.Faults[0] : null;
        return await ShowAsync(
            http, Status(http, refusal),
            fault is not null ? texts[fault.TextKey, fault.Arguments]
            : refusal.Kind == RefusalKind.SignInNeeded ? texts["problem.signInAgain"]
            : Words(texts, refusal));
    }

    /// <summary>The status of an answer that shows a form again; says too when to come back.</summary>
    public static int Status(HttpContext http, Refusal refusal)
    {
        if (refusal.Wait is { } wait)
        {
            Problem.SetRetryAfter(http, wait);
        }

        return StatusOf(refusal.Kind);
    }

    /// <summary>A page or problem for a status.</summary>
    public async Task<IResult> ShowAsync(HttpContext http, int status, string? text = null, string? reference = null) =>
        IsProgram(http.Request)
            ? new ProblemResult(status, text ?? "See the status.")
            : await pages.ShowAsync<ProblemPage, ProblemModel>(
                http,
                new ProblemModel(status)
                {
                    Text = text,
                    Reference = reference,
                    Typed = TypedText.In(http),
                    Back = TypedText.FormOf(http),
                },
                status, path: Paths.Home);

    /// <summary>
    /// The faults of a refusal as fields of a form; what is about the form as a whole stands under no name.
    /// </summary>
    /// <param name="texts">In the reader's language.</param>
    /// <param name="refusal">One that keeps the form.</param>
    /// <param name="names">Names in the form that differ from those of the verb.</param>
    public static IReadOnlyDictionary<string, string> Errors(
        Texts texts, Refusal refusal, params (string Verb, string Form)[] names)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var fault in refusal.Faults)
        {
            errors.TryAdd(NameOf(fault.Field), texts[fault.TextKey, fault.Arguments]);
        }

        if (refusal.Kind == RefusalKind.TooMany)
        {
            errors.TryAdd(NameOf(""), Words(texts, refusal));
        }

        return errors;

        string NameOf(string field) => Array.Find(names, pair => pair.Verb == field).Form ?? field;
    }

    // "over 12 minuten", rounded up: who comes back then is not sent away again.
    private static string Words(Texts texts, Refusal refusal)
    {
        if (refusal.Wait is not { } wait)
        {
            return texts[refusal.TextKey];
        }

        var minutes = (int)Math.Ceiling(wait.TotalMinutes);
        var when = minutes < 90
            ? texts["wait.minutes", ("n", minutes)]
            : texts["wait.hours", ("n", (int)Math.Ceiling(wait.TotalHours))];
        return texts[refusal.TextKey, ("when", when)];
    }

    /// <summary>Runs the rest and puts into words whatever it could not do.</summary>
    public async Task CatchAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more; should a byte still get out, it must not say that all is well.
            if (!http.Response.HasStarted)
            {
                http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            }

            return;
        }
        catch (Exception problem) when (!http.Response.HasStarted)
        {
            await AnswerAsync(http, problem);
            return;
        }

        var response = http.Response;
        if (response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null })
        {
            await (await ShowAsync(http, response.StatusCode)).ExecuteAsync(http);
        }
    }

    private async Task AnswerAsync(HttpContext http, Exception problem)
    {
        switch (problem)
        {
            case StorageException storage:
                Log.StorageUnavailable(logger, storage.Message);
                await UnavailableAsync(http, storage.Kind == StorageFaultKind.InDoubt);
                break;
            case BadHttpRequestException bad:
                await (await ShowAsync(http, bad.StatusCode)).ExecuteAsync(http);
                break;
            case InvalidDataException or IOException:
                await (await ShowAsync(http, StatusCodes.Status400BadRequest)).ExecuteAsync(http);
                break;
            default:
                Log.Unexpected(logger, problem, http.Request.Method, http.Request.Path, http.TraceIdentifier);
                await UnexpectedAsync(http, http.TraceIdentifier);
                break;
        }
    }

    private async Task UnavailableAsync(HttpContext http, bool isInDoubt)
    {
        http.Response.Headers.RetryAfter = "5";
        try
        {
            var text = isInDoubt ? (await pages.TextsAsync(http))["problem.inDoubt"] : null;
            await (await ShowAsync(http, StatusCodes.Status503ServiceUnavailable, text)).ExecuteAsync(http);
        }
        catch (StorageException)
        {
            // A page needs the name of the node and the reader: without the database there is neither.
            await Problem.WriteAsync(
                http, StatusCodes.Status503ServiceUnavailable,
                isInDoubt ? "It may have been saved, or not: look before you send it again."
                    : "The database cannot be used now.");
        }
    }

    private async Task UnexpectedAsync(HttpContext http, string reference)
    {
        try
        {
            await (await ShowAsync(http, StatusCodes.Status500InternalServerError, null, reference)).ExecuteAsync(http);
        }
        catch (Exception second) when (!http.Response.HasStarted)
        {
            Log.Unexpected(logger, second, http.Request.Method, http.Request.Path, reference);
            await Problem.WriteAsync(
                http, StatusCodes.Status500InternalServerError, $"Something went wrong here; reference {reference}.");
        }
    }

    private static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => StatusCodes.Status400BadRequest,
        RefusalKind.SignInNeeded => StatusCodes.Status401Unauthorized,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Gone => StatusCodes.Status410Gone,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.TooMany => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    private static bool IsProgram(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        if (path.StartsWith("/.well-known/", StringComparison.Ordinal)
            || path.StartsWith("/nodeinfo/", StringComparison.Ordinal)
            || path.EndsWith("/inbox", StringComparison.Ordinal))
        {
            return true;
        }

        var accept = request.Headers.Accept.ToString();
        return accept.Contains("json", StringComparison.OrdinalIgnoreCase)
            && !accept.Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Error, "{Method} {Path} failed, reference {Reference}")]
        public static partial void Unexpected(
            ILogger logger, Exception problem, string method, PathString path, string reference);

        [LoggerMessage(1302, LogLevel.Warning, "A request was refused: {Reason}")]
        public static partial void StorageUnavailable(ILogger logger, string reason);
    }
}

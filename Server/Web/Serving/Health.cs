using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>
/// Tells a proxy or container engine whether this process can serve: only when its database answers and takes changes.
/// The reason in one line for whoever keeps the node, and no more than that, since anybody may ask.
/// </summary>
internal static class Health
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task<IResult> ShowAsync(HttpContext http, Database database)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (!await database.AnswersAsync(Patience, http.RequestAborted))
        {
            return Ill(http, "unavailable");
        }

        return await database.FindWriteFaultAsync(Patience, http.RequestAborted) is { } fault
            ? Ill(http, $"unavailable: {Reason(fault)}")
            : Results.Text("ok\n");
    }

    private static IResult Ill(HttpContext http, string text)
    {
        http.Response.Headers.RetryAfter = "5";
        return Results.Text(text + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static string Reason(StorageFaultKind fault) => fault switch
    {
        StorageFaultKind.DiskFull => "nothing can be written, the disk is full",
        StorageFaultKind.ReadOnly => "nothing can be written, the database is read-only",
        StorageFaultKind.Locked => "nothing can be written, another process holds the database",
        StorageFaultKind.Damaged => "the database is damaged",
        _ => "nothing can be written, the database or its disk gives errors",
    };
}

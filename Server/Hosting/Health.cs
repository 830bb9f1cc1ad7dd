using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server.Hosting;

/// <summary>
/// Tells a proxy or container engine whether this process can serve: only when its database answers. No more than that,
/// since anybody may ask.
/// </summary>
internal static class Health
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task<IResult> ShowAsync(HttpContext http, Database database)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await database.AnswersAsync(Patience, http.RequestAborted))
        {
            return Results.Text("ok\n");
        }

        http.Response.Headers.RetryAfter = "5";
        return Results.Text("unavailable\n", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>A problem for programs (RFC 9457, FEP-c180).</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">Its usual name.</param>
/// <param name="Detail">What to do about it.</param>
internal sealed record Problem(int Status, string Title, string Detail)
{
    /// <summary>Says when to come back: in whole seconds, rounded up.</summary>
    public static void SetRetryAfter(HttpContext http, TimeSpan wait) =>
        http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>Answers with a problem.</summary>
    public static async Task WriteAsync(HttpContext http, int status, string detail)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/problem+json";
        http.Response.Headers.CacheControl = "no-store";
        var problem = new Problem(status, ReasonPhrases.GetReasonPhrase(status), detail);
        await http.Response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(problem, ProblemJson.Default.Problem), http.RequestAborted);
    }
}

/// <summary>Serialiser of <see cref="Problem"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJson : JsonSerializerContext;

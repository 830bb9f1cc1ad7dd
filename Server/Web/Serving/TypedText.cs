using Microsoft.AspNetCore.Http.Features;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Settings;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>What somebody typed in a form that could not be taken, to give it back.</summary>
internal static class TypedText
{
    private const int Most = 5;

    /// <summary>The sentences in a form of ours that was read; never a password or token.</summary>
    public static IReadOnlyList<string> In(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<TakesOwnForms>() is not null
        && http.Features.Get<IFormFeature>()?.Form is { } form
            ? [.. form.Where(field => IsText(field.Key)).SelectMany(field => field.Value).OfType<string>()
                .Where(text => text.Trim().Contains(' ', StringComparison.Ordinal)).Take(Most)]
            : [];

    /// <summary>The page of this node that showed the form, as path; home when the browser does not tell.</summary>
    public static string FormOf(HttpContext http)
    {
        var origin = http.RequestServices.GetRequiredService<ServerOptions>().Origin;
        return Uri.TryCreate(http.Request.Headers.Referer, UriKind.Absolute, out var page)
            && Uri.Compare(
                page, origin, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.Ordinal) == 0
            ? LocalPath.Of(page.PathAndQuery)
            : Paths.Home;
    }

    private static bool IsText(string field) =>
        !field.StartsWith("__", StringComparison.Ordinal)
        && !field.Contains("password", StringComparison.OrdinalIgnoreCase)
        && field is not ("token" or Paths.ReturnField);
}

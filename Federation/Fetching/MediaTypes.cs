using System.Net.Http.Headers;

namespace Ontmoetingsplein.Federation.Fetching;

/// <summary>The media types of the fediverse (CONTRACT.md §1, §7 row 3).</summary>
public static class MediaTypes
{
    /// <summary>What we send and prefer.</summary>
    public const string Activity = "application/activity+json";

    /// <summary>What we ask for.</summary>
    public const string Accept =
        "application/activity+json, application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";

    private const string Profile = "https://www.w3.org/ns/activitystreams";

    /// <summary>Whether a Content-Type says ActivityStreams: activity+json, or ld+json with the profile.</summary>
    /// <param name="contentType">The field's value.</param>
    public static bool IsActivity(string? contentType)
    {
        if (contentType is null)
            return false;
        if (contentType == Activity)
            return true;
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
            return false;
        if (string.Equals(type.MediaType, Activity, StringComparison.OrdinalIgnoreCase))
            return true;
        return string.Equals(type.MediaType, "application/ld+json", StringComparison.OrdinalIgnoreCase) &&
            type.Parameters.Any(p => string.Equals(p.Name, "profile", StringComparison.OrdinalIgnoreCase) &&
                (p.Value ?? "").Trim('"').Split(' ').Contains(Profile));
    }

    /// <summary>Whether a Content-Type is that of host-meta (RFC 6415): XRD, or XML of any kind.</summary>
    /// <param name="contentType">The field's value.</param>
    internal static bool IsXrd(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType?.ToLowerInvariant() is "application/xrd+xml" or "application/xml" or "text/xml";

    /// <summary>Whether a Content-Type is that of a page for people.</summary>
    /// <param name="contentType">The field's value.</param>
    internal static bool IsHtml(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType?.ToLowerInvariant() is "text/html" or "application/xhtml+xml";

    /// <summary>Whether a Content-Type is that of WebFinger or NodeInfo: JSON of any kind.</summary>
    /// <param name="contentType">The field's value.</param>
    public static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType is { } name &&
        (name.Equals("application/json", StringComparison.OrdinalIgnoreCase) ||
            (name.StartsWith("application/", StringComparison.OrdinalIgnoreCase) &&
            name.EndsWith("+json", StringComparison.OrdinalIgnoreCase)));
}

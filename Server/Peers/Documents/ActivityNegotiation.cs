using Microsoft.Net.Http.Headers;

namespace Ontmoetingsplein.Server.Peers.Documents;

/// <summary>Whether a GET asks for the ActivityStreams form of a thing or for its page (CONTRACT.md §1).</summary>
internal static class ActivityNegotiation
{
    private const string Profile = "https://www.w3.org/ns/activitystreams";

    /// <summary>True when an ActivityStreams type is asked for at least as much as HTML.</summary>
    public static bool WantsActivity(HttpRequest request)
    {
        var accept = request.Headers.Accept;
        if (accept.Count == 0 || !Mentions(accept))
        {
            return false;
        }

        if (!MediaTypeHeaderValue.TryParseList(accept, out var types))
        {
            return false;
        }

        double activity = 0, html = 0;
        foreach (var type in types)
        {
            var quality = type.Quality ?? 1;
            if (IsActivity(type))
            {
                activity = Math.Max(activity, quality);
            }
            else if (type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase))
            {
                html = Math.Max(html, quality);
            }
        }

        return activity > 0 && activity >= html;
    }

    private static bool Mentions(Microsoft.Extensions.Primitives.StringValues accept)
    {
        foreach (var value in accept)
        {
            if (value is not null && value.Contains("json", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsActivity(MediaTypeHeaderValue type) =>
        type.MediaType.Equals("application/activity+json", StringComparison.OrdinalIgnoreCase)
        || (type.MediaType.Equals("application/ld+json", StringComparison.OrdinalIgnoreCase)
            && type.Parameters.Any(p => p.Name.Equals("profile", StringComparison.OrdinalIgnoreCase)
                && HeaderUtilities.RemoveQuotes(p.Value).ToString().Contains(Profile, StringComparison.Ordinal)));
}

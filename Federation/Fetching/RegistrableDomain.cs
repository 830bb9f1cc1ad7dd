using System.Net;

namespace Ontmoetingsplein.Federation.Fetching;

/// <summary>
/// Under which name somebody can make as many hosts as he likes (CONTRACT.md §7 row 27). Without a list of public
/// suffixes: the last two labels, or three where a country sorts its names by kind (<c>co.uk</c>). A provider of
/// servers under its own name counts as one.
/// </summary>
public static class RegistrableDomain
{
    private static readonly HashSet<string> Kinds = new(StringComparer.Ordinal)
    {
        "ac", "asso", "co", "com", "edu", "go", "gob", "gouv", "gov", "govt", "gv", "ltd", "me", "mil", "ne", "net",
        "nom", "or", "org", "plc", "sch",
    };

    // Elsewhere whoever has "co" could make endless hosts.
    private static readonly HashSet<string> Sorted = new(StringComparer.Ordinal)
    {
        "ar", "at", "au", "br", "cn", "co", "es", "fr", "gr", "hk", "hu", "id", "il", "in", "jp", "ke", "kr", "mx",
        "my", "ng", "nz", "pe", "ph", "pk", "pl", "pt", "sg", "th", "tr", "tw", "ua", "uk", "ve", "vn", "za",
    };

    /// <summary>Who is behind a host: its domain, or the authority itself where nobody registers a domain.</summary>
    /// <param name="authority">Host in canonical form, with the port if it is not the default.</param>
    public static string PartyOf(string authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        var colon = authority.LastIndexOf(':');
        var host = colon > authority.LastIndexOf(']') ? authority[..colon] : authority;
        return Of(host) ?? authority;
    }

    /// <summary>The domain of a host.</summary>
    /// <param name="host">In canonical form, without a port.</param>
    /// <returns>Null for an IP address and for a name without a dot, which nobody registers.</returns>
    public static string? Of(string host)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out _))
            return null;
        var labels = host.Split('.');
        if (labels.Length < 2)
            return null;
        var isSorted = labels.Length > 2 && Sorted.Contains(labels[^1]) && Kinds.Contains(labels[^2]);
        return string.Join('.', labels[^(isSorted ? 3 : 2)..]);
    }
}

using System.Buffers;

namespace Ontmoetingsplein.Federation.Actors;

/// <summary>A name with a host: <c>@anna@plein.example</c>.</summary>
/// <param name="Name">The part before the host, as written.</param>
/// <param name="Host">Authority in canonical form.</param>
public readonly record struct Handle(string Name, string Host)
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create(" /:?#%&\\<>\"");
    private static readonly SearchValues<char> NotInHosts = SearchValues.Create(" /?#@\\");

    /// <summary>Reads <c>@name@host</c>, <c>name@host</c> or <c>acct:name@host</c>.</summary>
    /// <param name="text">What somebody typed or sent.</param>
    /// <param name="options">What hosts are allowed.</param>
    /// <returns>The handle, or null.</returns>
    public static Handle? Parse(string? text, FederationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (text is null or { Length: > 400 })
            return null;
        var rest = text.Trim();
        if (rest.StartsWith("acct:", StringComparison.OrdinalIgnoreCase))
            rest = rest[5..];
        else if (rest.StartsWith('@'))
            rest = rest[1..];
        var at = rest.IndexOf('@', StringComparison.Ordinal);
        if (at is < 1 or > 100 || rest.AsSpan(0, at).ContainsAny(NotInNames))
            return null;
        var scheme = options.AllowHttp ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        var host = rest[(at + 1)..];
        return host.AsSpan().ContainsAny(NotInHosts) ||
            CanonicalAuthority.Parse($"{scheme}://{host}/", options) is not { } url
            ? null : new Handle(rest[..at], url.Authority);
    }

    /// <summary>Whether two handles are of the same account: names are compared without regard to case.</summary>
    /// <param name="other">The other.</param>
    public bool IsSameAs(Handle other) =>
        Host == other.Host && string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    /// <summary><c>name@host</c>.</summary>
    public override string ToString() => $"{Name}@{Host}";
}

using System.Globalization;
using Ontmoetingsplein.Federation.Fetching;

namespace Ontmoetingsplein.Federation;

/// <summary>
/// The one spelling of a host by which peers are known: lower-case ASCII (IDNA), no trailing dot, no default port
/// (federation.md §7 row 25). Addresses with credentials and IP literals have none, unless private addresses are
/// allowed.
/// </summary>
public static class CanonicalAuthority
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Reads an address of another server as an absolute URL in canonical form.</summary>
    /// <param name="url">What a peer sent; at most 2,048 characters.</param>
    /// <param name="options">Whether http and private addresses are allowed (development).</param>
    /// <returns>The URL with a canonical authority, or null when it cannot be an address of a peer.</returns>
    public static Uri? Parse(string? url, FederationOptions options)
    {
        if (url is null or { Length: 0 or > 2048 } || !Uri.TryCreate(url, UriKind.Absolute, out var uri))
            return null;
        return Canonical(uri, options);
    }

    /// <summary>Brings an absolute URL into canonical form.</summary>
    /// <param name="uri">An absolute URL.</param>
    /// <param name="options">Whether http and private addresses are allowed (development).</param>
    /// <returns>The URL with a canonical authority, or null when it cannot be an address of a peer.</returns>
    public static Uri? Canonical(Uri uri, FederationOptions options)
    {
        if (Of(uri, options) is not { } authority)
            return null;
        return uri.Authority == authority && !uri.OriginalString.Contains('\\', StringComparison.Ordinal)
            ? uri
            : new Uri($"{uri.Scheme}://{authority}{uri.PathAndQuery}{uri.Fragment}");
    }

    /// <summary>The canonical authority of an address.</summary>
    /// <param name="uri">An absolute URL.</param>
    /// <param name="options">Whether http and private addresses are allowed (development).</param>
    /// <returns>Host, with <c>:port</c> if it is not the scheme's default; null when it cannot be a peer.</returns>
    public static string? Of(Uri uri, FederationOptions options)
    {
        ArgumentNullException.ThrowIfNull(uri);
        ArgumentNullException.ThrowIfNull(options);
        if (!uri.IsAbsoluteUri || uri.UserInfo.Length > 0)
            return null;
        if (uri.Scheme != Uri.UriSchemeHttps && !(options.AllowHttp && uri.Scheme == Uri.UriSchemeHttp))
            return null;
        if (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
            return options.AllowPrivateAddresses ? uri.Authority : null;
        if (uri.HostNameType != UriHostNameType.Dns || AsciiHost(uri.Host) is not { } host)
            return null;
        return uri.IsDefaultPort ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{uri.Port}");
    }

    /// <summary>
    /// Whether two URLs have the same origin: scheme, host and port (RFC 6454). Both in canonical form.
    /// </summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    public static bool SameOrigin(Uri a, Uri b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return a.Scheme == b.Scheme && a.Port == b.Port &&
            string.Equals(a.Host, b.Host, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether an address that a peer sent has the same origin as another. Never throws.</summary>
    /// <param name="url">What a peer sent.</param>
    /// <param name="origin">An absolute URL in canonical form.</param>
    /// <param name="options">Whether http and private addresses are allowed (development).</param>
    /// <returns>False too when it cannot be an address of a peer.</returns>
    internal static bool IsOn(string? url, Uri origin, FederationOptions options)
    {
        ArgumentNullException.ThrowIfNull(origin);
        // Nearly all are spelled as they should be, and a path changes nothing of what stands before it.
        if (url is { Length: <= 2048 } && url.StartsWith(origin.Scheme, StringComparison.Ordinal) &&
            url.AsSpan(origin.Scheme.Length) is [':', '/', '/', .. var rest] &&
            rest.StartsWith(origin.Authority, StringComparison.Ordinal) &&
            rest[origin.Authority.Length..] is ['/', ..])
            return true;
        return Parse(url, options) is { } address && SameOrigin(address, origin);
    }

    /// <summary>
    /// Whether whoever has the one host decides about the other: they are below one domain that somebody registered,
    /// or are the same host and port. Both in canonical form.
    /// </summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    public static bool SameHolder(Uri a, Uri b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return RegistrableDomain.Of(a.Host) is { } domain
            ? RegistrableDomain.Of(b.Host) == domain
            : a.Authority == b.Authority;
    }

    /// <summary>
    /// Whether two URLs in canonical form are the same id, fragment included; <see cref="Uri"/> ignores it.
    /// </summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    public static bool SameId(Uri? a, Uri? b) =>
        a is not null && b is not null && string.Equals(a.AbsoluteUri, b.AbsoluteUri, StringComparison.Ordinal);

    private static string? AsciiHost(string host)
    {
        var name = host.EndsWith('.') ? host[..^1] : host;
        if (name.Length is 0 or > 253)
            return null;
        if (IsPlain(name))
            return name;
        try
        {
            return Idn.GetAscii(name).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsPlain(string name)
    {
        foreach (var c in name)
        {
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.'))
                return false;
        }
        return !name.Contains("..", StringComparison.Ordinal) && !name.StartsWith('.');
    }
}

using System.Globalization;
using System.Text;
using Ontmoetingsplein.Federation.Fetching;

namespace Ontmoetingsplein.Federation;

/// <summary>
/// The one spelling of a host by which peers are known: lower-case ASCII (IDNA), no trailing dot, no default port
/// (CONTRACT.md §7 row 25). Addresses with credentials and IP literals have none, unless private addresses are
/// allowed.
/// </summary>
public static class CanonicalAuthority
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>The longest address of another server that is read: an index of either database takes it.</summary>
    public const int MostBytes = 2048;

    /// <summary>
    /// Reads what somebody sent as the address of something on the web. This is the one way to do it; whether it may
    /// be asked is decided by who asks (<see cref="Fetching.RemoteFetcher"/>).
    /// </summary>
    /// <param name="url">What was sent: any text at all.</param>
    /// <returns>
    /// An absolute http or https URL with a canonical authority and at most <see cref="MostBytes"/> long; null for
    /// anything else.
    /// </returns>
    public static Uri? Read(string? url) =>
        Absolute(url) is { } uri ? Canonical(uri, allowHttp: true, allowLiterals: true) : null;

    /// <summary>Reads an address of another server as an absolute URL in canonical form.</summary>
    /// <param name="url">What a peer sent; at most <see cref="MostBytes"/>.</param>
    /// <param name="options">Whether http and private addresses are allowed (development).</param>
    /// <returns>The URL with a canonical authority, or null when it cannot be an address of a peer.</returns>
    public static Uri? Parse(string? url, FederationOptions options) =>
        Absolute(url) is { } uri ? Canonical(uri, options) : null;

    /// <summary>Takes an address that was canonical when it was stored, such as the id of an actor.</summary>
    /// <param name="url">As it was stored. Never what somebody sent: that goes through <see cref="Read"/>.</param>
    /// <exception cref="UriFormatException">It is no absolute URL: the database holds what was never put there.
    /// </exception>
    public static Uri Stored(string url) => new(url, UriKind.Absolute);

    /// <summary>Brings an absolute URL into canonical form.</summary>
    /// <param name="uri">An absolute URL.</param>
    /// <param name="options">Whether http and private addresses are allowed (development).</param>
    /// <returns>The URL with a canonical authority, or null when it cannot be an address of a peer.</returns>
    public static Uri? Canonical(Uri uri, FederationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Canonical(uri, options.AllowHttp, options.AllowPrivateAddresses);
    }

    /// <summary>The canonical authority of an address.</summary>
    /// <param name="uri">An absolute URL.</param>
    /// <param name="options">Whether http and private addresses are allowed (development).</param>
    /// <returns>Host, with <c>:port</c> if it is not the scheme's default; null when it cannot be a peer.</returns>
    public static string? Of(Uri uri, FederationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Of(uri, options.AllowHttp, options.AllowPrivateAddresses);
    }

    private static Uri? Absolute(string? url) =>
        url is { Length: > 0 and <= MostBytes } && Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && uri.AbsoluteUri.Length <= MostBytes && Encoding.UTF8.GetByteCount(url) <= MostBytes
            ? uri
            : null;

    private static Uri? Canonical(Uri uri, bool allowHttp, bool allowLiterals)
    {
        if (Of(uri, allowHttp, allowLiterals) is not { } authority)
            return null;
        if (uri.Authority == authority && !uri.OriginalString.Contains('\\', StringComparison.Ordinal))
            return uri;
        var text = $"{uri.Scheme}://{authority}{uri.PathAndQuery}{uri.Fragment}";
        return Uri.TryCreate(text, UriKind.Absolute, out var canonical) ? canonical : null;
    }

    private static string? Of(Uri uri, bool allowHttp, bool allowLiterals)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.IsAbsoluteUri || uri.UserInfo.Length > 0)
            return null;
        if (uri.Scheme != Uri.UriSchemeHttps && !(allowHttp && uri.Scheme == Uri.UriSchemeHttp))
            return null;
        if (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
            return allowLiterals ? uri.Authority : null;
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
    /// <returns>False too when it is no address.</returns>
    public static bool IsOn(string? url, Uri origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        // Nearly all are spelled as they should be, and a path changes nothing of what stands before it.
        if (url is { Length: <= MostBytes / 3 } && url.StartsWith(origin.Scheme, StringComparison.Ordinal) &&
            url.AsSpan(origin.Scheme.Length) is [':', '/', '/', .. var rest] &&
            rest.StartsWith(origin.Authority, StringComparison.Ordinal) &&
            rest[origin.Authority.Length..] is ['/', ..])
            return true;
        return Read(url) is { } address && SameOrigin(address, origin);
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
        return HolderOf(a) == HolderOf(b);
    }

    /// <summary>The domain that somebody registered, or the host and port where there is none.</summary>
    internal static string HolderOf(Uri address) => RegistrableDomain.Of(address.Host) ?? address.Authority;

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

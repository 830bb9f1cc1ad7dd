namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>
/// A received request as its signature sees it. Scheme and authority come from the configured public origin, never from
/// a Host or Forwarded header (CONTRACT.md §3.3 rule 7).
/// </summary>
public sealed class InboundRequest
{
    private readonly Func<string, string?> _header;

    /// <summary>Describes a request.</summary>
    /// <param name="method">The method, upper case.</param>
    /// <param name="origin">The node's public origin.</param>
    /// <param name="pathAndQuery">Path and query exactly as they came in, starting with a slash.</param>
    /// <param name="header">
    /// Reads a field by name, any case; several values joined with a comma and a space; null if absent.
    /// </param>
    /// <param name="body">The whole body to the byte; empty for GET.</param>
    /// <param name="network">The network that it came from; opaque.</param>
    public InboundRequest(
        string method, Uri origin, string pathAndQuery, Func<string, string?> header, ReadOnlyMemory<byte> body,
        string network = "")
    {
        ArgumentNullException.ThrowIfNull(origin);
        ArgumentNullException.ThrowIfNull(pathAndQuery);
        Method = method;
        Scheme = origin.Scheme;
        Authority = origin.Authority;
        PathAndQuery = pathAndQuery;
        _header = header;
        Body = body;
        Network = network;
    }

    /// <summary>The method, upper case.</summary>
    public string Method { get; }

    /// <summary>The scheme of the public origin.</summary>
    public string Scheme { get; }

    /// <summary>The authority of the public origin, without a default port.</summary>
    public string Authority { get; }

    /// <summary>Path and query as they came in.</summary>
    public string PathAndQuery { get; }

    /// <summary>The whole body.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The network that it came from: what is known of its sender until its signature is checked.</summary>
    public string Network { get; }

    /// <summary>The path alone.</summary>
    public string Path => PathAndQuery.IndexOf('?', StringComparison.Ordinal) is var i and >= 0
        ? PathAndQuery[..i] : PathAndQuery;

    /// <summary>The query with its question mark; empty when there is none.</summary>
    public string Query => PathAndQuery.IndexOf('?', StringComparison.Ordinal) is var i and >= 0
        ? PathAndQuery[i..] : "";

    /// <summary>The full public URL (RFC 9421 §2.2.2).</summary>
    public string TargetUri => $"{Scheme}://{Authority}{PathAndQuery}";

    /// <summary>Reads a field.</summary>
    /// <param name="name">Its name, any case.</param>
    /// <returns>Its values joined with a comma and a space; null if absent.</returns>
    public string? Header(string name) =>
        name.Equals("host", StringComparison.OrdinalIgnoreCase) ? Authority : _header(name);
}

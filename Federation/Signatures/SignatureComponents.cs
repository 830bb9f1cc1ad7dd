using System.Net;
using System.Text;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>The values of the components that RFC 9421 §2 lets a request signature cover.</summary>
internal static class SignatureComponents
{
    /// <summary>
    /// The value of one component; null when the request has none or we do not support how it is asked.
    /// </summary>
    public static string? Value(InboundRequest request, SfItem component)
    {
        if (component.Value is not string name)
            return null;
        if (name == "@query-param")
            return component.Parameters is [{ Key: "name", Value: string parameter }]
                ? QueryParameter(request.Query, parameter) : null;
        switch (component.Parameters)
        {
            case []:
                break;
            // RFC 9421 §2.1.1 and §2.1.2: only of fields that are known to be structured.
            case [{ Key: "sf", Value: true }]:
                return ReadDictionary(request, name) is { } members ? StructuredFields.WriteDictionary(members) : null;
            case [{ Key: "key", Value: string key }]:
                return ReadDictionary(request, name)?.FirstOrDefault(m => m.Key == key) is { } member
                    ? StructuredFields.WriteMember(member) : null;
            default:
                // req is for responses, tr for trailers, bs for fields whose lines must not be joined; ours are.
                return null;
        }
        return name switch
        {
            "@method" => request.Method,
            "@target-uri" => request.TargetUri,
            "@authority" => request.Authority,
            "@scheme" => request.Scheme,
            "@request-target" => request.PathAndQuery,
            "@path" => request.Path.Length == 0 ? "/" : request.Path,
            "@query" => request.Query.Length == 0 ? "?" : request.Query,
            _ => name.StartsWith('@') || name.Any(char.IsAsciiLetterUpper) ? null : request.Header(name)?.Trim(),
        };
    }

    /// <summary>What a component stands for.</summary>
    public static Covered Covers(InboundRequest request, IReadOnlyList<SfItem> components)
    {
        var covers = Covered.None;
        var (path, query) = (false, request.Query.Length == 0);
        foreach (var component in components)
        {
            covers |= (component.Value as string) switch
            {
                "@method" => Covered.Method,
                "@target-uri" => Covered.Path | Covered.Authority,
                "@request-target" => Covered.Path,
                "@authority" or "host" => Covered.Authority,
                "content-digest" when component.Parameters is not [{ Key: "key", Value: not "sha-256" }] =>
                    Covered.ContentDigest,
                "digest" => Covered.Digest,
                "date" => Covered.Date,
                _ => Covered.None,
            };
            path |= component.Value is "@path";
            query |= component.Value is "@query";
        }
        return path && query ? covers | Covered.Path : covers;
    }

    private static IReadOnlyList<SfMember>? ReadDictionary(InboundRequest request, string name) =>
        name is "content-digest" or "repr-digest" or "signature" or "signature-input" or "priority" &&
            request.Header(name) is { } value ? StructuredFields.ReadDictionary(value) : null;

    // RFC 9421 §2.2.8: decoded as a form, encoded again; a name that occurs twice cannot be signed this way.
    private static string? QueryParameter(string query, string name)
    {
        string? found = null;
        if (query.Length < 2)
            return null;
        foreach (var pair in query[1..].Split('&'))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var (left, right) = equals < 0 ? (pair, "") : (pair[..equals], pair[(equals + 1)..]);
            if (Encode(WebUtility.UrlDecode(left)) != name)
                continue;
            if (found is not null)
                return null;
            found = Encode(WebUtility.UrlDecode(right));
        }
        return found;
    }

    private static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            // The "application/x-www-form-urlencoded percent-encode set" of the URL standard.
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'*' or (byte)'-' or (byte)'.' or (byte)'_')
                encoded.Append((char)b);
            else
                encoded.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return encoded.ToString();
    }
}

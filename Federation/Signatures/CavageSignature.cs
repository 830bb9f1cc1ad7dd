using System.Globalization;
using System.Text;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>Signatures of draft-cavage-http-signatures-12, as the fediverse uses them.</summary>
internal static class CavageSignature
{
    private const int MaxLength = 8192, MaxHeaders = 32;
    private const string Scheme = "Signature ";

    /// <summary>
    /// The value of <c>Signature</c> for a request that we send (CONTRACT.md §3.2); no digest for GET.
    /// </summary>
    public static string Create(
        SigningKey key, string method, string authority, string requestTarget, string date, string? digest)
    {
        var text = $"(request-target): {method.ToLowerInvariant()} {requestTarget}\nhost: {authority}\ndate: {date}";
        if (digest is not null)
            text += $"\ndigest: {digest}";
        var value = Convert.ToBase64String(key.Sign(Encoding.UTF8.GetBytes(text)));
        var headers = digest is null ? "(request-target) host date" : "(request-target) host date digest";
        return $"keyId=\"{key.KeyId}\",algorithm=\"rsa-sha256\",headers=\"{headers}\",signature=\"{value}\"";
    }

    /// <summary>
    /// Where a request has a signature of this kind: in Signature, or in Authorization (§3.1 of the draft); some write
    /// the name of the authorization scheme in front in both (PeerTube).
    /// </summary>
    /// <returns>
    /// Null when it has none; what stands beside Signature-Input and names no keyId is of the other kind.
    /// </returns>
    public static string? Find(InboundRequest request)
    {
        if (request.Header("signature") is { } field && (request.Header("signature-input") is null ||
            field.Contains("keyId=", StringComparison.Ordinal)))
            return WithoutScheme(field) ?? field;
        return request.Header("authorization") is { } authorization ? WithoutScheme(authorization) : null;
    }

    private static string? WithoutScheme(string field) =>
        field.AsSpan().TrimStart() is var rest && rest.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? rest[Scheme.Length..].ToString() : null;

    /// <summary>Reads the Signature field of a request and rebuilds what it signed.</summary>
    public static SignatureParse Parse(InboundRequest request, string field)
    {
        if (ReadParameters(field) is not { } parameters)
            return SignatureParse.Failed("The Signature field is malformed.");
        if (!parameters.TryGetValue("keyId", out var keyId) || keyId.Length is 0 or > 2048)
            return SignatureParse.Failed("The signature names no keyId.");
        if (!parameters.TryGetValue("signature", out var base64) || Decode(base64) is not { } value)
            return SignatureParse.Failed("The signature is not base64.");
        parameters.TryGetValue("algorithm", out var name);
        if (!TryAlgorithm(name, out var algorithm))
            return SignatureParse.Unsupported("The algorithm is not supported.");
        if (!TryTime(parameters, "created", out var created) || !TryTime(parameters, "expires", out var expires))
            return SignatureParse.Failed("created or expires is not a number of seconds.");
        // Draft 12 §2.3: these algorithm names predate (created) and (expires).
        var mayUseTimes = name is null || !name.StartsWith("rsa", StringComparison.OrdinalIgnoreCase);
        var headers = parameters.GetValueOrDefault("headers", "(created)");
        var text = new StringBuilder(headers.Length * 4);
        if (!TryBuild(request, headers, parameters, mayUseTimes, text, out var covers, out var error))
            return SignatureParse.Failed(error);
        return new SignatureParse(
            new RequestSignature(false, keyId, algorithm, value, Encoding.UTF8.GetBytes(text.ToString()), covers,
                covers.HasFlag(Covered.Created) ? created : null, expires), null);
    }

    private static bool TryBuild(
        InboundRequest request, string headers, Dictionary<string, string> parameters, bool mayUseTimes,
        StringBuilder text, out Covered covers, out string error)
    {
        covers = Covered.None;
        error = "";
        List<string> seen = [];
        foreach (var range in headers.AsSpan().Split(' '))
        {
            if (headers.AsSpan(range).IsEmpty)
                continue;
            var name = headers[range].ToLowerInvariant();
            if (seen.Count == MaxHeaders || seen.Contains(name))
            {
                error = "A signed header is named twice, or there are too many.";
                return false;
            }
            seen.Add(name);
            var isTime = name is "(created)" or "(expires)";
            var value = name switch
            {
                "(request-target)" => $"{request.Method.ToLowerInvariant()} {request.PathAndQuery}",
                "(created)" or "(expires)" =>
                    mayUseTimes ? parameters.GetValueOrDefault(name[1..^1]) : null,
                _ => request.Header(name)?.Trim(),
            };
            if (value is null)
            {
                error = isTime ? $"{name} cannot be signed here." : "A signed header is missing from the request.";
                return false;
            }
            if (text.Length > 0)
                text.Append('\n');
            text.Append(name).Append(": ").Append(value);
            covers |= name switch
            {
                "(request-target)" => Covered.Method | Covered.Path,
                "(created)" => Covered.Created,
                "host" => Covered.Authority,
                "digest" => Covered.Digest,
                "content-digest" => Covered.ContentDigest,
                "date" => Covered.Date,
                _ => Covered.None,
            };
        }
        return true;
    }

    private static bool TryAlgorithm(string? name, out KeyAlgorithm? algorithm)
    {
        algorithm = name?.ToLowerInvariant() switch
        {
            "rsa-sha256" => KeyAlgorithm.Rsa,
            "ed25519" => KeyAlgorithm.Ed25519,
            _ => null,
        };
        // hs2019 leaves the choice to the key; in the fediverse that means RSA with SHA-256 (GoToSocial).
        return algorithm is not null || name is null || name.Equals("hs2019", StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryTime(Dictionary<string, string> parameters, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!parameters.TryGetValue(name, out var text))
            return true;
        // §2.1.4: when it ends may be told to a part of a second.
        var style = name == "expires" ? NumberStyles.AllowDecimalPoint : NumberStyles.None;
        if (!decimal.TryParse(text, style, CultureInfo.InvariantCulture, out var seconds) ||
            seconds > 253_402_300_799)
            return false;
        time = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        return true;
    }

    private static byte[]? Decode(string base64)
    {
        var bytes = new byte[(base64.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(base64, bytes, out var written) && written > 0 ? bytes[..written] : null;
    }

    private static Dictionary<string, string>? ReadParameters(string field)
    {
        if (field.Length > MaxLength)
            return null;
        Dictionary<string, string> parameters = new(8, StringComparer.Ordinal);
        var rest = field.AsSpan().Trim();
        while (true)
        {
            var equals = rest.IndexOf('=');
            if (equals < 1 || rest[..equals].Trim().ContainsAny("\", "))
                return null;
            var name = rest[..equals].Trim().ToString();
            rest = rest[(equals + 1)..].TrimStart();
            string value;
            if (rest.StartsWith("\""))
            {
                var end = rest[1..].IndexOf('"');
                if (end < 0)
                    return null;
                value = rest.Slice(1, end).ToString();
                rest = rest[(end + 2)..].TrimStart();
            }
            else
            {
                var end = rest.IndexOf(',');
                value = rest[..(end < 0 ? rest.Length : end)].Trim().ToString();
                rest = end < 0 ? default : rest[end..];
            }
            if (!parameters.TryAdd(name, value) || parameters.Count > 16)
                return null;
            if (rest.IsEmpty)
                return parameters;
            if (rest[0] != ',')
                return null;
            rest = rest[1..].TrimStart();
        }
    }
}

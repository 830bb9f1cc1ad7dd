using System.Globalization;
using System.Text;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>Signatures of RFC 9421 (HTTP Message Signatures) over requests.</summary>
internal static class MessageSignature
{
    /// <summary>How long a signature that we make is valid (CONTRACT.md §3.2).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(300);

    /// <summary>Whether a component is one that the other side may ask for.</summary>
    public static bool CanSign(string component) => component is "@method" or "@target-uri" or "@authority"
        or "@scheme" or "@request-target" or "@path" or "@query" or "content-digest" or "content-type" or "date"
        or "host";

    private static readonly string[] Always = ["@method", "@target-uri", "content-digest"];

    /// <summary>The values of Signature-Input and Signature for a request that we send.</summary>
    /// <param name="key">With what.</param>
    /// <param name="request">The request with its address and all its fields.</param>
    /// <param name="now">When.</param>
    /// <param name="wish">What the other side asked for; null for what everybody understands.</param>
    public static (string Input, string Signature) Create(
        SigningKey key, HttpRequestMessage request, DateTimeOffset now, SignatureWish? wish = null)
    {
        var created = now.ToUnixTimeSeconds();
        List<KeyValuePair<string, object>> parameters =
        [
            new("created", created), new("expires", created + (long)Lifetime.TotalSeconds), new("keyid", key.KeyId),
        ];
        if (wish?.Nonce is { } nonce)
            parameters.Add(new("nonce", nonce));
        if (wish?.Tag is { } tag)
            parameters.Add(new("tag", tag));
        List<SfItem> components = [];
        var text = new StringBuilder(512);
        foreach (var name in Always.Union(wish?.Components ?? []))
        {
            // There is none where there is no body.
            if (Value(request, name) is not { } value)
                continue;
            components.Add(new SfItem(name, []));
            text.Append(CultureInfo.InvariantCulture, $"\"{name}\": {value}\n");
        }
        var input = new StringBuilder(256);
        StructuredFields.WriteInnerList(input, components, parameters);
        text.Append("\"@signature-params\": ").Append(input);
        var signature = Convert.ToBase64String(key.Sign(Encoding.ASCII.GetBytes(text.ToString())));
        var label = wish?.Label ?? "sig1";
        return ($"{label}={input}", $"{label}=:{signature}:");
    }

    private static string? Value(HttpRequestMessage request, string component)
    {
        var uri = request.RequestUri!;
        return component switch
        {
            "@method" => request.Method.Method,
            "@target-uri" => $"{uri.Scheme}://{uri.Authority}{uri.PathAndQuery}",
            "@authority" or "host" => uri.Authority,
            "@scheme" => uri.Scheme,
            "@request-target" => uri.PathAndQuery,
            "@path" => uri.AbsolutePath,
            "@query" => uri.Query.Length == 0 ? "?" : uri.Query,
            "content-type" => request.Content?.Headers.ContentType?.ToString(),
            _ => request.Headers.NonValidated.TryGetValues(component, out var values) ? values.ToString() : null,
        };
    }

    /// <summary>
    /// Reads the two fields of a request and rebuilds what was signed, for each label in the order sent.
    /// </summary>
    public static IEnumerable<SignatureParse> Parse(InboundRequest request, string input, string? signatures)
    {
        if (StructuredFields.ReadDictionary(input) is not { } inputs)
        {
            yield return SignatureParse.Failed("The Signature-Input field is malformed.");
            yield break;
        }
        if (signatures is null)
        {
            yield return SignatureParse.Failed("The Signature field is missing.");
            yield break;
        }
        if (StructuredFields.ReadDictionary(signatures) is not { } values)
        {
            yield return SignatureParse.Failed("The Signature field is malformed.");
            yield break;
        }
        foreach (var member in inputs)
            yield return ParseOne(request, member, values);
    }

    private static SignatureParse ParseOne(InboundRequest request, SfMember input, IReadOnlyList<SfMember> values)
    {
        if (input.Items is not { } components)
            return SignatureParse.Failed("A Signature-Input member is no list.");
        if (values.FirstOrDefault(v => v.Key == input.Key)?.Value is not byte[] { Length: > 0 } value)
            return SignatureParse.Failed("A label has no signature.");
        string? keyId = null;
        DateTimeOffset? created = null, expires = null;
        KeyAlgorithm? algorithm = null;
        foreach (var (name, parameter) in input.Parameters)
        {
            switch (name, parameter)
            {
                case ("keyid", string id) when id.Length is > 0 and <= 2048:
                    keyId = id;
                    break;
                case ("alg", "rsa-v1_5-sha256"):
                    algorithm = KeyAlgorithm.Rsa;
                    break;
                case ("alg", "ed25519"):
                    algorithm = KeyAlgorithm.Ed25519;
                    break;
                case ("created", long seconds) when seconds is >= 0 and <= 253_402_300_799:
                    created = DateTimeOffset.FromUnixTimeSeconds(seconds);
                    break;
                case ("expires", long seconds) when seconds is >= 0 and <= 253_402_300_799:
                    expires = DateTimeOffset.FromUnixTimeSeconds(seconds);
                    break;
                case ("alg", _):
                    return SignatureParse.Unsupported("The algorithm is not supported.");
                case ("keyid" or "created" or "expires", _):
                    return SignatureParse.Failed("A signature parameter has the wrong type.");
            }
        }
        if (keyId is null)
            return SignatureParse.Unsupported("The signature names no keyid.");
        return Base(request, input, components, out var covers) is { } text
            ? new SignatureParse(
                new RequestSignature(true, keyId, algorithm, value, text,
                    created is null ? covers : covers | Covered.Created, created, expires), null)
            : SignatureParse.Unsupported("A signed component is missing, named twice or not supported.");
    }

    // RFC 9421 §2.5.
    private static byte[]? Base(
        InboundRequest request, SfMember input, IReadOnlyList<SfItem> components, out Covered covers)
    {
        covers = SignatureComponents.Covers(request, components);
        var text = new StringBuilder(512);
        HashSet<string> seen = [];
        foreach (var component in components)
        {
            var start = text.Length;
            StructuredFields.WriteItem(text, component);
            if (!seen.Add(text.ToString(start, text.Length - start)) ||
                SignatureComponents.Value(request, component) is not { } value ||
                value.Contains('\n', StringComparison.Ordinal))
                return null;
            text.Append(": ").Append(value).Append('\n');
        }
        text.Append("\"@signature-params\": ");
        StructuredFields.WriteInnerList(text, components, input.Parameters);
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}

using System.Globalization;
using System.Text;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>Signatures of RFC 9421 (HTTP Message Signatures) over requests.</summary>
internal static class MessageSignature
{
    /// <summary>How long a signature that we make is valid (federation.md §3.2).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(300);

    /// <summary>The values of Signature-Input and Signature for a request that we send; no digest for GET.</summary>
    public static (string Input, string Signature) Create(
        SigningKey key, string method, string targetUri, string? contentDigest, DateTimeOffset now)
    {
        var created = now.ToUnixTimeSeconds();
        var expires = created + (long)Lifetime.TotalSeconds;
        var components = contentDigest is null
            ? "\"@method\" \"@target-uri\"" : "\"@method\" \"@target-uri\" \"content-digest\"";
        var parameters = string.Create(CultureInfo.InvariantCulture,
            $"({components});created={created};expires={expires};keyid=\"{key.KeyId}\"");
        var text = $"\"@method\": {method}\n\"@target-uri\": {targetUri}\n";
        if (contentDigest is not null)
            text += $"\"content-digest\": {contentDigest}\n";
        text += $"\"@signature-params\": {parameters}";
        var value = Convert.ToBase64String(key.Sign(Encoding.ASCII.GetBytes(text)));
        return ($"sig1={parameters}", $"sig1=:{value}:");
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

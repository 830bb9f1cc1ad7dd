namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>What another server wants signed, as it said in <c>Accept-Signature</c> (RFC 9421 §5).</summary>
/// <param name="Label">What the signature is to be called.</param>
/// <param name="Components">What it is to cover: only such as we can sign.</param>
/// <param name="Algorithm">With what; null when it does not say.</param>
/// <param name="Nonce">To be repeated; null when it does not say.</param>
/// <param name="Tag">To be repeated; null when it does not say.</param>
internal sealed record SignatureWish(
    string Label, IReadOnlyList<string> Components, KeyAlgorithm? Algorithm, string? Nonce, string? Tag)
{
    private const int LongestText = 200;

    /// <summary>Whether it asks for something that we do not sign by ourselves.</summary>
    public bool AsksMore => Nonce is not null || Tag is not null ||
        Components.Any(c => c is not ("@method" or "@target-uri" or "content-digest"));

    /// <summary>Reads the first wish that we can fulfil; null when there is none.</summary>
    public static SignatureWish? Read(string? field)
    {
        if (field is null || StructuredFields.ReadDictionary(field) is not { } members)
            return null;
        foreach (var member in members)
        {
            var algorithm = Text(member, "alg");
            if (member.Items is { } items && algorithm is null or "ed25519" or "rsa-v1_5-sha256" &&
                items.All(i => i is { Value: string name, Parameters.Count: 0 } && MessageSignature.CanSign(name)))
                return new SignatureWish(
                    member.Key, [.. items.Select(i => (string)i.Value)],
                    algorithm switch
                    {
                        null => null,
                        "ed25519" => KeyAlgorithm.Ed25519,
                        _ => KeyAlgorithm.Rsa,
                    },
                    Text(member, "nonce"), Text(member, "tag"));
        }
        return null;
    }

    private static string? Text(SfMember member, string parameter) =>
        member.Parameters.FirstOrDefault(p => p.Key == parameter).Value is string { Length: <= LongestText } text
            ? text : null;
}

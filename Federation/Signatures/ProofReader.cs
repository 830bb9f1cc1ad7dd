using System.Runtime.InteropServices;
using System.Text.Json;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>Reads the proof out of a canonical document (vc-di-eddsa §3.3.2, FEP-8b32).</summary>
internal sealed class ProofReader(JsonElement document, byte[] canonical, DateTimeOffset now)
{
    private const int MaxProofs = 10;
    private const int SignatureLength = 64;

    public ProofResult Read(string? ownerProperty)
    {
        if (!document.TryGetProperty("proof", out var proofs))
            return new(ProofVerdict.Missing, "The document has no proof.", null);
        if (Choose(proofs) is not { } proof)
            return new(ProofVerdict.UnknownSuite, "There is no DataIntegrityProof with eddsa-jcs-2022.", null);
        if (Text(proof, "proofPurpose") != IntegrityProof.Purpose)
            return new(ProofVerdict.WrongPurpose, "The purpose is not assertionMethod.", null);
        if (Text(proof, "verificationMethod") is not { Length: > 0 } method
            || !Multikey.TryDecodeBytes(Text(proof, "proofValue"), SignatureLength, out var signature)
            || proof.TryGetProperty("previousProof", out _))
            return new(
                ProofVerdict.Malformed, "The proof has no key id, no signature of 64 bytes, or is chained.", null);
        if (!TryTime(proof, "created", out var created) || !TryTime(proof, "expires", out var expires))
            return new(ProofVerdict.Malformed, "A date of the proof is none.", null);
        if (Unsecured(proof) is not { } unsecured)
            return new(
                ProofVerdict.ContextMismatch, "The contexts are not arrays of which one begins the other.", null);
        var options = CanonicalJson.Write(Bytes(proof), "proofValue");
        var claim = new ProofClaim(IntegrityProof.SignedData(options, unsecured), signature)
        {
            VerificationMethod = method,
            Owner = Owner(ownerProperty),
            Created = created,
            Expires = expires,
        };
        return Judge(claim);
    }

    private ProofResult Judge(ProofClaim claim)
    {
        if (claim.Expires <= now)
            return new(ProofVerdict.Expired, "The proof has expired.", claim);
        if (claim.Owner is { } owner && !SameOrigin(owner, claim.VerificationMethod))
            return new(ProofVerdict.ForeignKey, "The key is not on the owner's origin.", claim);
        return new(ProofVerdict.Valid, null, claim);
    }

    /// <summary>The only proof, or the first of a set that is of the one kind known here.</summary>
    private static JsonElement? Choose(JsonElement proofs)
    {
        if (proofs.ValueKind != JsonValueKind.Array)
            return IsKnown(proofs) ? proofs : null;
        foreach (var proof in proofs.EnumerateArray().Take(MaxProofs))
        {
            if (IsKnown(proof))
                return proof;
        }
        return null;
    }

    private static bool IsKnown(JsonElement proof) => proof.ValueKind == JsonValueKind.Object
        && Text(proof, "type") == IntegrityProof.ProofType && Text(proof, "cryptosuite") == IntegrityProof.Suite;

    /// <summary>The document without proof and with the proof's context; null when the contexts do not agree.</summary>
    private byte[]? Unsecured(JsonElement proof)
    {
        var hasOwn = document.TryGetProperty("@context", out var own);
        if (hasOwn && own.ValueKind != JsonValueKind.Array)
            return null;
        if (!proof.TryGetProperty("@context", out var context))
            return CanonicalJson.Write(canonical, "proof");
        if (!hasOwn || context.ValueKind != JsonValueKind.Array || context.GetArrayLength() > own.GetArrayLength())
            return null;
        foreach (var (ours, theirs) in own.EnumerateArray().Zip(context.EnumerateArray()))
        {
            if (!JsonMarshal.GetRawUtf8Value(ours).SequenceEqual(JsonMarshal.GetRawUtf8Value(theirs)))
                return null;
        }
        if (context.GetArrayLength() == own.GetArrayLength())
            return CanonicalJson.Write(canonical, "proof");
        var rest = CanonicalJson.Write(canonical, "proof", "@context");
        byte[] comma = rest.Length > 2 ? [(byte)','] : [];
        return CanonicalJson.Write(
            (byte[])[.. "{\"@context\":"u8, .. JsonMarshal.GetRawUtf8Value(context), .. comma, .. rest.AsSpan(1)]);
    }

    private string? Owner(string? property)
    {
        var read = VocabularyReader.Read(canonical).Value;
        if (property is null)
            return read is null || read.Actor.Count > 0 ? read?.ActorId : read.AttributedToId;
        return Text(document, property);
    }

    private static bool SameOrigin(string left, string right) =>
        Uri.TryCreate(left, UriKind.Absolute, out var a) && Uri.TryCreate(right, UriKind.Absolute, out var b)
        && Uri.Compare(
            a, b, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static bool TryTime(JsonElement proof, string name, out DateTimeOffset? time)
    {
        time = Text(proof, name) is { } text ? Timestamps.Parse(text) : null;
        return time is not null || !proof.TryGetProperty(name, out _);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    private static byte[] Bytes(JsonElement element) => JsonMarshal.GetRawUtf8Value(element).ToArray();
}

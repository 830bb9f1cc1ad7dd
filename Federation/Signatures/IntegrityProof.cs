using System.Security.Cryptography;
using System.Text.Json;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>
/// Object integrity proofs: FEP-8b32 with the cryptosuite eddsa-jcs-2022 (vc-di-eddsa §3.3). The proof is over the
/// exact
/// JSON; contexts are never processed, and a <c>signature</c> of the old kind (LD-Signatures) is never looked at.
/// </summary>
public static class IntegrityProof
{
    internal const string Suite = "eddsa-jcs-2022";
    internal const string Purpose = "assertionMethod";
    internal const string ProofType = "DataIntegrityProof";

    /// <summary>Signs a finished document.</summary>
    /// <param name="document">A JSON object as UTF-8 with <c>@context</c> as array and without proof.</param>
    /// <param name="key">An Ed25519 key of the document's owner; its id becomes the verificationMethod.</param>
    /// <param name="created">When the proof is made.</param>
    /// <returns>The same bytes with <c>proof</c> as last member.</returns>
    /// <exception cref="ArgumentException">The document or the key is not as said.</exception>
    public static byte[] Sign(ReadOnlyMemory<byte> document, SigningKey key, DateTimeOffset created)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Algorithm != KeyAlgorithm.Ed25519)
            throw new ArgumentException("Proofs are made with Ed25519.", nameof(key));
        var canonical = CanonicalJson.Write(document, "signature");
        var context = ContextOf(canonical);
        var options = CanonicalJson.Write(WriteProof(context, key.KeyId, created, value: null));
        var value = Multikey.EncodeBytes(key.Sign(SignedData(options, canonical)));
        var proof = WriteProof(context, key.KeyId, created, value);
        var end = document.Span.LastIndexOf((byte)'}');
        return [.. document.Span[..end], .. ",\"proof\":"u8, .. proof, (byte)'}'];
    }

    /// <summary>Verifies the proof of a document with a key that is at hand.</summary>
    /// <param name="document">JSON as it was received, UTF-8.</param>
    /// <param name="now">The time.</param>
    /// <param name="findKey">Gives the key that <see cref="ProofClaim.Verify"/> asks for.</param>
    public static ProofResult Verify(
        ReadOnlyMemory<byte> document, DateTimeOffset now, Func<ProofClaim, PublicKey?> findKey)
    {
        ArgumentNullException.ThrowIfNull(findKey);
        var read = Read(document, now);
        return read is { IsValid: true, Claim: { } claim } ? claim.Verify(findKey(claim)) : read;
    }

    /// <summary>
    /// Reads the proof of a document and checks all but the signature, so that the key can be fetched.
    /// </summary>
    /// <param name="document">JSON as it was received, UTF-8.</param>
    /// <param name="now">The time.</param>
    /// <param name="ownerProperty">The property that names the owner where it is not actor or attributedTo.</param>
    /// <returns>
    /// With <see cref="ProofVerdict.Valid"/> the claim only has the right form: call <see cref="ProofClaim.Verify"/>.
    /// </returns>
    public static ProofResult Read(ReadOnlyMemory<byte> document, DateTimeOffset now, string? ownerProperty = null)
    {
        if (!CanonicalJson.TryWrite(document, out var canonical, out var problem, "signature"))
            return new(ProofVerdict.Malformed, problem, null);
        using var parsed = JsonDocument.Parse(canonical);
        return parsed.RootElement.ValueKind == JsonValueKind.Object
            ? new ProofReader(parsed.RootElement, canonical, now).Read(ownerProperty)
            : new(ProofVerdict.Missing, "The document is not an object.", null);
    }

    /// <summary>
    /// Names a version of a document in the next one: <c>omp:previousRevision</c> (CONTRACT.md §4.2).
    /// </summary>
    /// <param name="document">JSON as it was sent, UTF-8, with or without its proof.</param>
    /// <returns><c>sha256-</c> and the hash of its canonical form without proof, in hexadecimal.</returns>
    /// <exception cref="ArgumentException">It has no canonical form: a bug.</exception>
    public static string NameOf(ReadOnlyMemory<byte> document) =>
        "sha256-" + Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Write(document, "proof", "signature")));

    /// <summary>
    /// What is signed: the hash of the proof without its value, then that of the document without proof.
    /// </summary>
    internal static byte[] SignedData(byte[] options, byte[] document)
    {
        var data = new byte[2 * SHA256.HashSizeInBytes];
        SHA256.HashData(options, data);
        SHA256.HashData(document, data.AsSpan(SHA256.HashSizeInBytes));
        return data;
    }

    private static byte[] WriteProof(JsonElement context, string keyId, DateTimeOffset created, string? value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = VocabularyWriter.Encoder }))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("@context");
            context.WriteTo(writer);
            writer.WriteString("type", ProofType);
            writer.WriteString("cryptosuite", Suite);
            writer.WriteString("verificationMethod", keyId);
            writer.WriteString("proofPurpose", Purpose);
            writer.WriteString("created", Timestamps.Format(created));
            if (value is not null)
                writer.WriteString("proofValue", value);
            writer.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static JsonElement ContextOf(byte[] canonical)
    {
        using var document = JsonDocument.Parse(canonical);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || root.TryGetProperty("proof", out _)
            || !root.TryGetProperty("@context", out var context) || context.ValueKind != JsonValueKind.Array)
            throw new ArgumentException("A document to sign is an object with a context array and without proof.");
        return context.Clone();
    }
}

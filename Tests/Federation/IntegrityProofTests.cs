using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

public sealed class IntegrityProofTests
{
    // W3C vc-di-eddsa, TestVectors/keyPair.json; FEP-8b32 and our own examples use the same pair.
    private const string PublicMultibase = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
    private const string PrivateMultibase = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq";
    private const string KeyId = "https://server.example/users/alice#ed25519-key";

    private static readonly DateTimeOffset now = new(2026, 3, 4, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset vectorTime = new(2023, 2, 24, 23, 36, 38, TimeSpan.Zero);

    // FEP-8b32, fep-8b32.feature (CC0).
    private const string FepDocument = """
        {"@context":["https://www.w3.org/ns/activitystreams","https://w3id.org/security/data-integrity/v2"],
         "id":"https://server.example/activities/1","type":"Create","actor":"https://server.example/users/alice",
         "object":{"id":"https://server.example/objects/1","type":"Note",
          "attributedTo":"https://server.example/users/alice","content":"Hello world",
          "location":{"type":"Place","longitude":-71.184902,"latitude":25.273962}}}
        """;

    private const string FepValue =
        "z42ffGu6AUKPCFcFPiabmUvnGLPJzC7e4DGWC52NUasSSH37UMa9c58tdgVszUcZfytxa4fQ5TYHaJENCxUDe9SdL";

    [Test]
    public void The_FEP_8b32_example_is_signed_and_verified()
    {
        var signed = IntegrityProof.Sign(Encoding.UTF8.GetBytes(FepDocument), Key(KeyId), vectorTime);
        Assert.That(ProofOf(signed)["proofValue"]!.GetValue<string>(), Is.EqualTo(FepValue));
        var result = IntegrityProof.Verify(signed, now, Publish);
        Assert.That(result.Verdict, Is.EqualTo(ProofVerdict.Valid));
        Assert.That(result.Claim!.Owner, Is.EqualTo("https://server.example/users/alice"));
        Assert.That(result.Claim.VerificationMethod, Is.EqualTo(KeyId));
        Assert.That(result.Claim.Created, Is.EqualTo(vectorTime));
    }

    [Test]
    public void The_W3C_example_is_verified_and_made_again()
    {
        var signed = SharedData.Read("corpus", "eddsa-vectors", "eddsa-jcs-2022", "signedJCS.json");
        Assert.That(IntegrityProof.Verify(signed, now, Publish).Verdict, Is.EqualTo(ProofVerdict.Valid));
        var document = CanonicalJson.Write(signed, "proof");
        var proof = ProofOf(signed);
        Assert.That(Hash(document), Is.EqualTo("59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19"));
        Assert.That(
            Hash(CanonicalJson.Write(Encoding.UTF8.GetBytes(proof.ToJsonString()), "proofValue")),
            Is.EqualTo("66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db"));
        var again = IntegrityProof.Sign(document, Key(proof["verificationMethod"]!.GetValue<string>()), vectorTime);
        Assert.That(JsonNode.DeepEquals(ProofOf(again), proof), Is.True);
    }

    [Test]
    public void Our_official_answer_is_verified_and_made_again()
    {
        var signed = SharedData.Read("examples", "official-answer-object.json");
        Assert.That(IntegrityProof.Verify(signed, now, Publish).Verdict, Is.EqualTo(ProofVerdict.Valid));
        var document = CanonicalJson.Write(signed, "proof");
        Assert.That(Hash(document), Is.EqualTo("7239162e0517f814a314d00746a7be31d679624b49c4d3865d6ac2f7e36bd90a"));
        var again = IntegrityProof.Sign(
            document,
            Key("https://plein.zuiderdam.example/p/gemeente-zuiderdam#ed25519-key"),
            new DateTimeOffset(2026, 3, 3, 8, 30, 0, TimeSpan.Zero));
        Assert.That(
            ProofOf(again)["proofValue"]!.GetValue<string>(),
            Is.EqualTo("z5n7rVFjbY4qMP8DAouDEMyfXwnhjmc3fUiAtdaksApJehWVTC3TwGKoAcQz3torKU4EhSXgSwqDVkAfNiFNBw84s"));
    }

    [Test]
    public void Signing_adds_only_the_proof_and_adds_it_last()
    {
        var document = Encoding.UTF8.GetBytes(FepDocument + "\n ");
        var signed = IntegrityProof.Sign(document, Key(KeyId), vectorTime);
        var end = FepDocument.LastIndexOf('}');
        Assert.That(Encoding.UTF8.GetString(signed), Does.StartWith(FepDocument[..end] + ",\"proof\":{"));
    }

    [Test]
    public void A_document_with_other_order_and_spaces_passes()
    {
        var node = Signed();
        var members = node.Select(member => (member.Key, Value: member.Value!.DeepClone())).Reverse().ToList();
        var turned = new JsonObject(
            members.Select(member => KeyValuePair.Create<string, JsonNode?>(member.Key, member.Value)));
        turned["signature"] = new JsonObject { ["type"] = "RsaSignature2017", ["signatureValue"] = "x" };
        var bytes = Encoding.UTF8.GetBytes(turned.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        Assert.That(IntegrityProof.Verify(bytes, now, Publish).Verdict, Is.EqualTo(ProofVerdict.Valid));
    }

    private static IEnumerable<TestCaseData> Forgeries()
    {
        static TestCaseData Case(string name, ProofVerdict verdict, Action<JsonObject> change) =>
            new TestCaseData(verdict, change).SetArgDisplayNames(name);
        yield return Case("altered nested value", ProofVerdict.WrongSignature,
            d => d["object"]!["location"]!["latitude"] = 25.273963);
        yield return Case("added member", ProofVerdict.WrongSignature, d => d["cc"] = "x");
        yield return Case("removed member", ProofVerdict.WrongSignature, d => d.Remove("id"));
        yield return Case("@graph beside it", ProofVerdict.WrongSignature, d => d["@graph"] = new JsonArray());
        yield return Case("remapped context", ProofVerdict.ContextMismatch,
            d => d["@context"]!.AsArray()[1] = new JsonObject { ["actor"] = "x:y" });
        yield return Case("no proof", ProofVerdict.Missing, d => d.Remove("proof"));
        yield return Case("other purpose", ProofVerdict.WrongPurpose,
            d => d["proof"]!["proofPurpose"] = "authentication");
        yield return Case("no purpose", ProofVerdict.WrongPurpose, d => d["proof"]!.AsObject().Remove("proofPurpose"));
        yield return Case("other suite", ProofVerdict.UnknownSuite,
            d => d["proof"]!["cryptosuite"] = "eddsa-rdfc-2022");
        yield return Case("other type", ProofVerdict.UnknownSuite, d => d["proof"]!["type"] = "Ed25519Signature2020");
        yield return Case("proof is a string", ProofVerdict.UnknownSuite, d => d["proof"] = "x");
        yield return Case("string context", ProofVerdict.ContextMismatch,
            d => d["@context"] = "https://www.w3.org/ns/activitystreams");
        yield return Case("string context in the proof", ProofVerdict.ContextMismatch,
            d => d["proof"]!["@context"] = "https://www.w3.org/ns/activitystreams");
        yield return Case("no context", ProofVerdict.ContextMismatch, d => d.Remove("@context"));
        yield return Case("longer context in the proof", ProofVerdict.ContextMismatch,
            d => d["proof"]!["@context"]!.AsArray().Add("x"));
        yield return Case("expired", ProofVerdict.Expired, d => d["proof"]!["expires"] = "2026-03-03T00:00:00Z");
        yield return Case("expiry added later", ProofVerdict.WrongSignature,
            d => d["proof"]!["expires"] = "2036-03-03T00:00:00Z");
        yield return Case("expiry is no date", ProofVerdict.Malformed, d => d["proof"]!["expires"] = 5);
        yield return Case("created altered", ProofVerdict.WrongSignature,
            d => d["proof"]!["created"] = "2023-02-24T23:36:39Z");
        yield return Case("key of another origin", ProofVerdict.ForeignKey,
            d => d["proof"]!["verificationMethod"] = "https://evil.example/users/alice#ed25519-key");
        yield return Case("key of another port", ProofVerdict.ForeignKey,
            d => d["proof"]!["verificationMethod"] = "https://server.example:444/users/alice#ed25519-key");
        yield return Case("actor of another origin", ProofVerdict.ForeignKey,
            d => d["actor"] = "https://evil.example/users/alice");
        yield return Case("key not published", ProofVerdict.UnknownKey,
            d => d["proof"]!["verificationMethod"] = "https://server.example/users/bob#ed25519-key");
        yield return Case("no key id", ProofVerdict.Malformed,
            d => d["proof"]!.AsObject().Remove("verificationMethod"));
        yield return Case("short value", ProofVerdict.Malformed, d => d["proof"]!["proofValue"] = "z42ffGu6");
        yield return Case("long value", ProofVerdict.Malformed,
            d => d["proof"]!["proofValue"] = "z" + new string('2', 100_000));
        yield return Case("zeros in front of the value", ProofVerdict.Malformed,
            d => d["proof"]!["proofValue"] = "z1" + FepValue[1..]);
        yield return Case("value not in base58", ProofVerdict.Malformed,
            d => d["proof"]!["proofValue"] = "z0OIl" + FepValue[5..]);
        yield return Case("chained", ProofVerdict.Malformed, d => d["proof"]!["previousProof"] = "urn:uuid:1");
    }

    [TestCaseSource(nameof(Forgeries))]
    public void Row_18_a_forged_proof_is_told_from_a_good_one(ProofVerdict verdict, Action<JsonObject> change)
    {
        var document = Signed();
        change(document);
        var result = IntegrityProof.Verify(Bytes(document), now, Publish);
        Assert.That(result.Verdict, Is.EqualTo(verdict));
        Assert.That(result.Reason, Is.Not.Empty);
    }

    [Test]
    public void Another_key_or_none_is_no_proof()
    {
        var document = Bytes(Signed());
        using var other = NSec.Cryptography.Key.Create(
            NSec.Cryptography.SignatureAlgorithm.Ed25519,
            new() { ExportPolicy = NSec.Cryptography.KeyExportPolicies.AllowPlaintextExport });
        var bytes = other.PublicKey.Export(NSec.Cryptography.KeyBlobFormat.RawPublicKey);
        Assert.Multiple(() =>
        {
            Assert.That(Verdict(_ => null), Is.EqualTo(ProofVerdict.UnknownKey));
            Assert.That(Verdict(_ => new(KeyId, KeyAlgorithm.Ed25519, bytes)), Is.EqualTo(ProofVerdict.WrongSignature));
            Assert.That(Verdict(_ => new(KeyId, KeyAlgorithm.Rsa, bytes)), Is.EqualTo(ProofVerdict.UnknownKey));
            Assert.That(
                Verdict(_ => new(KeyId, KeyAlgorithm.Ed25519, new byte[5])), Is.EqualTo(ProofVerdict.UnknownKey));
            Assert.That(
                Verdict(_ => new(KeyId + "2", KeyAlgorithm.Ed25519, bytes)), Is.EqualTo(ProofVerdict.UnknownKey));
        });
        ProofVerdict Verdict(Func<ProofClaim, PublicKey?> find) => IntegrityProof.Verify(document, now, find).Verdict;
    }

    [Test]
    public void A_context_added_behind_the_signed_one_passes_and_in_front_does_not()
    {
        var behind = Signed();
        behind["@context"]!.AsArray().Add("https://server.example/more");
        Assert.That(IntegrityProof.Verify(Bytes(behind), now, Publish).Verdict, Is.EqualTo(ProofVerdict.Valid));
        var front = Signed();
        front["@context"]!.AsArray().Insert(0, "https://server.example/more");
        Assert.That(
            IntegrityProof.Verify(Bytes(front), now, Publish).Verdict, Is.EqualTo(ProofVerdict.ContextMismatch));
    }

    [Test]
    public void The_known_proof_of_a_set_counts()
    {
        var document = Signed();
        var proof = document["proof"]!.DeepClone();
        document["proof"] = new JsonArray(new JsonObject { ["type"] = "Other" }, 3, proof);
        Assert.That(IntegrityProof.Verify(Bytes(document), now, Publish).Verdict, Is.EqualTo(ProofVerdict.Valid));
    }

    [Test]
    public void An_attestation_names_its_issuer_as_owner()
    {
        var document = Encoding.UTF8.GetBytes(
            """{"@context":["x"],"id":"https://server.example/1","omp:issuer":"https://server.example/users/alice"}""");
        var signed = IntegrityProof.Sign(document, Key(KeyId), vectorTime);
        Assert.That(
            IntegrityProof.Read(signed, now, "omp:issuer").Claim!.Owner,
            Is.EqualTo("https://server.example/users/alice"));
        Assert.That(IntegrityProof.Read(signed, now).Claim!.Owner, Is.Null);
    }

    [TestCase("""{"id":"x"}""")]
    [TestCase("""{"@context":"x"}""")]
    [TestCase("""{"@context":["x"],"proof":{}}""")]
    [TestCase("""[]""")]
    [TestCase("""{""")]
    public void A_document_that_cannot_be_signed_is_a_bug_of_the_caller(string json) => Assert.That(
        () => IntegrityProof.Sign(Encoding.UTF8.GetBytes(json), Key(KeyId), now), Throws.ArgumentException);

    // FEP-521a, fep-521a.feature.
    [Test]
    public void A_multikey_is_read_and_written()
    {
        var key = Convert.FromHexString("2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6");
        Assert.That(Multikey.Encode(key), Is.EqualTo("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"));
        Assert.That(Multikey.TryDecode("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", out var read), Is.True);
        Assert.That(read, Is.EqualTo(key));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("z")]
    [TestCase("6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")]
    [TestCase("uMkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")]
    [TestCase("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2do")]
    [TestCase("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doKK")]
    [TestCase("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2d0K")]
    [TestCase("z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq")]
    [TestCase("zé")]
    public void What_is_no_Ed25519_multikey_is_not_read(string? text) =>
        Assert.That(Multikey.TryDecode(text, out _), Is.False);

    private static SigningKey Key(string id)
    {
        // ed25519-priv: two bytes 80 26, then the seed.
        Assert.That(Multikey.TryDecodeBytes(PrivateMultibase, 34, out var bytes), Is.True);
        return SigningKey.FromEd25519Seed(id, bytes.AsSpan(2));
    }

    private static PublicKey? Publish(ProofClaim claim)
    {
        Assert.That(Multikey.TryDecode(PublicMultibase, out var key), Is.True);
        string[] published = [KeyId, $"did:key:{PublicMultibase}#{PublicMultibase}",
            "https://plein.zuiderdam.example/p/gemeente-zuiderdam#ed25519-key"];
        return published.Contains(claim.VerificationMethod)
            ? new PublicKey(claim.VerificationMethod, KeyAlgorithm.Ed25519, key) : null;
    }

    private static JsonObject Signed() => JsonNode.Parse(
        IntegrityProof.Sign(Encoding.UTF8.GetBytes(FepDocument), Key(KeyId), vectorTime))!.AsObject();

    private static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());

    private static JsonObject ProofOf(byte[] signed) => JsonNode.Parse(signed)!["proof"]!.AsObject();

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

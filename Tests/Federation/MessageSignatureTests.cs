using Ontmoetingsplein.Federation.Signatures;

namespace Ontmoetingsplein.Tests.Federation;

public class MessageSignatureTests
{
    private static readonly byte[] RfcKey = Convert.FromBase64String("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=");

    private static InboundRequest RfcRequest(string date = "Tue, 20 Apr 2021 02:07:55 GMT") => new(
        "POST", new Uri("https://example.com"), "/foo?param=Value&Pet=dog", name => name.ToLowerInvariant() switch
        {
            "date" => date,
            "content-type" => "application/json",
            "content-length" => "18",
            _ => null,
        }, "{\"hello\": \"world\"}"u8.ToArray());

    private const string RfcInput =
        "sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")" +
        ";created=1618884473;keyid=\"test-key-ed25519\"";

    private const string RfcSignature =
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:";

    private static bool Verifies(InboundRequest request)
    {
        var parsed = MessageSignature.Parse(request, RfcInput, RfcSignature).Single().Signature!;
        var key = VerifyingKey.Load(new PublicKey("test-key-ed25519", KeyAlgorithm.Ed25519, RfcKey))!;
        return key.Verify(parsed.Base, parsed.Value);
    }

    [Test]
    public void The_example_of_RFC_9421_B_2_6_verifies() => Assert.That(Verifies(RfcRequest()), Is.True);

    [Test]
    public void The_example_of_RFC_9421_B_2_6_with_another_date_does_not_verify() =>
        Assert.That(Verifies(RfcRequest("Tue, 20 Apr 2021 02:07:56 GMT")), Is.False);

    [Test]
    public void The_parameters_of_a_signature_are_read()
    {
        var parsed = MessageSignature.Parse(RfcRequest(),
            "a=(\"@method\");created=10;expires=20;keyid=\"https://x.example/k\";alg=\"ed25519\";nonce=\"n\";tag=\"t\"",
            "a=:AAAA:").Single().Signature!;
        Assert.Multiple(() =>
        {
            Assert.That(parsed.KeyId, Is.EqualTo("https://x.example/k"));
            Assert.That(parsed.Algorithm, Is.EqualTo(KeyAlgorithm.Ed25519));
            Assert.That(parsed.Created, Is.EqualTo(DateTimeOffset.FromUnixTimeSeconds(10)));
            Assert.That(parsed.Expires, Is.EqualTo(DateTimeOffset.FromUnixTimeSeconds(20)));
        });
    }

    [TestCase("\"@query-param\";name=\"Pet\"", "dog")]
    [TestCase("\"@query\"", "?param=Value&Pet=dog")]
    [TestCase("\"@path\"", "/foo")]
    [TestCase("\"@scheme\"", "https")]
    [TestCase("\"@authority\"", "example.com")]
    [TestCase("\"@request-target\"", "/foo?param=Value&Pet=dog")]
    [TestCase("\"@target-uri\"", "https://example.com/foo?param=Value&Pet=dog")]
    public void A_derived_component_has_the_value_of_RFC_9421(string component, string value)
    {
        var parsed = MessageSignature.Parse(RfcRequest(), $"a=({component});keyid=\"k\"", "a=:AAAA:").Single();
        Assert.That(System.Text.Encoding.UTF8.GetString(parsed.Signature!.Base),
            Is.EqualTo($"{component}: {value}\n\"@signature-params\": ({component});keyid=\"k\""));
    }

    [TestCase("a=(\"date\";req);keyid=\"k\"", "a=:AAAA:", TestName = "Component_parameter_req_is_refused")]
    [TestCase("a=(\"date\";sf);keyid=\"k\"", "a=:AAAA:", TestName = "Component_parameter_sf_is_refused")]
    [TestCase("a=(\"date\";bs);keyid=\"k\"", "a=:AAAA:", TestName = "Component_parameter_bs_is_refused")]
    [TestCase("a=(\"date\" \"date\");keyid=\"k\"", "a=:AAAA:", TestName = "Component_named_twice_is_refused")]
    [TestCase("a=(\"@status\");keyid=\"k\"", "a=:AAAA:", TestName = "Component_of_responses_is_refused")]
    [TestCase("a=(\"x-absent\");keyid=\"k\"", "a=:AAAA:", TestName = "Absent_field_is_refused")]
    [TestCase("a=(\"Date\");keyid=\"k\"", "a=:AAAA:", TestName = "Upper_case_field_name_is_refused")]
    [TestCase("a=(\"date\")", "a=:AAAA:", TestName = "Signature_without_keyid_is_refused")]
    [TestCase("a=(\"date\");keyid=\"k\";alg=\"hmac-sha256\"", "a=:AAAA:", TestName = "Unknown_algorithm_is_refused")]
    [TestCase("a=(\"date\");keyid=\"k\";created=\"1\"", "a=:AAAA:", TestName = "Created_as_text_is_refused")]
    [TestCase("a=(\"date\");keyid=\"k\"", "b=:AAAA:", TestName = "Label_without_signature_is_refused")]
    [TestCase("a=(\"date\");keyid=\"k\"", "a=\"AAAA\"", TestName = "Signature_that_is_no_byte_sequence_is_refused")]
    [TestCase("a=(\"date\"", "a=:AAAA:", TestName = "Open_list_is_refused")]
    [TestCase("a=(\"date\"\"host\");keyid=\"k\"", "a=:AAAA:", TestName = "List_without_spaces_is_refused")]
    [TestCase("a=(\"date\");keyid=\"k\",a=(\"date\");keyid=\"k\"", "a=:AAAA:", TestName = "Label_twice_is_refused")]
    [TestCase("a=(\"date\");keyid=\"k\",", "a=:AAAA:", TestName = "Trailing_comma_is_refused")]
    [TestCase("", "a=:AAAA:", TestName = "Empty_input_is_refused")]
    public void A_broken_signature_is_refused(string input, string signature) =>
        Assert.That(MessageSignature.Parse(RfcRequest(), input, signature).All(p => p.Error is not null), Is.True);

    [Test]
    public void A_query_parameter_that_occurs_twice_cannot_be_signed()
    {
        var request = new InboundRequest("GET", new Uri("https://example.com"), "/a?p=1&p=2", _ => null, default);
        var parsed = MessageSignature.Parse(
            request, "a=(\"@query-param\";name=\"p\");keyid=\"k\"", "a=:AAAA:").Single();
        Assert.That(parsed.Error, Is.Not.Null);
    }

    [Test]
    public void A_field_of_ten_thousand_characters_is_refused() =>
        Assert.That(StructuredFields.ReadDictionary("a=\"" + new string('x', 10_000) + "\""), Is.Null);
}

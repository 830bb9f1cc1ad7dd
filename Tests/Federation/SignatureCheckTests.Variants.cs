using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

/// <summary>How other servers write their signatures.</summary>
public partial class SignatureCheckTests
{
    private long Now => _node.Clock.GetUtcNow().ToUnixTimeSeconds();

    [TestCase(";nonce=\"ab\";tag=\"activitypub\"", TestName = "Nonce_and_tag_as_NodeBB_sends_them")]
    [TestCase(";alg=\"ed25519\"", TestName = "The_algorithm_that_the_key_has")]
    [TestCase(";x-more=1.5;flag;when=@1700000000;what=token", TestName = "Parameters_that_nobody_knows")]
    public async Task A_message_signature_may_have_more_parameters(string more)
    {
        var request = Request().SignMessage(
            TestKeys.Bram, _ed, parameters: $";created={Now};expires={Now + 300};keyid=\"{_ed}\"{more}");
        Assert.That(await CheckAsync(request), Is.EqualTo(SignatureReason.Valid));
    }

    [TestCase("\"@method\" \"@target-uri\" \"@authority\" \"content-digest\" \"content-type\" \"date\"")]
    [TestCase("\"content-digest\" \"@scheme\" \"@request-target\" \"@method\" \"@authority\" \"@query\" \"host\"")]
    [TestCase("\"@method\" \"@path\" \"@query\" \"@authority\" \"content-digest\" \"accept\"")]
    public async Task A_message_signature_may_cover_more(string components)
    {
        var request = Request();
        request.Path = "/inbox?a=b";
        request.Headers["Accept"] = "*/*";
        request.Headers["Host"] = request.Origin.Authority;
        Assert.That(
            await CheckAsync(request.SignMessage(TestKeys.Bram, _ed, components: components)),
            Is.EqualTo(SignatureReason.Valid));
    }

    [TestCase("activitypub")]
    [TestCase("*a_b-c.d*")]
    public async Task A_message_signature_may_have_any_label(string label)
    {
        var request = Request().SignMessage(TestKeys.Bram, _ed);
        foreach (var name in new[] { "Signature", "Signature-Input" })
            request.Headers[name] = label + request.Headers[name]["sig1".Length..];
        Assert.That(await CheckAsync(request), Is.EqualTo(SignatureReason.Valid));
    }

    [TestCase("proxy=(\"@method\" \"@target-uri\" \"content-digest\");created=1;keyid=\"https://proxy.example/k\"")]
    [TestCase("proxy=(\"@status\");created=1;keyid=\"https://proxy.example/k\"")]
    [TestCase("proxy=(\"@method\";req);keyid=\"p\"")]
    [TestCase("proxy=(\"@method\");keyid=\"p\";alg=\"hmac-sha256\"")]
    [TestCase("proxy=(\"@method\");created=\"x\"")]
    [TestCase("proxy=1")]
    public async Task Of_several_signatures_one_that_is_the_actors_is_enough(string other)
    {
        var request = Request().SignMessage(TestKeys.Bram, _ed);
        var (input, value) = (request.Headers["Signature-Input"], request.Headers["Signature"]);
        var four = string.Join(", ", Enumerable.Range(1, 4).Select(i => other.Replace("proxy", $"p{i}")));
        var values = string.Join(", ", Enumerable.Range(1, 4).Select(i => $"p{i}=:AAAA:"));
        (request.Headers["Signature-Input"], request.Headers["Signature"]) = ($"{four}, {input}", $"{values}, {value}");
        Assert.That(await CheckAsync(request), Is.EqualTo(SignatureReason.Valid));
    }

    [TestCase("\"@method\";req")]
    [TestCase("\"content-digest\";tr")]
    [TestCase("\"content-digest\";bs")]
    [TestCase("\"date\";sf")]
    [TestCase("\"content-digest\";key=\"sha-512\"")]
    [TestCase("\"@status\"")]
    [TestCase("\"@signature-params\"")]
    [TestCase("\"@nonsense\"")]
    public async Task A_component_that_cannot_be_checked_is_refused_and_not_left_out(string component)
    {
        var verdict = await _node.Get<SignatureCheck>().CheckAsync(
            Request().SignMessage(TestKeys.Bram, _ed, components:
                "\"@method\" \"@target-uri\" \"content-digest\" " + component).Build(), _bram, default);
        Assert.That((verdict.Reason, verdict.Status), Is.EqualTo((SignatureReason.Unsupported, 401)));
    }

    [TestCase("\"content-digest\";sf")]
    [TestCase("\"content-digest\";key=\"sha-256\"")]
    public async Task A_digest_may_be_covered_as_a_structured_field(string component)
    {
        var request = Request().SignMessage(TestKeys.Bram, _ed);
        var digest = request.Headers["Content-Digest"];
        request.Headers[component.Trim('"')] = component.EndsWith("sf", StringComparison.Ordinal)
            ? digest : digest["sha-256=".Length..];
        request.SignMessage(TestKeys.Bram, _ed, components: "\"@method\" \"@target-uri\" " + component);
        Assert.That(await CheckAsync(request), Is.EqualTo(SignatureReason.Valid));
    }

    [Test]
    public async Task A_key_of_another_algorithm_than_alg_says_is_refused_with_401() => Assert.That(
        (await _node.Get<SignatureCheck>().CheckAsync(Request().SignMessage(
            TestKeys.Bram, _ed, parameters: $";created={Now};keyid=\"{_ed}\";alg=\"rsa-pss-sha512\"").Build(), _bram,
            default)).Status, Is.EqualTo(401));

    // Pleroma, Lemmy, Pixelfed, microblog.pub, snac; the order is theirs.
    [TestCase("(request-target) content-length date digest host")]
    [TestCase("(request-target) content-type date digest host")]
    [TestCase("(request-target) date digest host content-type accept user-agent")]
    [TestCase("(request-target)  host digest date")]
    [TestCase("(request-target) host date digest content-type")]
    public async Task A_cavage_signature_may_cover_more_in_any_order(string covered)
    {
        var request = Request();
        request.Headers["Content-Length"] = "2";
        request.Headers["Accept"] = "application/activity+json";
        request.Headers["User-Agent"] = "Pixelfed";
        var plain = covered.Replace("  ", " ", StringComparison.Ordinal);
        request.SignCavage(TestKeys.Bram, _rsa, plain);
        request.Headers["Signature"] = request.Headers["Signature"].Replace(plain, covered);
        Assert.That(await CheckAsync(request), Is.EqualTo(SignatureReason.Valid));
    }

    [Test]
    public async Task A_cavage_signature_may_name_its_scheme_or_stand_in_authorization()
    {
        var peerTube = Request("[1]").SignCavage(TestKeys.Bram, _rsa);
        peerTube.Headers["Signature"] = "Signature " + peerTube.Headers["Signature"];
        var draft = Request("[2]").SignCavage(TestKeys.Bram, _rsa);
        draft.Headers.Remove("Signature", out var value);
        draft.Headers["Authorization"] = "signature " + value;
        var spaced = Request("[3]").SignCavage(TestKeys.Bram, _rsa);
        spaced.Headers["Signature"] = spaced.Headers["Signature"].Replace("\",", "\" , ");
        Assert.Multiple(async () =>
        {
            Assert.That(await CheckAsync(peerTube), Is.EqualTo(SignatureReason.Valid));
            Assert.That(await CheckAsync(draft), Is.EqualTo(SignatureReason.Valid));
            Assert.That(await CheckAsync(spaced), Is.EqualTo(SignatureReason.Valid));
        });
    }

    [TestCase("Tue, 03 Mar 2026 12:00:00 UTC")]
    [TestCase("Tue, 3 Mar 2026 12:00:00 GMT")]
    [TestCase("Tue, 03 Mar 2026 12:00:00 +0000")]
    public async Task A_date_is_read_as_servers_write_it(string date)
    {
        var request = Request();
        request.Headers["Date"] = date;
        Assert.That(await CheckAsync(request.SignCavage(TestKeys.Bram, _rsa)), Is.EqualTo(SignatureReason.Valid));
    }

    [Test]
    public async Task Times_may_stand_in_quotes_and_the_end_in_parts_of_a_second()
    {
        var request = Request().SignCavage(
            TestKeys.Bram, _rsa, "(request-target) (created) host digest", "algorithm=\"hs2019\",", Now, Now + 60);
        request.Headers["Signature"] = request.Headers["Signature"]
            .Replace($"created={Now},", $"created=\"{Now}\",")
            .Replace($"expires={Now + 60},", $"expires={Now + 60}.5,");
        Assert.That(await CheckAsync(request), Is.EqualTo(SignatureReason.Valid));
    }
}

using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

public partial class SignatureCheckTests
{
    private TestNode _node = null!;
    private RemoteServer _remote = null!;
    private Uri _bram = null!;
    private string _rsa = null!;
    private string _ed = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _node = new TestNode();
        _remote = await RemoteServer.StartAsync();
        _bram = _remote.ServeActor("bram", TestKeys.Bram);
        _rsa = $"{_bram}#main-key";
        _ed = $"{_bram}#ed25519-key";
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await _node.DisposeAsync();
        await _remote.DisposeAsync();
    }

    private SignedRequest Request(string body = "{}") => new(body, _node.Clock.GetUtcNow());

    private async Task<SignatureReason> CheckAsync(SignedRequest request, Uri? actor = null) =>
        (await _node.Get<SignatureCheck>().CheckAsync(request.Build(), actor ?? _bram, default)).Reason;

    [Test]
    public async Task A_request_signed_with_draft_cavage_is_valid()
    {
        var verdict = await _node.Get<SignatureCheck>()
            .CheckAsync(Request().SignCavage(TestKeys.Bram, _rsa).Build(), _bram, default);
        Assert.Multiple(() =>
        {
            Assert.That(verdict.IsValid, Is.True, verdict.Detail);
            Assert.That(verdict.Actor, Is.EqualTo(_bram));
            Assert.That(verdict.Scheme, Is.EqualTo(SignatureScheme.CavageRsa));
        });
    }

    [TestCase(false, SignatureScheme.MessageEd25519)]
    [TestCase(true, SignatureScheme.MessageRsa)]
    public async Task A_request_signed_with_RFC_9421_is_valid(bool withRsa, SignatureScheme scheme)
    {
        var verdict = await _node.Get<SignatureCheck>().CheckAsync(
            Request().SignMessage(TestKeys.Bram, withRsa ? _rsa : _ed, withRsa).Build(), _bram, default);
        Assert.That((verdict.Reason, verdict.Scheme), Is.EqualTo((SignatureReason.Valid, scheme)), verdict.Detail);
    }

    [TestCase("algorithm=\"hs2019\",")]
    [TestCase("")]
    public async Task A_cavage_signature_may_leave_the_algorithm_to_the_key(string extra) => Assert.That(
        await CheckAsync(Request().SignCavage(TestKeys.Bram, _rsa, extra: extra)), Is.EqualTo(SignatureReason.Valid));

    [Test]
    public async Task A_cavage_signature_may_state_its_time_in_created_and_expires()
    {
        var now = _node.Clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.That(await CheckAsync(Request().SignCavage(TestKeys.Bram, _rsa,
            "(request-target) (created) (expires) host digest", "algorithm=\"hs2019\",", now, now + 60)),
            Is.EqualTo(SignatureReason.Valid));
    }

    [TestCase("\"@method\" \"@authority\" \"@path\" \"content-digest\"")]
    [TestCase("\"@method\" \"@authority\" \"@request-target\" \"content-digest\" \"date\"")]
    public async Task Other_components_may_cover_the_target(string components) => Assert.That(
        await CheckAsync(Request().SignMessage(TestKeys.Bram, _ed, components: components)),
        Is.EqualTo(SignatureReason.Valid));

    [TestCase("\"@method\" \"@target-uri\"")]
    [TestCase("\"@target-uri\" \"content-digest\"")]
    [TestCase("\"@method\" \"@authority\" \"content-digest\"")]
    [TestCase("\"@method\" \"@path\" \"content-digest\"")]
    public async Task A_message_signature_that_covers_too_little_is_refused(string components) => Assert.That(
        await CheckAsync(Request().SignMessage(TestKeys.Bram, _ed, components: components)),
        Is.EqualTo(SignatureReason.Weak));

    [Test]
    public async Task A_message_signature_over_the_path_alone_is_refused_where_there_is_a_query()
    {
        var request = Request();
        request.Path = "/inbox?page=2";
        request.SignMessage(TestKeys.Bram, _ed, components: "\"@method\" \"@authority\" \"@path\" \"content-digest\"");
        Assert.That(await CheckAsync(request), Is.EqualTo(SignatureReason.Weak));
    }

    [TestCase("host date digest")]
    [TestCase("(request-target) date digest")]
    [TestCase("(request-target) host digest")]
    [TestCase("(request-target) host date")]
    public async Task A_cavage_signature_that_covers_too_little_is_refused(string covered) => Assert.That(
        await CheckAsync(Request().SignCavage(TestKeys.Bram, _rsa, covered)), Is.EqualTo(SignatureReason.Weak));

    [Test]
    public async Task Created_is_refused_with_an_algorithm_that_predates_it()
    {
        var now = _node.Clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.That(await CheckAsync(Request().SignCavage(
            TestKeys.Bram, _rsa, "(request-target) (created) host digest", created: now)),
            Is.EqualTo(SignatureReason.Malformed));
    }

    [Test]
    public async Task A_request_without_signature_is_refused() =>
        Assert.That(await CheckAsync(Request()), Is.EqualTo(SignatureReason.Missing));

    [Test]
    public async Task A_body_that_was_altered_after_signing_is_refused()
    {
        var cavage = Request().SignCavage(TestKeys.Bram, _rsa);
        cavage.Body = "[]"u8.ToArray();
        var message = Request().SignMessage(TestKeys.Bram, _ed);
        message.Body = "[]"u8.ToArray();
        Assert.Multiple(async () =>
        {
            Assert.That(await CheckAsync(cavage), Is.EqualTo(SignatureReason.Digest));
            Assert.That(await CheckAsync(message), Is.EqualTo(SignatureReason.Digest));
        });
    }

    [Test]
    public async Task A_digest_other_than_SHA_256_does_not_count()
    {
        var request = Request();
        request.Headers["Digest"] = "SHA-512=" + Convert.ToBase64String(
            System.Security.Cryptography.SHA512.HashData(request.Body));
        Assert.That(await CheckAsync(request.SignCavage(TestKeys.Bram, _rsa)), Is.EqualTo(SignatureReason.Digest));
    }

    [Test]
    public async Task A_second_digest_that_says_something_else_is_refused()
    {
        var request = Request().SignCavage(TestKeys.Bram, _rsa);
        request.Headers["Content-Digest"] = "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:";
        Assert.That(await CheckAsync(request), Is.EqualTo(SignatureReason.Digest));
    }

    [TestCase(-59, SignatureReason.Valid)]
    [TestCase(-61, SignatureReason.Time)]
    [TestCase(59, SignatureReason.Valid)]
    [TestCase(61, SignatureReason.Time)]
    public async Task A_date_counts_within_an_hour(int minutes, SignatureReason expected) => Assert.That(
        await CheckAsync(new SignedRequest("{}", _node.Clock.GetUtcNow().AddMinutes(minutes))
            .SignCavage(TestKeys.Bram, _rsa)), Is.EqualTo(expected));

    [TestCase(0, 3600, SignatureReason.Valid)]
    [TestCase(-3700, 3600, SignatureReason.Time)]
    [TestCase(3700, 7200, SignatureReason.Time)]
    [TestCase(-60, 0, SignatureReason.Time)]
    [TestCase(0, 13 * 3600, SignatureReason.Time)]
    public async Task Created_and_expires_are_honoured(int created, int expires, SignatureReason expected)
    {
        var now = _node.Clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.That(await CheckAsync(Request().SignMessage(TestKeys.Bram, _ed,
            parameters: $";created={now + created};expires={now + expires};keyid=\"{_ed}\"")), Is.EqualTo(expected));
    }

    [Test]
    public async Task Row_1_a_key_of_another_actor_on_the_same_host_is_refused()
    {
        var eve = _remote.ServeActor("eve", TestKeys.Other);
        Assert.That(await CheckAsync(Request().SignCavage(TestKeys.Other, $"{eve}#main-key")),
            Is.EqualTo(SignatureReason.Owner));
    }

    [Test]
    public async Task Row_1_a_key_on_another_host_is_refused_without_a_fetch()
    {
        await using var evil = await RemoteServer.StartAsync();
        var eve = evil.ServeActor("eve", TestKeys.Other);
        Assert.That(await CheckAsync(Request().SignCavage(TestKeys.Other, $"{eve}#main-key")),
            Is.EqualTo(SignatureReason.Owner));
        Assert.That(evil.Seen, Is.Empty);
    }

    [Test]
    public async Task A_signature_of_another_key_is_refused() => Assert.That(
        await CheckAsync(Request().SignCavage(TestKeys.Other, _rsa)), Is.EqualTo(SignatureReason.Wrong));

    [Test]
    public async Task An_algorithm_that_is_not_the_keys_is_refused() => Assert.That(
        await CheckAsync(Request().SignMessage(TestKeys.Bram, _ed, parameters:
            $";created={_node.Clock.GetUtcNow().ToUnixTimeSeconds()};keyid=\"{_ed}\";alg=\"rsa-v1_5-sha256\"")),
        Is.EqualTo(SignatureReason.Wrong));

    [Test]
    public async Task The_host_is_the_configured_one_whatever_the_request_says()
    {
        var request = Request().SignCavage(TestKeys.Bram, _rsa);
        request.Headers["Host"] = "evil.example";
        request.Headers["X-Forwarded-Host"] = "evil.example";
        Assert.That(await CheckAsync(request), Is.EqualTo(SignatureReason.Valid));
    }

    [Test]
    public async Task A_failing_message_signature_falls_back_to_a_complete_cavage_one()
    {
        var request = Request().SignCavage(TestKeys.Bram, _rsa);
        request.Headers["Signature-Input"] = "sig1=(\"@method\");created=1;keyid=\"x\"";
        Assert.That(await CheckAsync(request), Is.EqualTo(SignatureReason.Valid));
    }

    [Test]
    public async Task Row_19_a_signature_that_was_accepted_is_not_accepted_again()
    {
        var check = _node.Get<SignatureCheck>();
        var request = Request().SignCavage(TestKeys.Bram, _rsa).Build();
        check.Accepted(await check.CheckAsync(request, _bram, default));
        var again = await check.CheckAsync(request, _bram, default);
        Assert.That(again.Reason, Is.EqualTo(SignatureReason.Replayed));
    }

    [Test]
    public async Task Row_19_a_replay_after_two_hours_is_too_old()
    {
        var check = _node.Get<SignatureCheck>();
        var request = Request().SignCavage(TestKeys.Bram, _rsa).Build();
        check.Accepted(await check.CheckAsync(request, _bram, default));
        _node.Clock.Advance(TimeSpan.FromHours(2));
        Assert.That((await check.CheckAsync(request, _bram, default)).Reason, Is.EqualTo(SignatureReason.Time));
    }
}

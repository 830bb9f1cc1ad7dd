using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

public partial class SignatureCheckTests
{
    [Test]
    public async Task A_key_is_fetched_once_and_again_after_a_day()
    {
        await CheckAsync(Request("{}").SignCavage(TestKeys.Bram, _rsa));
        await CheckAsync(Request("[1]").SignCavage(TestKeys.Bram, _rsa));
        Assert.That(_remote.Count("/u/bram"), Is.EqualTo(1));
        _node.Clock.Advance(TimeSpan.FromHours(25));
        Assert.That(await CheckAsync(Request().SignCavage(TestKeys.Bram, _rsa)), Is.EqualTo(SignatureReason.Valid));
        Assert.That(_remote.Count("/u/bram"), Is.EqualTo(2));
    }

    [Test]
    public async Task Row_21_a_new_key_under_the_old_id_is_found_and_the_old_one_is_refused()
    {
        await CheckAsync(Request().SignCavage(TestKeys.Bram, _rsa));
        _remote.ServeActor("bram", TestKeys.Other);
        _node.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.That(await CheckAsync(Request().SignCavage(TestKeys.Other, _rsa)), Is.EqualTo(SignatureReason.Valid));
        Assert.That(await CheckAsync(Request("[1]").SignCavage(TestKeys.Bram, _rsa)),
            Is.EqualTo(SignatureReason.Wrong));
    }

    [Test]
    public async Task Row_21_a_key_that_the_actor_no_longer_lists_is_refused_once_another_is_seen()
    {
        await CheckAsync(Request().SignCavage(TestKeys.Bram, _rsa));
        _remote.ServeActor("bram", TestKeys.Other, a => a["publicKey"]!["id"] = $"{_bram}#key-2");
        _node.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.That(await CheckAsync(Request().SignCavage(TestKeys.Other, $"{_bram}#key-2")),
            Is.EqualTo(SignatureReason.Valid));
        Assert.That(await CheckAsync(Request("[1]").SignCavage(TestKeys.Bram, _rsa)),
            Is.EqualTo(SignatureReason.NoKey));
    }

    [Test]
    public async Task A_burst_of_a_newcomer_waits_for_one_look_up_and_is_let_through_whole()
    {
        var burst = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            n => CheckAsync(Request($"[{n}]").SignCavage(TestKeys.Bram, _rsa))));
        Assert.That(burst, Is.All.EqualTo(SignatureReason.Valid));
        Assert.That(_remote.Count("/u/bram"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_key_that_is_forgotten_as_soon_as_it_was_found_serves_who_asked_for_it()
    {
        using var enough = new CancellationTokenSource();
        var forgetting = Task.Run(() =>
        {
            while (!enough.IsCancellationRequested)
                _node.Directory.Forget();
        });
        for (var n = 0; n < 40; n++)
            Assert.That(await CheckAsync(Request($"[{n}]").SignCavage(TestKeys.Bram, _rsa)),
                Is.EqualTo(SignatureReason.Valid));
        await enough.CancelAsync();
        await forgetting;
    }

    [Test]
    public async Task A_wrong_signature_makes_the_key_be_fetched_again_only_after_five_minutes()
    {
        await CheckAsync(Request().SignCavage(TestKeys.Bram, _rsa));
        await CheckAsync(Request().SignCavage(TestKeys.Other, _rsa));
        Assert.That(_remote.Count("/u/bram"), Is.EqualTo(1));
        _node.Clock.Advance(TimeSpan.FromMinutes(6));
        await CheckAsync(Request().SignCavage(TestKeys.Other, _rsa));
        await CheckAsync(Request("[1]").SignCavage(TestKeys.Other, _rsa));
        Assert.That(_remote.Count("/u/bram"), Is.EqualTo(2));
    }

    [Test]
    public async Task Row_21_an_unknown_key_is_asked_for_once_in_ten_minutes()
    {
        _remote.ServeStatus("/u/nobody", 404);
        var nobody = _remote.Url("/u/nobody");
        for (var i = 0; i < 20; i++)
            Assert.That(await CheckAsync(Request($"[{i}]").SignCavage(TestKeys.Bram, $"{nobody}#k"), nobody),
                Is.EqualTo(SignatureReason.NoKey));
        Assert.That(_remote.Count("/u/nobody"), Is.EqualTo(1));
        _node.Clock.Advance(TimeSpan.FromMinutes(11));
        await CheckAsync(Request().SignCavage(TestKeys.Bram, $"{nobody}#k"), nobody);
        Assert.That(_remote.Count("/u/nobody"), Is.EqualTo(2));
    }

    [Test]
    public async Task Row_21_many_unknown_key_ids_of_one_actor_cost_one_fetch()
    {
        for (var i = 0; i < 20; i++)
            await CheckAsync(Request($"[{i}]").SignCavage(TestKeys.Bram, $"{_bram}#k{i}"));
        Assert.That(_remote.Count("/u/bram"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_loaded_key_survives_a_silence_of_its_host()
    {
        await CheckAsync(Request().SignCavage(TestKeys.Bram, _rsa));
        _remote.ServeStatus("/u/bram", 503);
        _node.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.That(await CheckAsync(Request().SignCavage(TestKeys.Other, _rsa)), Is.EqualTo(SignatureReason.Wrong));
        Assert.That(await CheckAsync(Request("[1]").SignCavage(TestKeys.Bram, _rsa)),
            Is.EqualTo(SignatureReason.Valid));
    }

    [Test]
    public async Task A_key_of_a_deleted_actor_is_told_from_a_missing_one()
    {
        _remote.ServeStatus("/u/bram", 410);
        Assert.That(await CheckAsync(Request().SignCavage(TestKeys.Bram, _rsa)), Is.EqualTo(SignatureReason.KeyGone));
    }

    [Test]
    public async Task A_GET_needs_no_digest_and_names_its_actor_by_its_key()
    {
        var request = new SignedRequest("", _node.Clock.GetUtcNow()) { Method = "GET", Path = "/q/1?page=2" };
        request.SignCavage(TestKeys.Bram, _rsa, "(request-target) host date");
        var verdict = await _node.Get<SignatureCheck>().CheckAsync(request.Build(), null, default);
        Assert.That(verdict.Actor, Is.EqualTo(_bram), verdict.Detail);
    }

    [Test]
    public async Task What_we_sign_we_verify([Values] SignatureScheme scheme)
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, TestNode.Origin + "/inbox");
        var body = "{}"u8.ToArray();
        RequestSigner.Sign(
            post, TestKeys.Bram.Load(_bram), scheme, ContentDigest.Of(body), _node.Clock.GetUtcNow());
        var request = new InboundRequest("POST", new Uri(TestNode.Origin), "/inbox",
            name => post.Headers.NonValidated.TryGetValues(name, out var v) ? v.ToString() : null, body);
        var verdict = await _node.Get<SignatureCheck>().CheckAsync(request, _bram, default);
        Assert.That((verdict.Reason, verdict.Scheme), Is.EqualTo((SignatureReason.Valid, scheme)), verdict.Detail);
    }
}

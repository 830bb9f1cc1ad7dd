using Ontmoetingsplein.Federation;

namespace Ontmoetingsplein.Tests.Federation;

public class CanonicalAuthorityTests
{
    private static readonly FederationOptions Options = new() { Origin = new Uri(Support.TestNode.Origin) };

    [TestCase("https://Plein.Example/p/Anna", "https://plein.example/p/Anna")]
    [TestCase("https://plein.example./p/anna", "https://plein.example/p/anna")]
    [TestCase("https://plein.example:443/p/anna", "https://plein.example/p/anna")]
    [TestCase("https://plein.example:8443/p/anna", "https://plein.example:8443/p/anna")]
    [TestCase("https://münchen.example/a", "https://xn--mnchen-3ya.example/a")]
    [TestCase("https://XN--MNCHEN-3YA.example/a", "https://xn--mnchen-3ya.example/a")]
    [TestCase("https://plein.example/a#main-key", "https://plein.example/a#main-key")]
    public void Row_25_every_spelling_of_a_host_has_one_canonical_form(string url, string canonical) =>
        Assert.That(CanonicalAuthority.Parse(url, Options)?.AbsoluteUri, Is.EqualTo(canonical));

    [TestCase("https://plein.example@evil.example/a")]
    [TestCase("https://user:pass@plein.example/a")]
    [TestCase("https://127.0.0.1/a")]
    [TestCase("https://[::1]/a")]
    [TestCase("https://2130706433/a")]
    [TestCase("https://0x7f.1/a")]
    [TestCase("http://plein.example/a")]
    [TestCase("ftp://plein.example/a")]
    [TestCase("data:text/plain,a")]
    [TestCase("/p/anna")]
    [TestCase("anna")]
    [TestCase("")]
    [TestCase(null)]
    [TestCase("https://plein..example/a")]
    public void Row_25_what_is_no_address_of_a_peer_has_none(string? url) =>
        Assert.That(CanonicalAuthority.Parse(url, Options), Is.Null);

    [Test]
    public void Row_25_an_address_longer_than_2048_characters_has_none() =>
        Assert.That(CanonicalAuthority.Parse("https://plein.example/" + new string('a', 2048), Options), Is.Null);
}

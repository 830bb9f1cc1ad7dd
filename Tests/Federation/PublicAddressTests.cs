using System.Net;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Fetching;

namespace Ontmoetingsplein.Tests.Federation;

public class PublicAddressTests
{
    [TestCase("127.0.0.1")]
    [TestCase("127.255.255.254")]
    [TestCase("0.0.0.0")]
    [TestCase("10.0.0.1")]
    [TestCase("100.64.0.1")]
    [TestCase("100.127.255.254")]
    [TestCase("169.254.169.254")]
    [TestCase("172.16.0.1")]
    [TestCase("172.31.255.254")]
    [TestCase("192.0.0.1")]
    [TestCase("192.0.2.1")]
    [TestCase("192.168.1.1")]
    [TestCase("198.18.0.1")]
    [TestCase("198.19.255.254")]
    [TestCase("198.51.100.1")]
    [TestCase("203.0.113.1")]
    [TestCase("224.0.0.1")]
    [TestCase("240.0.0.1")]
    [TestCase("255.255.255.255")]
    [TestCase("::")]
    [TestCase("::1")]
    [TestCase("::ffff:10.0.0.1")]
    [TestCase("::ffff:127.0.0.1")]
    [TestCase("::10.0.0.1")]
    [TestCase("fc00::1")]
    [TestCase("fdff::1")]
    [TestCase("fe80::1")]
    [TestCase("febf::1")]
    [TestCase("ff02::1")]
    [TestCase("64:ff9b::a00:1")]
    [TestCase("100::1")]
    [TestCase("2001::1")]
    [TestCase("2001:db8::1")]
    [TestCase("2002:a00:1::1")]
    [TestCase("3fff::1")]
    public async Task Row_5_a_name_that_leads_to_a_special_address_is_not_connected_to(string address)
    {
        var options = new FederationOptions { Origin = new Uri(Support.TestNode.Origin) };
        using var handler = PublicAddressHandler.Create(
            options, (_, _) => Task.FromResult(new[] { IPAddress.Parse(address) }));
        using var http = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://rebound.example/");
        var thrown = await Assert.CatchAsync<HttpRequestException>(() => http.SendAsync(request, default));
        Assert.That(thrown!.InnerException, Is.InstanceOf<AddressRefusedException>());
    }

    [TestCase("8.8.8.8")]
    [TestCase("100.63.255.254")]
    [TestCase("172.32.0.1")]
    [TestCase("198.17.255.254")]
    [TestCase("223.255.255.254")]
    [TestCase("2a00:1450::1")]
    [TestCase("2001:4860:4860::8888")]
    [TestCase("::ffff:8.8.8.8")]
    public void Row_5_a_public_address_is_allowed(string address) =>
        Assert.That(PublicAddress.Contains(IPAddress.Parse(address)), Is.True);
}

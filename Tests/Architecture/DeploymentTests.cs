using System.Net;
using System.Text.RegularExpressions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Architecture;

/// <summary>What the files in <c>deploy/</c> must agree on.</summary>
public partial class DeploymentTests
{
    // Otherwise whichever container starts first has it, and Caddy cannot start.
    [Test]
    public void No_container_is_given_the_fixed_address_of_Caddy_that_the_nodes_trust()
    {
        var compose = SourceTree.Read("deploy/compose.yaml");
        var address = IPAddress.Parse(Fixed().Match(compose).Groups[1].Value);
        var (subnet, given) = (Subnet().Match(compose).Groups, IPNetwork.Parse(Given().Match(compose).Groups[1].Value));
        Assert.Multiple(() =>
        {
            Assert.That(Trusted().Match(compose).Groups[1].Value, Is.EqualTo(address.ToString()));
            Assert.That(IPNetwork.Parse(subnet[1].Value).Contains(address));
            Assert.That(IPNetwork.Parse(subnet[1].Value).Contains(given.BaseAddress));
            Assert.That(given.Contains(address), Is.False);
        });
    }

    [GeneratedRegex("ipv4_address: ([0-9.]+)")]
    private static partial Regex Fixed();

    [GeneratedRegex("PLEIN__TRUSTEDPROXIES: ([0-9.]+)")]
    private static partial Regex Trusted();

    [GeneratedRegex("subnet: ([0-9./]+)")]
    private static partial Regex Subnet();

    [GeneratedRegex("ip_range: ([0-9./]+)")]
    private static partial Regex Given();
}

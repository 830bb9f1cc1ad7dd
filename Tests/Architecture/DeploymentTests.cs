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
        var (fixedOne, trusted) = (IPAddress.Parse(Value(Fixed())), IPAddress.Parse(Value(Trusted())));
        var (subnet, given) = (IPNetwork.Parse(Value(Subnet())), IPNetwork.Parse(Value(Given())));
        Assert.Multiple(() =>
        {
            Assert.That(trusted, Is.EqualTo(fixedOne));
            Assert.That(subnet.Contains(fixedOne));
            Assert.That(subnet.Contains(given.BaseAddress));
            Assert.That(given.Contains(fixedOne), Is.False);
        });

        string Value(Regex setting) => setting.Match(compose).Groups[1].Value;
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

using System.Net;
using System.Net.Sockets;

namespace Ontmoetingsplein.Federation.Fetching;

/// <summary>
/// Tells addresses of the public Internet from all others (IANA special-purpose registries; CONTRACT.md §7 row 5).
/// </summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] Special4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    // Only 2000::/3 is given out to the world; what is listed here is cut out of it again.
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] Special6 =
    [
        .. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse),
    ];

    /// <summary>Whether an address may be connected to on behalf of a peer.</summary>
    public static bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !Array.Exists(Special4, n => n.Contains(address));
        return address.AddressFamily == AddressFamily.InterNetworkV6 && Global6.Contains(address) &&
            !Array.Exists(Special6, n => n.Contains(address));
    }
}

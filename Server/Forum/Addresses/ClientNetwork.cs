using System.Net;
using System.Net.Sockets;

namespace Ontmoetingsplein.Forum.Addresses;

/// <summary>What is counted as one network.</summary>
internal static class ClientNetwork
{
    /// <summary>
    /// The network that an address is in: an IPv4 address by itself, since there is one for a home or a school; of IPv6
    /// the /64, since one home has all of that.
    /// </summary>
    /// <param name="address">From where a request came, as a trusted proxy says; null when it is unknown.</param>
    /// <returns>A short text; empty when it is unknown, so that all of those share one.</returns>
    public static string Of(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(plain.GetAddressBytes().AsSpan(0, 8))
            : plain.ToString();
    }
}

using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Processes;

namespace Ontmoetingsplein.Server.Hosting;

/// <summary>
/// How often signing in may be tried, per address and per network, and other servers asked for one person; counted in
/// the database, so that it holds across processes and restarts.
/// </summary>
internal sealed class RateLimits(Database database)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly Limit LinksPerAddress = new("mail address", 5);
    private static readonly Limit LinksPerNetwork = new("mail network", 20);
    private static readonly Limit PasswordsPerAccount = new("password account", 10);
    private static readonly Limit PasswordsPerNetwork = new("password network", 50);
    private static readonly Limit LookUpsPerAccount = new("look-up account", 20);

    /// <summary>May a link be mailed to this address on behalf of this network?</summary>
    public Task<bool> MayMailAsync(string email, IPAddress? from, CancellationToken cancellationToken) =>
        TakeAsync(LinksPerNetwork, LinksPerAddress, email, from, cancellationToken);

    /// <summary>May this password be tried?</summary>
    public Task<bool> MayTryPasswordAsync(string email, IPAddress? from, CancellationToken cancellationToken) =>
        TakeAsync(PasswordsPerNetwork, PasswordsPerAccount, email, from, cancellationToken);

    /// <summary>May another server be asked for an account, on behalf of this person?</summary>
    public Task<bool> MayLookUpAsync(ActorId person, CancellationToken cancellationToken) =>
        database.WriteAsync(writing => Take(writing, LookUpsPerAccount, $"{person}"), cancellationToken);

    private Task<bool> TakeAsync(
        Limit perNetwork, Limit perAddress, string email, IPAddress? from, CancellationToken cancellationToken) =>
        database.WriteAsync(
            writing => Take(writing, perNetwork, Network(from)) && Take(writing, perAddress, email.ToLowerInvariant()),
            cancellationToken);

    private static bool Take(Writing writing, Limit limit, string who)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{limit.Name}\n{who}"));
        return AllowanceStore.Take(writing, Convert.ToHexStringLower(hash.AsSpan(0, 16)), limit.PerHour, Hour);
    }

    /// <summary>What is counted as one network: one home has a whole /64 of IPv6 addresses.</summary>
    public static string Network(IPAddress? address)
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

    private sealed record Limit(string Name, int PerHour);
}

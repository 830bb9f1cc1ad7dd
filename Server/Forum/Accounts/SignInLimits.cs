using System.Security.Cryptography;
using System.Text;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Forum.Accounts;

/// <summary>Where an attempt to sign in comes from.</summary>
/// <param name="Network">As <see cref="ClientNetwork"/> names it.</param>
/// <param name="Device">The device, when this person signed in on it before.</param>
internal sealed record SignInFrom(string Network, string? Device);

/// <summary>
/// How often signing in may be tried, such that nobody can use the limits to shut others out: what counts is who is
/// tried from which network; a device on which somebody signed in before has attempts of its own; and what all the
/// world together uses up for one person leaves that person a mailed link that works. Counted in the database, so that
/// it holds across processes and restarts, and by what was typed, so that it tells nothing of who has an account.
/// </summary>
internal sealed class SignInLimits(Database database)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    // A library of sixty people behind one address, each of whom mistypes once.
    private static readonly Limit LinksOfNetwork = new(150, Hour);
    private static readonly Limit LinksOfPair = new(5, Hour);
    private static readonly Limit LinksOfDevice = new(5, Hour);

    // One comes back every ten minutes, and a link works for thirty: whoever floods a person with links has always
    // just mailed one that lets the person in.
    private static readonly Limit LinksOfPerson = new(6, Hour);

    private static readonly Limit PasswordsOfNetwork = new(150, Hour);
    private static readonly Limit PasswordsOfPair = new(10, Hour);
    private static readonly Limit PasswordsOfDevice = new(10, Hour);

    // From unknown devices all over the world.
    private static readonly Limit PasswordsOfPerson = new(60, TimeSpan.FromDays(1));

    /// <summary>What a person is called in counts and cookies: nothing that can be read.</summary>
    public static string Person(string email) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToLowerInvariant())).AsSpan(0, 16));

    /// <summary>May a link be mailed? Counts it.</summary>
    /// <returns>Null, or why not and when again.</returns>
    public static Refusal? TakeLink(Writing writing, string email, SignInFrom from)
    {
        var person = Person(email);
        return from.Device is { } device
            ? Spend(writing, (LinksOfDevice, $"link {device} {person}", "signIn.linkTooMany"))
            : Spend(
                writing,
                (LinksOfPair, $"link {from.Network} {person}", "signIn.linkTooMany"),
                (LinksOfPerson, $"link {person}", "signIn.linkTooMany"),
                (LinksOfNetwork, $"links {from.Network}", "signIn.networkTooMany"));
    }

    /// <summary>May a password be tried? Counts it as wrong until it is given back.</summary>
    /// <returns>Null, or why not and when again.</returns>
    public Task<Refusal?> TakePasswordAsync(string email, SignInFrom from, CancellationToken cancellationToken) =>
        database.WriteAsync(writing => Spend(writing, Passwords(email, from)), cancellationToken);

    /// <summary>It was right, so that it does not count.</summary>
    public static void GiveBackPassword(Writing writing, string email, SignInFrom from)
    {
        foreach (var (limit, who, _) in Passwords(email, from))
        {
            limit.GiveBack(writing, who);
        }
    }

    /// <summary>May somebody who is signed in try their password again, to change it?</summary>
    /// <returns>Null, or when again.</returns>
    public Task<Refusal?> TakeOwnPasswordAsync(ActorId person, CancellationToken cancellationToken) =>
        database.WriteAsync(
            writing => Spend(writing, (PasswordsOfPair, $"own password {person}", "signIn.ownTooMany")),
            cancellationToken);

    private static (Limit Limit, string Who, string TextKey)[] Passwords(string email, SignInFrom from)
    {
        var person = Person(email);
        return from.Device is { } device
            ? [(PasswordsOfDevice, $"password {device} {person}", "signIn.passwordTooMany")]
            :
            [
                (PasswordsOfPair, $"password {from.Network} {person}", "signIn.passwordTooMany"),
                (PasswordsOfPerson, $"password {person}", "signIn.passwordTooMany"),
                (PasswordsOfNetwork, $"passwords {from.Network}", "signIn.networkTooMany"),
            ];
    }

    // All of them or none: what one refuses is given back to the others.
    private static Refusal? Spend(Writing writing, params (Limit Limit, string Who, string TextKey)[] limits)
    {
        for (var taken = 0; taken < limits.Length; taken++)
        {
            if (limits[taken].Limit.Spend(writing, limits[taken].Who) is { } wait)
            {
                foreach (var (limit, who, _) in limits[..taken])
                {
                    limit.GiveBack(writing, who);
                }

                return Refusal.TooMany(limits[taken].TextKey, wait);
            }
        }

        return null;
    }
}

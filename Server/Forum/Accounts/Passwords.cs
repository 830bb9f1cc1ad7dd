using System.Globalization;
using System.Security.Cryptography;
using NSec.Cryptography;

namespace Ontmoetingsplein.Forum.Accounts;

/// <summary>Argon2id (RFC 9106) with the parameters that OWASP advises: 19 MiB, two passes, one lane.</summary>
internal static class Passwords
{
    /// <summary>Shortest password; length is what makes it strong (NIST SP 800-63B).</summary>
    public const int MinLength = 12;

    /// <summary>Longest password.</summary>
    public const int MaxLength = 200;

    private const int Memory = 19_456;
    private const int Passes = 2;
    private const int SaltSize = 16;
    private const int HashSize = 32;

    /// <summary>Hashes a password into the usual text form.</summary>
    public static string Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        var hash = Derive(password, salt, Memory, Passes);
        return $"$argon2id$v=19$m={Memory},t={Passes},p=1${Text(salt)}${Text(hash)}";
    }

    /// <summary>
    /// Checks a password; takes as long when there is no hash, so that time does not tell who has an account.
    /// </summary>
    public static bool Verify(string password, string? hash)
    {
        var parts = (hash ?? Decoy).Split('$');
        var numbers = parts[3].Split(',').Select(p => int.Parse(p.AsSpan(2), CultureInfo.InvariantCulture)).ToArray();
        var expected = Bytes(parts[5]);
        var actual = Derive(password, Bytes(parts[4]), numbers[0], numbers[1]);
        return CryptographicOperations.FixedTimeEquals(actual, expected) && hash is not null;
    }

    private static readonly string Decoy = Hash("no password");

    private static byte[] Derive(string password, byte[] salt, int memory, int passes)
    {
        var algorithm = PasswordBasedKeyDerivationAlgorithm.Argon2id(new Argon2Parameters
        {
            MemorySize = memory,
            NumberOfPasses = passes,
            DegreeOfParallelism = 1,
        });
        return algorithm.DeriveBytes(
            Storage.PlainText.Normalized(password, System.Text.NormalizationForm.FormKC), salt, HashSize);
    }

    private static string Text(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[] Bytes(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
}

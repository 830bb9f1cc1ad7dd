using System.Globalization;
using System.Text;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Wording;

namespace Ontmoetingsplein.Forum.Accounts;

/// <summary>What names, addresses and passwords must be like.</summary>
internal static class AccountRules
{
    /// <summary>Longest display name.</summary>
    public const int MaxDisplayName = 60;

    // Names that would mislead, or that clash with an address of the node.
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "actor", "admin", "administrator", "beheer", "beheerder", "inbox", "gemeente", "moderator", "node", "official",
        "officieel", "plein", "root", "support", "system", "webmaster", "postmaster", "abuse",
        NodeAddresses.ReporterName,
    };

    /// <summary>Faults of a display name.</summary>
    public static FieldFault? DisplayName(string? name) =>
        ReadableText.Fault("displayName", ReadableText.Line(name), 2, MaxDisplayName, "error.name");

    /// <summary>Faults of a password.</summary>
    public static FieldFault? Password(string? password) => password switch
    {
        null or { Length: < Passwords.MinLength } =>
            new FieldFault("password", "error.passwordShort", ("n", Passwords.MinLength)),
        { Length: > Passwords.MaxLength } =>
            new FieldFault("password", "error.tooLong", ("n", Passwords.MaxLength)),
        _ => null,
    };

    /// <summary>Whether a text may be the name in a handle (CONTRACT.md §1 "Name form").</summary>
    public static bool IsHandle(string text) =>
        text.Length is >= 2 and <= 30 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    /// <summary>Whether a name would mislead others.</summary>
    public static bool IsReserved(string handle) => Reserved.Contains(handle);

    /// <summary>Names for a handle made from a display name: the plain one first, then numbered ones.</summary>
    public static IEnumerable<string> Handles(string displayName)
    {
        var letters = Storage.PlainText.Normalized(displayName, NormalizationForm.FormD).ToLowerInvariant()
            .Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            .Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : '_');
        var stem = string.Join('_', new string([.. letters]).Split('_', StringSplitOptions.RemoveEmptyEntries));
        stem = stem.Length < 2 ? "bewoner" : stem[..Math.Min(stem.Length, 24)].TrimEnd('_');
        if (!Reserved.Contains(stem))
        {
            yield return stem;
        }

        for (var number = 2; number < 100_000; number++)
        {
            yield return $"{stem}_{number.ToString(CultureInfo.InvariantCulture)}";
        }
    }
}

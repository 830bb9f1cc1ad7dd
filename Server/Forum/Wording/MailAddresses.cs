using System.Globalization;
using MimeKit;

namespace Ontmoetingsplein.Forum.Wording;

/// <summary>
/// What a mail address must be like, wherever one is typed: forms, commands, settings. Stricter than RFC 5321 §4.1.2:
/// no quotes, comments, names around it or addresses of machines, and only ASCII before the @, which every mail server
/// takes. A name of a domain may have any letters (RFC 5890); the mail program writes it as ASCII.
/// </summary>
internal static class MailAddresses
{
    private const int MaxLength = 254;
    private const int MaxLocal = 64;
    private const int MaxDomain = 253;
    private const int MaxLabel = 63;
    private const string Marks = "!#$%&'*+-/=?^_`{|}~";

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Whether a text is one mail address and nothing else.</summary>
    public static bool IsAddress(string? text)
    {
        var at = text?.LastIndexOf('@') ?? -1;
        if (text is not { Length: <= MaxLength } || at is < 1 or > MaxLocal)
        {
            return false;
        }

        var (local, domain) = (text[..at], text[(at + 1)..]);
        return local.Split('.').All(part => part.Length > 0 && part.All(IsAtom)) && domain.All(IsOfName)
            && Ascii(domain) is not null;
    }

    /// <summary>An address as a mail program takes it.</summary>
    /// <param name="name">Whose; may be empty.</param>
    /// <param name="address">The address, perhaps of before <see cref="IsAddress"/> was the rule.</param>
    /// <returns>Null when it cannot be one.</returns>
    public static MailboxAddress? Mailbox(string name, string address)
    {
        if (IsAddress(address))
        {
            return new MailboxAddress(name, address);
        }

        return MailboxAddress.TryParse(address, out var parsed) && parsed.Address == address ? parsed : null;
    }

    private static bool IsAtom(char c) => char.IsAsciiLetterOrDigit(c) || Marks.Contains(c, StringComparison.Ordinal);

    // What a mapping would leave out or take for a dot is not taken: two texts are two addresses.
    private static bool IsOfName(char c) => c is '.' or '-' || char.IsLetterOrDigit(c)
        || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark;

    private static string? Ascii(string domain)
    {
        try
        {
            var name = Idn.GetAscii(domain);
            return name.Length <= MaxDomain && name.Split('.').All(IsLabel) ? name : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabel && label[0] != '-' && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}

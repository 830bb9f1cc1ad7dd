using System.Globalization;
using System.Text;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Federation.Actors;

/// <summary>Reads an actor out of the document that its own origin served (CONTRACT.md §2, §3.5).</summary>
internal static class ActorReader
{
    private const int MaxName = 100, MaxSummary = 5000, MaxKeys = 10, MaxAliases = 256;
    private const string Profile = "https://w3id.org/ontmoetingsplein/profile/1";
    private static readonly string[] ActorTypes = ["Person", "Service", "Organization", "Application", "Group"];

    /// <summary>Whether a type is one of an actor.</summary>
    public static bool IsActorType(string? type) => Array.IndexOf(ActorTypes, type) >= 0;

    /// <summary>Reads and checks.</summary>
    /// <param name="document">The document.</param>
    /// <param name="url">Where it was served: its id must be this.</param>
    /// <param name="options">What addresses are allowed.</param>
    /// <param name="now">The time of fetching.</param>
    /// <returns>The actor, without the keys that stand in documents of their own; or why not.</returns>
    public static ActorLookup Read(AsObject document, Uri url, FederationOptions options, DateTimeOffset now)
    {
        if (CanonicalAuthority.Parse(document.Id, options) is not { } id ||
            !CanonicalAuthority.SameId(id, url))
            return Refused("The actor's id is not the address that served it.");
        if (document.Types.FirstOrDefault(IsActorType) is not { } type)
            return Refused("The document is not an actor.");
        if (document.PreferredUsername is not { Length: > 0 and <= MaxName } username || !IsUsername(username))
            return Refused("The actor has no usable preferredUsername.");
        if (Own(document.Inbox) is not { } inbox)
            return Refused("The actor has no inbox on its own host.");
        var shared = Own(document.SharedInbox);
        return ActorLookup.Found(new RemoteActor
        {
            Id = id,
            Type = type,
            PreferredUsername = username,
            Webfinger = Handle.Parse(document.Webfinger, options),
            AlsoKnownAs = [.. document.AlsoKnownAs.Take(MaxAliases)],
            Name = PlainText(document.Name, MaxName) is { Length: > 0 } name ? name : username,
            Inbox = inbox,
            SharedInbox = shared,
            Outbox = Own(document.Outbox),
            Followers = Own(document.Followers),
            Moderators = Own(document.Moderators),
            Featured = Own(document.Featured),
            Url = document.Url.Select(u => Own(u.Href ?? u.Id)).FirstOrDefault(u => u is not null),
            Icon = document.Icon.SelectMany(Addresses).Select(a => CanonicalAuthority.Parse(a, options))
                .FirstOrDefault(u => u is not null),
            Summary = Cut(document.Summary, MaxSummary),
            Kind = Cut(document.ActorKind, MaxName),
            SpeaksProfile = document.Generator.Any(g => g.Implements.Any(i => (i.Href ?? i.Id) == Profile)),
            Keys = [.. Keys(document, id, options).Take(MaxKeys)],
            FetchedAt = now,
        });

        Uri? Own(string? address) => CanonicalAuthority.Parse(address, options) is { } uri &&
            CanonicalAuthority.SameOrigin(uri, id) ? uri : null;
    }

    /// <summary>The ids of keys that the actor lists without showing them.</summary>
    public static IEnumerable<string> BareKeys(AsObject document) =>
        document.PublicKey.Concat(document.AssertionMethod)
            .Where(k => k.IsReference && k.Id is not null).Select(k => k.Id!);

    /// <summary>Reads one key that claims an owner; null when it is none or belongs to another.</summary>
    public static PublicKey? ReadKey(AsObject key, Uri owner, FederationOptions options)
    {
        if (key.Id is not { Length: <= 2048 } id || CanonicalAuthority.Parse(id, options) is not { } url ||
            !CanonicalAuthority.SameOrigin(url, owner))
            return null;
        if (!CanonicalAuthority.SameId(CanonicalAuthority.Parse(key.OwnerId ?? key.ControllerId, options), owner))
            return null;
        if (key.PublicKeyPem is { } pem)
            return KeyPem.Read(pem) is { } spki ? new PublicKey(id, KeyAlgorithm.Rsa, spki) : null;
        return Multikey.TryDecode(key.PublicKeyMultibase, out var raw)
            ? new PublicKey(id, KeyAlgorithm.Ed25519, raw) : null;
    }

    private static IEnumerable<PublicKey> Keys(AsObject document, Uri owner, FederationOptions options)
    {
        foreach (var key in document.PublicKey.Concat(document.AssertionMethod).Take(2 * MaxKeys))
        {
            if (ReadKey(key, owner, options) is { } read)
                yield return read;
        }
    }

    private static IEnumerable<string?> Addresses(AsObject icon) =>
        icon.Url.Count > 0 ? icon.Url.Select(u => u.Href ?? u.Id) : [icon.Href ?? (icon.IsReference ? icon.Id : null)];

    private static bool IsUsername(string name)
    {
        foreach (var rune in name.EnumerateRunes())
        {
            if (!Rune.IsLetterOrDigit(rune) && rune.Value is not ('_' or '-' or '.' or '~' or '!' or '*' or '+'))
                return false;
        }
        return true;
    }

    private static string? PlainText(string? text, int max)
    {
        if (text is null)
            return null;
        var plain = new StringBuilder(Math.Min(text.Length, max));
        foreach (var rune in text.EnumerateRunes())
        {
            if (plain.Length + rune.Utf16SequenceLength > max)
                break;
            // Control and format characters could turn the direction of the text around it.
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator ||
                rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069))
                plain.Append(' ');
            else
                plain.Append(rune.ToString());
        }
        return plain.ToString().Trim();
    }

    private static string? Cut(string? text, int max)
    {
        if (text is null || text.Length <= max)
            return text;
        return text[..(char.IsHighSurrogate(text[max - 1]) ? max - 1 : max)];
    }

    private static ActorLookup Refused(string reason) => ActorLookup.Failed(ActorStatus.Refused, reason);
}

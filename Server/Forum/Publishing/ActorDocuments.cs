using System.Net;
using System.Security.Cryptography;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum.Publishing;

/// <summary>Our actors in terms of other servers (CONTRACT.md §2).</summary>
internal sealed class ActorDocuments(
    Keyring keyring, OtherAccountStore others, OrganisationStore organisations, NodeAddresses addresses,
    ServerOptions options, TimeProvider clock)
{
    /// <summary>The field of an organisation's profile that names its website.</summary>
    public const string WebsiteField = "Website";

    /// <summary>What every node of ours implements (FEP-844e).</summary>
    public static IReadOnlyList<LinkDocument> Implements { get; } =
    [
        new("https://w3id.org/ontmoetingsplein/profile/1", null, "Ontmoetingsplein"),
        new("https://datatracker.ietf.org/doc/html/rfc9421", null, "RFC 9421"),
        new("https://w3id.org/fep/8b32", null, "FEP-8b32"),
        new("https://w3id.org/fep/1b12", null, "FEP-1b12"),
    ];

    /// <summary>The document of a local actor; null when it is gone.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="languages">Of a topic: what it is written in.</param>
    /// <param name="also">Of a person: the accounts elsewhere; null to look them up.</param>
    public async Task<byte[]?> WriteAsync(
        Actor actor, IReadOnlyList<LanguageTag>? languages = null, IReadOnlyList<OtherAccount>? also = null)
    {
        if (await keyring.FindAsync(actor.Uri) is not { } keys)
        {
            return null;
        }

        ActorDocument document = actor.Kind switch
        {
            ActorKind.Group => Group(actor, keys, languages),
            ActorKind.Application => Node(actor, keys),
            ActorKind.Organisation => Organisation(
                actor, keys, await organisations.FindAsync(actor.Id),
                await organisations.ListHeldAsync(actor.Id, clock.GetUtcNow())),
            _ => Person(actor, keys, also ?? await others.ListAsync(actor.Id)),
        };
        return VocabularyWriter.Write(document);
    }

    /// <summary>The document of a local organisation; null when it is gone.</summary>
    /// <param name="actor">The organisation.</param>
    /// <param name="about">What it says of itself.</param>
    /// <param name="held">What others attest of it.</param>
    public async Task<byte[]?> WriteAsync(Actor actor, Organisation about, IReadOnlyList<HeldAttestation> held) =>
        await keyring.FindAsync(actor.Uri) is { } keys
            ? VocabularyWriter.Write(Organisation(actor, keys, about, held))
            : null;

    private GeneratorDocument Generator => new(addresses.Node, Implements);

    private PersonDocument Person(Actor actor, ActorKeys keys, IReadOnlyList<OtherAccount> also) => new()
    {
        AlsoKnownAs = also.Any(one => one.MovedAt is null)
            ? [.. also.Where(one => one.MovedAt is null).Select(one => one.Uri)]
            : null,
        Discoverable = actor.IsDiscoverable,
        Indexable = actor.IsDiscoverable,
        MovedTo = also.FirstOrDefault(one => one.MovedAt is not null)?.Uri,
        Id = actor.Uri,
        PreferredUsername = actor.Name,
        Webfinger = $"{actor.Name}@{addresses.Host}",
        Name = actor.DisplayName,
        Summary = actor.SummaryHtml,
        Url = actor.Uri,
        Inbox = actor.Inbox,
        Outbox = actor.Uri + "/outbox",
        Followers = actor.Uri + "/followers",
        Following = actor.Uri + "/following",
        Featured = actor.Uri + "/featured",
        Endpoints = new ActorEndpoints(addresses.SharedInbox),
        Published = actor.CreatedAt,
        Updated = actor.UpdatedAt > actor.CreatedAt ? actor.UpdatedAt : null,
        PublicKey = Rsa(actor, keys),
        AssertionMethod = [Ed25519(actor, keys)],
        Generator = Generator,
    };

    private PersonDocument Organisation(
        Actor actor, ActorKeys keys, Organisation about, IReadOnlyList<HeldAttestation> held) =>
        Person(actor, keys, []) with
        {
            ActorKind = "organisation",
            SendAsOrganization = options.OrganisationsAsOrganization,
            OrganisationId = about.RegisterId,
            Attachment = about.Website is { } website ? [Website(new Uri(website))] : null,
            Attestation = held.Count > 0 ? [.. held.Select(one => RawJson.Of(one.Body))] : null,
            Revoked = actor.Uri + "/revoked",
        };

    // Mastodon takes rel=me as a proof when the website links back.
    private static ProfileField Website(Uri website)
    {
        var (address, host) = (WebUtility.HtmlEncode(website.AbsoluteUri), WebUtility.HtmlEncode(website.Authority));
        return new ProfileField(WebsiteField, $"<a href=\"{address}\" rel=\"me nofollow noopener\">{host}</a>");
    }

    private GroupDocument Group(Actor actor, ActorKeys keys, IReadOnlyList<LanguageTag>? languages) => new()
    {
        Id = actor.Uri,
        PreferredUsername = actor.Name,
        Webfinger = $"{actor.Name}@{addresses.Host}",
        Name = actor.DisplayName,
        Summary = actor.SummaryHtml,
        Url = actor.Uri,
        Inbox = actor.Inbox,
        Outbox = actor.Uri + "/outbox",
        Followers = actor.Uri + "/followers",
        Featured = actor.Uri + "/featured",
        Moderators = actor.Uri + "/moderators",
        Endpoints = new ActorEndpoints(addresses.SharedInbox),
        Discoverable = true,
        Indexable = true,
        Published = actor.CreatedAt,
        Updated = actor.UpdatedAt > actor.CreatedAt ? actor.UpdatedAt : null,
        PublicKey = Rsa(actor, keys),
        AssertionMethod = [Ed25519(actor, keys)],
        Generator = Generator,
        Language = languages ?? [PostAddressing.Language(options.Language)],
    };

    private ApplicationDocument Node(Actor actor, ActorKeys keys) => new()
    {
        Id = actor.Uri,
        PreferredUsername = actor.Name,
        Webfinger = $"{actor.Name}@{addresses.Host}",
        Name = actor.DisplayName,
        Url = addresses.Root + "/",
        Inbox = actor.Inbox,
        Outbox = actor.Uri + "/outbox",
        Followers = actor.Uri + "/followers",
        Endpoints = new ActorEndpoints(addresses.SharedInbox),
        ManuallyApprovesFollowers = false,
        Published = actor.CreatedAt,
        PublicKey = Rsa(actor, keys),
        AssertionMethod = [Ed25519(actor, keys)],
        Generator = Generator,
        Implements = Implements,
    };

    private static RsaKeyDocument Rsa(Actor actor, ActorKeys keys) => new(
        keys.Rsa.KeyId, actor.Uri, PemEncoding.WriteString("PUBLIC KEY", keys.Rsa.PublicKey.Bytes.Span));

    private static MultikeyDocument Ed25519(Actor actor, ActorKeys keys) => new(
        keys.Ed25519.KeyId, actor.Uri, Multikey.Encode(keys.Ed25519.PublicKey.Bytes.Span));
}

using System.Text.Json.Serialization;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>What all actors of this node have (CONTRACT.md §2).</summary>
public abstract record ActorDocument : OutgoingDocument
{
    /// <summary>Gives actors their context.</summary>
    protected ActorDocument() => Context = Contexts.Actor;

    /// <summary>Name in the handle, <c>[a-z0-9_]{2,30}</c>.</summary>
    public required string PreferredUsername { get; init; }

    /// <summary>FEP-2c59: <c>name@host</c>.</summary>
    public string? Webfinger { get; init; }

    /// <summary>Display name, plain text.</summary>
    public required string Name { get; init; }

    /// <summary>Description, HTML.</summary>
    public string? Summary { get; init; }

    /// <summary>What the description was made from.</summary>
    public SourceText? Source { get; init; }

    /// <summary>Page for people, on the host of the id.</summary>
    public required string Url { get; init; }

    /// <summary>Picture.</summary>
    public ImageLink? Icon { get; init; }

    /// <summary>Inbox.</summary>
    public required string Inbox { get; init; }

    /// <summary>Outbox.</summary>
    public required string Outbox { get; init; }

    /// <summary>Collection of followers.</summary>
    public string? Followers { get; init; }

    /// <summary>Collection of pinned objects.</summary>
    public string? Featured { get; init; }

    /// <summary>The shared inbox: PieFed reads it whenever endpoints are there, so both or neither.</summary>
    public ActorEndpoints? Endpoints { get; init; }

    /// <summary>Whether somebody decides on each follow.</summary>
    public bool ManuallyApprovesFollowers { get; init; }

    /// <summary>Whether it is to be listed.</summary>
    public bool Discoverable { get; init; }

    /// <summary>FEP-5feb: whether public posts may be searched.</summary>
    public bool Indexable { get; init; }

    /// <summary>Since when it exists.</summary>
    public DateTimeOffset? Published { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset? Updated { get; init; }

    /// <summary>The one RSA key: Lemmy allows one only.</summary>
    public required RsaKeyDocument PublicKey { get; init; }

    /// <summary>FEP-521a: the Ed25519 keys.</summary>
    public required IReadOnlyList<MultikeyDocument> AssertionMethod { get; init; }

    /// <summary>The node and what it implements.</summary>
    public GeneratorDocument? Generator { get; init; }
}

/// <summary>A person, or an organisation, which writes like one (CONTRACT.md D3).</summary>
public sealed record PersonDocument : ActorDocument
{
    /// <summary>Gives it the context of people.</summary>
    public PersonDocument() => Context = Contexts.Person;

    /// <summary>Person unless the node is set to send organisations as Organization.</summary>
    public override string Type => SendAsOrganization ? "Organization" : "Person";

    /// <summary>The node setting of CONTRACT.md D3.</summary>
    [JsonIgnore]
    public bool SendAsOrganization { get; init; }

    /// <summary>Collection of those it follows.</summary>
    public string? Following { get; init; }

    /// <summary>Other ids of the same holder, at most 256.</summary>
    public IReadOnlyList<string>? AlsoKnownAs { get; init; }

    /// <summary>Where it moved.</summary>
    public string? MovedTo { get; init; }

    /// <summary>Fields of the profile, such as the website of an organisation.</summary>
    public IReadOnlyList<ProfileField>? Attachment { get; init; }

    /// <summary>"organisation" for an organisation, else null.</summary>
    [JsonPropertyName("omp:actorKind")]
    public string? ActorKind { get; init; }

    /// <summary>The organisation's IRI in a register.</summary>
    [JsonPropertyName("omp:organisationId")]
    public string? OrganisationId { get; init; }

    /// <summary>Signed attestations, as they were received.</summary>
    [JsonPropertyName("omp:attestation")]
    public IReadOnlyList<RawJson>? Attestation { get; init; }

    /// <summary>Of an issuer of attestations: the collection of those it revoked.</summary>
    [JsonPropertyName("omp:revoked")]
    public string? Revoked { get; init; }
}

/// <summary>A topic (FEP-1b12 Group).</summary>
public sealed record GroupDocument : ActorDocument
{
    /// <inheritdoc/>
    public override string Type => "Group";

    /// <summary>The collection of moderators; one string.</summary>
    [JsonPropertyName("attributedTo")]
    public required string Moderators { get; init; }

    /// <summary>Whether only moderators ask.</summary>
    public bool PostingRestrictedToMods { get; init; }

    /// <summary>PieFed: a community for questions and answers.</summary>
    public bool QuestionAnswer { get; init; } = true;

    /// <summary>Whether it is for adults.</summary>
    public bool Sensitive { get; init; }

    /// <summary>Its languages.</summary>
    public IReadOnlyList<LanguageTag>? Language { get; init; }
}

/// <summary>The node itself, which signs fetches (FEP-2677, FEP-d556).</summary>
public sealed record ApplicationDocument : ActorDocument
{
    /// <inheritdoc/>
    public override string Type => "Application";

    /// <summary>What the node implements (FEP-844e).</summary>
    public required IReadOnlyList<LinkDocument> Implements { get; init; }
}

using System.Text.Json.Serialization;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>
/// What makes an answer official (CONTRACT.md §4.5). Counts only under the organisation's own proof.
/// </summary>
public sealed record OfficialStatement
{
    /// <summary>Always omp:OfficialStatement.</summary>
    public string Type { get; } = "omp:OfficialStatement";

    /// <summary>The organisation's actor: the author.</summary>
    [JsonPropertyName("omp:issuer")]
    public required string Issuer { get; init; }

    /// <summary>The organisation's IRI in a register.</summary>
    [JsonPropertyName("omp:organisationId")]
    public string? OrganisationId { get; init; }

    /// <summary>First day of validity.</summary>
    [JsonPropertyName("omp:validFrom")]
    public required DateOnly ValidFrom { get; init; }

    /// <summary>Last day of validity.</summary>
    [JsonPropertyName("omp:validUntil")]
    public DateOnly? ValidUntil { get; init; }

    /// <summary>The day before which it is looked at again.</summary>
    [JsonPropertyName("omp:reviewBefore")]
    public DateOnly? ReviewBefore { get; init; }

    /// <summary>Sources.</summary>
    [JsonPropertyName("omp:source")]
    public required IReadOnlyList<LinkDocument> Source { get; init; }

    /// <summary>The answer that this one replaces.</summary>
    [JsonPropertyName("omp:supersedes")]
    public string? Supersedes { get; init; }

    /// <summary>The answer that replaces this one.</summary>
    [JsonPropertyName("omp:supersededBy")]
    public string? SupersededBy { get; init; }

    /// <summary>That it was withdrawn.</summary>
    [JsonPropertyName("omp:withdrawn")]
    public Withdrawal? Withdrawn { get; init; }
}

/// <summary>That an official answer was withdrawn.</summary>
/// <param name="At">When.</param>
/// <param name="Reason">Why, plain text.</param>
public sealed record Withdrawal(
    [property: JsonPropertyName("omp:at")] DateTimeOffset At,
    [property: JsonPropertyName("omp:reason")] string Reason);

/// <summary>
/// A statement of one node that an actor speaks for an organisation (CONTRACT.md §2); to be signed.
/// </summary>
public sealed record AttestationDocument : OutgoingDocument
{
    /// <summary>Gives attestations their context.</summary>
    public AttestationDocument() => Context = Contexts.Thread;

    /// <inheritdoc/>
    public override string Type => "omp:OrganisationAttestation";

    /// <summary>The actor it is about.</summary>
    [JsonPropertyName("omp:subject")]
    public required string Subject { get; init; }

    /// <summary>The organisation's IRI in a register.</summary>
    [JsonPropertyName("omp:organisationId")]
    public required string OrganisationId { get; init; }

    /// <summary>The organisation's name.</summary>
    [JsonPropertyName("omp:name")]
    public required string Name { get; init; }

    /// <summary>First day of validity.</summary>
    [JsonPropertyName("omp:validFrom")]
    public required DateOnly ValidFrom { get; init; }

    /// <summary>Last day of validity, at most 400 days later.</summary>
    [JsonPropertyName("omp:validUntil")]
    public required DateOnly ValidUntil { get; init; }

    /// <summary>The actor that signs.</summary>
    [JsonPropertyName("omp:issuer")]
    public required string Issuer { get; init; }
}

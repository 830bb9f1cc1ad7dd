using System.Text.Json.Serialization;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>
/// A collection (CONTRACT.md §5). Of followers only totalItems: a missing first page reads as hidden.
/// </summary>
public record CollectionDocument : OutgoingDocument
{
    /// <inheritdoc/>
    public override string Type => "Collection";

    /// <summary>Who owns it.</summary>
    public string? AttributedTo { get; init; }

    /// <summary>The number of members.</summary>
    public long? TotalItems { get; init; }

    /// <summary>The first page: its address, or the page itself.</summary>
    public RawJson? First { get; init; }

    /// <summary>The last page's address.</summary>
    public string? Last { get; init; }

    /// <summary>Members, ids or embedded.</summary>
    public IReadOnlyList<RawJson>? Items { get; init; }
}

/// <summary>A page of a collection.</summary>
public sealed record CollectionPageDocument : OutgoingDocument
{
    /// <inheritdoc/>
    public override string Type => "CollectionPage";

    /// <summary>The collection.</summary>
    public required string PartOf { get; init; }

    /// <summary>The next page's address.</summary>
    public string? Next { get; init; }

    /// <summary>Members, ids or embedded.</summary>
    public required IReadOnlyList<RawJson> Items { get; init; }
}

/// <summary>An ordered collection: outbox, moderators, pinned objects, versions.</summary>
public record OrderedCollectionDocument : OutgoingDocument
{
    /// <inheritdoc/>
    public override string Type => "OrderedCollection";

    /// <summary>Who owns it.</summary>
    public string? AttributedTo { get; init; }

    /// <summary>The number of members.</summary>
    public long? TotalItems { get; init; }

    /// <summary>The first page's address.</summary>
    public string? First { get; init; }

    /// <summary>The last page's address.</summary>
    public string? Last { get; init; }

    /// <summary>Members, ids or embedded; Lemmy reads only these.</summary>
    public IReadOnlyList<RawJson>? OrderedItems { get; init; }
}

/// <summary>A page of an ordered collection; no totals (CONTRACT.md §5).</summary>
public sealed record OrderedCollectionPageDocument : OutgoingDocument
{
    /// <inheritdoc/>
    public override string Type => "OrderedCollectionPage";

    /// <summary>The collection.</summary>
    public required string PartOf { get; init; }

    /// <summary>The next page's address; opaque.</summary>
    public string? Next { get; init; }

    /// <summary>Members, ids or embedded.</summary>
    public required IReadOnlyList<RawJson> OrderedItems { get; init; }
}

/// <summary>
/// A Group's thread about one question: its posts and what moderators decided (CONTRACT.md §4.6, D6).
/// </summary>
public sealed record ThreadDocument : OrderedCollectionDocument
{
    /// <summary>Gives it its context.</summary>
    public ThreadDocument() => Context = Contexts.Thread;

    /// <summary>The Group.</summary>
    public required string Audience { get; init; }

    /// <summary>When the thread began.</summary>
    public DateTimeOffset? Published { get; init; }

    /// <summary>When it last changed; rising with each change.</summary>
    public DateTimeOffset? Updated { get; init; }

    /// <summary>The question.</summary>
    [JsonPropertyName("omp:question")]
    public required string Question { get; init; }

    /// <summary>open, answered, closed, duplicate or moved.</summary>
    [JsonPropertyName("omp:status")]
    public required string Status { get; init; }

    /// <summary>The accepted answer.</summary>
    [JsonPropertyName("omp:acceptedAnswer")]
    public string? AcceptedAnswer { get; init; }

    /// <summary>Who accepted it.</summary>
    [JsonPropertyName("omp:acceptedBy")]
    public string? AcceptedBy { get; init; }

    /// <summary>The official answers.</summary>
    [JsonPropertyName("omp:officialAnswer")]
    public IReadOnlyList<string>? OfficialAnswer { get; init; }

    /// <summary>The question that was there before.</summary>
    [JsonPropertyName("omp:duplicateOf")]
    public string? DuplicateOf { get; init; }

    /// <summary>Where its answers went.</summary>
    [JsonPropertyName("omp:mergedInto")]
    public string? MergedInto { get; init; }
}

/// <summary>What is left of a deleted post. Lemmy needs id and type.</summary>
public sealed record TombstoneDocument : OutgoingDocument
{
    /// <inheritdoc/>
    public override string Type => "Tombstone";

    /// <summary>What it was.</summary>
    public string? FormerType { get; init; }

    /// <summary>When it was deleted.</summary>
    public DateTimeOffset? Deleted { get; init; }

    /// <summary>Who wrote it.</summary>
    public string? AttributedTo { get; init; }

    /// <summary>The Group.</summary>
    public string? Audience { get; init; }

    /// <summary>The thread.</summary>
    [JsonPropertyName("context")]
    public string? Thread { get; init; }
}

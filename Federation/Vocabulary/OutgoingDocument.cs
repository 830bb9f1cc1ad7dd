using System.Text.Json.Serialization;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>
/// A document that this node sends or serves. Members that are null are not written; the order is that of the records.
/// Ids are absolute https IRIs without port and, collection pages excepted, without query (CONTRACT.md D9).
/// </summary>
public abstract record OutgoingDocument
{
    /// <summary>The context; each record knows its own. Null only inside another document.</summary>
    [JsonPropertyName("@context"), JsonPropertyOrder(-3)]
    public RawJson? Context { get; init; } = Contexts.Plain;

    /// <summary>The id.</summary>
    [JsonPropertyOrder(-2)]
    public required string Id { get; init; }

    /// <summary>The type: always one.</summary>
    [JsonPropertyOrder(-1)]
    public abstract string Type { get; }
}

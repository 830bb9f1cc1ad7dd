namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>
/// Anything that stands where ActivityStreams 2.0 allows an object, link, actor or activity, as a peer sent it.
/// A bare string reads as an object with only an <see cref="Id"/>; a Link as one with <see cref="Href"/>.
/// </summary>
public sealed class AsObject
{
    /// <summary>The id, or the value of a bare string; null when absent or not a string.</summary>
    public string? Id { get; init; }

    /// <summary>The types in the order sent, without duplicates; empty for a bare reference.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>The bytes of exactly this value as they stood in the document.</summary>
    public ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>Where a Link points.</summary>
    public string? Href { get; init; }
}

using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>
/// What must be known of an activity before its signature is checked. Says the same of a document as
/// <see cref="VocabularyReader"/> would, and refuses the same documents, without building the tree.
/// </summary>
public sealed record ActivityEnvelope
{
    /// <summary>The activity's id; null when absent or not a string.</summary>
    public string? Id { get; init; }

    /// <summary>The first type; null when absent.</summary>
    public string? Type { get; init; }

    /// <summary>The actor's id; null unless there is exactly one.</summary>
    public string? ActorId { get; init; }

    /// <summary>The object's id; null unless there is exactly one.</summary>
    public string? ObjectId { get; init; }

    /// <summary>The first type of the one embedded object; null for a bare id.</summary>
    public string? ObjectType { get; init; }

    /// <summary>The author of the one embedded object; null unless there is exactly one.</summary>
    public string? ObjectAttributedToId { get; init; }

    /// <summary>Reads an envelope and checks the whole document. Never throws, whatever the bytes.</summary>
    /// <param name="document">JSON as UTF-8 without byte order mark.</param>
    /// <param name="envelope">What was found.</param>
    /// <param name="problem">One line in English, without content of the document; null when read.</param>
    /// <returns>False under the conditions of <see cref="VocabularyReader.Read"/>.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> document,
        [NotNullWhen(true)] out ActivityEnvelope? envelope,
        [NotNullWhen(false)] out string? problem)
    {
        try
        {
            var reader = new StrictReader(
                document, stackalloc ulong[StrictReader.NameSlots], stackalloc int[StrictReader.DepthSlots]);
            envelope = EnvelopeScan.Read(ref reader);
            problem = envelope is null ? "The document is not a JSON object." : null;
        }
        catch (JsonException exception)
        {
            envelope = null;
            problem = JsonProblems.Describe(exception);
        }
        return envelope is not null;
    }
}

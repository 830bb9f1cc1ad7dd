using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>
/// The JSON Canonicalization Scheme (RFC 8785): one spelling for each JSON value, so that it can be hashed.
/// </summary>
public static class CanonicalJson
{
    /// <summary>Writes the canonical form of a document.</summary>
    /// <param name="json">JSON as UTF-8, any value.</param>
    /// <param name="canonical">The canonical form, UTF-8.</param>
    /// <param name="problem">Why not, one line in English; null when written.</param>
    /// <param name="without">Members of the outermost object that are left out, such as <c>proof</c>.</param>
    /// <returns>
    /// False when the input is no I-JSON (invalid UTF-8, lone surrogates, names given twice, numbers beyond a double)
    /// or over the limits of <see cref="VocabularyReader.Read"/>.
    /// </returns>
    public static bool TryWrite(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out byte[]? canonical,
        [NotNullWhen(false)] out string? problem,
        params ReadOnlySpan<string> without)
    {
        try
        {
            var reader = new StrictReader(
                json.Span, stackalloc ulong[StrictReader.NameSlots], stackalloc int[StrictReader.DepthSlots]);
            canonical = new CanonicalWriter(json).Write(ref reader, without);
            problem = null;
        }
        catch (JsonException exception)
        {
            canonical = null;
            problem = JsonProblems.Describe(exception);
        }
        return canonical is not null;
    }

    /// <summary>Writes the canonical form of a value that was read before.</summary>
    /// <inheritdoc cref="TryWrite(ReadOnlyMemory{byte}, out byte[], out string, ReadOnlySpan{string})"/>
    public static bool TryWrite(
        JsonElement json,
        [NotNullWhen(true)] out byte[]? canonical,
        [NotNullWhen(false)] out string? problem,
        params ReadOnlySpan<string> without) =>
        TryWrite(JsonMarshal.GetRawUtf8Value(json).ToArray(), out canonical, out problem, without);

    /// <summary>The canonical form of a document that this node made itself.</summary>
    /// <param name="json">JSON as UTF-8.</param>
    /// <param name="without">Members of the outermost object that are left out.</param>
    /// <exception cref="ArgumentException">It cannot be made canonical: a bug.</exception>
    public static byte[] Write(ReadOnlyMemory<byte> json, params ReadOnlySpan<string> without) =>
        TryWrite(json, out var canonical, out var problem, without)
            ? canonical
            : throw new ArgumentException(problem, nameof(json));
}

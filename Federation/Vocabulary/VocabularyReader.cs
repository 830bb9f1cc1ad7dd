using System.Text.Json;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>Reads what peers send (ActivityStreams 2.0 as plain JSON; contexts are never processed).</summary>
public static class VocabularyReader
{
    /// <summary>Reads one document. Never throws, whatever the bytes.</summary>
    /// <param name="document">JSON as UTF-8 without byte order mark. It is kept, not copied: do not change it
    /// later.</param>
    /// <returns>
    /// The object, or a problem: no JSON object, no I-JSON (RFC 7493: invalid UTF-8, lone surrogates, names given
    /// twice,
    /// numbers beyond a double), NUL in a string, nesting over 64 levels or 32 objects, over 50,000 values.
    /// </returns>
    public static ReadResult Read(ReadOnlyMemory<byte> document)
    {
        try
        {
            var reader = new StrictReader(
                document.Span, stackalloc ulong[StrictReader.NameSlots], stackalloc int[StrictReader.DepthSlots]);
            var root = new ObjectBuilder(document).ReadRoot(ref reader);
            return root is null ? ReadResult.Refused("The document is not a JSON object.") : ReadResult.Of(root);
        }
        catch (JsonException problem)
        {
            return ReadResult.Refused(JsonProblems.Describe(problem));
        }
    }
}

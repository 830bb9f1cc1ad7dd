using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>Turns the documents of this node into JSON.</summary>
public static class VocabularyWriter
{
    /// <summary>
    /// Leaves letters and HTML readable. Safe because such documents are served only as application/activity+json with
    /// nosniff, never inside a page.
    /// </summary>
    internal static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>The serialisers with that encoder, which no attribute can name.</summary>
    internal static VocabularyJson Json { get; } =
        new(new JsonSerializerOptions(VocabularyJson.Default.Options) { Encoder = Encoder });

    /// <summary>Writes a document.</summary>
    /// <param name="document">Any record of this folder that derives from <see cref="OutgoingDocument"/>.</param>
    /// <returns>JSON as UTF-8 without byte order mark; the same document gives the same bytes.</returns>
    public static byte[] Write(OutgoingDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return JsonSerializer.SerializeToUtf8Bytes(document, Json.GetTypeInfo(document.GetType())!);
    }
}

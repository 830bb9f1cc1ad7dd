using System.Text.Json;
using Ontmoetingsplein.Federation.Fetching;

namespace Ontmoetingsplein.Federation.Actors;

/// <summary>A link of a WebFinger answer that leads to an actor.</summary>
/// <param name="Href">Where to.</param>
/// <param name="Type">The actor's type, as Lemmy states it in the link's properties.</param>
internal readonly record struct SelfLink(string Href, string? Type);

/// <summary>What we read of a WebFinger answer (RFC 7033, JRD).</summary>
/// <param name="Subject">Whom it is about.</param>
/// <param name="Selves">The links of relation self with a media type of ActivityStreams, at most 8.</param>
internal sealed record ResourceDescriptor(string? Subject, IReadOnlyList<SelfLink> Selves)
{
    private const string TypeProperty = "https://www.w3.org/ns/activitystreams#type";

    /// <summary>Reads a JRD; null when it is none.</summary>
    public static ResourceDescriptor? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return null;
            List<SelfLink> selves = [];
            if (root.TryGetProperty("links", out var links) && links.ValueKind == JsonValueKind.Array)
            {
                foreach (var link in links.EnumerateArray().Take(64))
                {
                    if (selves.Count < 8 && Text(link, "rel") == "self" && MediaTypes.IsActivity(Text(link, "type")) &&
                        Text(link, "href") is { } href)
                        selves.Add(new SelfLink(href, Property(link)));
                }
            }
            return new ResourceDescriptor(Text(root, "subject"), selves);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Property(JsonElement link) =>
        link.TryGetProperty("properties", out var properties) ? Text(properties, TypeProperty) : null;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) &&
        value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

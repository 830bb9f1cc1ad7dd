using System.Text.Json;

namespace Ontmoetingsplein.Federation.Discovery;

/// <summary>Reads JRDs of peers.</summary>
internal static class DescriptorReader
{
    private const int MaxEntries = 50;

    public static ResourceDescriptor? Read(ReadOnlyMemory<byte> document)
    {
        try
        {
            using var parsed = JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = 16 });
            return parsed.RootElement.ValueKind == JsonValueKind.Object ? ReadRoot(parsed.RootElement) : null;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // The second: a lone surrogate in a name, which the parser finds only when names are compared.
            return null;
        }
    }

    private static ResourceDescriptor ReadRoot(JsonElement root) => new()
    {
        Subject = Text(root, "subject"),
        Aliases = [.. Array(root, "aliases").Select(AsText).OfType<string>()],
        Links = [.. Array(root, "links").Where(link => link.ValueKind == JsonValueKind.Object).Select(ReadLink)],
    };

    private static ResourceLink ReadLink(JsonElement link) =>
        new(Text(link, "rel"), Text(link, "type"), Text(link, "href"), Text(link, "template"))
        {
            Properties = ReadProperties(link),
        };

    private static Dictionary<string, string?>? ReadProperties(JsonElement link)
    {
        if (!link.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
            return null;
        var read = new Dictionary<string, string?>();
        foreach (var property in properties.EnumerateObject().Take(MaxEntries))
        {
            if (Name(property) is { } name)
                read[name] = AsText(property.Value);
        }
        return read;
    }

    private static IEnumerable<JsonElement> Array(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Take(MaxEntries) : [];

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? AsText(value) : null;

    private static string? AsText(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Invalid UTF-8 or a lone surrogate, which the parser leaves for whoever asks for the text.
            return null;
        }
    }

    private static string? Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}

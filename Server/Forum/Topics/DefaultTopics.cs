using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ontmoetingsplein.Forum.Topics;

/// <summary>A topic that a new node starts with.</summary>
/// <param name="Slug">Name in its address and handle, [a-z0-9_].</param>
/// <param name="Name">The name people read.</param>
/// <param name="Description">One plain sentence.</param>
/// <param name="Icon">Name of an icon.</param>
internal sealed record DefaultTopic(string Slug, string Name, string Description, string Icon);

/// <summary>The sets of topics for a municipality, a housing cooperative and a neighbourhood.</summary>
internal static class DefaultTopics
{
    /// <summary>The topics of a set: gemeente, wonen, buurt; empty for "geen".</summary>
    public static IReadOnlyList<DefaultTopic> Of(string set)
    {
        using var file = typeof(DefaultTopics).Assembly.GetManifestResourceStream("default-topics.json")
            ?? throw new InvalidOperationException("default-topics.json is not in the program.");
        var sets = JsonSerializer.Deserialize(file, DefaultTopicsJson.Default.DictionaryStringDefaultTopicArray)!;
        return sets.GetValueOrDefault(set) ?? [];
    }
}

/// <summary>Reader of the sets.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Dictionary<string, DefaultTopic[]>))]
internal sealed partial class DefaultTopicsJson : JsonSerializerContext;

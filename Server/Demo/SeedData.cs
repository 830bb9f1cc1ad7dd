using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ontmoetingsplein.Server.Demo;

/// <summary>The invented municipality of Waterveen (deploy/demo/seed-data.json).</summary>
internal sealed record SeedData(
    IReadOnlyList<SeedOrganisation> Organisations, IReadOnlyList<SeedQuestion> Questions)
{
    /// <summary>Reads it from the program.</summary>
    public static SeedData Load()
    {
        using var file = typeof(SeedData).Assembly.GetManifestResourceStream("seed-data.json")
            ?? throw new InvalidOperationException("seed-data.json is not in the program.");
        return JsonSerializer.Deserialize(file, SeedJson.Default.SeedData)!;
    }
}

/// <summary>An organisation.</summary>
internal sealed record SeedOrganisation(string Slug, string Name);

/// <summary>A question with its answers.</summary>
internal sealed record SeedQuestion(
    string Id, string Node, string Topic, string Title, string Body, string Author, int AskedDaysAgo, int WantToKnow,
    IReadOnlyList<SeedAnswer> Answers);

/// <summary>An answer of an organisation ("official") or a person ("community").</summary>
internal sealed record SeedAnswer(string Kind, string Text)
{
    public string? Organisation { get; init; }

    public string? AnsweredBy { get; init; }

    public string? Author { get; init; }

    public string? Lead { get; init; }

    public SeedSource? Source { get; init; }

    public int? ValidDays { get; init; }

    public int Helpful { get; init; }

    public int AfterDays { get; init; }

    public bool ChosenByAsker { get; init; }
}

/// <summary>A source.</summary>
internal sealed record SeedSource(string Title, string Url);

/// <summary>Reader of the file.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SeedData))]
internal sealed partial class SeedJson : JsonSerializerContext;

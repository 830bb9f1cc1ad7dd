using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ontmoetingsplein.Federation.Discovery;

/// <summary>The serialisers of this folder with an encoder that leaves letters and <c>+</c> readable.</summary>
internal static class DiscoveryDocuments
{
    public static DiscoveryJson Json { get; } = new(new JsonSerializerOptions(DiscoveryJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

/// <summary>Generated.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(NodeInfo))]
[JsonSerializable(typeof(NodeInfoIndex))]
[JsonSerializable(typeof(ResourceDescriptor))]
internal sealed partial class DiscoveryJson : JsonSerializerContext;

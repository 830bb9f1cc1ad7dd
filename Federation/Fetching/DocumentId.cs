using System.Text.Json;

namespace Ontmoetingsplein.Federation.Fetching;

/// <summary>Finds the id at the top of a JSON document without building it.</summary>
internal static class DocumentId
{
    /// <summary>The id; null when there is none, when there are two, or when this is no JSON object.</summary>
    public static string? Read(ReadOnlySpan<byte> json)
    {
        string? id = null;
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.ValueTextEquals("id"u8);
                reader.Read();
                if (isId)
                {
                    if (id is not null || reader.TokenType != JsonTokenType.String)
                        return null;
                    id = reader.GetString();
                }
                reader.Skip();
            }
            return id;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

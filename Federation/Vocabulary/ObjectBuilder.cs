using System.Text.Json;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>Builds the tree of <see cref="AsObject"/> from one pass over a document.</summary>
internal sealed class ObjectBuilder(ReadOnlyMemory<byte> document)
{
    private const int MaxShortRelation = 100;

    // Lists being built at this moment, one after the other: each level takes its part off the end again.
    private readonly List<PropertyValue> properties = [];
    private readonly List<AsObject> relations = [];
    private ProfilePrefix prefix;

    public AsObject? ReadRoot(ref StrictReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            while (reader.Read())
            {
            }
            return null;
        }
        var root = ReadObject(ref reader, isRoot: true);
        while (reader.Read())
        {
        }
        return root;
    }

    private AsObject ReadObject(ref StrictReader reader, bool isRoot)
    {
        var start = reader.TokenStart;
        var mark = properties.Count;
        string? id = null;
        IReadOnlyList<string> types = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.Name;
            if (name.SequenceEqual("id"u8))
                id = ReadString(ref reader);
            else if (name.SequenceEqual("type"u8))
                types = ReadTypes(ref reader);
            else if (name.SequenceEqual("@context"u8) && isRoot)
                prefix.Read(ref reader);
            else
                ReadProperty(ref reader, mark);
        }
        var own = properties.Count == mark ? [] : properties.GetRange(mark, properties.Count - mark).ToArray();
        properties.RemoveRange(mark, properties.Count - mark);
        return new AsObject(id, types, document[start..reader.TokenEnd], own);
    }

    private void ReadProperty(ref StrictReader reader, int mark)
    {
        var term = prefix.Find(ref reader, out var kind);
        reader.Read();
        if (term == Term.None || HasTerm(term, mark))
        {
            reader.Skip();
            return;
        }
        object? value = kind switch
        {
            TermKind.Relation => ReadRelation(ref reader, AsObject.MostValues),
            TermKind.ShortRelation => ReadRelation(ref reader, MaxShortRelation),
            TermKind.Text => ReadText(ref reader),
            TermKind.TextMap => ReadTextMap(ref reader),
            TermKind.Flag => ReadFlag(ref reader),
            _ => ReadNumber(ref reader),
        };
        if (value is not null)
            properties.Add(new PropertyValue(term, value));
    }

    // The same property under two names, such as omp:kind and its full IRI: the first counts.
    private bool HasTerm(Term term, int mark)
    {
        for (var i = mark; i < properties.Count; i++)
        {
            if (properties[i].Term == term)
                return true;
        }
        return false;
    }

    private AsObject[]? ReadRelation(ref StrictReader reader, int limit)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return ReadValue(ref reader) is { } single ? [single] : null;
        var mark = relations.Count;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (relations.Count - mark == limit)
                reader.Skip();
            else if (ReadValue(ref reader) is { } value)
                relations.Add(value);
        }
        var read = relations.Count == mark ? null : relations.GetRange(mark, relations.Count - mark).ToArray();
        relations.RemoveRange(mark, relations.Count - mark);
        return read;
    }

    private AsObject? ReadValue(ref StrictReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return new AsObject(reader.GetString(), [], document[reader.TokenStart..reader.TokenEnd], []);
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, isRoot: false);
            default:
                reader.Skip();
                return null;
        }
    }

    public static string? ReadString(ref StrictReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString();
        reader.Skip();
        return null;
    }

    private static List<string> ReadTypes(ref StrictReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return [reader.GetString()];
        var types = new List<string>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return types;
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String)
                reader.Skip();
            else if (types.Count < MaxShortRelation && reader.GetString() is var type && !types.Contains(type))
                types.Add(type);
        }
        return types;
    }

    // A text may come as an array or, in expanded JSON-LD, as {"@value": …}: the first one counts.
    public static string? ReadText(ref StrictReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.StartArray:
                string? first = null;
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (first is null && reader.TokenType is JsonTokenType.String or JsonTokenType.StartObject)
                        first = ReadText(ref reader);
                    else
                        reader.Skip();
                }
                return first;
            case JsonTokenType.StartObject:
                string? value = null;
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    if (reader.Name.SequenceEqual("@value"u8))
                    {
                        value = ReadString(ref reader);
                        continue;
                    }
                    reader.Read();
                    reader.Skip();
                }
                return value;
            default:
                return null;
        }
    }

    private static Dictionary<string, string>? ReadTextMap(ref StrictReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }
        var map = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var language = System.Text.Encoding.UTF8.GetString(reader.Name);
            reader.Read();
            if (ReadText(ref reader) is { } text && map.Count < MaxShortRelation)
                map.TryAdd(language, text);
        }
        return map.Count == 0 ? null : map;
    }

    private static object? ReadFlag(ref StrictReader reader)
    {
        reader.Skip();
        return reader.TokenType switch
        {
            JsonTokenType.True => BoxedTrue,
            JsonTokenType.False => BoxedFalse,
            _ => null,
        };
    }

    private static long? ReadNumber(ref StrictReader reader)
    {
        reader.Skip();
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : null;
    }

    private static readonly object BoxedTrue = true;
    private static readonly object BoxedFalse = false;
}

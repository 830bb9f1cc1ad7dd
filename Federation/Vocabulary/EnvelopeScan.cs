using System.Text.Json;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>The pass behind <see cref="ActivityEnvelope"/>.</summary>
internal static class EnvelopeScan
{
    public static ActivityEnvelope? Read(ref StrictReader reader)
    {
        reader.Read();
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        Found root = default, target = default;
        string? actor = null;
        if (!isObject)
            reader.Skip();
        while (isObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.Name.SequenceEqual("actor"u8))
                actor = ReadOne(ref reader, withAuthor: false).Reference;
            else if (reader.Name.SequenceEqual("object"u8))
                target = ReadOne(ref reader, withAuthor: true);
            else
                ReadMember(ref reader, ref root, withAuthor: false);
        }
        while (reader.Read())
        {
        }
        return !isObject ? null : new ActivityEnvelope
        {
            Id = root.Id,
            Type = root.Type,
            ActorId = actor,
            ObjectId = target.Reference,
            ObjectType = target.Type,
            ObjectAttributedToId = target.Author,
        };
    }

    /// <summary>The one value of a relation, or nothing when there are more.</summary>
    private static Found ReadOne(ref StrictReader reader, bool withAuthor)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            return ReadValue(ref reader, withAuthor, out _);
        Found only = default;
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var value = ReadValue(ref reader, withAuthor, out var counts);
            if (counts && ++count == 1)
                only = value;
        }
        return count == 1 ? only : default;
    }

    private static Found ReadValue(ref StrictReader reader, bool withAuthor, out bool counts)
    {
        Found found = default;
        counts = reader.TokenType is JsonTokenType.String or JsonTokenType.StartObject;
        if (reader.TokenType == JsonTokenType.String)
            found.Id = reader.GetString();
        else if (reader.TokenType != JsonTokenType.StartObject)
            reader.Skip();
        else
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                ReadMember(ref reader, ref found, withAuthor);
        }
        return found;
    }

    private static void ReadMember(ref StrictReader reader, ref Found found, bool withAuthor)
    {
        var name = reader.Name;
        if (name.SequenceEqual("id"u8))
            found.Id = ObjectBuilder.ReadString(ref reader);
        else if (name.SequenceEqual("type"u8))
            found.Type = ReadFirstType(ref reader);
        else if (name.SequenceEqual("href"u8))
        {
            reader.Read();
            found.Href = ObjectBuilder.ReadText(ref reader);
        }
        else if (withAuthor && name.SequenceEqual("attributedTo"u8))
            found.Author = ReadOne(ref reader, withAuthor: false).Reference;
        else
        {
            reader.Read();
            reader.Skip();
        }
    }

    private static string? ReadFirstType(ref StrictReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString();
        var depth = reader.Depth;
        string? first = null;
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.Depth > depth)
            {
                if (first is null && reader.TokenType == JsonTokenType.String && reader.Depth == depth + 1)
                    first = reader.GetString();
            }
        }
        else
            reader.Skip();
        return first;
    }

    private struct Found
    {
        public string? Id;
        public string? Href;
        public string? Type;
        public string? Author;

        public readonly string? Reference => Id ?? Href;
    }
}

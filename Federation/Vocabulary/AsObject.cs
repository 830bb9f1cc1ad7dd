using System.Collections.ObjectModel;
using System.Text.Json;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>
/// Anything that stands where ActivityStreams 2.0 allows an object, link, actor or activity, as a peer sent it
/// (read by <see cref="VocabularyReader"/>). A bare string reads as an object with only an <see cref="Id"/>; a Link as
/// one with <see cref="Href"/>. Where one value is allowed a list is too, so every relation is a list: empty when the
/// property is absent, null or of an impossible JSON type. A text, number, truth value or date of the wrong JSON
/// type is
/// null. Nothing here is checked against the sender, and nothing is cleaned: that is for those who use it.
/// </summary>
public sealed partial class AsObject
{
    internal AsObject(string? id, IReadOnlyList<string> types, ReadOnlyMemory<byte> raw, PropertyValue[] properties)
    {
        Id = id;
        Types = types;
        Raw = raw;
        this.properties = properties;
    }

    private readonly PropertyValue[] properties;

    /// <summary>The id, or the value of a bare string; null when absent or not a string.</summary>
    public string? Id { get; }

    /// <summary>The types in the order sent, without duplicates; empty for a bare reference.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>The first type; null for a bare reference or an object without type.</summary>
    public string? Type => Types.Count > 0 ? Types[0] : null;

    /// <summary>The bytes of exactly this value as they stood in the document, UTF-8.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>What this value points to: the id, or for a Link without one its <see cref="Href"/>.</summary>
    public string? Reference => Id ?? Href;

    /// <summary>Whether this is a bare id: there is nothing to read before it is fetched.</summary>
    public bool IsReference => Raw.Span is [(byte)'"', ..];

    /// <summary>Whether a type is among the <see cref="Types"/>.</summary>
    /// <param name="type">The name as ActivityStreams writes it; compared exactly.</param>
    public bool Is(string type)
    {
        foreach (var own in Types)
        {
            if (own == type)
                return true;
        }
        return false;
    }

    /// <summary>Finds any property of this object as it was sent, also those this model does not know.</summary>
    /// <param name="name">The name in the JSON, exactly.</param>
    /// <param name="value">A copy that stays valid.</param>
    /// <returns>False when there is no such property.</returns>
    /// <remarks>Reads <see cref="Raw"/> again on each call: not for hot paths.</remarks>
    public bool TryGetProperty(string name, out JsonElement value)
    {
        value = default;
        if (IsReference)
            return false;
        using var document = JsonDocument.Parse(Raw);
        if (!document.RootElement.TryGetProperty(name, out var found))
            return false;
        value = found.Clone();
        return true;
    }

    private object? Find(Term term)
    {
        foreach (var property in properties)
        {
            if (property.Term == term)
                return property.Value;
        }
        return null;
    }

    private IReadOnlyList<AsObject> Relation(Term term) => Find(term) as AsObject[] ?? [];

    private AsObject? Single(Term term) => Find(term) is AsObject[] and [var only] ? only : null;

    private string? SingleId(Term term) => Single(term)?.Reference;

    private string[] Ids(Term term)
    {
        if (Find(term) is not AsObject[] relation)
            return [];
        var ids = new List<string>(relation.Length);
        foreach (var value in relation)
        {
            if (value.Reference is { } id)
                ids.Add(id);
        }
        return [.. ids];
    }

    private string? Text(Term term) => Find(term) as string;

    private bool? Flag(Term term) => Find(term) as bool?;

    private long? Number(Term term) => Find(term) as long?;

    private DateTimeOffset? Time(Term term) => Text(term) is { } text ? Timestamps.Parse(text) : null;

    private DateOnly? Day(Term term) => Text(term) is { } text ? Timestamps.ParseDay(text) : null;

    private IReadOnlyDictionary<string, string> TextMap(Term term) =>
        Find(term) as IReadOnlyDictionary<string, string>
        ?? ReadOnlyDictionary<string, string>.Empty;
}

/// <summary>A property that was read: AsObject[], string, bool, long or a map of strings.</summary>
internal readonly record struct PropertyValue(Term Term, object Value);

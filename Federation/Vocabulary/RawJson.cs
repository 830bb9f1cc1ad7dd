using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>
/// A value that stands in an outgoing document: an id, a document of ours, or finished bytes, which are written as they
/// are. An id converts from a string and a document from its record, so both can be assigned directly.
/// </summary>
[JsonConverter(typeof(RawJsonConverter))]
public sealed class RawJson
{
    private RawJson(ReadOnlyMemory<byte> bytes) => Bytes = bytes;

    /// <summary>JSON as UTF-8.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Takes finished JSON: a signed document of ours, or one of a peer that passed the reader.</summary>
    /// <param name="json">One JSON value as UTF-8; not a byte of it is changed.</param>
    public static RawJson Of(ReadOnlyMemory<byte> json) => new(json);

    /// <summary>A list of ids.</summary>
    /// <param name="ids">The ids, in this order.</param>
    public static RawJson References(IReadOnlyList<string> ids) =>
        new(JsonSerializer.SerializeToUtf8Bytes(ids, VocabularyWriter.Json.IReadOnlyListString));

    /// <summary>An id.</summary>
    /// <param name="id">The id.</param>
    public static RawJson FromString(string id) =>
        new(JsonSerializer.SerializeToUtf8Bytes(id, VocabularyWriter.Json.String));

    /// <summary>A document inside another one: without <c>@context</c>, which the outer one gives.</summary>
    /// <param name="document">The document; for a signed one use <see cref="Of"/>.</param>
    public static RawJson FromOutgoingDocument(OutgoingDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return new(VocabularyWriter.Write(document with { Context = null }));
    }

    /// <inheritdoc cref="FromString"/>
    public static implicit operator RawJson(string id) => FromString(id);

    /// <inheritdoc cref="FromOutgoingDocument"/>
    public static implicit operator RawJson(OutgoingDocument document) => FromOutgoingDocument(document);
}

/// <summary>Writes the bytes as they are.</summary>
internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Outgoing documents are only written.");

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Bytes.Span);
}

/// <summary>Writes timestamps as the wire has them.</summary>
internal sealed class TimestampConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Outgoing documents are only written.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Timestamps.Format(value));
}

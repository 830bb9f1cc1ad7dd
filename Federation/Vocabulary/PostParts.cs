using System.Text.Json.Serialization;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>What HTML was made from.</summary>
/// <param name="Content">The text as it was written.</param>
/// <param name="MediaType">Its type.</param>
public sealed record SourceText(string Content, string MediaType = "text/markdown");

/// <summary>A language as Lemmy and PieFed read it.</summary>
/// <param name="Identifier">BCP 47 tag.</param>
/// <param name="Name">Its name in itself.</param>
public sealed record LanguageTag(string Identifier, string Name);

/// <summary>A Link: the only attachment, with images and documents, that Lemmy takes.</summary>
/// <param name="Href">Where it points.</param>
/// <param name="MediaType">What is there.</param>
/// <param name="Name">Text for people.</param>
public sealed record LinkDocument(string Href, string? MediaType = null, string? Name = null)
{
    /// <summary>Always Link.</summary>
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "Link";

    /// <summary>Of a source of an official statement: when it was looked at.</summary>
    [JsonPropertyName("omp:retrieved")]
    public DateTimeOffset? Retrieved { get; init; }
}

/// <summary>A field of a profile, as Mastodon shows it (schema.org PropertyValue).</summary>
/// <param name="Name">What it is, plain text.</param>
/// <param name="Value">HTML.</param>
public sealed record ProfileField(string Name, string Value)
{
    /// <summary>Always PropertyValue.</summary>
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "PropertyValue";
}

/// <summary>An Image.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="MediaType">Its type.</param>
/// <param name="Name">Text for those who do not see it.</param>
public sealed record ImageLink(string Url, string? MediaType = null, string? Name = null)
{
    /// <summary>Always Image.</summary>
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "Image";
}

/// <summary>A tag of a post.</summary>
public sealed record TagDocument
{
    private TagDocument(string type, string href, string name) => (Type, Href, Name) = (type, href, name);

    /// <summary>Mention or Hashtag.</summary>
    public string Type { get; }

    /// <summary>The actor's id, or the page of the hashtag.</summary>
    public string Href { get; }

    /// <summary><c>@name@host</c> or <c>#tag</c>.</summary>
    public string Name { get; }

    /// <summary>Names an actor, who is then told.</summary>
    /// <param name="actor">Its id.</param>
    /// <param name="handle"><c>name@host</c>.</param>
    public static TagDocument Mention(string actor, string handle) => new("Mention", actor, "@" + handle);

    /// <summary>Marks a subject.</summary>
    /// <param name="page">The page of the hashtag.</param>
    /// <param name="tag">The tag without #.</param>
    public static TagDocument Hashtag(string page, string tag) => new("Hashtag", page, "#" + tag);
}

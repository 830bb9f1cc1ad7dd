using System.Text.Json.Serialization;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>
/// A question, answer, official answer or comment. Its shape keeps strict readers alive (CONTRACT.md §4, §4.1):
/// relations are single strings, addressees, tags and attachments are always arrays.
/// </summary>
public abstract record PostDocument : OutgoingDocument
{
    /// <summary>Gives posts their context.</summary>
    protected PostDocument() => Context = Contexts.Post;

    /// <summary>The author.</summary>
    public required string AttributedTo { get; init; }

    /// <summary>What it replies to; never on a question.</summary>
    public string? InReplyTo { get; init; }

    /// <summary>The thread, FEP-7888 <c>context</c>.</summary>
    [JsonPropertyName("context")]
    public string? Thread { get; init; }

    /// <summary>The text as HTML; of a question without name it begins with the title.</summary>
    public required string Content { get; init; }

    /// <summary>Always HTML.</summary>
    public string MediaType { get; } = "text/html";

    /// <summary>What it was written as.</summary>
    public SourceText? Source { get; init; }

    /// <summary>The content by language: Mastodon reads the language here.</summary>
    public IReadOnlyDictionary<string, string>? ContentMap { get; init; }

    /// <summary>The language: Lemmy and PieFed read it here.</summary>
    public LanguageTag? Language { get; init; }

    /// <summary>First the Group, then Public: Lemmy takes the first Group it finds.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>Followers and those who are mentioned.</summary>
    public required IReadOnlyList<string> Cc { get; init; }

    /// <summary>The Group.</summary>
    public string? Audience { get; init; }

    /// <summary>Collection of direct replies.</summary>
    public string? Replies { get; init; }

    /// <summary>Collection of likes.</summary>
    public string? Likes { get; init; }

    /// <summary>Collection of shares.</summary>
    public string? Shares { get; init; }

    /// <summary>The page for people.</summary>
    public string? Url { get; init; }

    /// <summary>When it was published.</summary>
    public required DateTimeOffset Published { get; init; }

    /// <summary>When it was changed: absent or not before Published, rising with each change.</summary>
    public DateTimeOffset? Updated { get; init; }

    /// <summary>
    /// Links only: any other shape makes Lemmy drop the post, and its first one becomes the post's address.
    /// </summary>
    public IReadOnlyList<LinkDocument> Attachment { get; init; } = [];

    /// <summary>Mentions and hashtags.</summary>
    public IReadOnlyList<TagDocument> Tag { get; init; } = [];

    /// <summary>Whether a warning is to be shown first.</summary>
    public bool? Sensitive { get; init; }

    /// <summary>Lemmy, PieFed: true for an official answer.</summary>
    public bool? Distinguished { get; init; }

    /// <summary>PieFed: whether this answer is the accepted one.</summary>
    public bool? Answer { get; init; }

    /// <summary>question, answer, officialAnswer or comment.</summary>
    [JsonPropertyName("omp:kind")]
    public required string Kind { get; init; }

    /// <summary>Of a question: the title, plain text, at most 150 characters.</summary>
    [JsonPropertyName("omp:title")]
    public string? Title { get; init; }

    /// <summary>Of a question: the answer its asker accepted.</summary>
    [JsonPropertyName("omp:acceptedAnswer")]
    public string? AcceptedAnswer { get; init; }

    /// <summary>Number of this version, counted from 1.</summary>
    [JsonPropertyName("omp:revision")]
    public int? Revision { get; init; }

    /// <summary><c>sha256-</c> and the hash of the former unsigned version.</summary>
    [JsonPropertyName("omp:previousRevision")]
    public string? PreviousRevision { get; init; }

    /// <summary>Collection of all signed versions.</summary>
    [JsonPropertyName("omp:revisions")]
    public string? Revisions { get; init; }

    /// <summary>What makes an answer official.</summary>
    [JsonPropertyName("omp:official")]
    public OfficialStatement? Official { get; init; }
}

/// <summary>A Note: what everybody shows. Without name and summary, on purpose (CONTRACT.md D1).</summary>
public sealed record NoteDocument : PostDocument
{
    /// <inheritdoc/>
    public override string Type => "Note";
}

/// <summary>An Article: a question for a public of forums (CONTRACT.md D1, <c>QuestionWireType</c>).</summary>
public sealed record ArticleDocument : PostDocument
{
    /// <inheritdoc/>
    public override string Type => "Article";

    /// <summary>The title, plain text.</summary>
    [JsonPropertyOrder(1)]
    public required string Name { get; init; }

    /// <summary>The whole text when short, else its first sentences: all that Mastodon shows.</summary>
    [JsonPropertyOrder(1)]
    public string? Summary { get; init; }

    /// <summary>FEP-b2b8: the same as a Note.</summary>
    [JsonPropertyOrder(1)]
    public RawJson? Preview { get; init; }
}

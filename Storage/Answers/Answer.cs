namespace Ontmoetingsplein.Storage.Answers;

/// <summary>What stands under a question.</summary>
public enum AnswerKind
{
    /// <summary>An answer.</summary>
    Answer = 0,

    /// <summary>An answer that an organisation vouches for, with source and dates.</summary>
    Official = 1,

    /// <summary>A remark on an answer.</summary>
    Comment = 2,
}

/// <summary>An answer or comment, given here or on another node, with the names it is shown with.</summary>
public sealed record Answer
{
    /// <summary>Its number here.</summary>
    public required AnswerId Id { get; init; }

    /// <summary>Its ActivityPub id.</summary>
    public required string Uri { get; init; }

    /// <summary>Its page at home.</summary>
    public required string Url { get; init; }

    /// <summary>The question it stands under.</summary>
    public required QuestionId QuestionId { get; init; }

    /// <summary>For a comment: what it replies to; null for an answer.</summary>
    public AnswerId? ParentId { get; init; }

    /// <summary>Who wrote it.</summary>
    public required ActorId AuthorId { get; init; }

    /// <summary>Written on this node.</summary>
    public required bool IsLocal { get; init; }

    /// <summary>What it is.</summary>
    public required AnswerKind Kind { get; init; }

    /// <summary>Who may see it; never wider than its question.</summary>
    public required Audience Audience { get; init; }

    /// <summary>For <see cref="Audience.Organisation"/>: which.</summary>
    public ActorId? OrganisationId { get; init; }

    /// <summary>Name of that organisation.</summary>
    public string? OrganisationName { get; init; }

    /// <summary>As typed (Markdown); null when only HTML came in.</summary>
    public string? BodySource { get; init; }

    /// <summary>Sanitised HTML.</summary>
    public required string BodyHtml { get; init; }

    /// <summary>BCP 47 tag.</summary>
    public required string Language { get; init; }

    /// <summary>Name of the source.</summary>
    public string? SourceTitle { get; init; }

    /// <summary>Address of the source.</summary>
    public string? SourceUrl { get; init; }

    /// <summary>Official: last moment at which it holds.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>Official: when it was last checked.</summary>
    public DateTimeOffset? ReviewedAt { get; init; }

    /// <summary>Official: by whom, as text.</summary>
    public string? ReviewedBy { get; init; }

    /// <summary>When it was given.</summary>
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>When its text was last changed; null when never.</summary>
    public DateTimeOffset? EditedAt { get; init; }

    /// <summary>The `updated` that was last sent or received; strictly rising.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>1 for the first text, one more with each edit.</summary>
    public int Revision { get; init; } = 1;

    /// <summary>Official, from the second text on: the hash that names the one before (federation.md §4.2).</summary>
    public string? PreviousRevision { get; init; }

    /// <summary>People it helped.</summary>
    public int HelpfulCount { get; init; }

    /// <summary>People it did not.</summary>
    public int UnhelpfulCount { get; init; }

    /// <summary>Deleted at; the text is gone then.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>From the author: the name people read.</summary>
    public string AuthorName { get; init; } = "";

    /// <summary>From the author: the name in the handle.</summary>
    public string AuthorHandle { get; init; } = "";

    /// <summary>From the author: host; null when ours.</summary>
    public string? AuthorHost { get; init; }

    /// <summary>From the author: what it is.</summary>
    public Actors.ActorKind AuthorKind { get; init; }

    /// <summary>From the author: what a remote one says that it is.</summary>
    public string? AuthorClaim { get; init; }

    /// <summary>From the author: ActivityPub id.</summary>
    public string AuthorUri { get; init; } = "";

    /// <summary>From the author: page for people.</summary>
    public string? AuthorUrl { get; init; }

    /// <summary>ActivityPub id of what it replies to.</summary>
    public string ParentUri { get; init; } = "";
}

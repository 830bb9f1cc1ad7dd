namespace Ontmoetingsplein.Storage.Questions;

/// <summary>A question, asked here or on another node.</summary>
public sealed record Question
{
    /// <summary>Its number here.</summary>
    public required QuestionId Id { get; init; }

    /// <summary>Its ActivityPub id.</summary>
    public required string Uri { get; init; }

    /// <summary>Its page at home.</summary>
    public required string Url { get; init; }

    /// <summary>The topic it was asked in.</summary>
    public required ActorId TopicId { get; init; }

    /// <summary>Who asked.</summary>
    public required ActorId AuthorId { get; init; }

    /// <summary>Asked on this node.</summary>
    public required bool IsLocal { get; init; }

    /// <summary>Who may see it.</summary>
    public required Audience Audience { get; init; }

    /// <summary>For <see cref="Audience.Organisation"/>: which.</summary>
    public ActorId? OrganisationId { get; init; }

    /// <summary>One sentence, plain text, at most 150 characters.</summary>
    public required string Title { get; init; }

    /// <summary>The rest as typed (Markdown); null when only HTML came in.</summary>
    public string? BodySource { get; init; }

    /// <summary>The rest as sanitised HTML; may be empty.</summary>
    public required string BodyHtml { get; init; }

    /// <summary>BCP 47 tag.</summary>
    public required string Language { get; init; }

    /// <summary>Id of the collection of its thread.</summary>
    public required string ContextUri { get; init; }

    /// <summary>When it was asked.</summary>
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>When its text was last changed; null when never.</summary>
    public DateTimeOffset? EditedAt { get; init; }

    /// <summary>The `updated` that was last sent or received; strictly rising.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Last answer, comment or edit.</summary>
    public DateTimeOffset ActiveAt { get; init; }

    /// <summary>1 for the first text, one more with each edit.</summary>
    public int Revision { get; init; } = 1;

    /// <summary>Answers that everyone may see, comments not counted.</summary>
    public int AnswerCount { get; init; }

    /// <summary>How many of those are official.</summary>
    public int OfficialCount { get; init; }

    /// <summary>People who want to know this too.</summary>
    public int SameCount { get; init; }

    /// <summary>The answer that helped.</summary>
    public AnswerId? AcceptedAnswerId { get; init; }

    /// <summary>Who said so: the asker or a moderator.</summary>
    public ActorId? AcceptedBy { get; init; }

    /// <summary>The asker said so, not a moderator.</summary>
    public bool IsChosenByAsker => AcceptedBy == AuthorId;

    /// <summary>Closed for answers since.</summary>
    public DateTimeOffset? LockedAt { get; init; }

    /// <summary>Stands first in its topic since.</summary>
    public DateTimeOffset? PinnedAt { get; init; }

    /// <summary>ActivityPub id of the question that was asked before; null when it is no duplicate.</summary>
    public string? DuplicateOf { get; init; }

    /// <summary>ActivityPub id of the question that its answers went to; null when they stand here.</summary>
    public string? MergedInto { get; init; }

    /// <summary>When moderators last decided something about the thread, strictly rising; null: never.</summary>
    public DateTimeOffset? ThreadUpdatedAt { get; init; }

    /// <summary>Deleted at; the text is gone then.</summary>
    public DateTimeOffset? DeletedAt { get; init; }
}

/// <summary>A question as a row in a list, with the names it is shown with.</summary>
public sealed record QuestionRow
{
    /// <summary>Its number.</summary>
    public required QuestionId Id { get; init; }

    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>Topic.</summary>
    public required ActorId TopicId { get; init; }

    /// <summary>Name of the topic.</summary>
    public required string TopicName { get; init; }

    /// <summary>Slug of the topic.</summary>
    public required string TopicSlug { get; init; }

    /// <summary>Host of the topic; null when ours.</summary>
    public string? TopicHost { get; init; }

    /// <summary>Name of the asker.</summary>
    public required string AuthorName { get; init; }

    /// <summary>Host of the asker; null when ours.</summary>
    public string? AuthorHost { get; init; }

    /// <summary>Who may see it.</summary>
    public required Audience Audience { get; init; }

    /// <summary>Name of the organisation that alone may see it.</summary>
    public string? OrganisationName { get; init; }

    /// <summary>When it was asked.</summary>
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>Answers.</summary>
    public int AnswerCount { get; init; }

    /// <summary>Official ones.</summary>
    public int OfficialCount { get; init; }

    /// <summary>People who want to know this too.</summary>
    public int SameCount { get; init; }

    /// <summary>An answer helped.</summary>
    public bool IsAccepted { get; init; }

    /// <summary>Closed for answers.</summary>
    public bool IsLocked { get; init; }

    /// <summary>Stands first in its topic.</summary>
    public bool IsPinned { get; init; }

    /// <summary>Its ActivityPub id.</summary>
    public required string Uri { get; init; }
}

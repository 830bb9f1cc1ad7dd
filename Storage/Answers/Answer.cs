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

/// <summary>What the signature under an official answer is worth (CONTRACT.md §3.4, §4.5).</summary>
public enum StatementProof
{
    /// <summary>It does not call itself official, or is of this node, which needs no proof for itself.</summary>
    None = 0,

    /// <summary>Its author signed it, and the chain of its versions holds.</summary>
    Valid = 1,

    /// <summary>Its author signed it, but its earlier versions cannot be verified.</summary>
    HistoryBroken = 2,

    /// <summary>The signature is missing or of something else.</summary>
    Broken = 3,
}

/// <summary>How an official answer stands on a day (CONTRACT.md §4.5); the first that applies.</summary>
public enum OfficialState
{
    /// <summary>Its author took it back.</summary>
    Withdrawn,

    /// <summary>Its author gave another answer instead.</summary>
    Superseded,

    /// <summary>Its last day is over.</summary>
    Expired,

    /// <summary>Its author should have looked at it again.</summary>
    ReviewOverdue,

    /// <summary>It holds.</summary>
    Valid,
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

    /// <summary>Official: first day on which it holds, as noon UTC of that day.</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>Official: last day on which it holds, as noon UTC of that day.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>Official: the day before which it is looked at again, as noon UTC of that day.</summary>
    public DateTimeOffset? ReviewBefore { get; init; }

    /// <summary>Official: since when it no longer counts; its text stays readable.</summary>
    public DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>Official and withdrawn: why, plain text.</summary>
    public string? WithdrawnReason { get; init; }

    /// <summary>Official: ActivityPub id of the answer that this one replaces.</summary>
    public string? Supersedes { get; init; }

    /// <summary>Official: ActivityPub id of the answer that replaces this one.</summary>
    public string? SupersededBy { get; init; }

    /// <summary>Of elsewhere: what its signature is worth.</summary>
    public StatementProof Proof { get; init; }

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

    /// <summary>Official, from the second text on: the hash that names the one before (CONTRACT.md §4.2).</summary>
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

    /// <summary>From the author: how this node knows who it is; null when it does not.</summary>
    public RecognitionGround? AuthorGround { get; init; }

    /// <summary>From the author: who vouches for it.</summary>
    public string? AuthorVoucher { get; init; }

    /// <summary>From the author: the host of the website that names it.</summary>
    public string? AuthorWebsite { get; init; }

    /// <summary>From the author: its address in the register.</summary>
    public string? AuthorRegisterId { get; init; }

    /// <summary>Official, of elsewhere: when its own server last said that this is what it says.</summary>
    public DateTimeOffset? CheckedAt { get; init; }

    /// <summary>How it stands, if it is official.</summary>
    /// <param name="today">The day.</param>
    public OfficialState StateOn(DateOnly today) =>
        WithdrawnAt is not null ? OfficialState.Withdrawn
        : SupersededBy is not null ? OfficialState.Superseded
        : ValidUntil is { } last && DateOnly.FromDateTime(last.UtcDateTime) < today ? OfficialState.Expired
        : ReviewBefore is { } review && DateOnly.FromDateTime(review.UtcDateTime) <= today
            ? OfficialState.ReviewOverdue
        : OfficialState.Valid;

    /// <summary>Whether it is an official answer that was neither withdrawn nor replaced.</summary>
    public bool IsStanding => Kind == AnswerKind.Official && WithdrawnAt is null && SupersededBy is null;

    /// <summary>ActivityPub id of what it replies to.</summary>
    public string ParentUri { get; init; } = "";
}

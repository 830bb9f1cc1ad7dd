namespace Ontmoetingsplein.Storage.Topics;

/// <summary>
/// A topic: a Group actor with what people need to choose it. Of another node when <see cref="Host"/> is set.
/// </summary>
public sealed record Topic
{
    /// <summary>The number of its actor.</summary>
    public required ActorId Id { get; init; }

    /// <summary>The name in its handle and address.</summary>
    public required string Slug { get; init; }

    /// <summary>The name people read.</summary>
    public required string Name { get; init; }

    /// <summary>Authority of its node; null for our own.</summary>
    public string? Host { get; init; }

    /// <summary>ActivityPub id of the Group.</summary>
    public required string Uri { get; init; }

    /// <summary>One or two plain sentences.</summary>
    public required string Description { get; init; }

    /// <summary>Name of an icon.</summary>
    public required string Icon { get; init; }

    /// <summary>Place in the list, ascending.</summary>
    public int Position { get; init; }

    /// <summary>Number of questions that everyone may see.</summary>
    public long QuestionCount { get; init; }

    /// <summary>Closed for new questions since.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
}

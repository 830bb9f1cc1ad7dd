using System.Text.Json.Serialization;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>Accepts an answer (PieFed).</summary>
public sealed record ChooseAnswerActivity : ActivityDocument
{
    /// <summary>Gives it its context.</summary>
    public ChooseAnswerActivity() => Context = Contexts.ChooseAnswer;

    /// <inheritdoc/>
    public override string Type => "ChooseAnswer";
}

/// <summary>Closes a question for new answers (Lemmy).</summary>
public sealed record LockActivity : ActivityDocument
{
    /// <summary>Gives it its context.</summary>
    public LockActivity() => Context = Contexts.Lock;

    /// <inheritdoc/>
    public override string Type => "Lock";

    /// <summary>The reason, plain text.</summary>
    public string? Summary { get; init; }
}

/// <summary>Makes somebody a moderator, or pins a question.</summary>
public sealed record AddActivity : ActivityDocument
{
    /// <inheritdoc/>
    public override string Type => "Add";

    /// <summary>The Group's moderators or featured collection, exactly as the Group names it.</summary>
    [JsonPropertyOrder(2)]
    public required string Target { get; init; }
}

/// <summary>Takes a moderator or a pin away.</summary>
public sealed record RemoveActivity : ActivityDocument
{
    /// <inheritdoc/>
    public override string Type => "Remove";

    /// <summary>The Group's moderators or featured collection, exactly as the Group names it.</summary>
    [JsonPropertyOrder(2)]
    public required string Target { get; init; }
}

/// <summary>Moves a thread to another Group, or (object: the actor itself) an account to another server.</summary>
public sealed record MoveActivity : ActivityDocument
{
    /// <inheritdoc/>
    public override string Type => "Move";

    /// <summary>The Group it leaves; null for an account.</summary>
    [JsonPropertyOrder(2)]
    public string? Origin { get; init; }

    /// <summary>The Group or account it goes to.</summary>
    [JsonPropertyOrder(2)]
    public required string Target { get; init; }
}

/// <summary>Reports: the account must be among the objects (Mastodon); one addressee (Lemmy).</summary>
public sealed record FlagActivity : ActivityDocument
{
    /// <inheritdoc/>
    public override string Type => "Flag";

    /// <summary>The reason, plain text; Mastodon reads it here.</summary>
    [JsonPropertyOrder(2)]
    public required string Content { get; init; }

    /// <summary>The reason once more; Lemmy reads it here.</summary>
    [JsonPropertyOrder(2)]
    public string Summary => Content;
}

using System.Text.Json.Serialization;

namespace Ontmoetingsplein.Federation.Vocabulary;

/// <summary>What all activities have.</summary>
public abstract record ActivityDocument : OutgoingDocument
{
    /// <summary>Who acts.</summary>
    public required string Actor { get; init; }

    /// <summary>First addressees; Public as full IRI.</summary>
    public IReadOnlyList<string>? To { get; init; }

    /// <summary>Who gets a copy. Lemmy needs both lists on Lock, Add and Remove.</summary>
    public IReadOnlyList<string>? Cc { get; init; }

    /// <summary>The Group.</summary>
    public string? Audience { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? Published { get; init; }

    /// <summary>What it is done to: an id, a document, or finished bytes.</summary>
    [JsonPropertyOrder(1)]
    public required RawJson Object { get; init; }
}

/// <summary>Publishes a post.</summary>
public sealed record CreateActivity : ActivityDocument
{
    /// <summary>Gives it the context of posts.</summary>
    public CreateActivity() => Context = Contexts.Post;

    /// <inheritdoc/>
    public override string Type => "Create";
}

/// <summary>Publishes a change of a post, an actor or a thread: the whole document anew.</summary>
public sealed record UpdateActivity : ActivityDocument
{
    /// <summary>Gives it the context of posts; for an actor set its own.</summary>
    public UpdateActivity() => Context = Contexts.Post;

    /// <inheritdoc/>
    public override string Type => "Update";
}

/// <summary>Deletes a post (object: a Tombstone) or, by a moderator, hides it (object: its id).</summary>
public sealed record DeleteActivity : ActivityDocument
{
    /// <inheritdoc/>
    public override string Type => "Delete";

    /// <summary>A moderator's reason. Never on an author's own Delete: Lemmy takes it for a moderator's.</summary>
    public string? Summary { get; init; }
}

/// <summary>Follows an actor.</summary>
public sealed record FollowActivity : ActivityDocument
{
    /// <inheritdoc/>
    public override string Type => "Follow";
}

/// <summary>Accepts a Follow.</summary>
public sealed record AcceptActivity : ActivityDocument
{
    /// <inheritdoc/>
    public override string Type => "Accept";
}

/// <summary>Refuses a Follow, or ends one.</summary>
public sealed record RejectActivity : ActivityDocument
{
    /// <inheritdoc/>
    public override string Type => "Reject";
}

/// <summary>Takes an activity back; of ChooseAnswer or Lock set that activity's context.</summary>
public sealed record UndoActivity : ActivityDocument
{
    /// <inheritdoc/>
    public override string Type => "Undo";
}

/// <summary>"Same question here", or helpful.</summary>
public sealed record LikeActivity : ActivityDocument
{
    /// <inheritdoc/>
    public override string Type => "Like";
}

/// <summary>Unhelpful.</summary>
public sealed record DislikeActivity : ActivityDocument
{
    /// <inheritdoc/>
    public override string Type => "Dislike";
}

/// <summary>Passes on an activity with its bytes unchanged (<see cref="RawJson.Of"/>) or a post by its id.</summary>
public sealed record AnnounceActivity : ActivityDocument
{
    /// <summary>Gives it a context with room for a proof.</summary>
    public AnnounceActivity() => Context = Contexts.Signed;

    /// <inheritdoc/>
    public override string Type => "Announce";

    /// <summary>The Group's thread, FEP-7888 <c>context</c>.</summary>
    [JsonPropertyName("context")]
    public string? Thread { get; init; }
}

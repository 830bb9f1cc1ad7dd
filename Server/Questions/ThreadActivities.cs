using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Server.Questions;

/// <summary>What moderators decide about a thread, in terms of other servers (federation.md §4.6).</summary>
/// <param name="Moderator">Who decided.</param>
/// <param name="Topic">The Group of the thread.</param>
internal sealed record ThreadActivities(Actor Moderator, Actor Topic)
{
    // Both lists are there because Lemmy needs both.
    private IReadOnlyList<string> To { get; } = [PublicAudience.Id];

    private IReadOnlyList<string> Cc { get; } = [Topic.Uri];

    /// <summary>open, answered, closed, duplicate or moved.</summary>
    public static string Status(Question question) => question switch
    {
        { MergedInto: not null } => "moved",
        { DuplicateOf: not null } => "duplicate",
        { LockedAt: not null } => "closed",
        { AnswerCount: > 0 } => "answered",
        _ => "open",
    };

    public ActivityDocument Lock(string id, Question question, bool on, string? reason)
    {
        LockActivity Locked(string lockId) => new()
        {
            Id = lockId,
            Actor = Moderator.Uri,
            To = To,
            Cc = Cc,
            Audience = Topic.Uri,
            Published = question.ThreadUpdatedAt,
            Summary = reason,
            Object = question.Uri,
        };
        return on
            ? Locked(id)
            : Undo(id, Locked(id + "#lock"), question.ThreadUpdatedAt) with { Context = Contexts.Lock };
    }

    /// <summary>Pins or unpins: featured is the collection exactly as the Group names it.</summary>
    public ActivityDocument Pin(string id, Question question, bool on) => on
        ? new AddActivity
        {
            Id = id,
            Actor = Moderator.Uri,
            To = To,
            Cc = Cc,
            Audience = Topic.Uri,
            Published = question.ThreadUpdatedAt,
            Object = question.Uri,
            Target = Topic.Featured!,
        }
        : new RemoveActivity
        {
            Id = id,
            Actor = Moderator.Uri,
            To = To,
            Cc = Cc,
            Audience = Topic.Uri,
            Published = question.ThreadUpdatedAt,
            Object = question.Uri,
            Target = Topic.Featured!,
        };

    /// <summary>The object is the thread's collection: NodeBB resolves it, PieFed takes the id out of it.</summary>
    public ActivityDocument Move(string id, Question question, Actor target) => new MoveActivity
    {
        Id = id,
        Actor = Moderator.Uri,
        To = To,
        Cc = [Topic.Uri, target.Uri],
        Audience = Topic.Uri,
        Published = question.ThreadUpdatedAt,
        Object = question.ContextUri,
        Origin = Topic.Uri,
        Target = target.Uri,
    };

    /// <summary>Says, as a moderator, which answer helped.</summary>
    public ActivityDocument Choose(string id, Question question, string answerUri, bool on)
    {
        ChooseAnswerActivity Chosen(string chooseId) => new()
        {
            Id = chooseId,
            Actor = Moderator.Uri,
            To = To,
            Cc = Cc,
            Audience = Topic.Uri,
            Published = question.ThreadUpdatedAt,
            Object = answerUri,
        };
        return on
            ? Chosen(id)
            : Undo(id, Chosen(id + "#choose"), question.ThreadUpdatedAt) with { Context = Contexts.ChooseAnswer };
    }

    /// <summary>Hides a post. The summary marks it as a moderator's, for Lemmy.</summary>
    public ActivityDocument Delete(string id, string uri, DateTimeOffset at) => new DeleteActivity
    {
        Id = id,
        Actor = Moderator.Uri,
        To = To,
        Cc = Cc,
        Audience = Topic.Uri,
        Published = at,
        Summary = "Removed by a moderator.",
        Object = uri,
    };

    private UndoActivity Undo(string id, ActivityDocument undone, DateTimeOffset? at) => new()
    {
        Id = id,
        Actor = Moderator.Uri,
        To = To,
        Cc = Cc,
        Audience = Topic.Uri,
        Published = at,
        Object = undone,
    };
}

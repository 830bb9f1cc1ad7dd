using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Questions;

namespace Ontmoetingsplein.Forum.Questions;

/// <summary>
/// What is decided about a thread, by moderators or by the asker, in terms of other servers (CONTRACT.md §4.6, D4).
/// </summary>
/// <param name="Decider">Who decided.</param>
/// <param name="Topic">The Group of the thread.</param>
internal sealed record ThreadActivities(Actor Decider, Actor Topic)
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

    public ActivityDocument Lock(string id, Question question, bool on, string? reason) => OrUndo(
        id, on, id + "#lock", question.ThreadUpdatedAt,
        lockId => new LockActivity { Id = lockId, Actor = Decider.Uri, Summary = reason, Object = question.Uri });

    /// <summary>Pins or unpins: featured is the collection exactly as the Group names it.</summary>
    public ActivityDocument Pin(string id, Question question, bool on) => Addressed(
        InCollection(id, Decider, question.Uri, Topic.Featured!, on), question.ThreadUpdatedAt);

    /// <summary>The object is the thread's collection: NodeBB resolves it, PieFed takes the id out of it.</summary>
    public ActivityDocument Move(string id, Question question, Actor target) => Addressed(
        new MoveActivity
        {
            Id = id,
            Actor = Decider.Uri,
            Object = question.ContextUri,
            Origin = Topic.Uri,
            Target = target.Uri,
        }, question.ThreadUpdatedAt) with
    { Cc = [Topic.Uri, target.Uri] };

    /// <summary>Says which answer helped (PieFed), or takes that back.</summary>
    public ActivityDocument Choose(string id, string answerUri, bool on, DateTimeOffset? at) => OrUndo(
        id, on, id + "#choose", at,
        chooseId => new ChooseAnswerActivity { Id = chooseId, Actor = Decider.Uri, Object = answerUri });

    /// <summary>Hides a post. The summary marks it as a moderator's, for Lemmy.</summary>
    public ActivityDocument Delete(string id, string uri, DateTimeOffset at) => Addressed(
        new DeleteActivity
        {
            Id = id,
            Actor = Decider.Uri,
            Summary = "Removed by a moderator.",
            Object = uri,
        }, at);

    /// <summary>Adds to, or removes from, a collection of a Group; addressees are still to be given.</summary>
    public static ActivityDocument InCollection(string id, Actor by, string member, string collection, bool on) => on
        ? new AddActivity { Id = id, Actor = by.Uri, Object = member, Target = collection }
        : new RemoveActivity { Id = id, Actor = by.Uri, Object = member, Target = collection };

    // An Undo holds what it undoes, in that one's context.
    private ActivityDocument OrUndo(
        string id, bool on, string undoneId, DateTimeOffset? at, Func<string, ActivityDocument> make)
    {
        var done = Addressed(make(on ? id : undoneId), at);
        return on
            ? done
            : Addressed(new UndoActivity { Id = id, Actor = Decider.Uri, Object = done }, at) with
            {
                Context = done.Context,
            };
    }

    private ActivityDocument Addressed(ActivityDocument activity, DateTimeOffset? at) => activity with
    {
        To = To,
        Cc = Cc,
        Audience = Topic.Uri,
        Published = at,
    };
}

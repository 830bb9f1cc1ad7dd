namespace Ontmoetingsplein.Storage;

/// <summary>Who may see a question or an answer.</summary>
public enum Audience
{
    /// <summary>Everyone, other servers included.</summary>
    Everyone = 0,

    /// <summary>People who are signed in on this plein.</summary>
    Plein = 1,

    /// <summary>Members of one organisation and the author.</summary>
    Organisation = 2,
}

/// <summary>
/// On whose behalf something is read. Every read of questions and answers takes one, and the condition it becomes in
/// SQL stands in <see cref="Visibility"/> only: the one gate for pages, feeds, clients and peers.
/// </summary>
/// <param name="Account">The signed-in actor, or null.</param>
/// <param name="SeesAll">The node itself, at work for nobody in particular.</param>
public readonly record struct Viewer(ActorId? Account, bool SeesAll)
{
    /// <summary>A visitor, a peer, a feed reader: sees what is for everyone.</summary>
    public static Viewer Anyone { get; }

    /// <summary>The node's own background work; never for showing.</summary>
    public static Viewer Node { get; } = new(null, true);

    /// <summary>A person who is signed in here.</summary>
    /// <param name="account">The person.</param>
    public static Viewer Member(ActorId account) => new(account, false);

    internal long AccountOrZero => Account?.Value ?? 0;
}

/// <summary>The gate: may this viewer see this row?</summary>
internal static class Visibility
{
    /// <summary>
    /// Condition for a row with audience, organisation_id and author_id; needs @viewer and @seesAll. What hidden and
    /// refused hosts wrote is for nobody (CONTRACT.md §7 row 26).
    /// </summary>
    /// <param name="alias">The table's alias.</param>
    public static string Of(string alias) =>
        $"""
        (@seesAll = 1 or (not exists (select 1 from actors hidden
              where hidden.id = {alias}.author_id and hidden.standing <> 0)
          and ({alias}.audience = 0 or (@viewer <> 0 and ({alias}.audience = 1 or {alias}.author_id = @viewer
            or ({alias}.audience = 2 and exists (select 1 from memberships m
                  where m.organisation_id = {alias}.organisation_id and m.account_id = @viewer)))))))
        """;

    /// <summary>Condition for an activity of ours: it is not about a post of a hidden or refused host.</summary>
    /// <param name="alias">The table's name or alias.</param>
    public static string OfActivity(string alias) =>
        $"""
        not exists (select 1 from questions q join actors h on h.id = q.author_id
          where q.uri = {alias}.object_uri and h.standing <> 0)
        and not exists (select 1 from answers r join actors h on h.id = r.author_id
          where r.uri = {alias}.object_uri and h.standing <> 0)
        """;
}

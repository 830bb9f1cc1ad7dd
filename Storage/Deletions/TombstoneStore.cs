namespace Ontmoetingsplein.Storage.Deletions;

/// <summary>
/// Remembers ActivityPub ids that are gone, so that a late Create does not bring them back: anywhere, or to one topic.
/// </summary>
/// <param name="database">Where.</param>
public sealed class TombstoneStore(Database database)
{
    /// <summary>Whether an id is gone.</summary>
    /// <param name="uri">The id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<bool> HasAsync(string uri, CancellationToken cancellationToken = default) =>
        await database.FirstAsync<long?>(
            "select 1 from tombstones where uri = @uri", new { uri }, cancellationToken) is not null;

    /// <summary>Whether an id is gone, or may not come back to a topic, as seen by a change.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="uri">The id.</param>
    /// <param name="topic">Where it would come.</param>
    public static bool Has(Writing writing, string uri, ActorId topic) =>
        writing.Prepare(
            """
            select 1 from tombstones where uri = @uri
            union all select 1 from removals where uri = @uri and topic_id = @topic
            """, "uri", "topic").Scalar(uri, topic.Value) is not null;

    /// <summary>Remembers that an id is gone, also where a restored backup does not reach.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="uri">The id.</param>
    /// <param name="formerType">What it was, as far as known.</param>
    /// <param name="deletedAt">When, if not now.</param>
    public static void Add(Writing writing, string uri, string formerType, DateTimeOffset? deletedAt = null)
    {
        writing.Execute(
            """
            insert into tombstones (uri, former_type, deleted_at) values (@uri, @formerType, @at)
            on conflict do nothing
            """, new { uri, formerType, at = deletedAt ?? writing.Now });
        DeletionLedger.Add(writing, uri, formerType);
    }

    /// <summary>
    /// Remembers that a moderator took something out of a topic: it does not come back there. Elsewhere it may, for
    /// only its author's own server can say that it is gone.
    /// </summary>
    /// <param name="writing">The change.</param>
    /// <param name="uri">The id.</param>
    /// <param name="topic">Which topic.</param>
    public static void Remove(Writing writing, string uri, ActorId topic) => writing.Execute(
        "insert into removals (uri, topic_id, removed_at) values (@uri, @topic, @Now) on conflict do nothing",
        new { uri, topic, writing.Now });
}

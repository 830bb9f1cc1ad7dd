using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Storage.Topics;

/// <summary>Somebody who moderates one topic.</summary>
public sealed record TopicModerator
{
    /// <summary>The topic.</summary>
    public required ActorId TopicId { get; init; }

    /// <summary>The name people read.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The name in its handle.</summary>
    public required string Name { get; init; }

    /// <summary>Authority of its node; null for our own.</summary>
    public string? Host { get; init; }

    /// <summary>ActivityPub id.</summary>
    public required string Uri { get; init; }
}

/// <summary>
/// Keeps who moderates one topic, of this node or elsewhere. Who moderates all topics of this node has a role instead.
/// </summary>
/// <param name="database">Where.</param>
public sealed class ModeratorStore(Database database)
{
    /// <summary>The most moderators that one topic may have.</summary>
    public const int Most = 100;

    /// <summary>Whether somebody was made a moderator of a topic.</summary>
    /// <param name="topic">Which topic.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<bool> HasAsync(ActorId topic, ActorId actor, CancellationToken cancellationToken = default) =>
        await database.FirstAsync<long?>(
            "select 1 from topic_moderators where topic_id = @topic and actor_id = @actor", new { topic, actor },
            cancellationToken) is not null;

    /// <summary>Whether somebody was made a moderator of any topic.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<bool> IsOneAsync(ActorId actor, CancellationToken cancellationToken = default) =>
        await database.FirstAsync<long?>(
            "select 1 from topic_moderators where actor_id = @actor limit 1", new { actor }, cancellationToken)
            is not null;

    /// <summary>Those who were made a moderator of a topic, oldest first; at most <see cref="Most"/>.</summary>
    /// <param name="topic">Which topic.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Actor>> ListAsync(ActorId topic, CancellationToken cancellationToken = default) =>
        database.QueryAsync<Actor>(
            $"select {ActorStore.Columns} from topic_moderators m join actors a on a.id = m.actor_id"
            + $" where m.topic_id = @topic and a.deleted_at is null order by m.created_at, a.id limit {Most}",
            new { topic }, cancellationToken);

    /// <summary>Those who were made a moderator of any topic of this node, by topic, oldest first.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<TopicModerator>> ListAllAsync(CancellationToken cancellationToken = default) =>
        database.QueryAsync<TopicModerator>(
            "select m.topic_id, a.display_name, a.name, a.host, a.uri from topic_moderators m"
            + " join actors t on t.id = m.topic_id join actors a on a.id = m.actor_id"
            + " where t.host is null and a.deleted_at is null order by m.topic_id, m.created_at, a.id limit 1000",
            null, cancellationToken);

    /// <summary>Makes somebody a moderator of a topic.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="topic">Which topic.</param>
    /// <param name="actor">Who.</param>
    /// <returns>False when it was one, or there are <see cref="Most"/>.</returns>
    public static bool Add(Writing writing, ActorId topic, ActorId actor)
    {
        var added = writing.First<long>(
            "select count(*) from topic_moderators where topic_id = @topic", new { topic }) < Most
            && writing.Execute(
                """
                insert into topic_moderators (topic_id, actor_id, created_at) values (@topic, @actor, @Now)
                on conflict do nothing
                """, new { topic, actor, writing.Now }) == 1;
        writing.Signal("topics");
        return added;
    }

    /// <summary>Ends that.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="topic">Which topic.</param>
    /// <param name="actor">Who.</param>
    /// <returns>False when it was none.</returns>
    public static bool Remove(Writing writing, ActorId topic, ActorId actor)
    {
        writing.Signal("topics");
        return writing.Execute(
            "delete from topic_moderators where topic_id = @topic and actor_id = @actor", new { topic, actor }) == 1;
    }
}

namespace Ontmoetingsplein.Storage.Topics;

/// <summary>Keeps topics, our own and those of other nodes that are followed here.</summary>
/// <param name="database">Where.</param>
public sealed class TopicStore(Database database)
{
    private const string Columns =
        "select t.actor_id as id, a.name as slug, a.display_name as name, a.host, a.uri, t.description, t.icon,"
        + " t.position, t.archived_at, cast(t.question_count + coalesce("
        + "(select sum(c.change) from topic_count_changes c where c.topic_id = t.actor_id), 0) as bigint)"
        + " as question_count";

    private const string Select = Columns + " from topics t join actors a on a.id = t.actor_id";

    private const int FoldSize = 1_000;

    /// <summary>Finds by number.</summary>
    /// <param name="id">The actor's number.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Topic?> FindAsync(ActorId id, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Topic>($"{Select} where t.actor_id = @id", new { id }, cancellationToken);

    /// <summary>Finds one of our own by its slug.</summary>
    /// <param name="slug">The name in its address.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Topic?> FindLocalAsync(string slug, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Topic>(
            $"{Select} where a.name = @slug and a.host is null and a.deleted_at is null",
            new { slug = slug.ToLowerInvariant() }, cancellationToken);

    /// <summary>Finds one of another node.</summary>
    /// <param name="slug">The name in its handle.</param>
    /// <param name="host">Authority of its node.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Topic?> FindRemoteAsync(string slug, string host, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Topic>(
            $"{Select} where a.name = @slug and a.host = @host and a.deleted_at is null and a.standing = 0",
            new { slug, host }, cancellationToken);

    /// <summary>Finds by ActivityPub id.</summary>
    /// <param name="uri">The id of the Group.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Topic?> FindByUriAsync(string uri, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Topic>(
            $"{Select} where a.uri = @uri and a.deleted_at is null and a.standing <> 2", new { uri },
            cancellationToken);

    /// <summary>All topics in their order: our own first, then those of other nodes; closed ones left out.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Topic>> ListAsync(CancellationToken cancellationToken = default) =>
        database.QueryAsync<Topic>(
            // A cross join keeps its order in SQLite, which would walk through all actors otherwise.
            $"{Columns} from topics t cross join actors a where a.id = t.actor_id and t.archived_at is null"
            + " and a.deleted_at is null and a.standing = 0"
            + " order by case when a.host is null then 0 else 1 end, t.position, t.actor_id", null, cancellationToken);

    /// <summary>Makes an actor a topic.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">The Group actor.</param>
    /// <param name="description">One or two plain sentences.</param>
    /// <param name="icon">Name of an icon.</param>
    /// <param name="position">Place in the list.</param>
    public static void Put(Writing writing, ActorId id, string description, string icon, int position)
    {
        writing.Execute(
            """
            insert into topics (actor_id, description, icon, position) values (@id, @description, @icon, @position)
            on conflict (actor_id) do update
              set description = excluded.description, icon = excluded.icon, position = excluded.position
            """, new { id, description, icon, position });
        writing.Signal("topics");
    }

    /// <summary>Closes a topic for new questions, or opens it again.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Which.</param>
    /// <param name="archived">Closed or open.</param>
    public static void Archive(Writing writing, ActorId id, bool archived)
    {
        writing.Execute(
            "update topics set archived_at = @at where actor_id = @id",
            new { id, at = archived ? writing.Now : (DateTimeOffset?)null });
        writing.Signal("topics");
    }

    /// <summary>
    /// Adds up what <see cref="Topic.QuestionCount"/> is made of; nobody sees a difference. Processes may do it at the
    /// same time.
    /// </summary>
    /// <param name="writing">The change.</param>
    /// <returns>How many changes it added up; call again, in another change, until it is 0.</returns>
    public static int FoldCounts(Writing writing)
    {
        var changes = writing.Query<CountChange>(
            $"select id, topic_id, change from topic_count_changes order by id limit @FoldSize {writing.SkipLocked}",
            new { FoldSize });
        if (changes.Count == 0)
        {
            return 0;
        }

        foreach (var topic in changes.GroupBy(change => change.TopicId).OrderBy(topic => topic.Key))
        {
            writing.Execute(
                "update topics set question_count = question_count + @sum where actor_id = @id",
                new { id = topic.Key, sum = topic.Sum(change => change.Change) });
        }

        writing.Execute(
            $"delete from topic_count_changes where id {writing.In("ids")}",
            new { ids = writing.List(changes.Select(change => change.Id)) });
        return changes.Count;
    }

    /// <summary>Whether there is anything to add up.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<bool> HasCountChangesAsync(CancellationToken cancellationToken = default) =>
        await database.FirstAsync<long?>(
            "select id from topic_count_changes limit 1", null, cancellationToken) is not null;

    // A row of its own: raising one number would let all who ask in a topic wait for each other.
    internal static void Count(Writing writing, ActorId id, int change) => writing
        .Prepare(
            "insert into topic_count_changes (id, topic_id, change) values (@id, @topic, @change)", "id", "topic",
            "change")
        .Execute(writing.Ids.Next(), id.Value, (long)change);

    private sealed record CountChange
    {
        public required long Id { get; init; }

        public required long TopicId { get; init; }

        public required long Change { get; init; }
    }
}

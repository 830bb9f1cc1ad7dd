namespace Ontmoetingsplein.Storage.Actors;

/// <summary>How far a follow is.</summary>
public enum FollowState
{
    /// <summary>Asked; no answer yet.</summary>
    Asked = 0,

    /// <summary>Accepted by the one followed.</summary>
    Accepted = 1,
}

/// <summary>A follow.</summary>
public sealed record Follow
{
    /// <summary>Who follows.</summary>
    public required ActorId FollowerId { get; init; }

    /// <summary>Who is followed.</summary>
    public required ActorId TargetId { get; init; }

    /// <summary>How far it is.</summary>
    public required FollowState State { get; init; }

    /// <summary>Id of the Follow activity.</summary>
    public required string ActivityUri { get; init; }
}

/// <summary>Where to reach followers: one row for each distinct inbox.</summary>
public sealed record FollowerInbox
{
    /// <summary>The shared inbox where there is one, else the actor's own.</summary>
    public required string Inbox { get; init; }

    /// <summary>Authority of the host.</summary>
    public required string Host { get; init; }

    /// <summary>The host takes activities wrapped in Announce (FEP-1b12).</summary>
    public bool IsForum { get; init; }

    /// <summary>The host is a node of our kind.</summary>
    public bool SpeaksProfile { get; init; }

    /// <summary>Where an actor of another server is told something: the inbox of its server, or else its own.</summary>
    /// <param name="actor">The actor.</param>
    public static FollowerInbox Of(Actor actor) =>
        new() { Inbox = actor.SharedInbox ?? actor.Inbox, Host = actor.Host! };
}

/// <summary>Keeps who follows whom.</summary>
/// <param name="database">Where.</param>
public sealed class FollowStore(Database database)
{
    private const string Columns = "f.follower_id, f.target_id, f.state, f.activity_uri";

    /// <summary>Finds a follow.</summary>
    /// <param name="follower">Who follows.</param>
    /// <param name="target">Who is followed.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Follow?> FindAsync(ActorId follower, ActorId target, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Follow>(
            $"select {Columns} from follows f where f.target_id = @target and f.follower_id = @follower",
            new { follower, target }, cancellationToken);

    /// <summary>Finds a follow by the id of the activity that asked for it.</summary>
    /// <param name="activityUri">Id of the Follow.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Follow?> FindByActivityAsync(string activityUri, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Follow>(
            $"select {Columns} from follows f where f.activity_uri = @activityUri", new { activityUri },
            cancellationToken);

    /// <summary>Whom an actor follows or asked to follow, with the state.</summary>
    /// <param name="follower">Who follows.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IReadOnlyList<(Actor Target, FollowState State)>> ListTargetsAsync(
        ActorId follower, CancellationToken cancellationToken = default)
    {
        var follows = await database.QueryAsync<Follow>(
            $"select {Columns} from follows f where f.follower_id = @follower order by f.created_at",
            new { follower }, cancellationToken);
        var actors = await new ActorStore(database).ListAsync(follows.Select(f => f.TargetId), cancellationToken);
        var byId = actors.ToDictionary(actor => actor.Id);
        return [.. follows.Where(f => byId.ContainsKey(f.TargetId)).Select(f => (byId[f.TargetId], f.State))];
    }

    /// <summary>Number of accepted followers.</summary>
    /// <param name="target">Who is followed.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<long> CountFollowersAsync(ActorId target, CancellationToken cancellationToken = default) =>
        database.FirstAsync<long>(
            "select count(*) from follows where target_id = @target and state = 1", new { target }, cancellationToken);

    /// <summary>ActivityPub ids of the accepted followers on one host, in order.</summary>
    /// <param name="target">Who is followed.</param>
    /// <param name="host">Authority in canonical form.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<string>> ListFollowersOnAsync(
        ActorId target, string host, CancellationToken cancellationToken = default) =>
        database.QueryAsync<string>(
            "select a.uri from follows f join actors a on a.id = f.follower_id where f.target_id = @target"
            + " and f.state = 1 and a.host = @host and a.deleted_at is null order by a.uri",
            new { target, host }, cancellationToken);

    /// <summary>Number of actors that an actor follows.</summary>
    /// <param name="follower">Who follows.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<long> CountFollowingAsync(ActorId follower, CancellationToken cancellationToken = default) =>
        database.FirstAsync<long>(
            "select count(*) from follows where follower_id = @follower and state = 1", new { follower },
            cancellationToken);

    /// <summary>Number of topics of other nodes that an actor follows.</summary>
    /// <param name="follower">Who follows.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<long> CountTopicsElsewhereAsync(ActorId follower, CancellationToken cancellationToken = default) =>
        database.FirstAsync<long>(
            "select count(*) from follows f join topics t on t.actor_id = f.target_id"
            + " join actors a on a.id = t.actor_id where f.follower_id = @follower and a.host is not null",
            new { follower }, cancellationToken);

    /// <summary>The distinct inboxes of remote accepted followers.</summary>
    /// <param name="writing">The change that is being announced.</param>
    /// <param name="target">Who is followed.</param>
    public static IReadOnlyList<FollowerInbox> ListInboxes(Writing writing, ActorId target) =>
        writing.Query<FollowerInbox>(
            """
            select coalesce(a.shared_inbox, a.inbox) as inbox, a.host, coalesce(max(p.is_forum), 0) as is_forum,
              coalesce(max(p.speaks_profile), 0) as speaks_profile
            from follows f join actors a on a.id = f.follower_id left join peers p on p.host = a.host
            where f.target_id = @target and f.state = 1 and a.host is not null and a.deleted_at is null
            group by coalesce(a.shared_inbox, a.inbox), a.host
            """, new { target });

    /// <summary>Local accounts that follow an actor.</summary>
    /// <param name="writing">The change they are told of.</param>
    /// <param name="target">Who is followed.</param>
    public static IReadOnlyList<ActorId> ListLocalFollowers(Writing writing, ActorId target) =>
        writing.Query<ActorId>(
            "select f.follower_id from follows f join accounts c on c.actor_id = f.follower_id where f.target_id ="
            + " @target",
            new { target });

    /// <summary>Adds a follow, or renews the one there is.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="follow">The follow.</param>
    public static void Put(Writing writing, Follow follow) => writing.Execute(
        """
        insert into follows (follower_id, target_id, state, activity_uri, created_at)
        values (@FollowerId, @TargetId, @State, @ActivityUri, @Now)
        on conflict (target_id, follower_id) do update
          set state = excluded.state, activity_uri = excluded.activity_uri
        """, new { follow.FollowerId, follow.TargetId, State = (int)follow.State, follow.ActivityUri, writing.Now });

    /// <summary>Marks a follow that we asked for as accepted.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="follower">Our actor.</param>
    /// <param name="target">Who accepted.</param>
    /// <returns>False when it was never asked.</returns>
    public static bool Accept(Writing writing, ActorId follower, ActorId target) => writing.Execute(
        "update follows set state = 1 where target_id = @target and follower_id = @follower",
        new { follower, target }) == 1;

    /// <summary>Ends a follow.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="follower">Who followed.</param>
    /// <param name="target">Who was followed.</param>
    /// <returns>False when there was none.</returns>
    public static bool Remove(Writing writing, ActorId follower, ActorId target) => writing.Execute(
        "delete from follows where target_id = @target and follower_id = @follower", new { follower, target }) == 1;

    /// <summary>Ends all follows by actors that are reached at an inbox: it is gone.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="inbox">The inbox, own or shared.</param>
    public static void RemoveByInbox(Writing writing, string inbox) => writing.Execute(
        """
        delete from follows where follower_id in
          (select id from actors where host is not null and inbox = @inbox
           union select id from actors where host is not null and shared_inbox = @inbox)
        """, new { inbox });
}

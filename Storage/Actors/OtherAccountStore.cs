namespace Ontmoetingsplein.Storage.Actors;

/// <summary>An account on another server that somebody of here says is theirs.</summary>
public sealed record OtherAccount
{
    /// <summary>Its ActivityPub id.</summary>
    public required string Uri { get; init; }

    /// <summary>Like <c>@anna@mastodon.example</c>, as it was when it was named.</summary>
    public required string Handle { get; init; }

    /// <summary>When they moved there; null for an account that they have or had besides.</summary>
    public DateTimeOffset? MovedAt { get; init; }
}

/// <summary>Keeps which accounts on other servers are of people of here (alsoKnownAs, movedTo).</summary>
/// <param name="database">Where.</param>
public sealed class OtherAccountStore(Database database)
{
    /// <summary>The other accounts of an actor, in the order in which they were named.</summary>
    /// <param name="actor">Whose.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<OtherAccount>> ListAsync(ActorId actor, CancellationToken cancellationToken = default) =>
        database.QueryAsync<OtherAccount>(
            "select uri, handle, moved_at from other_accounts where actor_id = @actor order by created_at, uri",
            new { actor }, cancellationToken);

    /// <summary>Names one, or says anew what it is. An actor moves to one account at most.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="actor">Whose.</param>
    /// <param name="other">The account.</param>
    public static void Put(Writing writing, ActorId actor, OtherAccount other)
    {
        if (other.MovedAt is not null)
        {
            writing.Execute(
                "delete from other_accounts where actor_id = @actor and moved_at is not null", new { actor });
        }

        writing.Execute(
            """
            insert into other_accounts (actor_id, uri, handle, moved_at, created_at)
            values (@actor, @Uri, @Handle, @MovedAt, @Now)
            on conflict (actor_id, uri) do update set handle = excluded.handle, moved_at = excluded.moved_at
            """, new { actor, other.Uri, other.Handle, other.MovedAt, writing.Now });
        Touch(writing, actor);
    }

    /// <summary>Names one no longer.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="actor">Whose.</param>
    /// <param name="uri">Its ActivityPub id.</param>
    /// <returns>False when it was not named.</returns>
    public static bool Remove(Writing writing, ActorId actor, string uri)
    {
        var removed = writing.Execute(
            "delete from other_accounts where actor_id = @actor and uri = @uri", new { actor, uri }) == 1;
        if (removed)
        {
            Touch(writing, actor);
        }

        return removed;
    }

    private static void Touch(Writing writing, ActorId actor)
    {
        writing.Execute("update actors set updated_at = @Now where id = @actor", new { writing.Now, actor });
        writing.Signal("actors");
    }
}

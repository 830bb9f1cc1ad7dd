namespace Ontmoetingsplein.Storage.Actors;

/// <summary>Keeps actors, of here and elsewhere, and their keys.</summary>
/// <param name="database">Where.</param>
public sealed class ActorStore(Database database)
{
    /// <summary>Signal: an actor of our own was added.</summary>
    public const string NewLocal = "new-actor";

    internal const string Columns =
        "a.id, a.kind, a.name, a.host, a.uri, a.display_name, a.summary_html, a.icon_url, a.url, a.inbox,"
        + " a.shared_inbox, a.outbox, a.followers, a.moderators, a.featured, a.claimed_kind, a.speaks_profile,"
        + " a.created_at, a.updated_at, a.fetched_at, a.deleted_at, a.standing, a.is_discoverable";

    /// <summary>Finds by number.</summary>
    /// <param name="id">The number.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Actor?> FindAsync(ActorId id, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Actor>($"select {Columns} from actors a where a.id = @id", new { id }, cancellationToken);

    /// <summary>Finds by ActivityPub id.</summary>
    /// <param name="uri">The id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Actor?> FindByUriAsync(string uri, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Actor>(
            $"select {Columns} from actors a where a.uri = @uri", new { uri }, cancellationToken);

    /// <summary>Finds by the id of a key that it publishes.</summary>
    /// <param name="keyId">The key's id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Actor?> FindByKeyAsync(string keyId, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Actor>(
            $"select {Columns} from actors a join actor_keys k on k.actor_id = a.id where k.key_id = @keyId",
            new { keyId }, cancellationToken);

    /// <summary>Finds one of our own by the name in its handle, in any case of letters.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Actor?> FindLocalAsync(string name, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Actor>(
            $"select {Columns} from actors a where a.name = @name and coalesce(a.host, '') = ''",
            new { name = name.ToLowerInvariant() }, cancellationToken);

    /// <summary>Finds several by number; the order is not that of the question.</summary>
    /// <param name="ids">The numbers, at most 500.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Actor>> ListAsync(
        IEnumerable<ActorId> ids, CancellationToken cancellationToken = default) =>
        database.QueryAsync<Actor>(
            $"select {Columns} from actors a where a.id {database.Engine.In("ids")}",
            new { ids = database.Engine.List(ids.Select(id => id.Value)) }, cancellationToken);

    /// <summary>Our own organisations, and remote ones that are known by their claim only when asked for.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Actor>> ListOrganisationsAsync(CancellationToken cancellationToken = default) =>
        database.QueryAsync<Actor>(
            $"select {Columns} from actors a where a.kind = 1 and a.host is null and a.deleted_at is null order by"
            + $" a.id",
            null, cancellationToken);

    /// <summary>The keys of an actor.</summary>
    /// <param name="id">The actor.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<ActorKey>> ListKeysAsync(ActorId id, CancellationToken cancellationToken = default) =>
        database.QueryAsync<ActorKey>(
            "select key_id, actor_id, algorithm, public_bytes, private_box from actor_keys where actor_id = @id"
            + " order by algorithm", new { id }, cancellationToken);

    /// <summary>People of other servers whom a thread shows, and who were last looked at long ago.</summary>
    /// <param name="question">The thread's question.</param>
    /// <param name="before">Fetched before this.</param>
    /// <param name="max">How many at most; the longest ago first.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Actor>> ListShownAsync(
        QuestionId question, DateTimeOffset before, int max, CancellationToken cancellationToken = default) =>
        database.QueryAsync<Actor>(
            $"""
            select {Columns} from actors a
            where a.host is not null and a.deleted_at is null and a.standing = 0 and a.fetched_at < @before
              and a.id in (select author_id from questions where id = @question
                union select author_id from answers where question_id = @question and deleted_at is null)
            order by a.fetched_at limit @max
            """, new { question, before, max }, cancellationToken);

    /// <summary>Local actors that do not have both keys yet, oldest first.</summary>
    /// <param name="max">How many at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Actor>> ListWithoutKeysAsync(int max, CancellationToken cancellationToken = default) =>
        database.QueryAsync<Actor>(
            $"select {Columns} from actors a where a.host is null and a.deleted_at is null"
            + " and (select count(*) from actor_keys k where k.actor_id = a.id) < 2 order by a.id limit @max",
            new { max }, cancellationToken);

    /// <summary>Adds an actor.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="actor">The actor; its number from <see cref="Writing.Ids"/>.</param>
    /// <returns>False when its name or id is taken on its host; then nothing was added.</returns>
    public static bool Add(Writing writing, Actor actor)
    {
        var added = writing.Execute(
            """
            insert into actors (id, kind, name, host, uri, display_name, summary_html, icon_url, url, inbox,
              shared_inbox, outbox, followers, moderators, featured, claimed_kind, speaks_profile, created_at,
              updated_at, fetched_at, standing, sweep_at)
            values (@Id, @Kind, @Name, @Host, @Uri, @DisplayName, @SummaryHtml, @IconUrl, @Url, @Inbox, @SharedInbox,
              @Outbox, @Followers, @Moderators, @Featured, @ClaimedKind, @SpeaksProfile, @CreatedAt, @UpdatedAt,
              @FetchedAt, @Standing, @SweepAt)
            on conflict do nothing
            """, Row(actor)) == 1;
        if (added && actor.IsLocal)
        {
            writing.Signal(NewLocal);
        }

        return added;
    }

    /// <summary>Remembers a remote actor as just fetched, with its keys: adds it or replaces what was known.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="actor">The actor; its number is used only when it is new.</param>
    /// <param name="keys">Its keys; others are forgotten.</param>
    /// <returns>Its number here.</returns>
    public static ActorId Remember(Writing writing, Actor actor, IReadOnlyList<ActorKey> keys)
    {
        var known = writing.First<long?>("select id from actors where uri = @Uri", new { actor.Uri });
        actor = actor with { Standing = PeerRuleStore.Judge(writing, actor.Host ?? "") };
        var id = known is { } number ? new ActorId(number) : actor.Id;
        // Another actor of that host may have carried this name before; a name can be handed on, an id cannot.
        writing.Execute(
            "update actors set name = name || '~' || id where name = @Name and host = @Host and uri <> @Uri",
            new { actor.Name, actor.Host, actor.Uri });
        if (known is null && !Add(writing, actor))
        {
            // Another process remembered it a moment ago.
            id = new ActorId(writing.First<long?>("select id from actors where uri = @Uri", new { actor.Uri })
                ?? throw new InvalidOperationException($"{actor.Uri} has the name of another actor."));
            known = id.Value;
        }

        if (known is not null)
        {
            writing.Execute(
                """
                update actors set kind = @Kind, name = @Name, display_name = @DisplayName, summary_html = @SummaryHtml,
                  icon_url = @IconUrl, url = @Url, inbox = @Inbox, shared_inbox = @SharedInbox, outbox = @Outbox,
                  followers = @Followers, moderators = @Moderators, featured = @Featured, claimed_kind = @ClaimedKind,
                  speaks_profile = @SpeaksProfile, updated_at = @UpdatedAt, fetched_at = @FetchedAt, deleted_at = null,
                  standing = @Standing
                where id = @Id
                """, Row(actor with { Id = id }));
            writing.Execute("delete from actor_keys where actor_id = @id", new { id });
        }

        foreach (var key in keys)
        {
            AddKey(writing, key with { ActorId = id });
        }

        writing.Signal($"actor:{actor.Uri}");
        return id;
    }

    /// <summary>Changes how a local actor presents itself.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Which.</param>
    /// <param name="displayName">The name people read.</param>
    /// <param name="summaryHtml">Sanitised HTML.</param>
    /// <param name="isDiscoverable">Wants to be found by people of other servers; null as it was.</param>
    public static void Present(
        Writing writing, ActorId id, string displayName, string summaryHtml, bool? isDiscoverable = null)
    {
        writing.Execute(
            "update actors set display_name = @displayName, summary_html = @summaryHtml, updated_at = @now,"
            + " is_discoverable = coalesce(@discoverable, is_discoverable) where id = @id",
            new
            {
                id,
                displayName,
                summaryHtml,
                now = writing.Now,
                discoverable = isDiscoverable is { } wish ? (wish ? 1L : 0L) : (long?)null,
            });
        writing.Signal("actors");
    }

    /// <summary>Takes back an actor that was added in the same change.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Which.</param>
    public static void Discard(Writing writing, ActorId id) =>
        writing.Execute("delete from actors where id = @id", new { id });

    /// <summary>Marks an actor as gone. Its texts stay until they are deleted themselves.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Which.</param>
    public static void MarkDeleted(Writing writing, ActorId id)
    {
        writing.Execute("update actors set deleted_at = @now where id = @id", new { id, now = writing.Now });
        writing.Execute("delete from follows where follower_id = @id or target_id = @id", new { id });
        writing.Signal("actors");
    }

    /// <summary>Adds a key to a local actor, unless it has one of that kind.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="key">The key.</param>
    public static void AddKeyOnce(Writing writing, ActorKey key)
    {
        var has = writing.First<long?>(
            "select 1 from actor_keys where actor_id = @ActorId and algorithm = @Algorithm",
            new { key.ActorId, key.Algorithm });
        if (has is null)
        {
            AddKey(writing, key);
        }
    }

    /// <summary>Adds a key; one that has its id already is replaced only if it is of the same actor.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="key">The key.</param>
    public static void AddKey(Writing writing, ActorKey key) => writing.Execute(
        """
        insert into actor_keys (key_id, actor_id, algorithm, public_bytes, private_box, created_at)
        values (@KeyId, @ActorId, @Algorithm, @PublicBytes, @PrivateBox, @Now)
        on conflict (key_id) do update set algorithm = excluded.algorithm, public_bytes = excluded.public_bytes,
          private_box = excluded.private_box, created_at = excluded.created_at
        where actor_keys.actor_id = excluded.actor_id
        """, new { key.KeyId, key.ActorId, key.Algorithm, key.PublicBytes, key.PrivateBox, writing.Now });

    private static object Row(Actor actor) => new
    {
        actor.Id,
        Kind = (int)actor.Kind,
        actor.Name,
        actor.Host,
        actor.Uri,
        actor.DisplayName,
        actor.SummaryHtml,
        actor.IconUrl,
        actor.Url,
        actor.Inbox,
        actor.SharedInbox,
        actor.Outbox,
        actor.Followers,
        actor.Moderators,
        actor.Featured,
        actor.ClaimedKind,
        SpeaksProfile = actor.SpeaksProfile ? 1 : 0,
        actor.CreatedAt,
        actor.UpdatedAt,
        actor.FetchedAt,
        Standing = (int)actor.Standing,
        SweepAt = actor.CreatedAt + ActorSweep.Unneeded,
    };
}

namespace Ontmoetingsplein.Storage.Answers;

/// <summary>How this node knows who an organisation elsewhere is (CONTRACT.md §8).</summary>
public enum RecognitionGround
{
    /// <summary>This node's administrator says so.</summary>
    Admitted = 1,

    /// <summary>An organisation that this node believes says so, in a signed attestation.</summary>
    Attested = 2,

    /// <summary>Its website names its actor and keys, and the register of government bodies the website.</summary>
    Registered = 3,

    /// <summary>Its website names its actor and keys, and nothing else says who it is: not official.</summary>
    Website = 4,

    /// <summary>This node's administrator says that it is not to answer officially, whatever others say.</summary>
    Denied = 5,
}

/// <summary>What follows from a ground.</summary>
public static class RecognitionGrounds
{
    /// <summary>Whether it makes signed answers official here, and a name believed.</summary>
    /// <param name="ground">The ground; null when there is none.</param>
    public static bool IsOfficial(this RecognitionGround? ground) => ground is RecognitionGround.Admitted
        or RecognitionGround.Attested or RecognitionGround.Registered;
}

/// <summary>What this node knows of who an organisation elsewhere is (CONTRACT.md §2).</summary>
public sealed record Recognition
{
    /// <summary>The organisation.</summary>
    public required ActorId ActorId { get; init; }

    /// <summary>On what ground.</summary>
    public required RecognitionGround Ground { get; init; }

    /// <summary>Its attestations of other organisations are believed here.</summary>
    public bool Vouches { get; init; }

    /// <summary>Attested: by whom.</summary>
    public ActorId? IssuerId { get; init; }

    /// <summary>Attested: when it ends.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>The website that names it, as host.</summary>
    public string? Website { get; init; }

    /// <summary>Its address in the register.</summary>
    public string? RegisterId { get; init; }

    /// <summary>Its keys when this was looked at; others prove nothing.</summary>
    public string? Keys { get; init; }

    /// <summary>Whether its signed answers are official here.</summary>
    public bool IsOfficial => ((RecognitionGround?)Ground).IsOfficial();

    /// <summary>When its ground was last looked at.</summary>
    public DateTimeOffset CheckedAt { get; init; }

    /// <summary>From the organisation: the name people read.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>From the organisation: the name in the handle.</summary>
    public string Name { get; init; } = "";

    /// <summary>From the organisation: its host.</summary>
    public string? Host { get; init; }

    /// <summary>From the organisation: its ActivityPub id.</summary>
    public string Uri { get; init; } = "";

    /// <summary>Attested: the name of who says so.</summary>
    public string? IssuerName { get; init; }
}

/// <summary>
/// Keeps which organisations elsewhere are recognised. A change counts at once for all that they answered before.
/// </summary>
/// <param name="database">Where.</param>
public sealed class RecognitionStore(Database database)
{
    private const string Select =
        "select n.actor_id, n.ground, n.vouches, n.issuer_id, n.valid_until, n.checked_at, n.website, n.register_id,"
        + " n.keys, a.display_name, a.name,"
        + " a.host, a.uri, (select i.display_name from actors i where i.id = n.issuer_id) as issuer_name"
        + " from recognitions n join actors a on a.id = n.actor_id";

    /// <summary>Whether answers of an organisation elsewhere are official here, as seen by a change.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="actor">Which.</param>
    public static bool IsOfficial(Writing writing, ActorId actor) => ((RecognitionGround?)writing.First<int?>(
        "select ground from recognitions where actor_id = @actor", new { actor })).IsOfficial();

    /// <summary>Finds one.</summary>
    /// <param name="actor">The organisation.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when it is not recognised.</returns>
    public Task<Recognition?> FindAsync(ActorId actor, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Recognition>($"{Select} where n.actor_id = @actor", new { actor }, cancellationToken);

    /// <summary>Finds the one of an organisation whose attestations are believed here.</summary>
    /// <param name="uri">Its ActivityPub id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when nothing that it attests counts.</returns>
    public Task<Recognition?> FindVoucherAsync(string uri, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Recognition>(
            $"{Select} where a.uri = @uri and n.vouches = 1 and n.ground = 1", new { uri }, cancellationToken);

    /// <summary>All that are recognised, by name; at most 500.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Recognition>> ListAsync(CancellationToken cancellationToken = default) =>
        database.QueryAsync<Recognition>(
            $"{Select} order by a.display_name, n.actor_id limit 500", null, cancellationToken);

    /// <summary>Those that this node looks after itself and not since then, the longest ago first.</summary>
    /// <param name="before">The moment.</param>
    /// <param name="max">How many at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Recognition>> ListStaleAsync(
        DateTimeOffset before, int max, CancellationToken cancellationToken = default) =>
        database.QueryAsync<Recognition>(
            $"{Select} where n.ground > 1 and n.ground < 5 and n.checked_at < @before order by n.checked_at limit @max",
            new { before, max }, cancellationToken);

    /// <summary>Recognises an organisation, or says anew on what ground.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="recognition">What counts from now; CheckedAt becomes now.</param>
    public static void Put(Writing writing, Recognition recognition)
    {
        writing.Execute(
            """
            insert into recognitions
              (actor_id, ground, vouches, issuer_id, valid_until, website, register_id, keys, checked_at, created_at)
            values (@ActorId, @Ground, @vouches, @IssuerId, @ValidUntil, @Website, @RegisterId, @Keys, @Now, @Now)
            on conflict (actor_id) do update set ground = excluded.ground, vouches = excluded.vouches,
              issuer_id = excluded.issuer_id, valid_until = excluded.valid_until, website = excluded.website,
              register_id = excluded.register_id, keys = excluded.keys, checked_at = excluded.checked_at
            """, new
            {
                recognition.ActorId,
                recognition.Ground,
                vouches = recognition.Vouches ? 1 : 0,
                recognition.IssuerId,
                recognition.ValidUntil,
                recognition.Website,
                recognition.RegisterId,
                recognition.Keys,
                writing.Now,
            });
        AnswerStore.Judge(writing, recognition.ActorId, recognition.IsOfficial);
        writing.Signal("actors");
    }

    /// <summary>
    /// Recognises an organisation no longer, whatever others say, nor those that only it vouches for.
    /// </summary>
    /// <param name="writing">The change.</param>
    /// <param name="actor">The organisation.</param>
    public static void Deny(Writing writing, ActorId actor)
    {
        Remove(writing, actor);
        Put(writing, new Recognition { ActorId = actor, Ground = RecognitionGround.Denied });
    }

    /// <summary>Has those that only their website names looked at again: the register may name them now.</summary>
    /// <param name="writing">The change.</param>
    public static void Recheck(Writing writing) =>
        writing.Execute("update recognitions set checked_at = 0 where ground in (3, 4)");

    /// <summary>Forgets what is known of an organisation, and of those that only it vouches for.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="actor">The organisation.</param>
    /// <returns>False when it was not recognised.</returns>
    public static bool Remove(Writing writing, ActorId actor)
    {
        var removed = writing.Query<ActorId>(
            "delete from recognitions where actor_id = @actor or issuer_id = @actor returning actor_id", new { actor });
        foreach (var one in removed)
        {
            AnswerStore.Judge(writing, one, isOfficial: false);
        }

        writing.Signal("actors");
        return removed.Count > 0;
    }
}

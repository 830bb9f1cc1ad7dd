using System.Globalization;
using Ontmoetingsplein.Storage.Deletions;
using Ontmoetingsplein.Storage.Engines;

namespace Ontmoetingsplein.Storage.Actors;

/// <summary>What an organisation of this node says of itself to other nodes (CONTRACT.md §2).</summary>
public sealed record Organisation
{
    /// <summary>Its actor.</summary>
    public required ActorId ActorId { get; init; }

    /// <summary>Its own website, as an absolute address; null when it names none.</summary>
    public string? Website { get; init; }

    /// <summary>Its address in a public register (TOOI, OIN), as IRI; null when it names none.</summary>
    public string? RegisterId { get; init; }
}

/// <summary>That one of our organisations vouches for an organisation elsewhere.</summary>
public sealed record Attestation
{
    /// <summary>Its number here.</summary>
    public required long Id { get; init; }

    /// <summary>Who vouches.</summary>
    public required ActorId IssuerId { get; init; }

    /// <summary>ActivityPub id of whom it is about.</summary>
    public required string SubjectUri { get; init; }

    /// <summary>Its name.</summary>
    public required string SubjectName { get; init; }

    /// <summary>The signed document, UTF-8.</summary>
    public required byte[] Body { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset ValidUntil { get; init; }

    /// <summary>When it was taken back; null while it holds.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}

/// <summary>What another organisation attests of one of ours.</summary>
public sealed record HeldAttestation
{
    /// <summary>Of which of our organisations.</summary>
    public required ActorId ActorId { get; init; }

    /// <summary>The id of the attestation.</summary>
    public required string Uri { get; init; }

    /// <summary>ActivityPub id of who signed it.</summary>
    public required string Issuer { get; init; }

    /// <summary>The document as it was signed, UTF-8.</summary>
    public required byte[] Body { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset ValidUntil { get; init; }
}

/// <summary>A government body in the register that this node has a copy of.</summary>
/// <param name="Domain">The domain of its website, lower case, without "www.".</param>
/// <param name="OrganisationIri">Its address in the register.</param>
/// <param name="Name">Its name there.</param>
public sealed record RegisterEntry(string Domain, string OrganisationIri, string Name);

/// <summary>
/// Keeps what proves who our organisations are, for whom they vouch, and the copy of the register of government bodies.
/// </summary>
/// <param name="database">Where.</param>
public sealed class OrganisationStore(Database database)
{
    // In the ledger of deletions: no attestation is one, and they have no ids of their own in the database.
    private const string Revoked = "attestation:";

    private const string AttestationColumns =
        "id, issuer_id, subject_uri, subject_name, body, valid_until, revoked_at";

    private const int InsertSize = 1_000;

    private static readonly BatchInsert Entries = new(
        "register_entries",
        [("domain", ColumnType.Text), ("organisation_iri", ColumnType.Text), ("name", ColumnType.Text)],
        "on conflict (domain, organisation_iri) do nothing");

    /// <summary>What an organisation says of itself.</summary>
    /// <param name="actor">The organisation.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Never null: an organisation that says nothing has nothing filled in.</returns>
    public async Task<Organisation> FindAsync(ActorId actor, CancellationToken cancellationToken = default) =>
        await database.FirstAsync<Organisation>(
            "select actor_id, website, register_id from organisations where actor_id = @actor", new { actor },
            cancellationToken) ?? new Organisation { ActorId = actor };

    /// <summary>An attestation that was made here.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Attestation?> FindAttestationAsync(long id, CancellationToken cancellationToken = default) =>
        database.FirstAsync<Attestation>(
            $"select {AttestationColumns} from attestations where id = @id", new { id }, cancellationToken);

    /// <summary>For whom an organisation vouches or did, newest first.</summary>
    /// <param name="issuer">The organisation.</param>
    /// <param name="page">Which part.</param>
    /// <param name="onlyRevoked">Only what was taken back.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Page<Attestation>> ListAttestationsAsync(
        ActorId issuer, PageRequest page, bool onlyRevoked = false, CancellationToken cancellationToken = default)
    {
        var rows = await database.QueryAsync<Attestation>(
            $"select {AttestationColumns} from attestations where issuer_id = @issuer and id < @before"
            + $"{(onlyRevoked ? " and revoked_at is not null" : "")} order by id desc limit @limit",
            new { issuer, before = page.BeforeOrMax, limit = page.Size + 1 }, cancellationToken);
        return Page<Attestation>.Of(rows, page.Size, one => one.Id);
    }

    /// <summary>What others attest of an organisation of here and still holds, oldest first; at most 10.</summary>
    /// <param name="actor">The organisation.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<HeldAttestation>> ListHeldAsync(
        ActorId actor, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.QueryAsync<HeldAttestation>(
            "select actor_id, uri, issuer, body, valid_until from held_attestations"
            + " where actor_id = @actor and valid_until > @now order by created_at, uri limit 10",
            new { actor, now }, cancellationToken);

    /// <summary>Whose website a domain is.</summary>
    /// <param name="domain">Lower case, without "www.".</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<RegisterEntry>> ListRegisteredAsync(
        string domain, CancellationToken cancellationToken = default) =>
        database.QueryAsync<RegisterEntry>(
            "select domain, organisation_iri, name from register_entries where domain = @domain limit 20",
            new { domain }, cancellationToken);

    /// <summary>The names of all bodies in the copy of the register, each once.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<string>> ListRegisteredNamesAsync(CancellationToken cancellationToken = default) =>
        database.QueryAsync<string>("select distinct name from register_entries", null, cancellationToken);

    /// <summary>How many websites the copy of the register has.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<long> CountRegisteredAsync(CancellationToken cancellationToken = default) =>
        database.FirstAsync<long>("select count(*) from register_entries", null, cancellationToken);

    /// <summary>Keeps what an organisation says of itself.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="organisation">All of it.</param>
    public static void Put(Writing writing, Organisation organisation)
    {
        writing.Execute(
            """
            insert into organisations (actor_id, website, register_id) values (@ActorId, @Website, @RegisterId)
            on conflict (actor_id) do update set website = excluded.website, register_id = excluded.register_id
            """, organisation);
        Touch(writing, organisation.ActorId);
    }

    /// <summary>Keeps an attestation that one of our organisations made.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="attestation">The attestation.</param>
    public static void Add(Writing writing, Attestation attestation) => writing.Execute(
        """
        insert into attestations (id, issuer_id, subject_uri, subject_name, body, valid_until, created_at)
        values (@Id, @IssuerId, @SubjectUri, @SubjectName, @Body, @ValidUntil, @Now)
        """, new
        {
            attestation.Id,
            attestation.IssuerId,
            attestation.SubjectUri,
            attestation.SubjectName,
            attestation.Body,
            attestation.ValidUntil,
            writing.Now,
        });

    /// <summary>Takes an attestation back, for good.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="id">Its number.</param>
    /// <returns>False when there is none, or it was taken back before.</returns>
    public static bool Revoke(Writing writing, long id)
    {
        var isRevoked = writing.Execute(
            "update attestations set revoked_at = @Now where id = @id and revoked_at is null",
            new { writing.Now, id }) == 1;
        if (isRevoked)
        {
            TombstoneStore.Add(writing, string.Create(CultureInfo.InvariantCulture, $"{Revoked}{id}"), "Attestation");
        }

        return isRevoked;
    }

    /// <summary>Number of the attestation that was taken back; null when something else was deleted.</summary>
    /// <param name="deletion">From the ledger.</param>
    public static long? AttestationOf(Deletion deletion) =>
        deletion.Uri.StartsWith(Revoked, StringComparison.Ordinal)
        && long.TryParse(deletion.Uri[Revoked.Length..], CultureInfo.InvariantCulture, out var id)
            ? id
            : null;

    /// <summary>Keeps what another organisation attests of one of ours.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="held">The attestation.</param>
    public static void Hold(Writing writing, HeldAttestation held)
    {
        writing.Execute(
            """
            insert into held_attestations (actor_id, uri, issuer, body, valid_until, created_at)
            values (@ActorId, @Uri, @Issuer, @Body, @ValidUntil, @Now)
            on conflict (actor_id, uri) do update set issuer = excluded.issuer, body = excluded.body,
              valid_until = excluded.valid_until
            """, new { held.ActorId, held.Uri, held.Issuer, held.Body, held.ValidUntil, writing.Now });
        Touch(writing, held.ActorId);
    }

    /// <summary>Shows an attestation no longer.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="actor">Of which of our organisations.</param>
    /// <param name="uri">Its id.</param>
    /// <returns>False when it was not held.</returns>
    public static bool Drop(Writing writing, ActorId actor, string uri)
    {
        var dropped = writing.Execute(
            "delete from held_attestations where actor_id = @actor and uri = @uri", new { actor, uri }) == 1;
        Touch(writing, actor);
        return dropped;
    }

    /// <summary>Replaces the copy of the register.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="entries">All of it.</param>
    public static void Register(Writing writing, IEnumerable<RegisterEntry> entries)
    {
        writing.Execute("delete from register_entries");
        foreach (var rows in entries.Chunk(InsertSize))
        {
            writing.Insert(
                Entries, [.. rows.Select(entry => new object?[] { entry.Domain, entry.OrganisationIri, entry.Name })]);
        }

        writing.Signal("actors");
    }

    private static void Touch(Writing writing, ActorId actor)
    {
        writing.Execute("update actors set updated_at = @Now where id = @actor", new { writing.Now, actor });
        writing.Signal("actors");
    }
}

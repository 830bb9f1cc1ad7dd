namespace Ontmoetingsplein.Storage.Fediverse;

/// <summary>Remembers ActivityPub ids that are gone, so that a late Create does not bring them back.</summary>
/// <param name="database">Where.</param>
public sealed class TombstoneStore(Database database)
{
    /// <summary>Whether an id is gone.</summary>
    /// <param name="uri">The id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<bool> HasAsync(string uri, CancellationToken cancellationToken = default) =>
        await database.FirstAsync<long?>(
            "select 1 from tombstones where uri = @uri", new { uri }, cancellationToken) is not null;

    /// <summary>Whether an id is gone, as seen by a change.</summary>
    /// <param name="writing">The change.</param>
    /// <param name="uri">The id.</param>
    public static bool Has(Writing writing, string uri) =>
        writing.Prepare("select 1 from tombstones where uri = @uri", "uri").Scalar(uri) is not null;

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
}

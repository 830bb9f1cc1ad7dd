using System.Collections.Concurrent;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Actors;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum.Publishing;

/// <summary>
/// The actors of other servers, between Federation's terms and the tables. Rows are kept in memory for a while: the
/// key of a busy peer is asked for thousands of times a second.
/// </summary>
internal sealed class StoredActors : IActorDirectory, IDisposable
{
    private const int MostCached = 20_000;

    private readonly ActorStore actors;
    private readonly Database database;
    private readonly ConcurrentDictionary<string, RemoteActor> byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> idByKey = new(StringComparer.Ordinal);
    private long changes;

    public StoredActors(ActorStore actors, Database database)
    {
        (this.actors, this.database) = (actors, database);
        database.Signalled += Forget;
    }

    /// <inheritdoc />
    public event Action<Uri?>? Changed;

    /// <inheritdoc />
    public async ValueTask<RemoteActor?> FindAsync(Uri id, CancellationToken cancellationToken) =>
        byId.TryGetValue(id.AbsoluteUri, out var cached)
            ? cached
            : await LoadAsync(() => actors.FindByUriAsync(id.AbsoluteUri, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<RemoteActor?> FindByKeyAsync(string keyId, CancellationToken cancellationToken) =>
        idByKey.TryGetValue(keyId, out var id) && byId.TryGetValue(id, out var cached)
            ? cached
            : await LoadAsync(() => actors.FindByKeyAsync(keyId, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task RememberAsync(RemoteActor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(writing => RemoteActors.Remember(writing, actor), cancellationToken);

    public void Dispose() => database.Signalled -= Forget;

    private async Task<RemoteActor?> LoadAsync(Func<Task<Actor?>> find, CancellationToken cancellationToken)
    {
        var before = Interlocked.Read(ref changes);
        var row = await find();
        if (row is null or { Host: null } or { DeletedAt: not null } or { FetchedAt: null })
        {
            return null;
        }

        var actor = RemoteActors.FromRow(row, await actors.ListKeysAsync(row.Id, cancellationToken));
        if (byId.Count >= MostCached)
        {
            byId.Clear();
            idByKey.Clear();
        }

        byId[row.Uri] = actor;
        foreach (var key in actor.Keys)
        {
            idByKey[key.Id] = row.Uri;
        }

        if (Interlocked.Read(ref changes) != before)
        {
            // Read while something changed: true for this time only.
            byId.TryRemove(row.Uri, out _);
        }

        return actor;
    }

    private void Forget(string signal)
    {
        if (signal.StartsWith("actor:", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref changes);
            byId.TryRemove(signal["actor:".Length..], out _);
            Changed?.Invoke(CanonicalAuthority.Stored(signal["actor:".Length..]));
        }
        else if (signal is "actors" or Database.EverythingSignal)
        {
            Interlocked.Increment(ref changes);
            byId.Clear();
            if (signal == Database.EverythingSignal)
            {
                Changed?.Invoke(null);
            }
        }
    }
}

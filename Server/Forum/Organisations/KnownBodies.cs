using System.Collections.Concurrent;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;

namespace Ontmoetingsplein.Forum.Organisations;

/// <summary>
/// What names of government bodies this node knows, kept in memory with what was found of the names of people: a page
/// asks for each of them. Read again after a change.
/// </summary>
internal sealed class KnownBodies : IDisposable
{
    private const int MostRemembered = 20_000;

    private readonly ActorStore actors;
    private readonly RecognitionStore recognitions;
    private readonly OrganisationStore organisations;
    private readonly Database database;
    private volatile Known known = new(GovernmentNames.Unaided, Change: -1);
    private long changes;

    public KnownBodies(
        ActorStore actors, RecognitionStore recognitions, OrganisationStore organisations, Database database)
    {
        (this.actors, this.recognitions, this.organisations, this.database) =
            (actors, recognitions, organisations, database);
        database.Signalled += Forget;
    }

    /// <summary>Reads what changed since the last time. Before a page with people is made.</summary>
    public async ValueTask ReadyAsync(CancellationToken cancellationToken)
    {
        var now = Interlocked.Read(ref changes);
        if (known.Change == now)
        {
            return;
        }

        var own = await actors.ListOrganisationsAsync(cancellationToken);
        var recognised = (await recognitions.ListAsync(cancellationToken)).Where(one => one.IsOfficial).ToList();
        var registered = await organisations.ListRegisteredNamesAsync(cancellationToken);
        known = new Known(
            new GovernmentNames(
                own.Select(one => one.DisplayName).Concat(recognised.Select(one => one.DisplayName)), registered,
                recognised.Select(one => one.Host).OfType<string>()),
            now);
    }

    /// <summary>Whether a name, handle or host says that somebody is a government body.</summary>
    /// <param name="name">The name that people read.</param>
    /// <param name="handle">The part of the handle before the host.</param>
    /// <param name="host">The host of elsewhere; null for somebody of here.</param>
    public bool AreNamedBy(string name, string handle, string? host)
    {
        var (names, found) = (known.Names, known.Found);
        if (found.TryGetValue((name, handle, host), out var says))
        {
            return says;
        }

        if (found.Count >= MostRemembered)
        {
            found.Clear();
        }

        return found[(name, handle, host)] = names.AreSaidBy(name, handle, host);
    }

    public void Dispose() => database.Signalled -= Forget;

    private void Forget(string signal)
    {
        if (signal is "actors" or Database.EverythingSignal)
        {
            Interlocked.Increment(ref changes);
        }
    }

    private sealed record Known(GovernmentNames Names, long Change)
    {
        public ConcurrentDictionary<(string Name, string Handle, string? Host), bool> Found { get; } = new();
    }
}

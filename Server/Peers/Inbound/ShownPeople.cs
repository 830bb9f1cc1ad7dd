using System.Collections.Concurrent;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Actors;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// Looks again at the people whom a thread of elsewhere shows. Their server tells followers, and whomever it sent
/// something to, that they have another name or are gone; who has their posts from a topic is not among those, and
/// would go on showing the old name (GDPR art. 16, 17).
/// </summary>
internal sealed class ShownPeople(ActorStore actors, RemoteActors remote, ReceiveDelete deletes, TimeProvider clock)
{
    /// <summary>So many in one round; the next reader brings the others.</summary>
    public const int Most = 50;

    private const int PerHost = 2;
    private static readonly TimeSpan Fresh = TimeSpan.FromDays(1);

    private readonly PartyGate hosts = new(PerHost);

    /// <summary>Fetches those anew who were fetched more than a day ago.</summary>
    /// <param name="question">The thread's question.</param>
    /// <param name="cancellationToken">Stops waiting; what was learnt stays.</param>
    public async Task LookAgainAsync(QuestionId question, CancellationToken cancellationToken)
    {
        var old = await actors.ListShownAsync(question, clock.GetUtcNow() - Fresh, Most, cancellationToken);
        var silent = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        await hosts.ForEachAsync(
            old, actor => actor.Host!, actor => LookAsync(actor, silent, cancellationToken), cancellationToken);
    }

    // Who does not answer for one is not asked for the others.
    private async Task LookAsync(
        Actor actor, ConcurrentDictionary<string, bool> silent, CancellationToken cancellationToken)
    {
        var party = RegistrableDomain.PartyOf(actor.Host!);
        if (silent.ContainsKey(party))
        {
            return;
        }

        switch ((await remote.RefreshAsync(CanonicalAuthority.Stored(actor.Uri), cancellationToken)).Status)
        {
            case ActorStatus.Gone:
                await deletes.GoneAsync(actor, cancellationToken);
                break;
            case ActorStatus.Unreachable:
                silent[party] = true;
                break;
        }
    }
}

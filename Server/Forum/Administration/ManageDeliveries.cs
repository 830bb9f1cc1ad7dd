using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Fediverse;

namespace Ontmoetingsplein.Forum.Administration;

/// <summary>What an administrator may do with what waits for another server.</summary>
internal enum DeliveryOrder
{
    /// <summary>Try it again now.</summary>
    Retry,

    /// <summary>Try it once a day, until the server takes or sends something.</summary>
    Park,

    /// <summary>Throw away what waits and what was learned of the server.</summary>
    Forget,
}

/// <summary>Carries out orders about other servers: one rule set for the page and the command line.</summary>
internal sealed class ManageDeliveries(PeerStore peers, Database database)
{
    private const int MaxHost = 300;

    /// <summary>Carries out one order.</summary>
    /// <param name="host">Name of the server, with its port if it has one; as typed.</param>
    /// <param name="order">What to do.</param>
    /// <param name="caller">An administrator.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The server as it is known, or that there is none of that name.</returns>
    public async Task<Outcome<Peer>> ExecuteAsync(
        string host, DeliveryOrder order, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.IsAdministrator)
        {
            return new Refusal(RefusalKind.Forbidden, "problem.403text");
        }

        var outcome = await FindAsync(host, cancellationToken);
        if (!outcome.IsDone(out var peer, out _))
        {
            return outcome;
        }

        await database.WriteAsync(
            writing =>
            {
                switch (order)
                {
                    case DeliveryOrder.Park:
                        PeerStore.Park(writing, peer.Host);
                        break;
                    case DeliveryOrder.Forget:
                        PeerStore.Forget(writing, peer.Host);
                        break;
                    default:
                        PeerStore.Wake(writing, peer.Host);
                        break;
                }
            }, cancellationToken);
        return peer;
    }

    /// <summary>Finds a server by its name.</summary>
    /// <param name="host">As typed.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Outcome<Peer>> FindAsync(string host, CancellationToken cancellationToken)
    {
        var name = host.Trim().TrimEnd('.').ToLowerInvariant();
        return name.Length is > 0 and < MaxHost && await peers.FindAsync(name, cancellationToken) is { } peer
            ? peer
            : Refusal.Invalid(new FieldFault("host", "error.hostUnknown", ("host", SafeHtml.OneLine(host, 100))));
    }
}

using Ontmoetingsplein.Federation.Fetching;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// Sees to it that what one party (all hosts under one registrable domain) keeps waiting leaves room for the others:
/// of each only so many are worked off at the same time, and the rest is put off.
/// </summary>
/// <typeparam name="T">What is worked off.</typeparam>
/// <param name="most">How many of one party.</param>
internal sealed class PartyTurns<T>(int most)
    where T : notnull
{
    // Whoever has thousands waiting is looked past at once; whoever has more than that a moment later.
    private const int MostLooks = 1_000;

    private readonly Dictionary<T, string> underWay = [];
    private readonly Lock gate = new();

    /// <summary>Leases things whose turn it is.</summary>
    /// <param name="free">How many at most.</param>
    /// <param name="take">Leases at most so many, the longest waiting first.</param>
    /// <param name="authorityOf">The host that one is about; null for none.</param>
    /// <param name="putOff">Gives back those whose party has its share.</param>
    public async Task<IReadOnlyList<T>> TakeAsync(
        int free, Func<int, Task<IReadOnlyList<T>>> take, Func<T, Task<string?>> authorityOf,
        Func<IReadOnlyList<T>, Task> putOff)
    {
        var taken = new List<T>();
        for (var looks = 0; looks < MostLooks && taken.Count < free; looks++)
        {
            var wanted = free - taken.Count;
            var found = await take(wanted);
            var others = new List<T>();
            foreach (var one in found)
            {
                var party = await authorityOf(one) is { } authority ? RegistrableDomain.PartyOf(authority) : "";
                (TryBegin(one, party) ? taken : others).Add(one);
            }

            if (others.Count > 0)
            {
                await putOff(others);
            }

            if (found.Count < wanted)
            {
                break;
            }
        }

        return taken;
    }

    /// <summary>One is worked off.</summary>
    public void End(T one)
    {
        lock (gate)
        {
            underWay.Remove(one);
        }
    }

    private bool TryBegin(T one, string party)
    {
        lock (gate)
        {
            if (party.Length > 0 && underWay.Values.Count(other => other == party) >= most)
            {
                return false;
            }

            underWay[one] = party;
            return true;
        }
    }
}

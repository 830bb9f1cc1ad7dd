using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Federation.Inbox;

/// <summary>An activity that goes on beside the lanes, and those behind it that must not pass it.</summary>
internal sealed class Outing
{
    /// <summary>When it began.</summary>
    public required long StartedAt { get; init; }

    /// <summary>What they are about, all together.</summary>
    public required HashSet<string> About { get; init; }

    /// <summary>What waits behind it, in order.</summary>
    public Queue<(JournalledActivity Taken, HashSet<string> About)> Behind { get; } = new();

    /// <summary>Numbers in the journal of what was not worked off yet.</summary>
    public HashSet<long> Away { get; } = [];
}

/// <summary>A host that this process works for: in a lane, or beside the lanes, or both.</summary>
/// <param name="host">Authority in canonical form.</param>
internal sealed class HostWork(string host)
{
    private volatile int _outings;

    /// <summary>Authority in canonical form.</summary>
    public string Host => host;

    /// <summary>Whose host it is.</summary>
    public string Party { get; } = RegistrableDomain.PartyOf(host);

    /// <summary>Number of its lease.</summary>
    public long Lease { get; set; }

    /// <summary>A lane works for it.</summary>
    public bool HasLane { get; set; }

    /// <summary>It stopped for want of room.</summary>
    public bool IsStalled { get; set; }

    /// <summary>Whether anything goes on beside the lanes; may be asked without a lock.</summary>
    public bool IsOut => _outings > 0;

    /// <summary>What does.</summary>
    public IReadOnlyList<Outing> Outings => _list;

    private readonly List<Outing> _list = [];

    /// <summary>Something begins.</summary>
    public void Add(Outing outing)
    {
        _list.Add(outing);
        _outings = _list.Count;
    }

    /// <summary>Something ends.</summary>
    public void Remove(Outing outing)
    {
        _list.Remove(outing);
        _outings = _list.Count;
    }

    /// <summary>Numbers in the journal of all that is beside the lanes.</summary>
    public IReadOnlyList<long> Away() => [.. _list.SelectMany(outing => outing.Away)];
}

/// <summary>
/// Who works for which host, and what goes on beside the lanes. Bounded: a party that fills its room waits for what it
/// filled it with.
/// </summary>
internal sealed class InboxWork
{
    private const int MostOfAll = 512;
    private const int MostOfParty = 256;

    // When all is full there is a little for each.
    private const int AtLeast = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, HostWork> _hosts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _rooms = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>A lane begins with a batch.</summary>
    public HostWork Enter(JournalBatch batch)
    {
        lock (_lock)
        {
            if (!_hosts.TryGetValue(batch.Host, out var work))
                _hosts[batch.Host] = work = new HostWork(batch.Host);
            (work.Lease, work.HasLane, work.IsStalled) = (batch.Lease, true, false);
            return work;
        }
    }

    /// <summary>What to exclude, and what of this process's own hosts may be taken up again.</summary>
    public JournalRequest Ask(int maxHosts, int maxPerHost, int mostPerParty)
    {
        lock (_lock)
        {
            return new JournalRequest(maxHosts, maxPerHost)
            {
                MostPerParty = mostPerParty,
                Busy = _hosts.Values.Where(work => work.HasLane).GroupBy(work => work.Party)
                    .ToDictionary(party => party.Key, party => party.Count()),
                Kept =
                [
                    .. _hosts.Values.Where(work => !work.HasLane && HasRoom(work))
                        .Select(work => new KeptHost(work.Host, work.Lease, work.Away())),
                ],
            };
        }
    }

    /// <summary>How many hosts of the same party are in lanes.</summary>
    public int LanesOf(HostWork work)
    {
        lock (_lock)
            return _hosts.Values.Count(other => other.HasLane && other.Party == work.Party);
    }

    /// <summary>Whether one more may go on beside the lanes; if not, the host is noted as waiting for that.</summary>
    public bool TryFindRoom(HostWork work)
    {
        if (!work.IsOut && Volatile.Read(ref _all) < MostOfAll)
            return true;
        lock (_lock)
            return !(work.IsStalled = !HasRoom(work));
    }

    /// <summary>An activity goes on beside the lanes.</summary>
    public Outing SendOut(HostWork work, JournalledActivity taken, AsObject activity, long now)
    {
        lock (_lock)
        {
            var outing = new Outing { StartedAt = now, About = Relations.Of(activity) };
            work.Add(outing);
            Count(work, outing, taken, 1);
            return outing;
        }
    }

    /// <summary>Puts an activity behind what it must not pass.</summary>
    /// <returns>False when there is no such thing.</returns>
    public bool TryQueue(HostWork work, JournalledActivity taken, AsObject activity)
    {
        if (!work.IsOut)
            return false;
        var about = Relations.Of(activity);
        lock (_lock)
        {
            if (work.Outings.LastOrDefault(outing => outing.About.Overlaps(about)) is not { } before)
                return false;
            Queue(work, before, taken, about);
            return true;
        }
    }

    /// <summary>Something is worked off or put back: the next behind it, or null when that was all.</summary>
    public JournalledActivity? Next(HostWork work, Outing outing, JournalledActivity done)
    {
        lock (_lock)
        {
            Count(work, outing, done, -1);
            while (outing.Behind.TryDequeue(out var next))
            {
                if (work.Outings.LastOrDefault(o => o != outing && o.About.Overlaps(next.About)) is not { } before)
                    return next.Taken;
                Count(work, outing, next.Taken, -1);
                Queue(work, before, next.Taken, next.About);
            }
            work.Remove(outing);
            return null;
        }
    }

    /// <summary>Gives up what is left of an outing; it stays in the journal.</summary>
    /// <returns>What is left.</returns>
    public IReadOnlyList<JournalledActivity> Abandon(HostWork work, Outing outing)
    {
        lock (_lock)
        {
            List<JournalledActivity> left = [.. outing.Behind.Select(one => one.Taken)];
            outing.Behind.Clear();
            CountAll(work, -outing.Away.Count);
            outing.Away.Clear();
            work.Remove(outing);
            return left;
        }
    }

    /// <summary>What of a host is beside the lanes.</summary>
    public IReadOnlyList<long> AwayOf(HostWork work)
    {
        if (!work.IsOut)
            return [];
        lock (_lock)
            return work.Away();
    }

    /// <summary>The lane ends.</summary>
    /// <returns>Whether nothing of the host is left here.</returns>
    public bool Leave(HostWork work)
    {
        lock (_lock)
        {
            work.HasLane = false;
            return IsOver(work);
        }
    }

    /// <summary>Something beside the lanes ended.</summary>
    /// <returns>Whether nothing of the host is left here, and whether it waited for room.</returns>
    public (bool IsOver, bool WasStalled) Ended(HostWork work)
    {
        lock (_lock)
        {
            var wasStalled = work.IsStalled;
            work.IsStalled = false;
            return (!work.HasLane && IsOver(work), wasStalled);
        }
    }

    private bool IsOver(HostWork work) =>
        !work.IsOut && _hosts.TryGetValue(work.Host, out var current) && current == work && _hosts.Remove(work.Host);

    private bool HasRoom(HostWork work)
    {
        var taken = _rooms.GetValueOrDefault(work.Party);
        return taken < (_all < MostOfAll ? MostOfParty : AtLeast);
    }

    private void Queue(HostWork work, Outing before, JournalledActivity taken, HashSet<string> about)
    {
        before.Behind.Enqueue((taken, about));
        before.About.UnionWith(about);
        Count(work, before, taken, 1);
    }

    private void Count(HostWork work, Outing outing, JournalledActivity taken, int by)
    {
        var changed = by > 0 ? outing.Away.Add(taken.JournalId) : outing.Away.Remove(taken.JournalId);
        if (changed)
            CountAll(work, by);
    }

    private void CountAll(HostWork work, int by)
    {
        _all += by;
        var left = _rooms.GetValueOrDefault(work.Party) + by;
        if (left > 0)
            _rooms[work.Party] = left;
        else
            _rooms.Remove(work.Party);
    }
}

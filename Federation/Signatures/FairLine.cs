namespace Ontmoetingsplein.Federation.Signatures;

/// <summary>
/// Who waits to be served at one place: a few at a time, in turns between those who ask, so that who asks for a lot
/// holds up nobody else. Trusted ones have as many places of their own. Not safe for several threads.
/// </summary>
/// <param name="atOnce">Places for the trusted, and as many for all others, of whom each has one at most.</param>
internal sealed class FairLine(int atOnce)
{
    private const int MostRemembered = 1000;

    private readonly Dictionary<string, Asker> _askers = new(StringComparer.Ordinal);
    private int _trusted;
    private int _others;
    private long _count;

    /// <summary>Whether nobody is served and nobody waits.</summary>
    public bool IsIdle => _trusted + _others == 0 && _askers.Values.All(a => a.Waiting.Count == 0);

    /// <summary>Stands in line. Completes with whether it is served as a trusted one.</summary>
    public TaskCompletionSource<bool> Join(string who, bool isTrusted)
    {
        if (!_askers.TryGetValue(who, out var asker))
            _askers[who] = asker = new Asker();
        asker.IsTrusted |= isTrusted;
        // What goes on when its turn has come does not go on in here.
        var turn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        asker.Waiting.AddLast((turn, ++_count));
        Serve();
        return turn;
    }

    /// <summary>Who waits here is trusted from now on.</summary>
    public void Trust(string who)
    {
        if (!_askers.TryGetValue(who, out var asker))
            return;
        asker.IsTrusted = true;
        Serve();
    }

    /// <summary>Waits no longer.</summary>
    public void GiveUp(string who, TaskCompletionSource<bool> turn)
    {
        var waiting = _askers[who].Waiting;
        for (var node = waiting.First; node is not null; node = node.Next)
        {
            if (node.Value.Turn != turn)
                continue;
            waiting.Remove(node);
            return;
        }
    }

    /// <summary>Was served.</summary>
    public void Leave(string who, bool asTrusted)
    {
        _ = asTrusted ? _trusted-- : _others--;
        _askers[who].Served--;
        if (_askers.Count > MostRemembered)
        {
            foreach (var (idle, _) in _askers.Where(a => a.Value is { Served: 0, Waiting.Count: 0 }).ToList())
                _askers.Remove(idle);
        }
        Serve();
    }

    private void Serve()
    {
        while (_askers.Values.Where(MayBeServed)
            .MinBy(a => (a.Served, a.LastAt, a.Waiting.First!.Value.Number)) is { } next)
        {
            _ = next.IsTrusted ? _trusted++ : _others++;
            next.Served++;
            next.LastAt = ++_count;
            var (turn, _) = next.Waiting.First!.Value;
            next.Waiting.RemoveFirst();
            turn.SetResult(next.IsTrusted);
        }
    }

    private bool MayBeServed(Asker asker) => asker.Waiting.Count > 0 &&
        (asker.IsTrusted ? _trusted < atOnce : _others < atOnce && asker.Served == 0);

    private sealed class Asker
    {
        public LinkedList<(TaskCompletionSource<bool> Turn, long Number)> Waiting { get; } = [];

        public bool IsTrusted { get; set; }

        public int Served { get; set; }

        public long LastAt { get; set; }
    }
}

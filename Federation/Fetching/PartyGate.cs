namespace Ontmoetingsplein.Federation.Fetching;

/// <summary>
/// Lets only so many through for one party at the same time: all hosts under one registrable domain are one. Holds
/// nothing of parties that nobody asks. Who waits is served in order.
/// </summary>
/// <param name="most">How many.</param>
public sealed class PartyGate(int most)
{
    private const int MostBeside = 32;

    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Runs something when there is a place.</summary>
    /// <param name="authority">The host that it is about, in canonical form.</param>
    /// <param name="work">What to do.</param>
    /// <param name="cancellationToken">Stops waiting for a place.</param>
    public async Task RunAsync(string authority, Func<Task> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        using var place = await EnterAsync(authority, cancellationToken).ConfigureAwait(false);
        await work().ConfigureAwait(false);
    }

    /// <summary>
    /// Works some things off, many at the same time, and of each party only as many as may: slow ones are in nobody's
    /// way but their own.
    /// </summary>
    /// <typeparam name="T">The things.</typeparam>
    /// <param name="items">All of them; no more than may wait in memory.</param>
    /// <param name="authorityOf">The host that one is about.</param>
    /// <param name="work">What to do with one.</param>
    /// <param name="cancellationToken">Stops waiting for places.</param>
    public async Task ForEachAsync<T>(
        IEnumerable<T> items, Func<T, string> authorityOf, Func<T, Task> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(authorityOf);
        ArgumentNullException.ThrowIfNull(work);
        using var beside = new SemaphoreSlim(MostBeside);
        // Each in a call of its own, so that what one begins to count does not count for the next.
        await Task.WhenAll(items.Select(item => Task.Run(
            () => RunAsync(authorityOf(item), () => WorkAsync(item), cancellationToken), CancellationToken.None)))
            .ConfigureAwait(false);

        async Task WorkAsync(T item)
        {
            await beside.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await work(item).ConfigureAwait(false);
            }
            finally
            {
                beside.Release();
            }
        }
    }

    internal async Task<IDisposable> EnterAsync(string authority, CancellationToken cancellationToken)
    {
        var party = RegistrableDomain.PartyOf(authority);
        var places = Join(party);
        try
        {
            await places.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new Place(this, party, places);
        }
        catch
        {
            Leave(party);
            throw;
        }
    }

    private SemaphoreSlim Join(string party)
    {
        lock (_lock)
        {
            if (!_lines.TryGetValue(party, out var line))
                _lines[party] = line = new Line(new SemaphoreSlim(most));
            line.Users++;
            return line.Places;
        }
    }

    private void Leave(string party)
    {
        lock (_lock)
        {
            var line = _lines[party];
            if (--line.Users > 0)
                return;
            _lines.Remove(party);
            line.Places.Dispose();
        }
    }

    private sealed class Line(SemaphoreSlim places)
    {
        public SemaphoreSlim Places => places;

        public int Users { get; set; }
    }

    private sealed class Place(PartyGate gate, string party, SemaphoreSlim places) : IDisposable
    {
        public void Dispose()
        {
            places.Release();
            gate.Leave(party);
        }
    }
}

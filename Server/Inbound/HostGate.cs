namespace Ontmoetingsplein.Server.Inbound;

/// <summary>Lets only so many through for one host at the same time; holds nothing of hosts that nobody asks.</summary>
/// <param name="most">How many.</param>
internal sealed class HostGate(int most)
{
    private readonly Dictionary<string, (SemaphoreSlim Places, int Users)> hosts = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>Runs something when there is a place.</summary>
    public async Task RunAsync(string host, Func<Task> work, CancellationToken cancellationToken)
    {
        var places = Join(host);
        try
        {
            await places.WaitAsync(cancellationToken);
            try
            {
                await work();
            }
            finally
            {
                places.Release();
            }
        }
        finally
        {
            Leave(host);
        }
    }

    private SemaphoreSlim Join(string host)
    {
        lock (gate)
        {
            var (places, users) = hosts.TryGetValue(host, out var known) ? known : (new SemaphoreSlim(most), 0);
            hosts[host] = (places, users + 1);
            return places;
        }
    }

    private void Leave(string host)
    {
        lock (gate)
        {
            var (places, users) = hosts[host];
            if (users > 1)
            {
                hosts[host] = (places, users - 1);
            }
            else
            {
                hosts.Remove(host);
                places.Dispose();
            }
        }
    }
}

using Ontmoetingsplein.Storage.Settings;

namespace Ontmoetingsplein.Server.Peers.Documents;

/// <summary>How much there is on this node, counted at most once an hour.</summary>
internal sealed class NodeStatistics(SettingStore settings, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private (NodeCounts Counts, DateTimeOffset At)? last;

    public async Task<NodeCounts> CountAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (last is { } known && now - known.At < Fresh)
        {
            return known.Counts;
        }

        var counts = await settings.CountAsync(cancellationToken);
        last = (counts, now);
        return counts;
    }
}

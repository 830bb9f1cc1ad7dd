using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum.Administration;

/// <summary>What decisions would do to one host that is known here.</summary>
/// <param name="Stake">What there is here of it.</param>
/// <param name="Before">The verdict that holds now.</param>
/// <param name="After">The one that would hold.</param>
internal sealed record HostEffect(PeerStake Stake, PeerVerdict Before, PeerVerdict After);

/// <summary>Decides about other hosts: shows what it would cut, and cuts (CONTRACT.md §7 row 26).</summary>
internal sealed class DecideOnHosts(PeerRuleStore rules, Database database)
{
    /// <summary>What decisions would change for the hosts that are known here; nothing is changed.</summary>
    public async Task<IReadOnlyList<HostEffect>> PreviewAsync(
        IReadOnlyList<HostRuleChange> changes, CancellationToken cancellationToken)
    {
        var before = (await rules.ListAsync(cancellationToken)).ToDictionary(rule => rule.Subject);
        var after = new Dictionary<string, PeerRule>(before);
        foreach (var change in changes)
        {
            if (change.Verdict is { } verdict)
            {
                after[change.Subject] = new PeerRule { Subject = change.Subject, Verdict = verdict };
            }
            else
            {
                after.Remove(change.Subject);
            }
        }

        var changed = (await rules.ListKnownHostsAsync(cancellationToken))
            .Select(host => (Host: host, Before: PeerRule.Judge(before, host), After: PeerRule.Judge(after, host)))
            .Where(one => one.Before != one.After).ToList();
        var stakes = await rules.MeasureAsync([.. changed.Select(one => one.Host)], cancellationToken);
        return [.. changed.Zip(stakes, (one, stake) => new HostEffect(stake, one.Before, one.After))];
    }

    /// <summary>Keeps decisions and carries them through, in one change.</summary>
    /// <param name="changes">All of them or none.</param>
    /// <param name="caller">An administrator.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Refusal?> ExecuteAsync(
        IReadOnlyList<HostRuleChange> changes, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.IsAdministrator)
        {
            return new Refusal(RefusalKind.Forbidden, "problem.403text");
        }

        await database.WriteAsync(
            writing =>
            {
                foreach (var change in changes)
                {
                    if (change.Verdict is { } verdict)
                    {
                        PeerRuleStore.Put(writing, change.Subject, verdict, change.Reason);
                    }
                    else
                    {
                        PeerRuleStore.Remove(writing, change.Subject);
                    }
                }

                PeerRuleStore.Apply(writing);
            }, cancellationToken);
        return null;
    }
}

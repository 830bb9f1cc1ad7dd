using System.Collections.Concurrent;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Reports;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Forum.Moderation;

/// <summary>
/// Whose reports somebody may read, and how many wait, for the menu of every page. The number is kept for at most a
/// minute, and dropped at once when a report, a role or who moderates a topic changes.
/// </summary>
internal sealed class OpenReports : IDisposable
{
    private const int MostKept = 10_000;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly ReportStore reports;
    private readonly ModeratorStore appointed;
    private readonly Database database;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<ActorId, (long? Count, DateTimeOffset At)> known = new();
    private long changes;

    public OpenReports(ReportStore reports, ModeratorStore appointed, Database database, TimeProvider clock)
    {
        (this.reports, this.appointed, this.database, this.clock) = (reports, appointed, database, clock);
        database.Signalled += Forget;
    }

    /// <summary>
    /// Whose reports this caller may read and deal with: administrators all, moderators those of the topics that they
    /// moderate.
    /// </summary>
    /// <returns>Null for everybody else.</returns>
    public async ValueTask<ReportScope?> ScopeAsync(Caller caller, CancellationToken cancellationToken) =>
        caller.Account is { } account
            && (caller.IsModerator || await appointed.IsOneAsync(account.ActorId, cancellationToken))
            ? new ReportScope(account.ActorId, OfThisNode: caller.IsModerator, All: caller.IsAdministrator)
            : null;

    /// <summary>How many; null for who has nothing to do with reports, and while the database is away.</summary>
    public async ValueTask<long?> CountAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (caller.Account is not { } account)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        if (known.TryGetValue(account.ActorId, out var kept) && now - kept.At < Fresh)
        {
            return kept.Count;
        }

        var before = Interlocked.Read(ref changes);
        try
        {
            long? count = await ScopeAsync(caller, cancellationToken) is { } scope
                ? await reports.CountAsync(scope, cancellationToken)
                : null;
            if (known.Count >= MostKept)
            {
                known.Clear();
            }

            known[account.ActorId] = (count, now);
            if (Interlocked.Read(ref changes) != before)
            {
                // Read while something changed: true for this request only.
                known.TryRemove(account.ActorId, out _);
            }

            return count;
        }
        catch (StorageException)
        {
            // The page that says so has a menu too.
            return null;
        }
    }

    public void Dispose() => database.Signalled -= Forget;

    private void Forget(string signal)
    {
        if (signal is ReportStore.Signal or "topics" or "actors" or "sessions" or Database.EverythingSignal)
        {
            Interlocked.Increment(ref changes);
            known.Clear();
        }
    }
}

using Ontmoetingsplein.Forum.Upkeep;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.SetAside;

namespace Ontmoetingsplein.Forum.Administration;

/// <summary>
/// Tries again or drops what was set aside, one thing or all: one rule set for the page and the command line.
/// </summary>
internal sealed class ManageSetAside(Database database)
{
    private const int AtOnce = 200;

    /// <summary>Carries out one order.</summary>
    /// <param name="id">Number in the list; null for all.</param>
    /// <param name="drop">Drop it; otherwise try it again.</param>
    /// <param name="caller">An administrator.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How many it was done to.</returns>
    public async Task<Outcome<int>> ExecuteAsync(
        long? id, bool drop, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.IsAdministrator)
        {
            return new Refusal(RefusalKind.Forbidden, "problem.403text");
        }

        Func<Writing, long, bool> order = drop ? SetAsideItems.Drop : SetAsideItems.TryAgain;
        if (id is { } one)
        {
            return await database.WriteAsync(writing => order(writing, one), cancellationToken)
                ? 1
                : new Refusal(RefusalKind.NotFound, "setAside.gone");
        }

        // What fails again meanwhile is not tried once more.
        var before = database.Ids.Next();
        var (after, done) = (0L, 0);
        while (true)
        {
            // A part at a time, each a change of its own: others get their turn in between.
            var (last, count) = await database.WriteAsync(
                writing =>
                {
                    var part = SetAsideStore.List(writing, after, before, AtOnce);
                    return (part.Count > 0 ? part[^1] : 0, part.Count(item => order(writing, item)));
                }, cancellationToken);
            done += count;
            if (last == 0)
            {
                return done;
            }

            after = last;
        }
    }
}

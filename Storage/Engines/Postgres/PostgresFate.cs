using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Ontmoetingsplein.Storage.Engines.Postgres;

/// <summary>
/// What became of a transaction when the connection broke during its commit: the server is asked, as soon as it is
/// back.
/// </summary>
/// <param name="source">Opens connections.</param>
/// <param name="clock">For the pauses.</param>
internal sealed class PostgresFate(NpgsqlDataSource source, TimeProvider clock)
{
    // Together some ten seconds: somebody waits for the answer, and a server that restarts is back by then.
    private const int MostAttempts = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Asks; waits a while if need be.</summary>
    /// <param name="transaction">The server's number of it.</param>
    /// <returns>Whether it was committed; null when that is not to be known.</returns>
    public bool? Find(string transaction)
    {
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            switch (Ask(transaction))
            {
                case "committed":
                    return true;
                case "aborted":
                    return false;
                case "forgotten":
                    return null;
                default:
                    Task.Delay(Pause, clock).GetAwaiter().GetResult();
                    break;
            }
        }

        return null;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever hinders asking, it is asked again.")]
    private string? Ask(string transaction)
    {
        try
        {
            source.Clear();
            using var connection = source.OpenConnection();
            using var command = new NpgsqlCommand(
                "select coalesce(pg_xact_status(cast($1 as xid8)), 'forgotten')", connection)
            {
                Parameters = { new() { Value = transaction } },
            };
            return command.ExecuteScalar() as string;
        }
        catch (Exception)
        {
            return null;
        }
    }
}

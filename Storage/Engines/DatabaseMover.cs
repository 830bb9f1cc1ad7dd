using Microsoft.Extensions.Logging;

namespace Ontmoetingsplein.Storage.Engines;

/// <summary>How far a move is.</summary>
/// <param name="Table">The table that is copied or compared.</param>
/// <param name="Done">Rows so far.</param>
/// <param name="Total">Rows of the table.</param>
/// <param name="Comparing">False while copying, true while comparing what arrived.</param>
public readonly record struct MoveProgress(string Table, long Done, long Total, bool Comparing);

/// <summary>A table that arrived.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Checksum">Of all rows, in hexadecimal; the same in both databases.</param>
public sealed record MovedTable(string Table, long Rows, string Checksum);

/// <summary>Copies all that a stopped node keeps from one database to another, of either engine.</summary>
/// <param name="clock">Tells the time.</param>
/// <param name="log">Takes what an administrator should know.</param>
public sealed class DatabaseMover(TimeProvider clock, ILogger log)
{
    /// <summary>
    /// Copies table by table, then reads both databases again and compares numbers and checksums. The target is created
    /// or must be empty; a target in which an earlier move was interrupted is emptied first, so a move can be repeated.
    /// Nothing may use either database meanwhile. Of the source only the schema is brought up to date.
    /// </summary>
    /// <param name="from">Where it is.</param>
    /// <param name="to">Where it goes.</param>
    /// <param name="progress">Told after each batch; null for nobody.</param>
    /// <param name="cancellationToken">Stops; the target then stays marked as unfinished.</param>
    /// <returns>What arrived, one for each table.</returns>
    /// <exception cref="StorageException">One of them cannot be used.</exception>
    /// <exception cref="MoveException">
    /// The target is not empty, one of them is in use, both are the same, there is no node, or what arrived differs.
    /// </exception>
    public async Task<IReadOnlyList<MovedTable>> MoveAsync(
        StorageOptions from, StorageOptions to, IProgress<MoveProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        await using var source = await NamedAsync("source", Database.OpenAsync(from, clock, log, cancellationToken));
        await using var target = await NamedAsync(
            "target", Database.OpenEvenUnfinishedAsync(to, clock, log, cancellationToken));
        await CheckAsync(source, target, cancellationToken);
        await EmptyAsync(target, cancellationToken);
        foreach (var table in MovableTable.All)
        {
            await CopyAsync(source, target, table, progress, cancellationToken);
        }

        await WordCopy.RebuildAsync(target, progress, cancellationToken);
        var moved = new List<MovedTable>();
        foreach (var table in MovableTable.All)
        {
            moved.Add(await CompareAsync(source, target, table, progress, cancellationToken));
        }

        await target.WriteAsync(
            w => w.Execute("delete from settings where name = @Marker", new { MovableTable.Marker }),
            cancellationToken);
        return moved;
    }

    private static async Task<Database> NamedAsync(string which, Task<Database> opening)
    {
        try
        {
            return await opening;
        }
        catch (StorageException fault)
        {
            throw new StorageException(fault.Kind, $"The {which}: {fault.Message}", fault);
        }
    }

    private static async Task CheckAsync(Database source, Database target, CancellationToken cancellationToken)
    {
        var place = await source.FirstAsync<string>(source.Engine.IdentitySql, null, cancellationToken);
        if (place == await target.FirstAsync<string>(target.Engine.IdentitySql, null, cancellationToken))
        {
            throw new MoveException("The source and the target are the same database. Name another target.");
        }

        foreach (var (which, database) in new[] { ("source", source), ("target", target) })
        {
            if (database.Engine.OthersSql is { } sql
                && await database.FirstAsync<long>(sql, null, cancellationToken) is > 0 and var others)
            {
                throw new MoveException(
                    $"The {which} is in use by {others} other process(es). Stop every server and command on it first.");
            }
        }

        if (await source.FirstAsync<long?>("select 1 from actors limit 1", null, cancellationToken) is null)
        {
            throw new MoveException("The source is empty: there is no node in it. See which database was meant.");
        }
    }

    private static async Task EmptyAsync(Database target, CancellationToken cancellationToken)
    {
        var unfinished = await MovableTable.IsUnfinishedAsync(target, cancellationToken);
        foreach (var table in MovableTable.All.Reverse())
        {
            if (unfinished)
            {
                await target.WriteAsync(
                    w => w.Execute(
                        table.IsWhole
                            ? target.Engine.Emptying(table.Name)
                            : $"delete from {table.Name} where {table.Rows}"),
                    cancellationToken);
            }
            else if (
                await target.FirstAsync<long?>(
                    $"select 1 from {table.Name} limit 1", null, cancellationToken) is not null)
            {
                throw new MoveException($"The target is not empty: {table.Name} has rows. Name an empty database.");
            }
        }

        if (!unfinished)
        {
            await target.WriteAsync(
                w => w.Execute("insert into settings (name, value) values (@Marker, '')",
                    new { MovableTable.Marker }),
                cancellationToken);
        }
    }

    private static async Task CopyAsync(
        Database source, Database target, MovableTable table, IProgress<MoveProgress>? progress,
        CancellationToken cancellationToken)
    {
        var total = await source.FirstAsync<long>(
            $"select count(*) from {table.Name} where {table.Rows}", null, cancellationToken);
        var done = 0L;
        await foreach (var batch in table.ReadAsync(source, cancellationToken))
        {
            await target.WriteAsync(w => w.Insert(table.Insert, batch), cancellationToken);
            done += batch.Count;
            progress?.Report(new MoveProgress(table.Name, done, total, Comparing: false));
        }
    }

    private static async Task<MovedTable> CompareAsync(
        Database source, Database target, MovableTable table, IProgress<MoveProgress>? progress,
        CancellationToken cancellationToken)
    {
        var (rows, sum) = await SumAsync(source);
        var (arrivedRows, arrivedSum) = await SumAsync(target);
        return rows == arrivedRows && sum == arrivedSum
            ? new MovedTable(table.Name, rows, sum)
            : throw new MoveException(
                $"{table.Name} did not arrive whole: {rows} rows with checksum {sum}, but {arrivedRows} with"
                + $" {arrivedSum}.");

        async Task<(long Rows, string Sum)> SumAsync(Database database)
        {
            var total = await database.FirstAsync<long>(
                $"select count(*) from {table.Name} where {table.Rows}", null, cancellationToken);
            var checksum = new RowChecksum();
            await foreach (var batch in table.ReadAsync(database, cancellationToken))
            {
                foreach (var row in batch)
                {
                    checksum.Add(row);
                }

                progress?.Report(new MoveProgress(table.Name, checksum.Rows, total, Comparing: true));
            }

            return (checksum.Rows, checksum.ToString());
        }
    }
}

/// <summary>A move that could not be made; the target is not to be used.</summary>
/// <param name="message">Why, one line.</param>
public sealed class MoveException(string message) : Exception(message);

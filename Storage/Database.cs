using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging;
using Ontmoetingsplein.Storage.Engines;

namespace Ontmoetingsplein.Storage;

/// <summary>
/// The door to what is kept. Reads use pooled connections; every change is one <see cref="Writing"/>, and a change is
/// durable when the task that <see cref="WriteAsync{T}"/> returned has completed.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    /// <summary>
    /// The signal that follows when signals of other processes may have been missed: what is remembered of the database
    /// may be out of date, whatever it is.
    /// </summary>
    public const string EverythingSignal = "*";

    private readonly Engine engine;

    private Database(Engine engine)
    {
        this.engine = engine;
        engine.Signalled += name => Signalled?.Invoke(name);
    }

    /// <summary>
    /// Raised after a commit, once per distinct name given to <see cref="Writing.Signal"/>; from any thread, also for
    /// commits of other processes on the same PostgreSQL database. A hint to look, not a message;
    /// <see cref="EverythingSignal"/> when some may have been missed.
    /// </summary>
    public event Action<string>? Signalled;

    /// <summary>Hands out ids.</summary>
    public IdSource Ids => engine.Ids;

    /// <summary>Opens the database and brings its schema up to date.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="log">Takes what an administrator should know.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="StorageException">
    /// It cannot be opened, a newer program made it, or a move into it was interrupted.
    /// </exception>
    public static async Task<Database> OpenAsync(
        StorageOptions options, TimeProvider clock, ILogger log, CancellationToken cancellationToken = default)
    {
        var database = await OpenEvenUnfinishedAsync(options, clock, log, cancellationToken);
        if (!await MovableTable.IsUnfinishedAsync(database, cancellationToken))
        {
            return database;
        }

        await database.DisposeAsync();
        throw new StorageException(
            StorageFaultKind.Unfinished,
            "A move into this database was interrupted. Make the move again, or use the database it came from.");
    }

    /// <inheritdoc cref="OpenAsync" />
    internal static async Task<Database> OpenEvenUnfinishedAsync(
        StorageOptions options, TimeProvider clock, ILogger log, CancellationToken cancellationToken)
    {
        DapperTypes.Register();
        var engine = Engine.For(options, clock, log);
        try
        {
            await engine.StartAsync(cancellationToken);
            return new Database(engine);
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes one change: all of it becomes durable together, or none.</summary>
    /// <typeparam name="T">What the change results in.</typeparam>
    /// <param name="work">
    /// Runs synchronously on a writer's thread; must not wait for anything else than the database. An exception undoes
    /// this change only and comes back to the caller. On PostgreSQL it runs again when what it did was undone because
    /// another process was in the way, so all it does must be done through the <see cref="Writing"/>.
    /// </param>
    /// <param name="cancellationToken">Before the work starts: nothing happens. Afterwards: ignored.</param>
    /// <exception cref="StorageException">
    /// The database cannot write now; nothing was changed, unless its kind says that this is not known.
    /// </exception>
    public Task<T> WriteAsync<T>(Func<Writing, T> work, CancellationToken cancellationToken = default) =>
        engine.WriteAsync(work, cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<Writing> work, CancellationToken cancellationToken = default) =>
        engine.WriteAsync(
            writing =>
            {
                work(writing);
                return true;
            },
            cancellationToken);

    /// <summary>
    /// Makes one change whose caller goes on upon the writer's own thread, so that the next one is there when the
    /// writer looks: it must not be kept up.
    /// </summary>
    /// <typeparam name="T">What the change results in.</typeparam>
    /// <param name="work">The change. Runs again after a broken connection.</param>
    /// <param name="isStatement">
    /// It is a single statement which may safely run twice, such as one that keeps what is not known yet, and only
    /// reads besides. Where the engine can, it commits by itself, without the round trips of a transaction.
    /// </param>
    /// <exception cref="StorageException">The database cannot write now.</exception>
    internal Task<T> WriteGatheredAsync<T>(Func<Writing, T> work, bool isStatement) =>
        engine.WriteGatheredAsync(work, isStatement);

    /// <summary>Whether the database answers a small read within a time.</summary>
    /// <param name="within">Longer counts as no.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="OperationCanceledException">Nobody waits for the outcome any more.</exception>
    public async Task<bool> AnswersAsync(TimeSpan within, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(within);
        try
        {
            return await FirstAsync<string>("select max(name) from migrations", null, patience.Token) is not null;
        }
        catch (Exception fault) when (fault is StorageException or DbException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>
    /// What keeps changes from being made: known from the last one that failed, and tried again by a small change now
    /// and then, so that it costs nothing while all is well and little while it is not.
    /// </summary>
    /// <param name="within">How long the small change may take.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when changes can be made, as far as is known.</returns>
    public async Task<StorageFaultKind?> FindWriteFaultAsync(
        TimeSpan within, CancellationToken cancellationToken = default)
    {
        if (engine.WriteTrouble.IsToBeTried())
        {
            try
            {
                await WriteAsync(WriteTrouble.Try, cancellationToken).WaitAsync(within, cancellationToken);
                engine.WriteTrouble.Clear();
            }
            catch (Exception fault) when (fault is StorageException or TimeoutException)
            {
                // What ails it now is noted by the writer.
            }
        }

        return engine.WriteTrouble.Kind;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => engine.DisposeAsync();

    internal Engine Engine => engine;

    internal Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken cancellation) =>
        ReadAsync<IReadOnlyList<T>>(
            sql, parameters,
            async connection => (await connection.QueryAsync<T>(
                new CommandDefinition(sql, parameters, cancellationToken: cancellation))).AsList(),
            cancellation);

    internal Task<T?> FirstAsync<T>(string sql, object? parameters, CancellationToken cancellation) =>
        ReadAsync(
            sql, parameters,
            connection => connection.QueryFirstOrDefaultAsync<T>(
                new CommandDefinition(sql, parameters, cancellationToken: cancellation)),
            cancellation);

    private async Task<T> ReadAsync<T>(
        string sql, object? parameters, Func<DbConnection, Task<T>> read, CancellationToken cancellation)
    {
        engine.Observer?.Invoke(sql, parameters);
        for (var attempt = 1; ; attempt++)
        {
            var opened = false;
            try
            {
                await using var lease = await engine.OpenReadAsync(cancellation);
                opened = true;
                return await read(lease.Connection);
            }
            catch (Exception exception) when (attempt == 1 && opened && engine.IsConnectionLost(exception))
            {
                // It broke while it lay in the pool; a new one may be whole.
                engine.ConnectionLost();
            }
            catch (Exception exception) when (Fault(exception) is { } fault)
            {
                if (fault.Kind == StorageFaultKind.Damaged)
                {
                    engine.Distrust(fault.Kind);
                }

                throw fault;
            }
        }
    }

    private StorageException? Fault(Exception exception) =>
        exception is StorageException ? null : engine.Explain(exception) as StorageException;
}

/// <summary>A rented connection for reading; goes back to the pool when disposed.</summary>
internal readonly struct ReadLease(DbConnection connection, Action<DbConnection> giveBack) : IAsyncDisposable
{
    public DbConnection Connection { get; } = connection;

    public ValueTask DisposeAsync()
    {
        giveBack(Connection);
        return ValueTask.CompletedTask;
    }
}

using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Npgsql;
using Ontmoetingsplein.Storage.Engines.Postgres;
using Ontmoetingsplein.Storage.Engines.Sqlite;

namespace Ontmoetingsplein.Storage.Engines;

/// <summary>What truly differs between the databases: connections, types, search, leases, signals.</summary>
internal abstract partial class Engine(StorageOptions options, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    /// <summary>Raised after a commit for each distinct signal of it.</summary>
    public event Action<string>? Signalled;

    /// <summary>Sees each statement of a store before it runs; for the tests of query plans.</summary>
    public Action<string, object?>? Observer { get; set; }

    public IdSource Ids { get; } = new(clock);

    /// <summary>What the writers found last.</summary>
    public WriteTrouble WriteTrouble { get; } = new(clock);

    /// <summary>Changes that wait for a writer.</summary>
    protected WriteQueue Queue { get; } = new(10_000);

    protected StorageOptions Options { get; } = options;

    protected TimeProvider Clock { get; } = clock;

    protected ILogger Log { get; } = log;

    /// <summary>Folder of the engine's own migrations among the embedded resources.</summary>
    public abstract string Name { get; }

    /// <summary>What {key}, {int}, {text} and {blob} in a migration stand for.</summary>
    public abstract string FillIn(string migration);

    /// <summary>The table of the ledger of deletions, where a restored backup leaves it alone.</summary>
    public abstract string Ledger { get; }

    /// <summary>Ends a select of rows to be leased, so that several processes take different ones.</summary>
    public abstract string SkipLocked { get; }

    /// <summary>Ends a select of rows to be changed, so that what the next statement sees of them stays so.</summary>
    public abstract string ForUpdate { get; }

    /// <summary>
    /// The same for several rows: in one order for all processes (that of the bytes of a text column), so that they do
    /// not wait for each other in a circle.
    /// </summary>
    public abstract string ForUpdateInOrder(string column);

    /// <summary>A batch of rows is one statement here, and one statement needs no transaction.</summary>
    public abstract bool StatementsCommitThemselves { get; }

    /// <summary>
    /// What follows a column that must be one of a list; the parameter's value is made by <see cref="List{T}"/>.
    /// </summary>
    public abstract string In(string parameter);

    /// <summary>A list as the value of one parameter.</summary>
    /// <typeparam name="T">Long or string.</typeparam>
    public abstract ListParameter List<T>(IEnumerable<T> values);

    /// <summary>A select of what tells this database from every other one.</summary>
    public abstract string IdentitySql { get; }

    /// <summary>A select of how many other processes use the database; null where the engine cannot tell.</summary>
    public abstract string? OthersSql { get; }

    /// <summary>A statement that empties a table whose children are empty.</summary>
    public abstract string Emptying(string table);

    /// <summary>Words of questions.</summary>
    public abstract WordIndex Words { get; }

    public static Engine For(StorageOptions options, TimeProvider clock, ILogger log)
    {
        try
        {
            return AllowsSeveralProcesses(options.Database)
                ? new PostgresEngine(options, clock, log)
                : new SqliteEngine(options, clock, log);
        }
        catch (Exception unreadable) when (IsUnreadable(unreadable))
        {
            throw new StorageException(
                StorageFaultKind.Unreachable, $"The connection string cannot be read: {unreadable.Message}",
                unreadable);
        }
    }

    /// <summary>Whether a connection string names a server, which any number of processes may use.</summary>
    /// <exception cref="ArgumentException">It is no connection string.</exception>
    public static bool AllowsSeveralProcesses(string database) =>
        new DbConnectionStringBuilder { ConnectionString = database }.ContainsKey("Host");

    /// <summary>What is wrong with a connection string; null when its engine can read it.</summary>
    public static string? Fault(string database)
    {
        try
        {
            _ = AllowsSeveralProcesses(database)
                ? (DbConnectionStringBuilder)new NpgsqlConnectionStringBuilder(database)
                : new SqliteConnectionStringBuilder(database);
            return null;
        }
        catch (Exception unreadable) when (IsUnreadable(unreadable))
        {
            return unreadable.Message.ReplaceLineEndings(" ");
        }
    }

    // What the drivers say to a word that they do not know, and to a value that is none.
    private static bool IsUnreadable(Exception exception) =>
        exception is ArgumentException or FormatException or OverflowException or InvalidCastException;

    /// <summary>Opens the database and migrates its schema.</summary>
    /// <exception cref="StorageException">It cannot be used.</exception>
    public abstract Task StartAsync(CancellationToken cancellationToken);

    public abstract ValueTask<ReadLease> OpenReadAsync(CancellationToken cancellationToken);

    /// <summary>A connection of its own that may write; the caller disposes of it.</summary>
    public abstract DbConnection OpenWritable();

    public Task<T> WriteAsync<T>(Func<Writing, T> work, CancellationToken cancellationToken) =>
        QueueAsync(new PendingWrite<T>(work, cancellationToken), cancellationToken);

    /// <inheritdoc cref="Database.WriteGatheredAsync{T}" />
    public Task<T> WriteGatheredAsync<T>(Func<Writing, T> work, bool isStatement) => QueueAsync(
        new PendingWrite<T>(work, CancellationToken.None, endsOnWriter: true)
        {
            CommitsItself = isStatement && StatementsCommitThemselves,
        },
        CancellationToken.None);

    /// <summary>Turns what the engine throws into a fault with advice, or leaves it as it is.</summary>
    public abstract Exception Explain(Exception exception);

    /// <summary>Whether a change that ended so can simply be made again: another process was in its way.</summary>
    public abstract bool MayRetry(Exception exception);

    /// <summary>Inserts rows, each in the order of the columns; values are long, string, byte[] or null.</summary>
    /// <returns>The keys of the rows that were added, where <see cref="BatchInsert.TellsNew"/>; else empty.</returns>
    public abstract IReadOnlySet<long> Insert(Writing writing, BatchInsert insert, IReadOnlyList<object?[]> rows);

    /// <summary>Inserts rows into one table and then into another, in one statement where the engine can.</summary>
    /// <returns>As <see cref="Insert"/>, of the first.</returns>
    public virtual IReadOnlySet<long> InsertBoth(Writing writing, InsertRows first, InsertRows second)
    {
        var added = Insert(writing, first.Insert, first.Rows);
        Insert(writing, second.Insert, second.Rows);
        return added;
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>Opens a transaction that may write.</summary>
    /// <param name="connection">Of a writer.</param>
    /// <param name="again">Another process was in the way before: this time it must not be.</param>
    internal abstract DbTransaction Begin(DbConnection connection, bool again);

    /// <summary>Makes <see cref="Ledger"/> where there is none yet.</summary>
    internal abstract void MakeLedger(DbConnection connection, DbTransaction transaction);

    /// <summary>Its columns, in the words of a migration.</summary>
    protected const string LedgerColumns =
        "(uri {text} not null primary key, former_type {text} not null, deleted_at {int} not null)";

    /// <summary>Keeps other processes from migrating until the transaction ends.</summary>
    internal abstract void LockSchema(DbConnection connection, DbTransaction transaction);

    /// <summary>Whether an exception means that the connection broke, and what was done on it is undone.</summary>
    internal virtual bool IsConnectionLost(Exception exception) => false;

    /// <summary>
    /// A name by which <see cref="FindFate"/> can be asked about a transaction that is about to commit; null when it
    /// wrote nothing, or when a commit cannot go unanswered.
    /// </summary>
    internal virtual string? NameOf(DbTransaction transaction) => null;

    /// <summary>What became of a transaction whose connection broke while it committed; may wait a while.</summary>
    /// <returns>Whether it was committed; null when that is not to be known.</returns>
    internal virtual bool? FindFate(string transaction) => null;

    /// <summary>A connection turned out to be broken: those that lie in a pool may be too.</summary>
    internal virtual void ConnectionLost()
    {
    }

    /// <summary>
    /// What connections in a pool know may not be so any more: a page that was damaged, a server that was read-only.
    /// </summary>
    internal virtual void Distrust(StorageFaultKind fault) => ConnectionLost();

    /// <summary>Tells this process, and the engine others, what a commit signalled.</summary>
    internal virtual void Committed(IReadOnlyCollection<string> signals)
    {
        foreach (var signal in signals)
        {
            Raise(signal);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A listener's bug must not stop the writer.")]
    internal void Raise(string signal)
    {
        try
        {
            Signalled?.Invoke(signal);
        }
        catch (Exception exception)
        {
            Faults.ListenerFailed(Log, exception, signal);
        }
    }

    private async Task<T> QueueAsync<T>(PendingWrite<T> write, CancellationToken cancellationToken)
    {
        await Queue.AddAsync(write, cancellationToken);
        return await write.Task;
    }

    private static partial class Faults
    {
        [LoggerMessage(2003, LogLevel.Error, "A listener to signal {Signal} failed")]
        public static partial void ListenerFailed(ILogger logger, Exception exception, string signal);
    }
}

/// <summary>How the newest rows with some words are found.</summary>
/// <param name="Sql">A select of column id, the newest first.</param>
/// <param name="OlderSql">
/// When that gave fewer than <see cref="Enough"/>: the same of the rows that it did not look at; null when there are
/// none.
/// </param>
internal sealed record WordSelect(string Sql, string? OlderSql = null)
{
    public const int Enough = 100;
}

/// <summary>The words of questions and answers; an entry is kept in the transaction of what it is of.</summary>
internal abstract class WordIndex
{
    /// <summary>The newest questions that match @words, at most @candidates.</summary>
    public abstract WordSelect Questions { get; }

    /// <summary>The newest answers that match @words, at most @candidates.</summary>
    public abstract WordSelect Answers { get; }

    public abstract void Replace(Writing writing, QuestionId question, string title, string body);

    public abstract void Replace(Writing writing, AnswerId answer, string body);

    public abstract void Remove(Writing writing, QuestionId question);

    public abstract void Remove(Writing writing, AnswerId answer);

    /// <summary>The same as <see cref="Questions"/>, for words that are known to be rare.</summary>
    public abstract WordSelect RareQuestions { get; }

    /// <summary>A select of a row when more than @many questions have @words.</summary>
    public abstract string OftenSql { get; }

    /// <summary>
    /// A select of a row when more than @many questions have @words, so that a search takes them as they stand; null
    /// where the engine need not know.
    /// </summary>
    public abstract string? ManyQuestionsSql { get; }

    /// <summary>The same of answers.</summary>
    public abstract string? ManyAnswersSql { get; }

    /// <summary>
    /// Writes @words: every term, or any of them, in the title only or in all. A term is the beginning of a word, but
    /// one that is common by itself may be taken as the whole word.
    /// </summary>
    public abstract string Match(
        IReadOnlyList<string> terms, bool all, bool titleOnly, IReadOnlySet<string> common);
}

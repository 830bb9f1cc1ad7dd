using System.Data.Common;
using Microsoft.Extensions.Logging;
using Ontmoetingsplein.Storage.Engines.Sqlite;

namespace Ontmoetingsplein.Storage.Engines;

/// <summary>What truly differs between the databases: connections, types, search, leases, signals.</summary>
internal abstract class Engine(StorageOptions options, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    /// <summary>Raised after a commit for each distinct signal of it.</summary>
    public event Action<string>? Signalled;

    public IdSource Ids { get; } = new(clock);

    protected StorageOptions Options { get; } = options;

    protected TimeProvider Clock { get; } = clock;

    protected ILogger Log { get; } = log;

    /// <summary>Folder of the engine's own migrations among the embedded resources.</summary>
    public abstract string Name { get; }

    /// <summary>What {key}, {int} and {blob} in a migration stand for.</summary>
    public abstract string FillIn(string migration);

    /// <summary>Ends a select of rows to be leased, so that several processes take different ones.</summary>
    public abstract string SkipLocked { get; }

    /// <summary>Words of questions.</summary>
    public abstract WordIndex Words { get; }

    public static Engine For(StorageOptions options, TimeProvider clock, ILogger log) =>
        new SqliteEngine(options, clock, log);

    /// <summary>Opens the database and migrates its schema.</summary>
    /// <exception cref="StorageException">It cannot be used.</exception>
    public abstract Task StartAsync(CancellationToken cancellationToken);

    public abstract ValueTask<ReadLease> OpenReadAsync(CancellationToken cancellationToken);

    public abstract Task<T> WriteAsync<T>(Func<Writing, T> work, CancellationToken cancellationToken);

    /// <summary>Turns what the engine throws into a fault with advice, or leaves it as it is.</summary>
    public abstract Exception Explain(Exception exception);

    public abstract ValueTask DisposeAsync();

    internal void Raise(string signal) => Signalled?.Invoke(signal);

    /// <summary>Opens a transaction that may write.</summary>
    internal abstract DbTransaction Begin(DbConnection connection);
}

/// <summary>The words of questions and answers; an entry is kept in the transaction of what it is of.</summary>
internal abstract class WordIndex
{
    /// <summary>A select of column id: the newest questions that match @words, at most @candidates.</summary>
    public abstract string QuestionsSql { get; }

    /// <summary>A select of column id: the newest answers that match @words, at most @candidates.</summary>
    public abstract string AnswersSql { get; }

    public abstract void Replace(Writing writing, QuestionId question, string title, string body);

    public abstract void Replace(Writing writing, AnswerId answer, string body);

    public abstract void Remove(Writing writing, QuestionId question);

    public abstract void Remove(Writing writing, AnswerId answer);

    /// <summary>Writes @words: every term, or any of them, as the beginning of a word; in the title only or in all.</summary>
    public abstract string Match(IReadOnlyList<string> terms, bool all, bool titleOnly);
}

using System.Data.Common;
using Dapper;
using Ontmoetingsplein.Storage.Engines;

namespace Ontmoetingsplein.Storage;

/// <summary>
/// One change in progress. Stores take it as their first argument, so that the caller composes what commits together:
/// an answer, its notices and the activities that announce it.
/// </summary>
public sealed class Writing
{
    private readonly PreparedCommands prepared;
    private readonly Engine engine;
    private HashSet<string>? signals;
    private List<Action>? last;

    internal Writing(
        DbConnection connection, DbTransaction? transaction, PreparedCommands prepared, Engine engine,
        DateTimeOffset now)
    {
        Connection = connection;
        Transaction = transaction;
        this.prepared = prepared;
        this.engine = engine;
        Now = now;
    }

    /// <summary>The moment of this change, whole milliseconds.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Hands out ids.</summary>
    public IdSource Ids => engine.Ids;

    internal WordIndex Words => engine.Words;

    internal string SkipLocked => engine.SkipLocked;

    internal string Ledger => engine.Ledger;

    internal string ForUpdate => engine.ForUpdate;

    /// <summary>
    /// What follows a column that must be one of a list; the parameter's value is made by <see cref="List{T}"/>.
    /// </summary>
    internal string In(string parameter) => engine.In(parameter);

    internal ListParameter List<T>(IEnumerable<T> values) => engine.List(values);

    internal string ForUpdateInOrder(string column) => engine.ForUpdateInOrder(column);

    internal DbConnection Connection { get; }

    internal DbTransaction? Transaction { get; }

    internal IReadOnlyCollection<string> Signals => signals ?? (IReadOnlyCollection<string>)[];

    /// <summary>Asks for <see cref="Database.Signalled"/> after the commit.</summary>
    /// <param name="name">A short name, such as "deliveries" or "question:123"; at most 100 characters.</param>
    public void Signal(string name) => (signals ??= []).Add(name);

    /// <summary>
    /// Does something once the rest of the change is done, which must not read it: a row that many changes touch, such
    /// as that of a question which everyone answers, is then held against the others only while this one commits.
    /// </summary>
    internal void AtLast(Action work) => (last ??= []).Add(work);

    /// <summary>The rest is done.</summary>
    internal void Finish() => last?.ForEach(work => work());

    internal int Execute(string sql, object? parameters = null)
    {
        engine.Observer?.Invoke(sql, parameters);
        return Connection.Execute(sql, parameters, Transaction);
    }

    internal T? First<T>(string sql, object? parameters = null)
    {
        engine.Observer?.Invoke(sql, parameters);
        return Connection.QueryFirstOrDefault<T>(sql, parameters, Transaction);
    }

    internal IReadOnlyList<T> Query<T>(string sql, object? parameters = null)
    {
        engine.Observer?.Invoke(sql, parameters);
        return Connection.Query<T>(sql, parameters, Transaction).AsList();
    }

    /// <summary>Inserts many rows in the engine's fastest way.</summary>
    internal IReadOnlySet<long> Insert(BatchInsert insert, IReadOnlyList<object?[]> rows) =>
        rows.Count == 0 ? new HashSet<long>() : engine.Insert(this, insert, rows);

    /// <inheritdoc cref="Engine.InsertBoth" />
    internal IReadOnlySet<long> InsertBoth(InsertRows first, InsertRows second) =>
        engine.InsertBoth(this, first, second);

    /// <summary>For statements that run thousands of times a second: compiled once per connection.</summary>
    internal PreparedCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        engine.Observer?.Invoke(sql, null);
        return prepared.Get(sql, parameters, Transaction);
    }
}

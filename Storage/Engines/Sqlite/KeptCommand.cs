using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Ontmoetingsplein.Storage.Engines.Sqlite;

/// <summary>
/// A connection that keeps its compiled statements: compiling one costs more than running most. Not thread-safe, as
/// no connection is.
/// </summary>
/// <param name="connectionString">Of the database.</param>
internal sealed class KeepingConnection(string connectionString) : SqliteConnection(connectionString)
{
    // More than all stores have; texts with lists of varying length would otherwise pile up.
    private const int Most = 400;

    private readonly Dictionary<string, SqliteCommand> idle = new(StringComparer.Ordinal);

    /// <summary>A compiled statement that nobody uses now; or one to be compiled.</summary>
    public SqliteCommand Take(string sql)
    {
        if (!idle.Remove(sql, out var command))
        {
            command = new SqliteCommand(sql, this) { CommandTimeout = DefaultTimeout };
        }

        command.Transaction = Transaction;
        return command;
    }

    /// <summary>Takes a statement back.</summary>
    public void Keep(SqliteCommand command)
    {
        command.Parameters.Clear();
        command.Transaction = null;
        if (State != ConnectionState.Open || idle.Count >= Most || !idle.TryAdd(command.CommandText, command))
        {
            command.Dispose();
        }
    }

    /// <inheritdoc />
    protected override DbCommand CreateDbCommand() => new KeptCommand(this);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var command in idle.Values)
            {
                command.Dispose();
            }

            idle.Clear();
        }

        base.Dispose(disposing);
    }
}

/// <summary>Stands for a compiled statement while it is used; what is disposed of is kept.</summary>
/// <param name="connection">Where it runs.</param>
internal sealed class KeptCommand(KeepingConnection connection) : DbCommand
{
    private SqliteCommand? inner;
    private bool isKept = true;

    /// <inheritdoc />
    [AllowNull]
    public override string CommandText
    {
        get => inner?.CommandText ?? "";
        set
        {
            if (inner is null)
            {
                inner = connection.Take(value ?? "");
            }
            else if (inner.CommandText != value)
            {
                // Dapper writes a list out when the parameters are there already: that text comes once.
                (inner.CommandText, isKept) = (value, false);
            }
        }
    }

    /// <inheritdoc />
    public override int CommandTimeout
    {
        get => Inner.CommandTimeout;
        set => Inner.CommandTimeout = value;
    }

    /// <inheritdoc />
    public override CommandType CommandType { get; set; } = CommandType.Text;

    /// <inheritdoc />
    public override bool DesignTimeVisible { get; set; }

    /// <inheritdoc />
    public override UpdateRowSource UpdatedRowSource { get; set; }

    /// <inheritdoc />
    protected override DbConnection? DbConnection
    {
        get => connection;
        set => throw new NotSupportedException("A kept statement stays with its connection.");
    }

    /// <inheritdoc />
    protected override DbParameterCollection DbParameterCollection => Inner.Parameters;

    /// <inheritdoc />
    protected override DbTransaction? DbTransaction
    {
        // That of the connection, always: Dapper sets it before the text, by which the statement is found.
        get => inner?.Transaction;
        set
        {
            if (inner is not null)
            {
                inner.Transaction = (SqliteTransaction?)value;
            }
        }
    }

    private SqliteCommand Inner => inner ??= connection.Take("");

    /// <inheritdoc />
    public override void Cancel() => Inner.Cancel();

    /// <inheritdoc />
    public override int ExecuteNonQuery() => Inner.ExecuteNonQuery();

    /// <inheritdoc />
    public override object? ExecuteScalar() => Inner.ExecuteScalar();

    /// <inheritdoc />
    public override void Prepare() => Inner.Prepare();

    /// <inheritdoc />
    protected override DbParameter CreateDbParameter() => Inner.CreateParameter();

    /// <inheritdoc />
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Inner.ExecuteReader(behavior);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing && inner is { } used)
        {
            inner = null;
            if (isKept)
            {
                connection.Keep(used);
            }
            else
            {
                used.Dispose();
            }
        }

        base.Dispose(disposing);
    }
}

using System.Data.Common;

namespace Ontmoetingsplein.Storage;

/// <summary>The compiled statements of one connection. Not thread-safe: a writer's connection has one thread.</summary>
internal sealed class PreparedCommands(DbConnection connection) : IDisposable
{
    private readonly Dictionary<string, PreparedCommand> commands = [];

    public PreparedCommand Get(string sql, ReadOnlySpan<string> parameters, DbTransaction? transaction)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = new PreparedCommand(connection, sql, parameters);
            commands.Add(sql, command);
        }

        command.Command.Transaction = transaction;
        return command;
    }

    public void Dispose()
    {
        foreach (var command in commands.Values)
        {
            command.Command.Dispose();
        }
    }
}

/// <summary>One compiled statement with its parameters in order.</summary>
internal sealed class PreparedCommand
{
    internal PreparedCommand(DbConnection connection, string sql, ReadOnlySpan<string> parameters)
    {
        Command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is a constant of a store, never input.
        Command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var name in parameters)
        {
            var parameter = Command.CreateParameter();
            // Without its sign SQLite's provider would try all signs at each run.
            parameter.ParameterName = "@" + name;
            Command.Parameters.Add(parameter);
        }
    }

    internal DbCommand Command { get; }

    /// <summary>Runs the statement; values in the order of the parameters, null for SQL null.</summary>
    public int Execute(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return Command.ExecuteNonQuery();
    }

    /// <summary>Runs the statement and returns the first column of its first row, or null.</summary>
    public object? Scalar(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        var value = Command.ExecuteScalar();
        return value is DBNull ? null : value;
    }

    /// <summary>Runs the statement and returns the first column of all its rows.</summary>
    public IReadOnlySet<long> Numbers(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        var numbers = new HashSet<long>();
        using var reader = Command.ExecuteReader();
        while (reader.Read())
        {
            numbers.Add(reader.GetInt64(0));
        }

        return numbers;
    }

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Command.Parameters[i].Value = StoredText.Clean(values[i]) ?? DBNull.Value;
        }
    }
}

using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Ontmoetingsplein.Storage.Engines;

/// <summary>
/// Brings the schema up to date: ordered SQL files, those of Schema first and then the engine's own, each once and
/// in a transaction. Forward only; the number applied is the version.
/// </summary>
internal static partial class Migrator
{
    public static void Migrate(Engine engine, DbConnection connection, ILogger log) =>
        Migrate(engine, connection, log, Known(engine));

    internal static void Migrate(
        Engine engine, DbConnection connection, ILogger log, IReadOnlyList<(string Name, string Sql)> known)
    {
        using var transaction = engine.Begin(connection, again: false);
        engine.LockSchema(connection, transaction);
        Run(
            connection, transaction,
            engine.FillIn("create table if not exists migrations (name {text} not null primary key)"));
        var applied = Applied(connection, transaction);
        if (applied.Except(known.Select(file => file.Name)).FirstOrDefault() is { } newer)
        {
            throw new StorageException(
                StorageFaultKind.NewerSchema,
                $"The database has migration {newer}, which this program does not know. Start a newer version of it.");
        }

        foreach (var (name, sql) in known.Where(file => !applied.Contains(file.Name)))
        {
            Run(connection, transaction, engine.FillIn(sql));
            Run(connection, transaction, $"insert into migrations (name) values ('{name}')");
            Log.Applied(log, name);
        }

        engine.MakeLedger(connection, transaction);
        transaction.Commit();
    }

    internal static IReadOnlyList<(string Name, string Sql)> Known(Engine engine)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var shared = $"{assembly.GetName().Name}.Schema.";
        var own = $"{assembly.GetName().Name}.Engines.{engine.Name}.";
        return [.. From(shared, ""), .. From(own, engine.Name.ToLowerInvariant() + "-")];

        IEnumerable<(string Name, string Sql)> From(string prefix, string label) => assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => (label + name[prefix.Length..^".sql".Length], Read(name)));

        string Read(string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        }
    }

    private static HashSet<string> Applied(DbConnection connection, DbTransaction transaction)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "select name from migrations";
        using var reader = command.ExecuteReader();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read())
        {
            names.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
        }

        return names;
    }

    private static void Run(DbConnection connection, DbTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Embedded files and their names.
        command.CommandText = sql;
#pragma warning restore CA2100
        // As long as it takes: in a large database that may be minutes.
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }

    private static partial class Log
    {
        [LoggerMessage(2010, LogLevel.Information, "Schema: {Migration} applied")]
        public static partial void Applied(ILogger logger, string migration);
    }
}

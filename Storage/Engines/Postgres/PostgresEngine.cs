using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ontmoetingsplein.Storage.Engines.Postgres;

/// <summary>PostgreSQL, for any number of processes on one database: pooled connections, several writers.</summary>
internal sealed class PostgresEngine : Engine
{
    private const int Writers = 8;

    private readonly string address;
    private readonly NpgsqlDataSource source;
    private readonly PostgresSignals signals;
    private readonly PostgresFate fate;
    private readonly List<Writer> writers = [];
    private string? ledger;

    public PostgresEngine(StorageOptions options, TimeProvider clock, ILogger log)
        : base(options, clock, log)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.Database)
        {
            // Nothing is set on a connection beyond its transaction, so there is nothing to reset.
            NoResetOnClose = true,
        };
        Default(settings, "Application Name", "ontmoetingsplein");
        Default(settings, "Timeout", 5);
        Default(settings, "Maximum Pool Size", 30);
        Default(settings, "Max Auto Prepare", 200);
        // Trying Kerberos first loads its library at each start, and complains loudly where there is none.
        Default(settings, "GSS Encryption Mode", "Disable");
        Default(settings, "Auto Prepare Min Usages", 2);
        // A change that waits this long for another one gives way and runs again; shorter than deadlock_timeout.
        Default(settings, "Options", "-c lock_timeout=500");
        address = $"{settings.Host}:{settings.Port}";
        source = NpgsqlDataSource.Create(settings);
        fate = new PostgresFate(source, clock);
        signals = new PostgresSignals(this, source, settings.ToString(), clock, log);
    }

    public override string Name => "Postgres";

    public override string Ledger => ledger ?? throw new InvalidOperationException("Not started.");

    public override string SkipLocked => "for update skip locked";

    public override string ForUpdate => "for update";

    public override bool StatementsCommitThemselves => true;

    public override string ForUpdateInOrder(string column) => $"order by {column} for update";

    public override string In(string parameter) => $"= any(@{parameter})";

    public override ListParameter List<T>(IEnumerable<T> values) => new(values is IEnumerable<string> texts
        ? texts.Select(StoredText.Clean).ToArray()
        : values.ToArray());

    // Two servers do not start at the same microsecond under the same name.
    public override string IdentitySql =>
        "select concat_ws(' ', pg_postmaster_start_time(), current_database(), current_schema())";

    public override string? OthersSql => signals.OthersSql;

    // Not "delete": looking whether a row still has children walks through all that was just deleted.
    public override string Emptying(string table) => $"truncate {table} cascade";

    public override WordIndex Words { get; } = new PostgresWordIndex();

    public override string FillIn(string migration) => migration
        .Replace("{key}", "bigint primary key", StringComparison.Ordinal)
        .Replace("{int}", "bigint", StringComparison.Ordinal)
        .Replace("{text}", "text collate \"C\"", StringComparison.Ordinal)
        .Replace("{blob}", "bytea", StringComparison.Ordinal);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await signals.StartAsync(cancellationToken);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            // A migration may take long, and asynchronous work is no use to it: it has a thread of its own.
            await Task.Factory.StartNew(
                () => Migrator.Migrate(this, connection, Log), cancellationToken, TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }
        catch (Exception exception) when (
            exception is not StorageException && Explain(exception) is StorageException fault)
        {
            throw PostgresFaults.AtStart(fault, address);
        }

        // No groups: a transaction holds the rows of one change only, and the server itself flushes several at once.
        var plan = new WriterPlan(OpenWritable, LargestGroup: 1, Options.SlowWrite);
        for (var number = 1; number <= Writers; number++)
        {
            writers.Add(new Writer(this, plan, Queue, Clock, Log, number));
        }
    }

    public override async ValueTask<ReadLease> OpenReadAsync(CancellationToken cancellationToken) =>
        new(await source.OpenConnectionAsync(cancellationToken), connection => connection.Dispose());

    public override DbConnection OpenWritable() => source.OpenConnection();

    public override Exception Explain(Exception exception) => PostgresFaults.Explain(exception);

    public override bool MayRetry(Exception exception) => PostgresFaults.MayRetry(exception);

    public override IReadOnlySet<long> Insert(Writing writing, BatchInsert insert, IReadOnlyList<object?[]> rows) =>
        PostgresInsert.Run(writing, new InsertRows(insert, rows));

    public override IReadOnlySet<long> InsertBoth(Writing writing, InsertRows first, InsertRows second) =>
        PostgresInsert.RunBoth(writing, first, second);

    public override async ValueTask DisposeAsync()
    {
        Queue.Close();
        foreach (var writer in writers)
        {
            await writer.DisposeAsync();
        }

        Queue.Dispose();
        await signals.DisposeAsync();
        await source.DisposeAsync();
    }

    internal override DbTransaction Begin(DbConnection connection, bool again)
    {
        var transaction = ((NpgsqlConnection)connection).BeginTransaction(IsolationLevel.ReadCommitted);
        if (again)
        {
            // Those that run again do so one after the other, and wait longer than the others, which give way.
            Run(connection, transaction, "set local lock_timeout = '30s'");
            Run(
                connection, transaction,
                "select pg_advisory_xact_lock(hashtextextended('plein again ' || current_schema(), 0))");
        }

        return transaction;
    }

    internal override void LockSchema(DbConnection connection, DbTransaction transaction)
    {
        Run(connection, transaction, "set local lock_timeout = '10min'");
        Run(
            connection, transaction,
            "select pg_advisory_xact_lock(hashtextextended('plein schema ' || current_schema(), 0))",
            isPatient: true);
    }

    internal override void MakeLedger(DbConnection connection, DbTransaction transaction)
    {
        var schema = Ask(connection, transaction, "select quote_ident(current_schema() || '_deletions')");
        ledger = schema + ".deletions";
        // Not "if not exists": that asks for the right to make it even where it is there.
        if (Ask(connection, transaction, $"select to_regclass('{ledger}')::text") is null)
        {
            if (Ask(connection, transaction, $"select to_regnamespace('{schema}')::text") is null)
            {
                Run(connection, transaction, $"create schema {schema}");
            }

            Run(connection, transaction, FillIn($"create table {ledger} {LedgerColumns}"));
        }
    }

    internal override bool IsConnectionLost(Exception exception) =>
        Explain(exception) is StorageException { Kind: StorageFaultKind.Unreachable };

    internal override string? NameOf(DbTransaction transaction)
    {
        using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "select cast(pg_current_xact_id_if_assigned() as text)";
        return command.ExecuteScalar() as string;
    }

    internal override bool? FindFate(string transaction) => fate.Find(transaction);

    internal override void ConnectionLost() => source.Clear();

    internal override void Committed(IReadOnlyCollection<string> names)
    {
        base.Committed(names);
        signals.Send(names);
    }

    private static void Default(NpgsqlConnectionStringBuilder settings, string name, object value)
    {
        if (!settings.ShouldSerialize(name))
        {
            settings[name] = Convert.ToString(value, CultureInfo.InvariantCulture);
        }
    }

    private static string? Ask(DbConnection connection, DbTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar() as string;
    }

    // Patient: as long as the lock timeout allows. Otherwise a writer does not wait for ever on a dead connection.
    private static void Run(DbConnection connection, DbTransaction transaction, string sql, bool isPatient = false)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.CommandTimeout = isPatient ? 0 : command.CommandTimeout;
        command.ExecuteNonQuery();
    }
}

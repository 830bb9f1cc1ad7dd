using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Ontmoetingsplein.Storage.Engines.Sqlite;

/// <summary>SQLite in one file: one writer, many readers (WAL), a commit is on disk when it returns.</summary>
internal sealed class SqliteEngine : Engine
{
    // SQLITE_IOERR_SHMSIZE: the index of the write-ahead log could not grow.
    private const int NoSpaceForIndex = 10 | (19 << 8);

    private readonly ConcurrentBag<SqliteConnection> readers = [];
    private readonly string connectionString;
    private readonly string ledgerPath;
    private SqliteConnection? written;
    private LogCopier? copier;
    private Writer? writer;

    static SqliteEngine()
    {
        // No connection of ours is used by two threads at the same time, and nobody asks how much memory SQLite uses:
        // without the locks for both it is faster. Refused when the process used SQLite before; then they stay.
        Batteries_V2.Init();
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    public SqliteEngine(StorageOptions options, TimeProvider clock, ILogger log)
        : base(options, clock, log)
    {
        var settings = new SqliteConnectionStringBuilder(options.Database) { ForeignKeys = true, Pooling = false };
        if (!settings.ShouldSerialize("Default Timeout"))
        {
            settings.DefaultTimeout = 5;
        }

        connectionString = settings.ToString();
        ledgerPath = Path.ChangeExtension(Path.GetFullPath(settings.DataSource), ".deletions.db");
    }

    public override string Name => "Sqlite";

    public override string Ledger => "ledger.deletions";

    public override string SkipLocked => "";

    public override string ForUpdate => "";

    public override bool StatementsCommitThemselves => false;

    public override string ForUpdateInOrder(string column) => "";

    public override string In(string parameter) => $"in (select value from json_each(@{parameter}))";

    public override ListParameter List<T>(IEnumerable<T> values) => new(JsonSerializer.Serialize(values));

    public override string IdentitySql => "select file from pragma_database_list where name = 'main'";

    public override string? OthersSql => null;

    public override string Emptying(string table) => $"delete from {table}";

    public override WordIndex Words { get; } = new SqliteWordIndex();

    public override string FillIn(string migration) => migration
        .Replace("{key}", "integer primary key", StringComparison.Ordinal)
        .Replace("{int}", "integer", StringComparison.Ordinal)
        .Replace("{text}", "text", StringComparison.Ordinal)
        .Replace("{blob}", "blob", StringComparison.Ordinal);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            MakeFile(new SqliteConnectionStringBuilder(connectionString).DataSource);
            MakeFile(ledgerPath);

            using (var connection = Open(writable: true))
            {
                Migrator.Migrate(this, connection, Log);
                // One process only: what was leased when it last stopped is free again.
                Pragma(connection, "update peers set delivery_leased_until = 0, inbox_leased_until = 0");
            }
        }
        catch (Exception exception) when (
            Explain(exception) is StorageException fault && exception is not StorageException)
        {
            throw fault;
        }

        copier = new LogCopier(() => Open(writable: true), Log);
        var plan = new WriterPlan(() => written = Open(writable: true), LargestGroup: 512, Options.SlowWrite);
        writer = new Writer(this, plan, Queue, Clock, Log, number: 1);
        return Task.CompletedTask;
    }

    public override ValueTask<ReadLease> OpenReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connection = readers.TryTake(out var idle) ? idle : Open(writable: false);
            return ValueTask.FromResult(new ReadLease(connection, used => readers.Add((SqliteConnection)used)));
        }
        catch (SqliteException exception)
        {
            throw Explain(exception);
        }
    }

    public override DbConnection OpenWritable() => Open(writable: true);

    public override Exception Explain(Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: 13 } or SqliteException { SqliteExtendedErrorCode: NoSpaceForIndex } =>
            new StorageException(
                StorageFaultKind.DiskFull, "The disk is full. Make space; nothing was lost.", exception),
        SqliteException { SqliteErrorCode: 5 or 6 } => new StorageException(
            StorageFaultKind.Locked, "Another process holds the database. Stop it, or wait.", exception),
        SqliteException { SqliteErrorCode: 8 or 14 } or UnauthorizedAccessException => new StorageException(
            StorageFaultKind.ReadOnly,
            $"{Options.Database} cannot be written. Give this user write access to the folder.", exception),
        SqliteException { SqliteErrorCode: 10 } => new StorageException(
            StorageFaultKind.Unreachable,
            $"The disk gave an error while reading or writing {Options.Database}. See what the system's log says of"
            + " it.",
            exception),
        SqliteException { SqliteErrorCode: 11 or 26 } => new StorageException(
            StorageFaultKind.Damaged, "The database file is damaged. Restore the last backup.", exception),
        IOException => new StorageException(
            StorageFaultKind.ReadOnly,
            $"The folder of {Options.Database} cannot be made. Check the path and who may write there.", exception),
        _ => exception,
    };

    public override bool MayRetry(Exception exception) => false;

    public override IReadOnlySet<long> Insert(Writing writing, BatchInsert insert, IReadOnlyList<object?[]> rows)
    {
        var values = string.Join(", ", insert.Columns.Select(column => $"@{column.Name}"));
        var command = writing.Prepare(
            $"insert into {insert.Table} ({insert.Names}) values ({values}) {insert.Tail}", [.. insert.Parameters]);
        var added = new HashSet<long>();
        foreach (var row in rows)
        {
            // Not "returning": that makes a temporary table for each row.
            if (command.Execute(row) == 1 && insert.TellsNew)
            {
                added.Add((long)row[0]!);
            }
        }

        return added;
    }

    public override async ValueTask DisposeAsync()
    {
        Queue.Close();
        if (writer is not null)
        {
            await writer.DisposeAsync();
        }

        Queue.Dispose();
        Interlocked.Exchange(ref copier, null)?.Dispose();
        while (readers.TryTake(out var connection))
        {
            await connection.DisposeAsync();
        }
    }

    internal override DbTransaction Begin(DbConnection connection, bool again) =>
        // Not deferred: "begin immediate" takes the write lock now instead of failing at the first write.
        ((SqliteConnection)connection).BeginTransaction(IsolationLevel.Serializable, deferred: false);

    internal override void Committed(IReadOnlyCollection<string> signals)
    {
        if (written is { State: ConnectionState.Open } writing)
        {
            copier?.Committed(writing);
        }

        base.Committed(signals);
    }

    internal override void MakeLedger(DbConnection connection, DbTransaction transaction) =>
        Pragma((SqliteConnection)connection, FillIn($"create table if not exists {Ledger} {LedgerColumns}"));

    // Only what was read is kept by a reader; and without any the log ends, which on an ailing disk cannot begin again.
    internal override void Distrust(StorageFaultKind fault)
    {
        while (fault == StorageFaultKind.Damaged && readers.TryTake(out var idle))
        {
            idle.Dispose();
        }
    }

    internal override void LockSchema(DbConnection connection, DbTransaction transaction)
    {
        // The write lock of the transaction does.
    }

    // SQLite would make it readable for all; its log and index get the rights that it has.
    private static void MakeFile(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            PrivateFiles.CreateFolder(folder);
        }

        if (!File.Exists(path))
        {
            PrivateFiles.Open(path, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();
        }
    }

    private KeepingConnection Open(bool writable)
    {
        var connection = new KeepingConnection(connectionString);
        try
        {
            connection.Open();
            // A statement is compiled once, not again for each value that it is run with.
            if (raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_ENABLE_QPSG, 1, out _) != raw.SQLITE_OK)
            {
                throw new InvalidOperationException("This SQLite does not keep the plans of its statements.");
            }

            // WAL lets readers go on during a write; FULL makes each commit survive a power cut (the default of WAL is
            // NORMAL, which may lose the last ones). 64 MiB of page cache for the writer, 16 for each reader:
            // the inner pages of a million objects do not fit in 8. On a page of 4 KiB, the default, there is room for
            // one activity of two and nothing else; a file that has such pages keeps them.
            Pragma(connection, writable
                ? "pragma page_size = 8192; pragma journal_mode = wal; pragma synchronous = full;"
                  + $" pragma cache_size = -65536; pragma wal_autocheckpoint = {LogCopier.LongLog};"
                  + " pragma temp_store = memory"
                : "pragma query_only = on; pragma cache_size = -16384; pragma temp_store = memory");
            if (writable)
            {
                AttachLedger(connection);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // A file that is whole without a log beside it, so that it can be copied by itself; its changes are few.
    private void AttachLedger(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "attach database $path as ledger";
        command.Parameters.AddWithValue("$path", ledgerPath);
        command.ExecuteNonQuery();
        Pragma(connection, "pragma ledger.synchronous = full");
    }

    internal static void Pragma(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Settings;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

/// <summary>
/// Real faults of real disks: a clear error, nothing half written, and changes again as soon as the cause is gone.
/// </summary>
public sealed class DiskFaultTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Test]
    public async Task SQLite_on_a_disk_that_is_full_refuses_changes_whole_and_takes_them_again_when_there_is_room()
    {
        using var disk = SmallDisk.Make(8);
        var options = new StorageOptions { Database = $"Data Source={Path.Combine(disk.Path, "plein.db")}" };
        await using var database = await OpenAsync(options);
        await FillAndEmptyAsync(database, disk);
    }

    [Test]
    public async Task A_start_on_a_disk_that_is_full_ends_with_one_line()
    {
        using var disk = SmallDisk.Make(1);
        disk.Fill();
        var fault = (await Assert.ThrowsAsync<StorageException>(() => OpenAsync(
            new StorageOptions { Database = $"Data Source={Path.Combine(disk.Path, "plein.db")}" })))!;
        Assert.That((fault.Kind, fault.Message), Is.EqualTo(
            (StorageFaultKind.DiskFull, "The disk is full. Make space; nothing was lost.")));
    }

    [Test]
    public async Task PostgreSQL_on_a_disk_that_is_full_refuses_changes_whole_and_takes_them_again_when_there_is_room()
    {
        Assume.That(TestEngines.Postgres, Is.Not.Null, TestEngines.Variable);
        using var disk = SmallDisk.Make(32);
        await using var schema = await OnDiskAsync(disk);
        var options = new StorageOptions { Database = OnDisk(schema) };
        await using (var database = await OpenAsync(options))
        {
            await FillAndEmptyAsync(database, disk);
        }
    }

    [Test]
    public async Task A_torn_page_of_SQLite_is_told_undoes_the_change_that_met_it_and_is_forgotten_once_mended()
    {
        await using var place = await TestDatabase.CreateAsync(TestEngine.Sqlite);
        long page, size;
        await using (var first = await place.OpenAsync())
        {
            await first.WriteAsync(MakeTable);
            page = await first.FirstAsync<long>(
                "select rootpage from sqlite_schema where name = 'torn'", null, default);
            size = await first.FirstAsync<long>("pragma page_size", null, default);
        }

        await using (var direct = new SqliteConnection($"Data Source={place.File};Pooling=False"))
        {
            await direct.OpenAsync();
            await using var command = direct.CreateCommand();
            command.CommandText = "pragma wal_checkpoint(truncate)";
            await command.ExecuteNonQueryAsync();
        }

        await using var database = await place.OpenAsync();
        var whole = Tear(place.File, (page - 1) * size, (int)size);
        await MeetAsync(database);
        Restore(place.File, (page - 1) * size, whole);
        await MendedAsync(database);
    }

    [Test]
    public async Task A_torn_page_of_PostgreSQL_is_told_undoes_the_change_that_met_it_and_is_forgotten_once_mended()
    {
        Assume.That(TestEngines.Postgres, Is.Not.Null, TestEngines.Variable);
        Assume.That(Environment.IsPrivilegedProcess, "needs root: the server's files");
        await using var place = await TestDatabase.CreateAsync(TestEngine.Postgres);
        await using var database = await place.OpenAsync();
        await database.WriteAsync(MakeTable);
        await using var direct = new NpgsqlConnection(place.Options.Database);
        await direct.OpenAsync();
        // What it writes so does not stay in the server's memory: the table has no index to read it for.
        await RunAsync(direct, "vacuum full torn");
        await RunAsync(direct, "checkpoint");
        var file = Path.Combine(
            (string)(await ScalarAsync(direct, "show data_directory"))!,
            (string)(await ScalarAsync(direct, "select pg_relation_filepath('torn')"))!);
        Assume.That(File.Exists(file), "the server is on this machine");
        var whole = Tear(file, 0, 8_192);
        await MeetAsync(database);
        Restore(file, 0, whole);
        await MendedAsync(database);
    }

    private static void MakeTable(Writing writing)
    {
        writing.Execute("create table torn (name text)");
        writing.Execute("insert into torn (name) values ('een')");
    }

    private static Task<Database> OpenAsync(StorageOptions options) =>
        Database.OpenAsync(options, TimeProvider.System, NullLogger.Instance);

    private static async Task FillAndEmptyAsync(Database database, SmallDisk disk)
    {
        await database.WriteAsync(w => SettingStore.Set(w, "before", "whole"));
        disk.Fill();
        var met = default(StorageException);
        for (var i = 0; i < 500 && met is null; i++)
        {
            try
            {
                await database.WriteAsync(w =>
                {
                    SettingStore.Set(w, $"small {i}", "half");
                    SettingStore.Set(w, $"large {i}", Some.Noise(20_000));
                });
            }
            catch (StorageException fault)
            {
                met = fault;
            }
        }

        Assert.That(met?.Kind, Is.EqualTo(StorageFaultKind.DiskFull), met?.Message);
        Assert.That(met!.Message, Does.Contain("Make space").And.Not.Contain("\n"));
        Assert.That(await database.FindWriteFaultAsync(Soon), Is.EqualTo(StorageFaultKind.DiskFull));
        var kept = await new SettingStore(database).ListAsync();
        Assert.That(
            kept.Keys.Count(name => name.StartsWith("small", StringComparison.Ordinal)),
            Is.EqualTo(kept.Keys.Count(name => name.StartsWith("large", StringComparison.Ordinal))), "nothing half");

        disk.Empty();
        await Until.TrueAsync(
            async () =>
            {
                try
                {
                    await database.WriteAsync(w => SettingStore.Set(w, "after", Some.Noise(20_000)));
                    return await database.FindWriteFaultAsync(Soon) is null;
                }
                catch (StorageException)
                {
                    return false;
                }
            }, "changes are made again", Soon);
        Assert.That((await new SettingStore(database).ListAsync()).Keys, Is.SupersetOf(kept.Keys.Append("after")));
    }

    private static async Task MeetAsync(Database database)
    {
        var fault = (await Assert.ThrowsAsync<StorageException>(() => database.WriteAsync(w =>
        {
            SettingStore.Set(w, "with it", "half");
            w.Execute("insert into torn (name) values ('half')");
            w.Query<string>("select name from torn");
        })))!;
        Assert.That(fault.Kind, Is.EqualTo(StorageFaultKind.Damaged));
        Assert.That(fault.Message, Does.Contain("Restore the last backup").And.Not.Contain("\n"));
        Assert.That(
            async () => await database.QueryAsync<string>("select name from torn", null, default),
            Throws.TypeOf<StorageException>().With.Property("Kind").EqualTo(StorageFaultKind.Damaged));
        await database.WriteAsync(w => SettingStore.Set(w, "beside it", "whole"));
        Assert.That((await new SettingStore(database).ListAsync()).Keys, Is.EqualTo(new[] { "beside it" }));
    }

    private static async Task MendedAsync(Database database)
    {
        await database.WriteAsync(w => w.Execute("insert into torn (name) values ('twee')"));
        Assert.That(
            await database.QueryAsync<string>("select name from torn", null, default),
            Is.EquivalentTo(new[] { "een", "twee" }));
        Assert.That(await database.FindWriteFaultAsync(Soon), Is.Null);
    }

    // The second half of the page is of another moment, and so is its head.
    private static byte[] Tear(string file, long at, int size)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var whole = new byte[size];
        stream.Position = at;
        stream.ReadExactly(whole);
        var torn = whole.ToArray();
        torn.AsSpan(0, 32).Fill(0xA5);
        torn.AsSpan(size / 2).Fill(0x5A);
        stream.Position = at;
        stream.Write(torn);
        stream.Flush(flushToDisk: true);
        return whole;
    }

    private static void Restore(string file, long at, byte[] page)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.Position = at;
        stream.Write(page);
        stream.Flush(flushToDisk: true);
    }

    private static async Task<Space> OnDiskAsync(SmallDisk disk)
    {
        var folder = Directory.CreateDirectory(Path.Combine(disk.Path, "space")).FullName;
        Assume.That(SmallDisk.Run("chown", "postgres:", folder), "the server runs as postgres");
        var name = $"s{Guid.NewGuid():N}";
        await using var direct = new NpgsqlConnection(TestEngines.Postgres);
        await direct.OpenAsync();
        await RunAsync(direct, $"create tablespace {name} location '{folder}'");
        return new Space(name, await PostgresSchema.CreateAsync(TestEngines.Postgres!));
    }

    private static string OnDisk(Space space) =>
        new NpgsqlConnectionStringBuilder(space.Schema.ConnectionString)
        {
            Options = $"-c lock_timeout=500 -c default_tablespace={space.Name}",
        }.ToString();

    private static async Task RunAsync(NpgsqlConnection connection, string sql) => await ScalarAsync(connection, sql);

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Made by tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    /// <summary>A tablespace of PostgreSQL, and a schema whose tables are in it.</summary>
    private sealed record Space(string Name, PostgresSchema Schema) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Schema.DisposeAsync();
            await using var direct = new NpgsqlConnection(TestEngines.Postgres);
            await direct.OpenAsync();
            await RunAsync(direct, $"drop tablespace {Name}");
        }
    }
}

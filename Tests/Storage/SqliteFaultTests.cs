using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Settings;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

/// <summary>
/// What a full disk, another process or missing rights do: a clear fault, nothing half-written, no spin.
/// </summary>
public sealed class SqliteFaultTests
{
    private TestDatabase place = null!;

    [SetUp]
    public async Task MakeAsync() => place = await TestDatabase.CreateAsync(TestEngine.Sqlite);

    [TearDown]
    public async Task RemoveAsync() => await place.DisposeAsync();

    [Test]
    public async Task A_full_disk_refuses_changes_whole_and_is_forgotten_once_there_is_space()
    {
        await using var database = await place.OpenAsync();
        await LimitPagesAsync(database, 1);
        for (var i = 0; i < 5; i++)
        {
            var fault = (await Assert.ThrowsAsync<StorageException>(() => database.WriteAsync(w =>
            {
                SettingStore.Set(w, "small", "half");
                SettingStore.Set(w, "large", new string('x', 500_000));
            })))!;
            Assert.That(fault.Kind, Is.EqualTo(StorageFaultKind.DiskFull));
            Assert.That(fault.Message, Does.Contain("full"));
        }

        var inbox = new InboxStore(database);
        var entry = Some.Entry("https://a.example/1", DateTimeOffset.UnixEpoch, body: new byte[500_000]);
        Assert.That(
            async () => await inbox.KeepAsync(entry),
            Throws.TypeOf<StorageException>().With.Property("Kind").EqualTo(StorageFaultKind.DiskFull));
        Assert.That(await new SettingStore(database).ListAsync(), Is.Empty);

        await LimitPagesAsync(database, 1_000_000);
        Assert.That(await inbox.KeepAsync(entry), Is.EqualTo(KeepResult.New));
        await database.WriteAsync(w => SettingStore.Set(w, "large", new string('x', 500_000)));
        Assert.That((await new SettingStore(database).ListAsync()).Keys, Is.EqualTo(new[] { "large" }));
    }

    [Test]
    public async Task A_full_disk_fails_every_change_of_the_group_that_met_it_with_the_same_clear_fault()
    {
        await using var database = await place.OpenAsync();
        await LimitPagesAsync(database, 1);
        using var start = new ManualResetEventSlim();
        using var held = new SemaphoreSlim(0);
        var holder = database.WriteAsync(_ =>
        {
            held.Release();
            start.Wait();
        });
        await held.WaitAsync();
        var group = Enumerable.Range(0, 10).Select(i => database.WriteAsync(
            w => SettingStore.Set(w, $"{i}", new string('x', 500_000)))).ToList();
        start.Set();
        await holder;
        foreach (var one in group)
        {
            Assert.That(
                async () => await one,
                Throws.TypeOf<StorageException>().With.Property("Kind").EqualTo(StorageFaultKind.DiskFull));
        }

        Assert.That(await new SettingStore(database).ListAsync(), Is.Empty);
    }

    [Test]
    public async Task A_database_locked_by_another_process_is_told_and_works_again_when_freed()
    {
        await using var database = await place.OpenAsync();
        await using var other = new SqliteConnection($"Data Source={place.File};Pooling=False");
        await other.OpenAsync();
        await using (var held = other.BeginTransaction(System.Data.IsolationLevel.Serializable, deferred: false))
        {
            var fault = (await Assert.ThrowsAsync<StorageException>(
                () => database.WriteAsync(w => SettingStore.Set(w, "a", "1"))))!;
            Assert.That((fault.Kind, fault.Message), Is.EqualTo(
                (StorageFaultKind.Locked, "Another process holds the database. Stop it, or wait.")));
            Assert.That(await new SettingStore(database).ListAsync(), Is.Empty, "reading goes on");
        }

        await database.WriteAsync(w => SettingStore.Set(w, "a", "2"));
        Assert.That(await new SettingStore(database).FindAsync("a"), Is.EqualTo("2"));
    }

    [Test]
    public async Task While_locked_out_the_writer_waits_and_does_not_spin()
    {
        await using var database = await place.OpenAsync();
        await using var other = new SqliteConnection($"Data Source={place.File};Pooling=False");
        await other.OpenAsync();
        await using var held = other.BeginTransaction(System.Data.IsolationLevel.Serializable, deferred: false);
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var waiting = Stopwatch.StartNew();
        var changes = Enumerable.Range(0, 4).Select(_ => database.WriteAsync(w => SettingStore.Set(w, "a", "1")));
        foreach (var change in changes)
        {
            Assert.That(async () => await change, Throws.TypeOf<StorageException>());
        }

        // Four waits of a second. What earlier tests left behind may use the processor too; spinning would use a
        // whole one.
        var spent = Process.GetCurrentProcess().TotalProcessorTime - before;
        Assert.That(spent, Is.LessThan(waiting.Elapsed * 0.75));
    }

    [Test]
    public async Task A_database_that_became_read_only_is_told_and_written_again_when_it_may_be()
    {
        await using var database = await place.OpenAsync();
        await database.WriteAsync(w => w.Query<long>("pragma query_only = on"));
        var fault = (await Assert.ThrowsAsync<StorageException>(
            () => database.WriteAsync(w => SettingStore.Set(w, "a", "1"))))!;
        Assert.That(fault.Kind, Is.EqualTo(StorageFaultKind.ReadOnly));
        Assert.That(fault.Message, Does.Contain("Give this user write access"));
        Assert.That(await new SettingStore(database).ListAsync(), Is.Empty, "reading goes on");
        // The writer opened a new connection after that, as it does when the cause is gone.
        await database.WriteAsync(w => SettingStore.Set(w, "a", "2"));
        Assert.That(await new SettingStore(database).FindAsync("a"), Is.EqualTo("2"));
    }

    [TestCase(13, 13, StorageFaultKind.DiskFull, "Make space")]
    [TestCase(10, 4874, StorageFaultKind.DiskFull, "Make space")]
    [TestCase(10, 778, StorageFaultKind.Unreachable, "system's log")]
    [TestCase(5, 517, StorageFaultKind.Locked, "Stop it, or wait")]
    [TestCase(8, 776, StorageFaultKind.ReadOnly, "write access")]
    [TestCase(14, 14, StorageFaultKind.ReadOnly, "write access")]
    [TestCase(11, 11, StorageFaultKind.Damaged, "backup")]
    public async Task What_SQLite_reports_becomes_one_line_that_says_what_to_do(
        int code, int extended, StorageFaultKind kind, string advice)
    {
        await using var database = await place.OpenAsync();
        var fault = (StorageException)database.Engine.Explain(new SqliteException("x", code, extended));
        Assert.That(fault.Kind, Is.EqualTo(kind));
        Assert.That(fault.Message, Does.Contain(advice).And.Not.Contain("\n"));
    }

    // Root may write anywhere, so these are places where nobody may.
    [TestCase("/proc/plein/plein.db")]
    [TestCase("/proc/plein.db")]
    public async Task A_folder_that_may_not_be_written_is_told_at_the_start(string path)
    {
        Assume.That(Directory.Exists("/proc"), "needs Linux");
        await ExpectAsync(path, StorageFaultKind.ReadOnly, "plein.db");
    }

    [Test]
    public async Task A_folder_in_the_place_of_the_file_is_told_at_the_start()
    {
        Directory.CreateDirectory(place.File);
        await ExpectAsync(place.File, StorageFaultKind.ReadOnly, "plein.db");
    }

    [Test]
    public async Task A_file_that_is_no_database_is_told_and_left_alone()
    {
        var text = string.Concat(Enumerable.Repeat("no database ", 1_000));
        await File.WriteAllTextAsync(place.File, text);
        await ExpectAsync(place.File, StorageFaultKind.Damaged, "damaged");
        Assert.That(await File.ReadAllTextAsync(place.File), Is.EqualTo(text));
    }

    private static async Task ExpectAsync(string path, StorageFaultKind kind, string words)
    {
        var options = new StorageOptions { Database = $"Data Source={path};Default Timeout=1" };
        var fault = (await Assert.ThrowsAsync<StorageException>(
            () => Database.OpenAsync(options, TimeProvider.System, NullLogger.Instance)))!;
        Assert.That(fault.Kind, Is.EqualTo(kind));
        Assert.That(fault.Message, Does.Contain(words));
    }

    /// <summary>A disk that is full after so many pages; the limit is the writer's connection's.</summary>
    private static Task<IReadOnlyList<long>> LimitPagesAsync(Database database, int pages) =>
        database.WriteAsync(w => w.Query<long>($"pragma max_page_count = {pages}"));
}

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Settings;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>The command that takes a node to another database, as an operator types it.</summary>
public sealed class MoveDatabaseTests
{
    private DirectoryInfo folder = null!;
    private DirectoryInfo other = null!;
    private int port;

    [SetUp]
    public async Task MakeAsync()
    {
        folder = Directory.CreateTempSubdirectory("plein-test-");
        other = Directory.CreateTempSubdirectory("plein-test-");
        port = Plein.FreePort();
        await Plein.PrepareAsync(TestKeys.Node, ["afval"], folder, port);
    }

    [TearDown]
    public void Remove()
    {
        folder.Delete(recursive: true);
        other.Delete(recursive: true);
    }

    [Test]
    public async Task A_stopped_node_goes_on_in_another_database_with_all_it_had_and_back_again(
        [ValueSource(typeof(TestEngines), nameof(TestEngines.All))] TestEngine engine)
    {
        await using var there = await TestDatabase.CreateAsync(engine);
        var (code, output) = await MoveAsync(there.Options.Database);
        Assert.That((code, output), Is.EqualTo((0, output)));
        Assert.That(output, Does.Contain("All is there").And.Match(@"actors +│ +\d+ │ [0-9a-f]{32}"));
        var setting = $"Plein:Database={there.Options.Database}";
        await using (var server = await ServerProcess.ServeAsync(folder, port, setting))
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}") };
            Assert.That(await http.GetStringAsync("/o/afval"), Does.Contain("afval"));
            await server.KillAsync();
        }

        var back = $"Data Source={Path.Combine(folder.FullName, "back.db")}";
        (code, output) = await ServerProcess.RunAsync(
            folder, port, "move-database", "--set", setting, "--to", back);
        Assert.That((code, output), Is.EqualTo((0, output)));
        await using var returned = await ServerProcess.ServeAsync(folder, port, $"Plein:Database={back}");
    }

    [Test]
    public async Task A_running_node_is_not_moved()
    {
        await using var server = await ServerProcess.ServeAsync(folder, port);
        await RefusedAsync(Target, "in use by another server", "Stop the other one");
        Assert.That(File.Exists(NewFile), Is.False);
    }

    [Test]
    public async Task A_target_that_holds_something_is_refused_and_left_alone()
    {
        await using var target = await TestDatabase.CreateAsync(TestEngine.Sqlite);
        await using (var database = await target.OpenAsync())
        {
            await database.WriteAsync(w => SettingStore.Set(w, "name", "Ander plein"));
        }

        await RefusedAsync(target.Options.Database, "The target is not empty", "Name an empty database");
        await using var left = await target.OpenAsync();
        Assert.That(await new SettingStore(left).FindAsync("name"), Is.EqualTo("Ander plein"));
    }

    [Test]
    public async Task A_target_made_by_a_newer_program_is_refused()
    {
        await using var target = await TestDatabase.CreateAsync(TestEngine.Sqlite);
        await using (var database = await target.OpenAsync())
        {
            await database.WriteAsync(w => w.Execute("insert into migrations (name) values ('9999-later')"));
        }

        await RefusedAsync(target.Options.Database, "The target: ", "9999-later", "newer version");
    }

    [TestCase("Host=127.0.0.1;Port=1;Username=x;Timeout=1", "The target: ", "127.0.0.1:1", "cannot be reached")]
    [TestCase("Data Source=/proc/plein/new.db", "The target: ", "cannot be made", "who may write there")]
    [TestCase("Host=localhost;Colour=red", "cannot be read", "colour")]
    public Task A_target_that_cannot_be_opened_is_refused(string target, params string[] words) =>
        RefusedAsync(target, words);

    [Test]
    public Task The_database_it_is_in_is_refused() =>
        RefusedAsync($"Data Source={folder.FullName}/../{folder.Name}/plein.db", "same database");

    [Test]
    public async Task What_is_no_connection_string_is_wrong_use()
    {
        var (code, output) = await MoveAsync("plein.db");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(output, Does.Contain("--to must be a connection string"));
    }

    [Test]
    public async Task A_move_that_was_killed_is_made_again_and_no_node_starts_on_what_is_half()
    {
        await using (var database = await Database.OpenAsync(
            new StorageOptions { Database = $"Data Source={Path.Combine(folder.FullName, "plein.db")}" },
            TimeProvider.System, NullLogger.Instance))
        {
            await database.WriteAsync(w => w.Execute(
                """
                insert into tombstones (uri, former_type, deleted_at)
                with recursive n (i) as (select 1 union all select i + 1 from n where i < 60000)
                select 'https://b.example/' || i, 'Note', i from n
                """));
        }

        await using (var move = ServerProcess.Command(folder, port, "move-database", "--to", Target))
        {
            await Until.TrueAsync(() => Task.FromResult(Arrived() > 0), "some of it has arrived");
            await move.KillAsync();
        }

        var (code, output) = await ServerProcess.RunAsync(
            folder, port, "migrate", "--set", $"Plein:Database={Target}");
        Assert.That(code, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("was interrupted"));
        (code, output) = await MoveAsync(Target);
        Assert.That((code, output), Is.EqualTo((0, output)));
        Assert.That(Arrived(), Is.EqualTo(60_000));
    }

    private long Arrived()
    {
        try
        {
            return Plein.Rows(other, "select count(*) from tombstones", row => row.GetInt64(0))[0];
        }
        catch (SqliteException)
        {
            return 0;
        }
    }

    private string NewFile => Path.Combine(other.FullName, "plein.db");

    private string Target => $"Data Source={NewFile}";

    private Task<(int Code, string Output)> MoveAsync(string target) =>
        ServerProcess.RunAsync(folder, port, "move-database", "--to", target);

    private async Task RefusedAsync(string target, params string[] words)
    {
        var (code, output) = await MoveAsync(target);
        // What cannot be understood as typed, and what cannot be done.
        var isUnread = output.StartsWith("--to cannot be read", StringComparison.Ordinal);
        Assert.That(code, Is.EqualTo(isUnread ? 2 : 1), output);
        Assert.That(output.Trim().Split('\n'), Has.Length.EqualTo(1), output);
        foreach (var word in words)
            Assert.That(output, Does.Contain(word));
    }
}

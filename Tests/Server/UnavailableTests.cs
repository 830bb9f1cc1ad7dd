using Microsoft.Data.Sqlite;
using Ontmoetingsplein.Server;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>
/// A running node whose database cannot be written, and a start that cannot be made: told, never crashed.
/// </summary>
public sealed class UnavailableTests
{
    private Plein plein = null!;

    [SetUp]
    public async Task StartAsync() => plein = await Plein.StartAsync(
        TestKeys.Node, [], options => options with { Database = options.Database + ";Default Timeout=1" });

    [TearDown]
    public async Task StopAsync() => await plein.DisposeAsync();

    [Test]
    public async Task While_another_process_holds_the_database_changes_get_503_and_pages_go_on()
    {
        await using var other = new SqliteConnection($"Data Source={plein.DatabaseFile};Pooling=False");
        await other.OpenAsync();
        await using (other.BeginTransaction(System.Data.IsolationLevel.Serializable, deferred: false))
        {
            await RefusedAsync();
        }

        await AcceptedAsync();
    }

    [Test]
    public async Task While_the_disk_is_full_changes_get_503_and_afterwards_all_goes_on()
    {
        // The limit is the writer's connection's.
        await plein.Get<Database>().WriteAsync(w => w.Query<long>("pragma max_page_count = 1"));
        await FillAsync();
        await RefusedAsync();
        var ill = await HealthAsync();
        Assert.That(ill, Is.EqualTo((503, "unavailable: nothing can be written, the disk is full\n")));
        Assert.That(await HealthAsync(), Is.EqualTo(ill), "though a small change may still fit");
        await plein.Get<Database>().WriteAsync(w => w.Query<long>("pragma max_page_count = 1000000"));
        await Until.TrueAsync(async () => (await HealthAsync()).Status == 200, "it is well again");
        await AcceptedAsync();
    }

    [TestCase("serve")]
    [TestCase("demo", "--port", "{port}")]
    public async Task An_address_that_is_taken_stops_the_start_with_one_line(params string[] command)
    {
        var folder = Directory.CreateTempSubdirectory("plein-test-");
        try
        {
            string[] given = [.. command.Select(word => word == "{port}" ? $"{plein.Origin.Port}" : word)];
            await using var process = ServerProcess.Start(
                typeof(Node).Assembly.Location,
                [.. given, .. given.Length > 1 ? (string[])[] :
                    ["--set", $"Plein:DataFolder={folder.FullName}", "--set", $"Plein:Urls={plein.Origin}"]]);
            var (code, output) = await process.EndAsync(TimeSpan.FromSeconds(60));
            Assert.That(code, Is.EqualTo(1), output);
            Assert.That(output, Does.Contain("address already in use").And.Contain("Plein:Urls"));
            Assert.That(output, Does.Not.Contain("   at "));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task A_key_that_is_damaged_or_cannot_be_read_stops_the_start_with_one_line()
    {
        var folder = Directory.CreateTempSubdirectory("plein-test-");
        try
        {
            var path = Path.Combine(folder.FullName, "node.key");
            await File.WriteAllBytesAsync(path, [1, 2, 3]);
            await EndsAsync(folder, "is damaged", "backup");
            Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(new byte[] { 1, 2, 3 }), "it is left alone");
            File.Delete(path);
            Directory.CreateDirectory(path);
            await EndsAsync(folder, "node.key cannot be read or made");
            Assert.That(Directory.GetFiles(folder.FullName, "node.key.*"), Is.Empty);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task EndsAsync(DirectoryInfo folder, params string[] words)
    {
        var (code, output) = await ServerProcess.RunAsync(folder, Plein.FreePort(), "serve");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output.Trim().Split('\n'), Has.Length.EqualTo(1), output);
        foreach (var word in words)
            Assert.That(output, Does.Contain(word));
    }

    private async Task<(int Status, string Text)> HealthAsync()
    {
        using var response = await plein.Http.GetAsync(plein.Url("/healthz"));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task RefusedAsync()
    {
        using var browser = new Browser(plein.Origin);
        var links = plein.Count("select count(*) from sign_in_links");
        var seen = await AskLinkAsync(browser);
        Assert.That((seen.Status, seen.Header("Retry-After")), Is.EqualTo((503, "5")));
        Assert.That(seen.Page.QuerySelector("h1"), Is.Not.Null, "a page for people");
        Assert.That((await browser.GetAsync("/vragen")).Status, Is.EqualTo(200));
        Assert.That(plein.Count("select count(*) from sign_in_links"), Is.EqualTo(links), "nothing half-written");
    }

    private async Task AcceptedAsync()
    {
        using var browser = new Browser(plein.Origin);
        Assert.That((await AskLinkAsync(browser)).Status, Is.EqualTo(200));
        Assert.That(plein.Count("select count(*) from sign_in_links"), Is.Positive);
    }

    private static async Task<Seen> AskLinkAsync(Browser browser) => await browser.SubmitAsync(
        await browser.GetAsync("/inloggen"), "/inloggen/link", ("email", "anna@post.example"));

    private async Task FillAsync()
    {
        // Rows fall on pages by chance, so one that does not fit does not say that the next one will not.
        for (var refused = 0; refused < 300;)
        {
            try
            {
                await plein.Get<Database>().WriteAsync(w => w.Execute(
                    """
                    insert into sign_in_links (token_hash, purpose, email, created_at, expires_at)
                    values (randomblob(32), 0, 'x', 0, 4000000000000)
                    """));
            }
            catch (StorageException)
            {
                refused++;
            }
        }
    }
}

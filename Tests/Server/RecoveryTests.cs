using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Server.Peers.Inbound;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Settings;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>
/// Changes cannot be made for a while: the node says so, loses nothing, and goes on at once when they can be again.
/// </summary>
[TestFixtureSource(typeof(TestEngines), nameof(TestEngines.All))]
public sealed class RecoveryTests(TestEngine engine)
{
    // Five seconds, and what a busy machine adds; a lease lasts two minutes.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(12);

    private WriteBlock block = null!;

    [SetUp]
    public async Task MakeAsync() => block = await WriteBlock.CreateAsync(engine);

    [TearDown]
    public async Task RemoveAsync() => await block.DisposeAsync();

    [Test]
    public async Task What_was_accepted_is_worked_off_within_seconds_once_changes_can_be_made_again()
    {
        await using var database = await Database.OpenAsync(
            block.Options, TimeProvider.System, NullLogger.Instance);
        var inbox = new InboxStore(database);
        using var journal = new StoredInbox(inbox, database, TimeProvider.System);
        var (entered, go, failed) = (Signal(), Signal(), Signal());
        var handler = new ScriptedHandler
        {
            Script = async activity =>
            {
                entered.TrySetResult();
                await go.Task;
                try
                {
                    await database.WriteAsync(writing =>
                    {
                        SettingStore.Set(writing, "handled", activity.Activity.Id);
                        InboxStore.Mark(writing, activity.JournalId, InboxState.Done, null);
                    });
                    return HandlingOutcome.Done;
                }
                catch (StorageException fault)
                {
                    failed.TrySetResult();
                    return HandlingOutcome.Unable(fault.Message);
                }
            },
        };
        var processor = new InboxProcessor(
            new FederationOptions { Origin = new Uri("https://plein.example") }, journal, handler,
            new InboxPressure(TimeProvider.System), TimeProvider.System, NullLogger<InboxProcessor>.Instance);
        using var stop = new CancellationTokenSource();
        var running = processor.RunAsync(stop.Token);
        foreach (var number in new[] { 1, 2 })
        {
            var id = $"https://buurt.example/a/{number}";
            await journal.KeepAsync(
                new JournalEntry(
                    id, new Uri("https://buurt.example/p/bram"), "Like", "buurt.example", null,
                    Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","type":"Like"}"""), TimeProvider.System.GetUtcNow()),
                default);
        }

        await entered.Task.WaitAsync(Soon);
        await block.CloseAsync();
        go.SetResult();
        await failed.Task.WaitAsync(Soon);
        // Until what holds the host could not be given back either.
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
        await block.OpenAsync();
        await Until.TrueAsync(async () => await inbox.CountWaitingAsync() == 0, "both are worked off", Soon);
        Assert.That(await new SettingStore(database).FindAsync("handled"), Does.EndWith("/2"));
        Assert.That(
            await database.FirstAsync<long>(
                "select count(*) from inbox where state = 1 and attempts = 0", null, default),
            Is.EqualTo(2), "it cost no attempt");
        await stop.CancelAsync();
        await running;
    }

    [Test]
    public async Task While_nothing_can_be_written_health_says_why_and_pages_go_on_and_then_all_is_well_again()
    {
        await using var plein = await Plein.StartAsync(
            TestKeys.Node, [], options => options with { Database = block.ConnectionString });
        Assert.That(await HealthAsync(plein), Is.EqualTo((200, "ok\n")));
        await block.CloseAsync();
        await Until.TrueAsync(async () => (await HealthAsync(plein)).Status == 503, "it is told");
        using var browser = new Browser(plein.Origin);
        var form = await browser.GetAsync("/inloggen");
        Assert.That(form.Status, Is.EqualTo(200), "reading goes on");
        var refused = await browser.SubmitAsync(form, "/inloggen/link", ("email", "anna@post.example"));
        Assert.That((refused.Status, refused.Header("Retry-After")), Is.EqualTo((503, "5")));
        var (status, text) = await HealthAsync(plein);
        Assert.That(status, Is.EqualTo(503));
        Assert.That(text, Is.EqualTo(engine == TestEngine.Sqlite
            ? "unavailable: nothing can be written, another process holds the database\n"
            : "unavailable: nothing can be written, the database is read-only\n"));

        await block.OpenAsync();
        await Until.TrueAsync(async () => (await HealthAsync(plein)).Status == 200, "all is well again", Soon);
        Assert.That(
            (await browser.SubmitAsync(form, "/inloggen/link", ("email", "anna@post.example"))).Status,
            Is.EqualTo(200));
    }

    private static async Task<(int Status, string Text)> HealthAsync(Plein plein)
    {
        using var response = await plein.Http.GetAsync(plein.Url("/healthz"));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

using System.Text.Json;
using Deque.AxeCore.Commons;
using PuppeteerSharp;

namespace Ontmoetingsplein.Tests.Chromium;

/// <summary>A real browser without a window. Tests that need it are skipped where there is none.</summary>
internal sealed class ChromiumBrowser : IAsyncDisposable
{
    private const string Setting = "PLEIN_TEST_CHROMIUM";
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private static readonly string[] Quiet =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
        // A page that glides to its place would be clicked where a button was a moment ago.
        "--force-prefers-reduced-motion",
    ];

    private readonly IBrowser browser;
    private readonly DirectoryInfo profile;

    private ChromiumBrowser(IBrowser browser, DirectoryInfo profile) =>
        (this.browser, this.profile) = (browser, profile);

    public static async Task<ChromiumBrowser> StartAsync()
    {
        var program = Find();
        if (program is null)
        {
            Assert.Ignore($"No Chromium here: install it, or name it in {Setting}.");
        }

        var profile = Directory.CreateTempSubdirectory("plein-chromium-");
        var browser = await Puppeteer.LaunchAsync(new LaunchOptions
        {
            ExecutablePath = program,
            Headless = true,
            Args = Quiet,
            UserDataDir = profile.FullName,
        });
        return new ChromiumBrowser(browser, profile);
    }

    /// <summary>A page of somebody who was never here before.</summary>
    /// <param name="width">CSS pixels.</param>
    public async Task<IPage> OpenAsync(int width = 1280)
    {
        var context = await browser.CreateBrowserContextAsync();
        var page = await context.NewPageAsync();
        await page.SetViewportAsync(new ViewPortOptions { Width = width, Height = 900 });
        await page.SetExtraHttpHeadersAsync(new Dictionary<string, string> { ["Accept-Language"] = "nl" });
        return page;
    }

    /// <summary>What axe finds against WCAG 2.2 AA and good practice: rule and element, one line each.</summary>
    public static async Task<IReadOnlyList<string>> BarriersAsync(IPage page)
    {
        await page.EvaluateExpressionAsync(new BundledAxeScriptProvider().GetScript());
        var found = await page.EvaluateFunctionAsync<JsonElement>(
            """
            async () => (await axe.run()).violations.flatMap(
              one => one.nodes.map(node => `${one.id}: ${node.target.join(' ')}: ${node.failureSummary}`))
            """);
        return [.. found.EnumerateArray().Select(one => one.GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                profile.Delete(recursive: true);
                return;
            }
            catch (IOException) when (attempt < 20)
            {
                // Its helpers write for a moment after the browser has gone.
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }

    private static string? Find() =>
        Environment.GetEnvironmentVariable(Setting) is { Length: > 0 } named
            ? named
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
                .FirstOrDefault(File.Exists);
}

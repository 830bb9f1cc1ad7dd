using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Peers;

/// <summary>
/// A server that others wrote: Fedify, in a process of its own (Tests/Peers/fedify/peer.js). Tests that need it are
/// skipped where it is not installed.
/// </summary>
internal sealed class FedifyPeer : IAsyncDisposable
{
    public const string Fenna = "fenna";
    public const string Stranger = "vreemd";

    private const int OldestNode = 22;
    private static readonly string Folder = Path.Combine(SourceTree.Root, "Tests", "Peers", "fedify");

    private readonly ServerProcess process;
    private readonly HttpClient http;

    private FedifyPeer(ServerProcess process, Uri origin) =>
        (this.process, http) = (process, new HttpClient { BaseAddress = origin });

    /// <summary>What it wrote to its console.</summary>
    public string Output => process.Output;

    /// <summary>The address of somebody there.</summary>
    public string Person(string name) => new Uri(http.BaseAddress!, $"/users/{name}").AbsoluteUri;

    /// <summary>Starts it.</summary>
    /// <param name="firstKnock">The signature that it tries first, by Fedify's name.</param>
    public static async Task<FedifyPeer> StartAsync(string firstKnock)
    {
        var installed = Directory.Exists(Path.Combine(Folder, "node_modules", "@fedify", "fedify"));
        var node = installed
            ? new[] { Path.Combine(Folder, "node_modules", ".bin", "node"), "node" }.FirstOrDefault(IsRecent) : null;
        if (node is null)
        {
            Assert.Ignore(
                $"Fedify or Node {OldestNode} is not installed: run npm ci in Tests/Peers/fedify, as .ci/run does.");
        }

        var port = Plein.FreePort();
        var process = ServerProcess.StartNative(
            node, ["peer.js", port.ToString(CultureInfo.InvariantCulture), firstKnock], Folder);
        await process.SaysAsync("runs at");
        return new FedifyPeer(process, new Uri($"http://localhost:{port}"));
    }

    /// <summary>Has somebody there do something and send it.</summary>
    /// <param name="verb">One of those in peer.js.</param>
    /// <param name="to">Whom it is sent to; its inbox is at the same address.</param>
    /// <param name="told">What the verb needs.</param>
    /// <returns>The ids of the activity and of its object.</returns>
    public async Task<(string Activity, string Object)> DoAsync(
        string verb, string to, params (string Name, string Value)[] told)
    {
        var body = new JsonObject { ["to"] = to, ["inbox"] = to + "/inbox" };
        foreach (var (name, value) in told)
            body[name] = value;
        using var response = await http.PostAsJsonAsync($"/do/{verb}", body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, Is.True, text);
        var done = JsonNode.Parse(text)!;
        return ((string)done["activity"]!, (string?)done["object"] ?? "");
    }

    /// <summary>Requests and activities that came in there, oldest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> SeenAsync() =>
        [.. (await http.GetFromJsonAsync<JsonArray>("/seen"))!.Select(one => one!)];

    /// <summary>Waits for an activity.</summary>
    public async Task<JsonNode> ReceivedAsync(Func<JsonNode, bool> isIt, string what)
    {
        try
        {
            return await Until.FoundAsync(
                async () => (await SeenAsync()).FirstOrDefault(isIt), $"Fedify receives {what}",
                TimeSpan.FromSeconds(30));
        }
        catch (AssertionException late)
        {
            throw new AssertionException($"{late.Message}\nIt says:\n{Output}", late);
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await process.DisposeAsync();
    }

    private static bool IsRecent(string node)
    {
        try
        {
            using var asked = Process.Start(
                new ProcessStartInfo(node, "--version") { RedirectStandardOutput = true });
            var version = asked!.StandardOutput.ReadToEnd().Trim().TrimStart('v').Split('.')[0];
            return int.TryParse(version, CultureInfo.InvariantCulture, out var major) && major >= OldestNode;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}

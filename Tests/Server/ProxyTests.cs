using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Server;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>What a proxy in front of the node may say, and what it may ask.</summary>
public sealed class ProxyTests
{
    // So many links an hour for one network: who is believed decides which network that is.
    private const int LinksOfOneNetwork = 150;

    [Test]
    public async Task A_proxy_on_this_machine_tells_from_whom_a_request_came()
    {
        await using var forum = await TestForum.StartAsync();
        Assert.That(await AskManyAsync(forum, last => $"203.0.113.{last}"), Is.All.EqualTo(200));
    }

    [Test]
    public async Task A_sender_that_is_no_trusted_proxy_cannot_pretend_to_be_somebody_else()
    {
        await using var forum = await TestForum.StartAsync(("TrustedProxies", "10.1.0.0/16, 2001:db8::1"));
        Assert.That(await AskManyAsync(forum, last => $"203.0.113.{last}"), Does.Contain(429));
    }

    [Test]
    public async Task What_a_client_wrote_before_the_chain_of_trusted_proxies_is_not_believed()
    {
        await using var forum = await TestForum.StartAsync(("TrustedProxies", "127.0.0.0/8;10.1.2.3"));
        Assert.That(
            await AskManyAsync(forum, last => $"198.51.100.{last}, 203.0.113.7, 10.1.2.3"), Does.Contain(429));
    }

    [TestCase("10.0.0.0/33")]
    [TestCase("caddy")]
    [TestCase("127.0.0.1, everyone")]
    public void A_proxy_that_is_no_address_is_a_wrong_setting(string text)
    {
        var (options, faults) = Read(text);
        Assert.That(options, Is.Null);
        Assert.That(
            faults.Single().ToString(), Does.StartWith("Plein:TrustedProxies: ").And.Contain("Write them like"));
    }

    [Test]
    public void Addresses_and_networks_may_stand_side_by_side()
    {
        var networks = Read("127.0.0.1, ::1;10.0.0.0/8").Options!.TrustedProxies;
        Assert.That(
            networks.Select(one => one.ToString()), Is.EqualTo(new[] { "127.0.0.1/32", "::1/128", "10.0.0.0/8" }));
        Assert.That(Read("").Options!.TrustedProxies, Does.Contain(IPNetwork.Parse("127.0.0.0/8")));
    }

    [Test]
    public async Task Health_is_told_as_long_as_the_database_answers_and_nothing_more()
    {
        await using var plein = await Plein.StartAsync(TestKeys.Node, []);
        using var well = await plein.Http.GetAsync(plein.Url("/healthz"));
        Assert.That(
            ((int)well.StatusCode, await well.Content.ReadAsStringAsync(), well.Headers.CacheControl?.NoStore),
            Is.EqualTo((200, "ok\n", true)));
        await plein.Get<Database>().WriteAsync(writing => writing.Execute("drop table migrations"));
        using var ill = await plein.Http.GetAsync(plein.Url("/healthz"));
        Assert.That(
            ((int)ill.StatusCode, await ill.Content.ReadAsStringAsync(), ill.Headers.RetryAfter?.Delta),
            Is.EqualTo((503, "unavailable\n", TimeSpan.FromSeconds(5))));
    }

    private static (ServerOptions? Options, IReadOnlyList<OptionFault> Faults) Read(string proxies) =>
        ServerOptionsReader.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Plein:TrustedProxies"] = proxies }).Build());

    private static async Task<IReadOnlyList<int>> AskManyAsync(TestForum forum, Func<int, string> forwarded)
    {
        using var browser = forum.Visitor();
        var page = await browser.GetAsync("/inloggen");
        var statuses = new List<int>();
        for (var last = 1; last <= LinksOfOneNetwork + 1; last++)
        {
            browser.Headers["X-Forwarded-For"] = forwarded(last);
            var email = string.Create(CultureInfo.InvariantCulture, $"iemand{last}@post.example");
            statuses.Add((await browser.SubmitAsync(page, "/inloggen/link", ("email", email))).Status);
        }

        return statuses;
    }
}

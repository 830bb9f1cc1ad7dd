using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

public partial class RemoteFetcherTests
{
    [Test]
    public async Task Row_5_loopback_is_not_reached_without_leave()
    {
        await using var strict = new TestNode(o => o with { AllowPrivateAddresses = false });
        var byName = new Uri($"http://localhost:{new Uri(_remote.Origin).Port}/n/1");
        Assert.That(await strict.Get<RemoteFetcher>().FetchAsync(byName, null, default),
            Is.InstanceOf<FetchResult.Refused>());
        Assert.That(await strict.Get<RemoteFetcher>().FetchAsync(_remote.Url("/n/1"), null, default),
            Is.InstanceOf<FetchResult.Refused>());
        Assert.That(_remote.Seen, Is.Empty);
    }

    [TestCase("ftp://files.example/a")]
    [TestCase("data:application/activity+json,{}")]
    [TestCase("file:///etc/passwd")]
    [TestCase("http://user:pass@127.0.0.1/a")]
    [TestCase("https://plein.example/q/1")]
    public async Task Row_6_a_redirect_to_what_is_no_peer_is_refused(string location)
    {
        Redirect("/n/1", location);
        Assert.That(await FetchAsync("/n/1"), Is.InstanceOf<FetchResult.Refused>());
    }

    [Test]
    public async Task Row_6_a_redirect_to_a_blocked_host_is_refused()
    {
        _node.Peers.Hosts["blocked.example"] = new PeerStanding(true, null);
        Redirect("/n/1", "http://blocked.example/n/1");
        Assert.That(await FetchAsync("/n/1"), Is.EqualTo(new FetchResult.Refused("The host is blocked.")));
    }

    [Test]
    public async Task Row_6_a_public_name_that_redirects_to_a_private_name_is_refused()
    {
        // The first name may be connected to, the second may not: as if the first were public.
        using var handler = PublicAddressHandler.Create(_node.Options, (name, _) => name == "public.example"
            ? Task.FromResult(new[] { System.Net.IPAddress.Loopback })
            : throw new AddressRefusedException(name));
        using var http = new HttpMessageInvoker(handler);
        var port = new Uri(_remote.Origin).Port;
        Redirect("/n/1", $"http://intranet.example:{port}/secret");
        var fetcher = new RemoteFetcher(
            _node.Options, new RemoteHttp(_node.Options, http, _node.Time), _node.Keys, _node.Peers, _node.Time);
        var result = await fetcher.FetchAsync(new Uri($"http://public.example:{port}/n/1"), null, default);
        Assert.That(result, Is.EqualTo(new FetchResult.Refused("The host has no public address.")));
        Assert.That(_remote.Count("/n/1"), Is.EqualTo(1));
        Assert.That(_remote.Count("/secret"), Is.Zero);
    }

    [Test]
    public async Task Row_7_three_redirects_are_followed_each_with_a_signature_of_its_own()
    {
        Redirect("/a", "/b");
        Redirect("/b", _remote.Origin + "/c");
        Redirect("/c", "d");
        ServeNote("/d");
        Assert.That((await FetchAsync("/a") as FetchResult.Found)?.Url, Is.EqualTo(_remote.Url("/d")));
        Assert.That(_remote.Seen.Select(s => s.Headers["Signature"]).Distinct().Count(), Is.EqualTo(4));
    }

    [Test]
    public async Task Row_7_a_fourth_redirect_is_refused()
    {
        Redirect("/a", "/b");
        Redirect("/b", "/c");
        Redirect("/c", "/d");
        Redirect("/d", "/e");
        ServeNote("/e");
        Assert.That(await FetchAsync("/a"), Is.InstanceOf<FetchResult.Refused>());
        Assert.That(_remote.Count("/e"), Is.Zero);
    }

    [Test]
    public async Task Row_7_redirects_in_a_circle_are_refused()
    {
        Redirect("/a", "/b");
        Redirect("/b", "/a");
        Redirect("/self", "/self");
        Assert.That(await FetchAsync("/a"), Is.InstanceOf<FetchResult.Refused>());
        Assert.That(await FetchAsync("/self"), Is.InstanceOf<FetchResult.Refused>());
        Assert.That(_remote.Seen, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Row_8_a_body_of_a_few_bytes_a_second_is_given_up()
    {
        _remote.Routes["/n/1"] = async context =>
        {
            context.Response.ContentType = "application/activity+json";
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(" ", context.RequestAborted);
                await Task.Delay(50, context.RequestAborted);
            }
        };
        Assert.That(await FetchAsync("/n/1"), Is.InstanceOf<FetchResult.Unreachable>());
    }

    [Test]
    public async Task Row_8_headers_that_do_not_come_are_given_up()
    {
        _remote.Routes["/n/1"] = context => Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted);
        Assert.That(await FetchAsync("/n/1"), Is.InstanceOf<FetchResult.Unreachable>());
    }

    [Test]
    public async Task Row_8_an_endless_body_is_cut_off()
    {
        _remote.Routes["/n/1"] = async context =>
        {
            context.Response.ContentType = "application/activity+json";
            var spaces = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(spaces, context.RequestAborted);
        };
        Assert.That(await FetchAsync("/n/1"), Is.EqualTo(new FetchResult.Refused("The document is too large.")));
    }

    [Test]
    public async Task Row_8_an_announced_length_over_the_limit_is_refused()
    {
        _remote.Routes["/n/1"] = async context =>
        {
            context.Response.ContentType = "application/activity+json";
            context.Response.ContentLength = 2_000_000;
            await context.Response.Body.WriteAsync(new byte[2_000_000]);
        };
        Assert.That(await FetchAsync("/n/1"), Is.EqualTo(new FetchResult.Refused("The document is too large.")));
    }

    [Test]
    public async Task Row_8_a_gzip_bomb_is_cut_off_at_its_unpacked_size()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(new byte[50_000_000]);
        _remote.Routes["/n/1"] = async context =>
        {
            context.Response.ContentType = "application/activity+json";
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(packed.ToArray());
        };
        Assert.That(packed.Length, Is.LessThan(_node.Options.MaxBodyBytes));
        Assert.That(await FetchAsync("/n/1"), Is.EqualTo(new FetchResult.Refused("The document is too large.")));
    }

    [Test]
    public async Task Row_8_a_body_shorter_than_announced_is_no_document()
    {
        _remote.Routes["/n/1"] = async context =>
        {
            context.Response.ContentType = "application/activity+json";
            context.Response.ContentLength = 500;
            await context.Response.WriteAsync($$"""{"id":"{{_remote.Url("/n/1")}}"}""");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };
        Assert.That(await FetchAsync("/n/1"), Is.InstanceOf<FetchResult.Unreachable>());
    }

    [Test]
    public async Task Row_27_one_activity_can_cause_twenty_fetches()
    {
        ServeNote("/n/1");
        FetchBudget.Begin();
        for (var i = 0; i < 30; i++)
            await FetchAsync("/n/1");
        Assert.That(_remote.Seen, Has.Count.EqualTo(20));
    }

    [Test]
    public async Task Row_27_endless_hosts_under_one_domain_share_one_limit()
    {
        var options = _node.Options with { FetchesPerDomainPerMinute = 10 };
        using var handler = PublicAddressHandler.Create(
            options, (_, _) => Task.FromResult(new[] { System.Net.IPAddress.Loopback }));
        using var http = new HttpMessageInvoker(handler);
        var fetcher = new RemoteFetcher(
            options, new RemoteHttp(options, http, _node.Time), _node.Keys, _node.Peers, _node.Clock);
        var port = new Uri(_remote.Origin).Port;
        Task<FetchResult> Fetch(string host) =>
            fetcher.FetchJsonAsync(new Uri($"http://{host}:{port}/nodeinfo"), default);
        _remote.ServeActivity("/nodeinfo", "{}", "application/json");

        for (var n = 0; n < 30; n++)
            await Fetch($"a{n}.b{n}.endless.example");
        Assert.That(_remote.Seen, Has.Count.EqualTo(10));
        Assert.That(await Fetch("c.endless.example"), Is.InstanceOf<FetchResult.Unreachable>(), "later, not never");
        Assert.That(await Fetch("other.example"), Is.InstanceOf<FetchResult.Found>());
        _node.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await Fetch("c.endless.example"), Is.InstanceOf<FetchResult.Found>());
    }

    [TestCase("a.b.plein.example", "plein.example")]
    [TestCase("plein.example", "plein.example")]
    [TestCase("a.plein.co.uk", "plein.co.uk")]
    [TestCase("plein.co.uk", "plein.co.uk")]
    [TestCase("x.y.plein.gouv.fr", "plein.gouv.fr")]
    [TestCase("a.utrecht.nl", "utrecht.nl")]
    [TestCase("a.nos.nl", "nos.nl")]
    [TestCase("a.co.nl", "co.nl")]
    [TestCase("localhost", null)]
    [TestCase("127.0.0.1", null)]
    [TestCase("[::1]", null)]
    public void Row_27_hosts_of_one_holder_have_one_domain(string host, string? domain) =>
        Assert.That(RegistrableDomain.Of(host), Is.EqualTo(domain));

    [Test]
    public async Task Plain_JSON_is_fetched_without_a_signature()
    {
        _remote.ServeActivity("/.well-known/nodeinfo", "{}", "application/json; charset=utf-8");
        var result = await _node.Get<RemoteFetcher>().FetchJsonAsync(_remote.Url("/.well-known/nodeinfo"), default);
        Assert.That(result, Is.InstanceOf<FetchResult.Found>());
        Assert.That(_remote.Seen.Single().Headers.ContainsKey("Signature"), Is.False);
    }
}

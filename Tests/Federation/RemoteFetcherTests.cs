using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

public class RemoteFetcherTests
{
    private RemoteServer _remote = null!;
    private TestNode _node = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _remote = await RemoteServer.StartAsync();
        _node = new TestNode(o => o with
        {
            HeaderTimeout = TimeSpan.FromMilliseconds(600),
            RequestTimeout = TimeSpan.FromSeconds(1),
        }, TimeProvider.System);
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await _node.DisposeAsync();
        await _remote.DisposeAsync();
    }

    private Task<FetchResult> FetchAsync(string path) => _node.Get<RemoteFetcher>().FetchAsync(_remote.Url(path), null, default);

    private void ServeNote(string path, string? id = null, string contentType = "application/activity+json") =>
        _remote.ServeActivity(path, $$"""{"id":"{{id ?? _remote.Origin + path}}","type":"Note"}""", contentType);

    private void Redirect(string path, string location) => _remote.Routes[path] = context =>
    {
        context.Response.StatusCode = 302;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    };

    [Test]
    public async Task A_document_is_found_with_a_signed_request()
    {
        ServeNote("/n/1");
        var found = await FetchAsync("/n/1") as FetchResult.Found;
        Assert.That(found?.Url, Is.EqualTo(_remote.Url("/n/1")));
        var seen = _remote.Seen.Single().Headers;
        Assert.Multiple(() =>
        {
            Assert.That(seen["Signature"], Does.StartWith("keyId=\"https://plein.example/actor#main-key\""));
            Assert.That(seen["Accept"], Is.EqualTo(MediaTypes.Accept));
            Assert.That(seen["User-Agent"], Does.Contain("plein.example"));
            Assert.That(seen.ContainsKey("Cookie"), Is.False);
        });
    }

    [TestCase(404, typeof(FetchResult.NotFound))]
    [TestCase(410, typeof(FetchResult.Gone))]
    [TestCase(429, typeof(FetchResult.Unreachable))]
    [TestCase(503, typeof(FetchResult.Unreachable))]
    [TestCase(418, typeof(FetchResult.Refused))]
    [TestCase(204, typeof(FetchResult.Refused))]
    public async Task A_status_has_its_meaning(int status, Type expected)
    {
        _remote.ServeStatus("/n/1", status);
        Assert.That(await FetchAsync("/n/1"), Is.InstanceOf(expected));
    }

    [Test]
    public async Task An_unchanged_document_is_not_sent_again()
    {
        _remote.Routes["/n/1"] = context =>
        {
            context.Response.StatusCode = context.Request.Headers.IfNoneMatch == "\"v1\"" ? 304 : 500;
            return Task.CompletedTask;
        };
        var result = await _node.Get<RemoteFetcher>().FetchAsync(_remote.Url("/n/1"), "\"v1\"", default);
        Assert.That(result, Is.InstanceOf<FetchResult.NotModified>());
    }

    [Test]
    public async Task A_host_that_refuses_the_first_scheme_is_asked_with_the_other_which_is_remembered()
    {
        _remote.Routes["/n/1"] = context =>
        {
            if (!context.Request.Headers.ContainsKey("Signature-Input"))
                context.Response.StatusCode = 401;
            context.Response.ContentType = "application/activity+json";
            return context.Response.StatusCode == 401 ? Task.CompletedTask
                : context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($$"""{"id":"{{_remote.Url("/n/1")}}"}""")).AsTask();
        };
        Assert.That(await FetchAsync("/n/1"), Is.InstanceOf<FetchResult.Found>());
        Assert.That(_node.Peers.Hosts[_remote.Authority].Scheme, Is.EqualTo(SignatureScheme.MessageRsa));
        await FetchAsync("/n/1");
        Assert.That(_remote.Seen, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Row_2_an_id_on_the_same_host_is_fetched_once_more()
    {
        ServeNote("/@anna/1", _remote.Origin + "/n/1");
        ServeNote("/n/1");
        Assert.That((await FetchAsync("/@anna/1") as FetchResult.Found)?.Url, Is.EqualTo(_remote.Url("/n/1")));
    }

    [Test]
    public async Task Row_2_an_id_that_leads_to_yet_another_id_is_refused()
    {
        ServeNote("/a", _remote.Origin + "/b");
        ServeNote("/b", _remote.Origin + "/c");
        ServeNote("/c");
        Assert.That(await FetchAsync("/a"), Is.InstanceOf<FetchResult.Refused>());
        Assert.That(_remote.Count("/c"), Is.Zero);
    }

    [Test]
    public async Task Row_2_an_id_on_another_host_is_refused()
    {
        await using var victim = await RemoteServer.StartAsync();
        ServeNote("/a", victim.Origin + "/n/1");
        Assert.That(await FetchAsync("/a"), Is.InstanceOf<FetchResult.Refused>());
        Assert.That(victim.Seen, Is.Empty);
    }

    [TestCase("{}")]
    [TestCase("{\"id\":1}")]
    [TestCase("[]")]
    [TestCase("<html>")]
    public async Task Row_2_a_document_without_an_id_is_refused(string document)
    {
        _remote.ServeActivity("/a", document);
        Assert.That(await FetchAsync("/a"), Is.InstanceOf<FetchResult.Refused>());
    }

    [TestCase("text/html")]
    [TestCase("image/png")]
    [TestCase("application/json")]
    [TestCase("application/ld+json")]
    [TestCase("application/ld+json; profile=\"https://evil.example/ns\"")]
    [TestCase("text/plain; profile=\"https://www.w3.org/ns/activitystreams\"")]
    public async Task Row_3_another_media_type_is_refused(string contentType)
    {
        ServeNote("/n/1", contentType: contentType);
        Assert.That(await FetchAsync("/n/1"), Is.InstanceOf<FetchResult.Refused>());
    }

    [TestCase("application/activity+json; charset=utf-8")]
    [TestCase("application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"")]
    public async Task Row_3_the_media_types_of_ActivityStreams_are_taken(string contentType)
    {
        ServeNote("/n/1", contentType: contentType);
        Assert.That(await FetchAsync("/n/1"), Is.InstanceOf<FetchResult.Found>());
    }

    [Test]
    public async Task Row_5_loopback_is_not_reached_without_leave()
    {
        await using var strict = new TestNode(o => o with { AllowPrivateAddresses = false });
        var byName = new Uri($"http://localhost:{new Uri(_remote.Origin).Port}/n/1");
        Assert.That(await strict.Get<RemoteFetcher>().FetchAsync(byName, null, default), Is.InstanceOf<FetchResult.Refused>());
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
    public async Task Plain_JSON_is_fetched_without_a_signature()
    {
        _remote.ServeActivity("/.well-known/nodeinfo", "{}", "application/json; charset=utf-8");
        var result = await _node.Get<RemoteFetcher>().FetchJsonAsync(_remote.Url("/.well-known/nodeinfo"), default);
        Assert.That(result, Is.InstanceOf<FetchResult.Found>());
        Assert.That(_remote.Seen.Single().Headers.ContainsKey("Signature"), Is.False);
    }
}

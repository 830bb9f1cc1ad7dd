using System.Text;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

public partial class RemoteFetcherTests
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

    private Task<FetchResult> FetchAsync(string path) =>
        _node.Get<RemoteFetcher>().FetchAsync(_remote.Url(path), null, default);

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
                : context.Response.Body.WriteAsync(
                    Encoding.UTF8.GetBytes($$"""{"id":"{{_remote.Url("/n/1")}}"}""")).AsTask();
        };
        Assert.That(await FetchAsync("/n/1"), Is.InstanceOf<FetchResult.Found>());
        Assert.That(_node.Peers.Hosts[_remote.Authority].Scheme, Is.EqualTo(SignatureScheme.MessageRsa));
        await FetchAsync("/n/1");
        Assert.That(_remote.Seen, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_host_that_checks_the_path_alone_is_asked_once_more_with_a_signature_without_the_query()
    {
        var key = TestKeys.Node.Load(_node.Keys.NodeActor).Rsa;
        _remote.Routes["/context?page=2"] = context =>
        {
            var seen = _remote.Seen.Last().Headers;
            var signed = $"(request-target): get /context\nhost: {seen["Host"]}\ndate: {seen["Date"]}";
            // Signing twice with RSA gives the same.
            var expected = Convert.ToBase64String(key.Sign(Encoding.UTF8.GetBytes(signed)));
            if (!seen.TryGetValue("Signature", out var given) || !given.Contains($"signature=\"{expected}\""))
            {
                context.Response.StatusCode = 401;
                return Task.CompletedTask;
            }
            context.Response.ContentType = "application/activity+json";
            return context.Response.Body.WriteAsync(
                Encoding.UTF8.GetBytes($$"""{"id":"{{_remote.Url("/context?page=2")}}"}""")).AsTask();
        };
        Assert.That(await FetchAsync("/context?page=2"), Is.InstanceOf<FetchResult.Found>());
        Assert.That(_remote.Seen, Has.Count.EqualTo(2));
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
}

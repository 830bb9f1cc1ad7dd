using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>
/// What is refused at the door of a whole node: the right status, nothing kept, and the node goes on serving.
/// </summary>
public partial class HostileInboxTests
{
    private Plein _plein = null!;
    private ScriptedPeer _peer = null!;
    private Topic _topic = null!;
    private Uri _bram = null!;
    private Uri _mallory = null!;
    private string _before = "";

    [OneTimeSetUp]
    public async Task SetUpAsync()
    {
        _plein = await Plein.StartAsync(TestKeys.Node, ["afval"]);
        _peer = await ScriptedPeer.StartAsync(_plein);
        _topic = await _plein.TopicAsync("afval");
        _bram = _peer.Person("bram");
        _mallory = _peer.Person("mallory");
    }

    [OneTimeTearDown]
    public async Task TearDownAsync()
    {
        await _plein.DisposeAsync();
        await _peer.DisposeAsync();
    }

    [SetUp]
    public void Remember() => _before = _plein.Fingerprint();

    private async Task RefusedAsync(SignedRequest request, int status, HttpContent? content = null)
    {
        using var response = await request.SendAsync(_plein.Http, content);
        await RefusedAsync(response, status);
    }

    private async Task RefusedAsync(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.That((int)response.StatusCode, Is.EqualTo(status), text);
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        Assert.That((int?)JsonNode.Parse(text)!["status"], Is.EqualTo(status));
        await NothingHappenedAsync();
    }

    private async Task NothingHappenedAsync()
    {
        Assert.That(_plein.Fingerprint(), Is.EqualTo(_before));
        Assert.That((await _plein.GetActivityAsync("/o/afval")).Status, Is.EqualTo(200), "it still serves");
    }

    private JsonObject Create(string content = "<p>Wanneer komt de afvalwagen?</p>", Uri? author = null)
    {
        var note = _peer.Note(author ?? _bram, content, _topic.Uri);
        var create = _peer.Activity("Create", author ?? _bram, note);
        (create["to"], create["cc"]) = (note["to"]!.DeepClone(), note["cc"]!.DeepClone());
        return create;
    }

    [TestCase(1)]
    [TestCase(7, Description = "the answer is to be read when all is sent")]
    public async Task A_body_above_a_mebibyte_is_refused_with_413(int mebibytes)
    {
        var create = Create(new string('x', mebibytes * 1024 * 1024));
        await RefusedAsync(_peer.Sign(_bram, create), 413);
    }

    [Test]
    public async Task A_chunked_body_above_a_mebibyte_is_refused_with_413()
    {
        var request = _peer.Sign(_bram, Create(new string('x', 1024 * 1024)));
        using var content = new StreamContent(new Unsized(request.Body));
        using var message = new HttpRequestMessage(HttpMethod.Post, _plein.Url("/inbox")) { Content = content };
        message.Headers.TransferEncodingChunked = true;
        foreach (var (name, value) in request.Headers.Where(header => header.Key != "Content-Type"))
            message.Headers.TryAddWithoutValidation(name, value);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/activity+json");
        using var response = await _plein.Http.SendAsync(message);
        await RefusedAsync(response, 413);
    }

    [Test]
    public async Task A_body_of_another_length_than_it_says_is_not_kept()
    {
        var request = _peer.Sign(_bram, Create());
        var head = new StringBuilder($"POST /inbox HTTP/1.1\r\nHost: {_plein.Origin.Authority}\r\n");
        foreach (var (name, value) in request.Headers)
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        // Too short: the digest does not fit. Too long: the rest never comes, and the connection ends.
        var cut = await RawAsync($"{head}Content-Length: {request.Body.Length - 2}\r\n\r\n", request.Body[..^2], false);
        Assert.That(cut, Does.StartWith("HTTP/1.1 400").Or.StartWith("HTTP/1.1 401"));
        await RawAsync($"{head}Content-Length: {request.Body.Length + 9}\r\n\r\n", request.Body);
        var huge = await RawAsync($"{head}Content-Length: 99999999\r\n\r\n", [], false);
        Assert.That(huge, Does.StartWith("HTTP/1.1 413"));
        await NothingHappenedAsync();
    }

    [TestCase("{\"id\":")]
    [TestCase("")]
    [TestCase("[]")]
    [TestCase("\"https://x.example\"")]
    [TestCase("{\"id\":\"a\",\"id\":\"b\",\"type\":\"Create\"}")]
    [TestCase("{}")]
    [TestCase("{\"type\":\"Create\",\"actor\":\"https://x.example/u/a\"}")]
    [TestCase("inloggen=ja")]
    public async Task What_is_no_activity_is_refused_with_400(string body)
    {
        var request = new SignedRequest(body, TimeProvider.System.GetUtcNow()) { Origin = _plein.Origin };
        await RefusedAsync(request.SignCavage(TestKeys.Bram, $"{_bram}#main-key"), 400);
    }

    [TestCase('[', ']')]
    [TestCase('{', '}')]
    public async Task Row_9_deep_nesting_is_refused_with_400(char open, char close)
    {
        var step = open == '{' ? "{\"a\":" : "[";
        var deep = string.Concat(Enumerable.Repeat(step, 1_000)) + "1" + new string(close, 1_000);
        var body = Create().ToJsonString().Replace(
            "\"Create\"", $"\"Create\",\"deep\":{deep}", StringComparison.Ordinal);
        var request = new SignedRequest(body, TimeProvider.System.GetUtcNow()) { Origin = _plein.Origin };
        await RefusedAsync(request.SignCavage(TestKeys.Bram, $"{_bram}#main-key"), 400);
    }

    [TestCase("text/html")]
    [TestCase("application/json")]
    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("application/ld+json")]
    public async Task Another_content_type_is_refused_with_415(string type)
    {
        var request = _peer.Sign(_bram, Create());
        request.Headers["Content-Type"] = type;
        await RefusedAsync(request, 415);
    }

    [Test]
    public async Task A_request_without_signature_is_refused_with_401() =>
        await RefusedAsync(_peer.Request(Create()), 401);

    [Test]
    public async Task A_signature_of_another_key_is_refused_with_401() => await RefusedAsync(
        _peer.Request(Create()).SignCavage(TestKeys.Other, $"{_bram}#main-key"), 401);

    [Test]
    public async Task A_signature_of_another_actor_of_the_same_host_is_refused_with_401() =>
        await RefusedAsync(_peer.Sign(_mallory, Create()), 401);

    [Test]
    public async Task A_body_that_was_changed_after_signing_is_refused_with_401()
    {
        var request = _peer.Sign(_bram, Create());
        request.Body = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(request.Body).Replace("afvalwagen", "kermis", StringComparison.Ordinal));
        await RefusedAsync(request, 401);
    }

    [Test]
    public async Task A_signature_for_another_inbox_is_refused_with_401()
    {
        var request = _peer.Sign(_bram, Create());
        request.Path = "/o/afval/inbox";
        await RefusedAsync(request, 401);
    }

    [TestCase(-2)]
    [TestCase(2)]
    public async Task A_signature_of_hours_ago_or_ahead_is_refused_with_401(int hours)
    {
        var request = new SignedRequest(Create().ToJsonString(), TimeProvider.System.GetUtcNow().AddHours(hours))
        {
            Origin = _plein.Origin,
        };
        await RefusedAsync(request.SignCavage(TestKeys.Bram, $"{_bram}#main-key"), 401);
    }

    [Test]
    public async Task An_expired_message_signature_is_refused_with_401()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await RefusedAsync(
            _peer.Request(Create()).SignMessage(
                TestKeys.Bram, $"{_bram}#ed25519-key",
                parameters: $";created={now - 600};expires={now - 300};keyid=\"{_bram}#ed25519-key\""), 401);
    }

    [Test]
    public async Task An_actor_that_cannot_be_had_is_refused_with_401()
    {
        var nobody = _peer.Server.Url("/u/nobody");
        await RefusedAsync(_peer.Sign(nobody, Create(author: nobody)), 401);
    }

    [Test]
    public async Task An_activity_or_object_of_another_host_is_refused_with_403()
    {
        var foreignId = Create();
        foreignId["id"] = "http://elders.example/activity/1";
        await RefusedAsync(_peer.Sign(_bram, foreignId), 403);
        var foreignObject = Create();
        foreignObject["object"]!["id"] = "http://elders.example/note/1";
        await RefusedAsync(_peer.Sign(_bram, foreignObject), 403);
    }

    [Test]
    public async Task What_claims_an_id_or_actor_of_ours_is_refused_with_403()
    {
        var ownObject = Create();
        ownObject["object"]!["id"] = _plein.Origin + "q/1";
        await RefusedAsync(_peer.Sign(_bram, ownObject), 403);
        var ownActor = Create();
        ownActor["actor"] = _plein.Origin + "actor";
        await RefusedAsync(_peer.Sign(_bram, ownActor), 403);
    }

    [TestCase("1")]
    [TestCase("\"admin\"")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("{\"type\":\"Person\"}")]
    [TestCase("[\"BRAM\",\"MALLORY\"]")]
    [TestCase("\"MALLORY\"")]
    [TestCase("\"OURS\"")]
    public async Task An_author_that_is_not_the_actor_is_refused_with_403(string attributedTo)
    {
        var create = Create();
        create["object"]!["attributedTo"] = JsonNode.Parse(attributedTo
            .Replace("BRAM", _bram.AbsoluteUri, StringComparison.Ordinal)
            .Replace("MALLORY", _mallory.AbsoluteUri, StringComparison.Ordinal)
            .Replace("OURS", _plein.Origin + "actor", StringComparison.Ordinal));
        await RefusedAsync(_peer.Sign(_bram, create), 403);
    }

    [TestCase("GET")]
    [TestCase("PUT")]
    [TestCase("DELETE")]
    public async Task Another_method_than_POST_is_refused_with_405(string method)
    {
        foreach (var inbox in new[] { "/inbox", "/actor/inbox", "/o/afval/inbox" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), inbox);
            using var response = await _plein.Http.SendAsync(request);
            Assert.That((int)response.StatusCode, Is.EqualTo(405), inbox);
            Assert.That(response.Content.Headers.Allow, Does.Contain("POST"));
        }

        await NothingHappenedAsync();
    }

    private async Task<string> RawAsync(string head, byte[] body, bool hangUp = true)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("localhost", _plein.Origin.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(body);
        if (hangUp)
            client.Client.Shutdown(SocketShutdown.Send);
        var answer = new byte[4096];
        try
        {
            return Encoding.ASCII.GetString(answer, 0, await stream.ReadAsync(answer));
        }
        catch (IOException)
        {
            return "The connection was closed.";
        }
    }

    private sealed class Unsized(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}

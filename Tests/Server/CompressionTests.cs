using System.IO.Compression;
using System.Net;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>Pages and documents over a poor line, without a proxy that compresses.</summary>
internal sealed class CompressionTests
{
    private TestForum forum = null!;
    private HttpClient http = null!;
    private string question = "";

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        forum = await TestForum.StartAsync();
        http = new HttpClient { BaseAddress = forum.Address };
        var asked = await forum.AskAsync(await forum.PersonAsync("Anna"), "Hoe meld ik een kapotte lantaarn?");
        question = $"/q/{asked.Id}";
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        http.Dispose();
        await forum.DisposeAsync();
    }

    [TestCase("/", "text/html", "br")]
    [TestCase("/", "text/html", "gzip")]
    [TestCase("/vragen", "text/html", "gzip, deflate, br, zstd")]
    [TestCase("/nergens", "text/html", "br")]
    [TestCase("/inloggen", "text/html", "gzip")]
    [TestCase("/actor", "application/activity+json", "gzip")]
    [TestCase("q", "application/activity+json", "br")]
    [TestCase("q", "text/html", "br")]
    public async Task What_a_browser_or_server_takes_compressed_it_gets_so(string path, string accept, string encoding)
    {
        path = path == "q" ? question : path;
        using var plain = await GetAsync(path, accept, null);
        Assert.That(plain.Content.Headers.ContentEncoding, Is.Empty);
        var expected = await plain.Content.ReadAsByteArrayAsync();
        // The second time it may come from what is kept.
        for (var time = 0; time < 2; time++)
        {
            using var answer = await GetAsync(path, accept, encoding);
            var sent = await answer.Content.ReadAsByteArrayAsync();
            Assert.That(answer.Content.Headers.ContentEncoding.Single(), Is.AnyOf("br", "gzip"));
            Assert.That(encoding, Does.Contain(answer.Content.Headers.ContentEncoding.Single()));
            Assert.That(answer.Headers.Vary, Does.Contain("Accept-Encoding"));
            Assert.That(sent, Has.Length.LessThan(expected.Length));
            var text = Unpack(sent, answer.Content.Headers.ContentEncoding.Single());
            Assert.That(text.Length, Is.EqualTo(expected.Length).Within(400), "tokens and moments differ");
        }
    }

    [TestCase("br;q=0")]
    [TestCase("identity")]
    [TestCase("snappy")]
    public async Task Who_does_not_take_it_gets_it_as_it_is(string encoding)
    {
        using var answer = await GetAsync("/", "text/html", encoding);
        Assert.That(answer.Content.Headers.ContentEncoding, Is.Empty);
    }

    [Test]
    public async Task Each_form_has_a_name_of_its_own_and_is_not_sent_again()
    {
        using var plain = await GetAsync("/", "text/html", null);
        using var packed = await GetAsync("/", "text/html", "br");
        Assert.That(packed.Headers.ETag, Is.Not.EqualTo(plain.Headers.ETag));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Accept-Encoding", "br");
        request.Headers.Add("If-None-Match", packed.Headers.ETag!.ToString());
        using var again = await http.SendAsync(request);
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string accept, string? encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", accept);
        if (encoding is not null)
            request.Headers.Add("Accept-Encoding", encoding);
        return await http.SendAsync(request);
    }

    private static byte[] Unpack(byte[] sent, string encoding)
    {
        using var packed = new MemoryStream(sent);
        using Stream stream = encoding == "br"
            ? new BrotliStream(packed, CompressionMode.Decompress)
            : new GZipStream(packed, CompressionMode.Decompress);
        using var whole = new MemoryStream();
        stream.CopyTo(whole);
        return whole.ToArray();
    }
}

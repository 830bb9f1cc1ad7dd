using System.Net.Sockets;
using System.Text;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>Nothing that a request says leads to another site.</summary>
internal sealed class RedirectTests
{
    private const string Evil = "evil.example";

    private TestForum forum = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => forum = await TestForum.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await forum.DisposeAsync();

    [TestCase("/", "/")]
    [TestCase("/q/1?x=y&voor=2#r3", "/q/1?x=y&voor=2#r3")]
    [TestCase("/o/afval@plein.example:8443", "/o/afval@plein.example:8443")]
    [TestCase("/zoeken?q=//evil.example/%5C&x=%0D", "/zoeken?q=//evil.example/%5C&x=%0D")]
    [TestCase("/zoeken?q=café 1", "/")]
    [TestCase("/zoeken?q=café", "/zoeken?q=caf%C3%A9")]
    [TestCase("/café", "/caf%C3%A9")]
    [TestCase("/vragen/", "/vragen/")]
    [TestCase(null, "/")]
    [TestCase("", "/")]
    [TestCase("vragen", "/")]
    [TestCase("@evil.example/", "/")]
    [TestCase("//evil.example", "/")]
    [TestCase("///evil.example", "/")]
    [TestCase("//evil.example/..", "/")]
    [TestCase("/\\evil.example", "/")]
    [TestCase("\\\\evil.example", "/")]
    [TestCase("/%5cevil.example", "/")]
    [TestCase("/%5C%5Cevil.example", "/")]
    [TestCase("/%2fevil.example", "/")]
    [TestCase("/%252fevil.example", "/")]
    [TestCase("/%25252Fevil.example", "/")]
    [TestCase("/..//evil.example", "/")]
    [TestCase("/.//evil.example", "/")]
    [TestCase("/%2e%2e//evil.example", "/")]
    [TestCase("/%2E/evil.example", "/")]
    [TestCase("/a/../evil", "/")]
    [TestCase("/vragen//evil.example", "/")]
    [TestCase("/\t/evil.example", "/")]
    [TestCase("/\n/evil.example", "/")]
    [TestCase("/%09/evil.example", "/")]
    [TestCase("/a\r\nSet-Cookie: x=y", "/")]
    [TestCase("/a%0d%0aSet-Cookie:x=y", "/")]
    [TestCase("/\u0085/evil.example", "/")]
    [TestCase(" /vragen", "/")]
    [TestCase("https://evil.example/", "/")]
    [TestCase("hTTpS://evil.example/", "/")]
    [TestCase("https:evil.example", "/")]
    [TestCase("https://plein.example@evil.example/", "/")]
    [TestCase("jaVaScript:alert(1)", "/")]
    [TestCase("data:text/html,x", "/")]
    public void Only_a_plain_path_of_this_node_is_gone_to(string? given, string expected)
    {
        var path = LocalPath.Of(given);
        Assert.That(path, Is.EqualTo(expected));
        Assert.That(path.All(char.IsAscii), Is.True);
        Assert.That(new Uri(new Uri("https://plein.example/a/b"), path).Host, Is.EqualTo("plein.example"));
    }

    [Test]
    public void What_is_very_long_leads_home_and_half_a_character_is_no_fault()
    {
        Assert.That(LocalPath.Of("/" + new string('a', LocalPath.MaxLength)), Is.EqualTo("/"));
        Assert.That(LocalPath.Of("/" + new string('é', LocalPath.MaxLength / 2)), Is.EqualTo("/"));
        Assert.That(LocalPath.Of("/a\ud83d"), Is.EqualTo("/a%EF%BF%BD"));
    }

    [TestCase("//evil.example/?lang=nl")]
    [TestCase("//evil.example/%2e%2e?lang=en")]
    [TestCase("///evil.example/?lang=nl")]
    [TestCase("/%5Cevil.example/?lang=nl")]
    [TestCase("/\\evil.example/?lang=nl")]
    [TestCase("/.//evil.example/?lang=nl")]
    [TestCase("/..//evil.example/?lang=nl")]
    [TestCase("/%2fevil.example/?lang=nl")]
    [TestCase("/%09/evil.example/?lang=nl")]
    [TestCase("//user@evil.example/?lang=nl")]
    [TestCase("http://evil.example//evil.example/?lang=nl")]
    [TestCase("/inloggen?lang=nl&terug=//evil.example/")]
    [TestCase("/account//evil.example/?lang=nl")]
    public async Task Choosing_a_language_stays_here(string target)
    {
        var answer = await AskAsync(target);
        var location = answer.Split("\r\n").FirstOrDefault(
            line => line.StartsWith("Location: ", StringComparison.OrdinalIgnoreCase))?["Location: ".Length..];
        if (answer.StartsWith("HTTP/1.1 303", StringComparison.Ordinal))
        {
            Assert.That(location, Is.EqualTo(LocalPath.Of(location)));
            Assert.That(
                new Uri(new Uri("https://plein.example/"), location).Host, Is.EqualTo("plein.example"), location);
        }
        else
        {
            Assert.That(answer, Does.StartWith("HTTP/1.1 40").And.Not.Contain("Location:"));
        }
    }

    [Test]
    public async Task A_page_under_a_crooked_address_has_no_link_to_another_site()
    {
        foreach (var target in new[] { "//evil.example/", "//evil.example/vragen", "/\\evil.example" })
        {
            Assert.That(await AskAsync(target), Does.Not.Contain("href=\"//evil").And.Not.Contain("href=\"/\\evil"));
        }
    }

    [TestCase("//evil.example/")]
    [TestCase("/..//evil.example/")]
    [TestCase("/%5cevil.example/")]
    public async Task Signing_in_leads_back_to_this_node_only(string back)
    {
        var (browser, _) = await forum.SignedInAsync("P" + Convert.ToHexString(Encoding.UTF8.GetBytes(back)));
        var seen = await browser.GetAsync("/inloggen?terug=" + Uri.EscapeDataString(back));
        Assert.That((seen.Status, seen.Location), Is.EqualTo((303, "/")));
        browser.Dispose();
    }

    [Test]
    public async Task The_page_that_showed_a_form_is_no_way_out_either()
    {
        var (browser, _) = await forum.SignedInAsync("Verwijzer");
        var form = await browser.GetAsync("/stel-een-vraag");
        browser.Cookies.Remove(SessionCookie.Name);
        browser.Headers["Referer"] = $"https://{TestForum.Host}//{Evil}/";
        var seen = await browser.SubmitAsync(
            form, "/stel-een-vraag", ("title", "Waar is de lamp?"), ("body", "Een twee"));
        Assert.That(seen.Status, Is.EqualTo(400));
        Assert.That(seen.Html, Does.Not.Contain(Evil));
        browser.Dispose();
    }

    // As it is written: a client would tidy the address first.
    private async Task<string> AskAsync(string target)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(forum.Address.Host, forum.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(
            $"GET {target} HTTP/1.1\r\nHost: {TestForum.Host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}

using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Ontmoetingsplein.Server.Web.Parts;

namespace Ontmoetingsplein.Tests.Server;

internal sealed partial class AssetTests
{
    private static readonly Assets Default = Assets.Load();

    [Test]
    public void Stylesheets_name_fonts_by_the_address_that_pages_use()
    {
        foreach (var (path, sheet) in Default.Files.Where(file => file.Key.EndsWith(".css", StringComparison.Ordinal)))
        {
            var css = System.Text.Encoding.UTF8.GetString(sheet.Content.Span);
            var fonts = FontUrl().Matches(css).Select(match => match.Groups["url"].Value).ToList();
            Assert.That(fonts, Is.Not.Empty, path);
            foreach (var font in fonts)
                Assert.That("/" + font.TrimStart('/'), Is.EqualTo(Default.Url(font.Split('?')[0].TrimStart('/'))));
        }
    }

    [Test]
    public void The_stylesheet_is_compiled_for_every_class_the_pages_use()
    {
        var css = System.Text.Encoding.UTF8.GetString(Default.Files["plein.css"].Content.Span);
        var used = TextTests.Source("*.razor")
            .SelectMany(file => OwnClass().Matches(File.ReadAllText(file)).Select(match => match.Value))
            .ToHashSet();
        Assert.That(used, Has.Count.GreaterThan(60));
        Assert.That(used.Where(name => !css.Contains("." + name, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Fonts_travel_with_their_licence()
    {
        Assert.That(Default.Files.Keys, Has.Member("fonts/OFL-atkinson-hyperlegible-next.txt"));
        Assert.That(Default.Files.Keys, Has.Member("fonts/OFL-source-sans-3.txt"));
    }

    [Test]
    public void A_brand_is_one_more_stylesheet_with_its_own_colour_and_letter()
    {
        var brand = Assets.Load("debrug");
        Assert.That(brand.ThemeStylesheet, Does.StartWith("/themes/debrug.css?v="));
        Assert.That(brand.Color, Is.EqualTo("#46307f"));
        Assert.That(brand.Font, Does.StartWith("/fonts/source-sans-3"));
        Assert.That(Default.ThemeStylesheet, Is.Null);
        Assert.That(Default.Color, Is.EqualTo("#0b5559"));
    }

    [Test]
    public void A_node_owner_puts_a_brand_in_the_data_folder()
    {
        var data = Directory.CreateTempSubdirectory("plein-").FullName;
        try
        {
            var themes = Directory.CreateDirectory(Path.Combine(data, "themes")).FullName;
            File.WriteAllText(
                Path.Combine(themes, "eigen.css"), ":root{--basis-color-action-1-inverse-bg-default: #123456}");
            File.WriteAllText(Path.Combine(themes, "eigen.exe"), "no");
            var brand = Assets.Load("eigen", data);
            Assert.That(brand.Color, Is.EqualTo("#123456"));
            Assert.That(brand.Files.Keys, Has.None.EndsWith(".exe"));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [TestCase("bestaat-niet")]
    [TestCase("../../etc/passwd")]
    public void A_brand_that_is_not_there_is_refused_at_start(string theme) =>
        Assert.That(() => Assets.Load(theme), Throws.ArgumentException.With.Message.Contains(theme));

    [Test]
    public async Task A_file_under_the_address_with_its_hash_is_kept_for_ever()
    {
        var asset = Default.Files["plein.css"];
        var hashed = await Answer(asset, "?v=" + asset.Hash, "gzip");
        Assert.That(hashed.Headers.CacheControl.ToString(), Is.EqualTo("public, max-age=31536000, immutable"));
        Assert.That(hashed.Headers.ContentEncoding.ToString(), Is.Empty);
        Assert.That(hashed.Body.Length, Is.EqualTo(asset.Content.Length));
        var plain = await Answer(asset, "?v=old", "gzip, br;q=0");
        Assert.That(plain.Headers.CacheControl.ToString(), Is.EqualTo("public, max-age=3600"));
        Assert.That(plain.Headers.ContentEncoding.ToString(), Is.Empty);
    }

    [Test]
    public async Task A_browser_that_can_gets_the_small_form()
    {
        var asset = Default.Files["plein.css"];
        var small = await Answer(asset, "", "gzip, br");
        Assert.That(small.Headers.ContentEncoding.ToString(), Is.EqualTo("br"));
        Assert.That(small.Headers.Vary.ToString(), Is.EqualTo("Accept-Encoding"));
        Assert.That(small.Body.Length, Is.LessThan(20_000));
        var font = await Answer(Default.Files["fonts/atkinson-next-latin.woff2"], "", "br");
        Assert.That(font.Headers.ContentEncoding.ToString(), Is.Empty, "fonts are compressed already");
    }

    [Test]
    public async Task A_page_carries_the_security_headers()
    {
        var http = Http();
        await new PageResult(new byte[] { 1, 2, 3 }) { Status = 404 }.ExecuteAsync(http);
        Assert.That(http.Response.StatusCode, Is.EqualTo(404));
        Assert.That(http.Response.ContentType, Is.EqualTo("text/html; charset=utf-8"));
        Assert.That(http.Response.Body.Length, Is.EqualTo(3));
        var headers = http.Response.Headers;
        Assert.That(
            headers.ContentSecurityPolicy.ToString(), Does.Contain("default-src 'none'").And.Not.Contain("unsafe"));
        Assert.That(headers.XContentTypeOptions.ToString(), Is.EqualTo("nosniff"));
        Assert.That(headers["Referrer-Policy"].ToString(), Is.EqualTo("same-origin"));
    }

    [Test]
    public void Every_topic_icon_can_be_drawn()
    {
        Assert.That(Icons.ForTopics.Where(name => !Icons.Has(name)), Is.Empty);
        Assert.That(Icons.Svg("<script>").Value, Is.EqualTo(Icons.Svg("message-2").Value));
        Assert.That(Icons.Svg("no-such-icon", filled: true).Value, Does.Contain("<path"));
    }

    private static async Task<HttpResponse> Answer(Asset asset, string query, string accept)
    {
        var http = Http();
        http.Request.QueryString = new QueryString(query);
        http.Request.Headers.AcceptEncoding = accept;
        await asset.Answer(http).ExecuteAsync(http);
        return http.Response;
    }

    private static DefaultHttpContext Http() => new()
    {
        RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider(),
        Request = { Method = "GET" },
        Response = { Body = new MemoryStream() },
    };

    [GeneratedRegex(@"url\((?:\.\.)?(?<url>/?fonts/[^)]+)\)")]
    private static partial Regex FontUrl();

    [GeneratedRegex(@"(?<!-)\bpl-[a-z][\w-]*")]
    private static partial Regex OwnClass();
}

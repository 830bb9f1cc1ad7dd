using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Ontmoetingsplein.Forum.Wording;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>What holds for every page, for visitors and for people signed in.</summary>
[TestFixtureSource(nameof(Pages))]
internal sealed class PageTests(string name, bool signedIn)
{
    private string html = "";
    private IDocument page = null!;

    private static IEnumerable<TestFixtureData> Pages => SamplePages.Names
        .SelectMany(name => new[] { new TestFixtureData(name, false), new TestFixtureData(name, true) });

    [OneTimeSetUp]
    public async Task Render()
    {
        html = await SamplePages.RenderAsync(name, SamplePages.Frame(signedIn));
        page = await new HtmlParser().ParseDocumentAsync(html);
    }

    [OneTimeTearDown]
    public void Close() => page.Dispose();

    [Test]
    public void Nothing_is_inline()
    {
        Assert.That(page.QuerySelectorAll("script, style, iframe, object"), Is.Empty);
        Assert.That(
            page.All.SelectMany(element => element.Attributes)
                .Where(
                    attribute =>
                        attribute.Name == "style" || attribute.Name.StartsWith("on", StringComparison.Ordinal)),
            Is.Empty);
    }

    [Test]
    public void There_is_one_heading_of_the_first_rank_and_none_is_skipped()
    {
        Assert.That(page.QuerySelectorAll("h1"), Has.Length.EqualTo(1));
        var ranks = page.QuerySelectorAll("main h1, main h2, main h3, main h4").Select(
            h => h.LocalName[1] - '0').ToList();
        Assert.That(ranks.Zip(ranks.Skip(1)).Where(pair => pair.Second - pair.First > 1), Is.Empty);
    }

    [Test]
    public void The_document_says_its_language_and_title()
    {
        Assert.That(page.DocumentElement.GetAttribute("lang"), Is.EqualTo("nl"));
        Assert.That(page.Title, Does.EndWith("Ontmoetingsplein Waterveen"));
        Assert.That(page.QuerySelectorAll("main"), Has.Length.EqualTo(1));
        Assert.That(html, Does.StartWith("<!DOCTYPE html>"));
    }

    [Test]
    public void Every_field_has_a_label()
    {
        foreach (var field in page.QuerySelectorAll("input:not([type=hidden]), select, textarea"))
        {
            var label = page.QuerySelector($"label[for='{field.Id}']");
            Assert.That(label?.TextContent.Trim(), Is.Not.Null.And.Not.Empty, field.OuterHtml);
        }
    }

    [Test]
    public void Ids_are_unique_and_everything_that_names_one_finds_it()
    {
        var ids = page.QuerySelectorAll("[id]").Select(element => element.Id!).ToList();
        Assert.That(ids, Is.Unique);
        var named = page.QuerySelectorAll("[aria-labelledby], [aria-describedby], label[for]")
            .SelectMany(element => new[]
            {
                element.GetAttribute("aria-labelledby"), element.GetAttribute("aria-describedby"),
                element.GetAttribute("for"),
            })
            .Concat(page.QuerySelectorAll("a[href^='#']").Select(link => link.GetAttribute("href")![1..]))
            .Where(names => names is { Length: > 0 })
            .SelectMany(names => names!.Split(' '));
        Assert.That(named.Except(ids), Is.Empty);
    }

    [Test]
    public void Links_buttons_and_headings_have_words()
    {
        foreach (var element in page.QuerySelectorAll("a, button, summary, h1, h2, h3, h4"))
            Assert.That(element.TextContent.Trim(), Is.Not.Empty, element.OuterHtml);
    }

    [Test]
    public void Forms_that_change_something_carry_the_token()
    {
        foreach (var form in page.QuerySelectorAll("form[method=post]"))
        {
            Assert.That(form.GetAttribute("action"), Does.StartWith("/"));
            var token = form.QuerySelector("input[name=__RequestVerificationToken]");
            Assert.That(token?.GetAttribute("value"), signedIn ? Is.EqualTo("token") : Is.Null);
        }
    }

    [Test]
    public void No_placeholder_of_a_text_is_left()
    {
        Assert.That(page.Body!.TextContent, Does.Not.Match(@"\{[a-z]+[,}]"));
        Assert.That(page.Body.TextContent, Does.Not.Contain("System."));
    }

    [Test]
    public async Task The_page_renders_in_English_and_with_je()
    {
        var english = await SamplePages.RenderAsync(name, SamplePages.Frame(signedIn, "en"));
        Assert.That(english, Does.Contain("lang=\"en\"").And.Contain("Go to the content"));
        var informal = await SamplePages.RenderAsync(name, SamplePages.Frame(signedIn, "nl", FormOfAddress.Je));
        Assert.That(informal, Does.Contain("Privacy en je gegevens"));
    }
}

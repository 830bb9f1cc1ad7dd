using Ontmoetingsplein.Forum.Html;

namespace Ontmoetingsplein.Tests.Server;

public class SafeHtmlTests
{
    private const string Place = "https://a.example/q/3";

    [TestCase("[", 300)]
    [TestCase("[", 10_000)]
    [TestCase(">", 400)]
    [TestCase("> - ", 2_500)]
    [TestCase("1. ", 3_300)]
    [TestCase("![", 5_000)]
    [TestCase("*a_", 3_300)]
    [TestCase("**a *b ", 1_400)]
    [TestCase("[a](", 2_500)]
    public void Markdown_that_nests_too_deep_is_shown_as_it_was_typed(string piece, int times)
    {
        var typed = string.Concat(Enumerable.Repeat(piece, times)).Trim();
        var html = SafeHtml.FromMarkdown($"Voor\n\n{typed}\n\nNa <b>", Place);
        Assert.That(html, Is.EqualTo(
            $"<p>Voor</p><p>{System.Net.WebUtility.HtmlEncode(typed)}</p><p>Na &lt;b&gt;</p>"));
    }

    [Test]
    public void Quotes_lists_and_tables_of_people_are_far_from_too_deep()
    {
        var quotes = SafeHtml.FromMarkdown("> > > > Vier\n\n- a\n  - b\n    - c\n      - d", Place);
        Assert.That(quotes.Split("<blockquote>"), Has.Length.EqualTo(5));
        Assert.That(quotes.Split("<ul>"), Has.Length.EqualTo(5));
        var rows = string.Concat(Enumerable.Repeat("| **ma** | 9 uur | [kaart](https://b.example/) |\n", 100));
        var table = SafeHtml.FromMarkdown("| dag | uur | waar |\n|---|---|---|\n" + rows, Place);
        Assert.That(table.Split("<strong>ma</strong>"), Has.Length.EqualTo(101));
    }

    [Test]
    public void A_table_or_a_link_does_not_grow_out_of_what_was_typed()
    {
        var row = string.Concat(Enumerable.Repeat("|a", 1_000));
        var table = $"{row}\n{row.Replace('a', '-')}\n{string.Concat(Enumerable.Repeat("|\n", 3_000))}";
        Assert.That(SafeHtml.FromMarkdown(table, Place), Has.Length.LessThan(100_000).And.Not.Contain("<td"));
        var link = $"[a]: {new string('b', 5_000)}\n\n{string.Concat(Enumerable.Repeat("[a] ", 200))}";
        Assert.That(SafeHtml.FromMarkdown(link, Place), Has.Length.LessThan(100_000));
    }

    [Test]
    public void A_line_break_that_was_typed_is_one() =>
        Assert.That(
            SafeHtml.FromMarkdown("Dorpsstraat 1\nWaterveen", Place),
            Is.EqualTo("<p>Dorpsstraat 1<br>\nWaterveen</p>"));

    [TestCase("<div>Een</div><div>twee</div>", "<p>Een</p><p>twee</p>")]
    [TestCase("Een<p>twee", "<p>Een</p><p>twee</p>")]
    [TestCase("<p>Een<blockquote>twee</p>drie", "<p>Een</p><blockquote><p>twee</p><p>drie</p></blockquote>")]
    [TestCase("<b>Een<b>twee</b>drie</b> vier", "<p><b>Eentweedrie</b> vier</p>")]
    [TestCase("<ul><li>Een<li>twee</ul>", "<ul><li>Een</li><li>twee</li></ul>")]
    [TestCase("<li>Een", "<ul><li>Een</li></ul>")]
    [TestCase("<table><td>Een<td>twee</table>", "<table><tbody><tr><td>Een</td><td>twee</td></tr></tbody></table>")]
    [TestCase("<td>Een", "<p>Een</p>")]
    [TestCase("<h1>Een</h1>twee", "<p>Een</p><p>twee</p>")]
    [TestCase("5 < 6 & 7 > 6", "<p>5 &lt; 6 &amp; 7 &gt; 6</p>")]
    [TestCase("<p>Een <!-- weg > -->twee</p>", "<p>Een twee</p>")]
    [TestCase("<script>weg</script>Een<svg><p>weg</svg> twee", "<p>Een twee</p>")]
    [TestCase("<p><span class=x>Een</span> <em>twee</em></p>", "<p>Een <em>twee</em></p>")]
    public void HTML_is_shown_in_order(string html, string shown) =>
        Assert.That(SafeHtml.FromPeer(html, Place), Is.EqualTo(shown));

    [Test]
    public void What_is_nested_too_deep_keeps_its_words_in_paragraphs()
    {
        var html = string.Concat(Enumerable.Range(0, 400).Select(n => $"<div><blockquote><p>w{n}</p>"));
        var shown = SafeHtml.FromPeer(html, Place);
        Assert.That(shown.Split("<blockquote>"), Has.Length.EqualTo(13));
        Assert.That(shown, Does.Contain("<p>w0</p>").And.Contain("<p>w399</p>"));
    }

    [TestCase("<p>&nbsp;</p>")]
    [TestCase("<p></p>")]
    [TestCase("<p><br></p>")]
    [TestCase("<br>")]
    [TestCase("<hr>")]
    [TestCase("<p>\u200B\u3164\u2800</p>")]
    [TestCase("<ul><li></li></ul>")]
    [TestCase("<blockquote><p>\u00AD</p></blockquote>")]
    public void Four_hundred_empty_paragraphs_take_no_room(string empty)
    {
        var many = string.Concat(Enumerable.Repeat(empty, 400));
        var some = string.Concat(Enumerable.Repeat(empty, 40));
        var shown = SafeHtml.FromPeer($"{some}<p>Een</p>{many}<p>twee</p>{some}", Place);
        Assert.That(shown.Replace("<hr>", "").Replace("<br>", ""), Is.EqualTo("<p>Een</p><p>twee</p>"));
        Assert.That(shown.Length, Is.LessThan(50));
    }

    [Test]
    public void Empty_lines_of_Markdown_take_no_room()
    {
        foreach (var empty in new[] { "\n\n", "&nbsp;\n\n", "\u00A0\n\n", "\\\n", "\u2800\n\n", "- \n\n", "> \n\n" })
        {
            var shown = SafeHtml.FromMarkdown($"Een\n\n{string.Concat(Enumerable.Repeat(empty, 400))}\n\ntwee", Place);
            Assert.That(shown.Length, Is.LessThan(60), empty);
        }

        var code = SafeHtml.FromMarkdown($"```\na{new string('\n', 400)}b\n```", Place);
        Assert.That(code.Split('\n'), Has.Length.LessThan(6));
    }

    [TestCase("/uitloggen", "https://a.example/uitloggen")]
    [TestCase("//evil.example/x", "https://evil.example/x")]
    [TestCase("\\\\evil.example\\x", "https://evil.example/x")]
    [TestCase("/\\evil.example", "https://evil.example/")]
    [TestCase("?x=1", "https://a.example/q/3?x=1")]
    [TestCase("#x", "https://a.example/q/3#x")]
    [TestCase("4", "https://a.example/q/4")]
    [TestCase("../../../x", "https://a.example/x")]
    [TestCase("HTTPS://B.example/\u0001", "https://b.example/")]
    [TestCase("mailto:a@b.example", "mailto:a@b.example")]
    public void A_link_without_a_host_is_meant_to_be_where_its_text_came_from(string link, string address)
    {
        Assert.That(
            SafeHtml.FromPeer($"<a href=\"{link}\">Een</a>", Place),
            Is.EqualTo($"<p><a href=\"{address}\" rel=\"nofollow noopener ugc\">Een</a></p>"));
    }

    [TestCase("javascript:a")]
    [TestCase("java\nscript:a")]
    [TestCase("data:text/html,a")]
    [TestCase("file:///etc/passwd")]
    [TestCase("https://ons@evil.example/")]
    [TestCase("https:")]
    [TestCase("ftp://a.example/")]
    public void A_link_that_leads_nowhere_safe_is_none(string link) =>
        Assert.That(SafeHtml.FromPeer($"<a href=\"{link}\">Een</a>", Place), Does.Not.Contain("href"));

    [TestCase("/x")]
    [TestCase("//evil.example")]
    public void Without_an_address_of_the_text_a_link_without_a_host_is_none(string link) =>
        Assert.That(SafeHtml.FromPeer($"<a href=\"{link}\">Een</a>", null), Does.Not.Contain("href"));

    [Test]
    public void A_link_of_our_own_goes_out_absolute() =>
        Assert.That(SafeHtml.FromMarkdown("[Zie](/q/4)", Place), Does.Contain("href=\"https://a.example/q/4\""));
}

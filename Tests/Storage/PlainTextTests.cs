using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Tests.Storage;

public class PlainTextTests
{
    [TestCase("<p>Een</p><p>twee<br>drie</p>", "Een twee drie")]
    [TestCase("<p>@<span>afval</span> snoei<b>afval</b></p>", "@afval snoeiafval")]
    [TestCase("<ul><li>glas</li><li>papier</li></ul>", "glas papier")]
    [TestCase("Is 5 < 6 &amp; 7 > 6?", "Is 5 < 6 & 7 > 6?")]
    [TestCase("Nooit af <a href=\"x", "Nooit af")]
    [TestCase("<", "<")]
    [TestCase("</", "")]
    [TestCase("", "")]
    public void Blocks_part_words_and_inline_tags_do_not(string html, string text) =>
        Assert.That(PlainText.Of(html), Is.EqualTo(text));
}

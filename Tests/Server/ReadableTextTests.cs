using Ontmoetingsplein.Forum.Wording;

namespace Ontmoetingsplein.Tests.Server;

public class ReadableTextTests
{
    // Vietnamese in one and in three characters, Thai, Arabic, Hebrew, Devanagari, Burmese, Persian and Bengali with
    // joiners, Khmer with a place to break, Chinese, Mongolian.
    [TestCase("Nguyễn Thị Ánh")]
    [TestCase("Nguye\u0302\u0303n")]
    [TestCase("ที่นี่น้ำ")]
    [TestCase("مُحَمَّدٌ")]
    [TestCase("שָׁלוֹם")]
    [TestCase("क्षत्रिय")]
    [TestCase("ကြွေး့")]
    [TestCase("می\u200Cخواهم")]
    [TestCase("র\u200D্যাব")]
    [TestCase("ខ្ញុំ\u200Bទៅ")]
    [TestCase("李小龍")]
    [TestCase("ᠮᠣᠩ\u180Bᠭᠣᠯ")]
    // A family, an astronaut of a colour, a heart, a key, the flags of the Netherlands and of Wales.
    [TestCase("👨\u200D👩\u200D👧 👩🏽\u200D🚀 ❤\uFE0F 1\uFE0F\u20E3 🇳🇱")]
    [TestCase("🏴\U000E0067\U000E0062\U000E0077\U000E006C\U000E0073\U000E007F")]
    [TestCase("❤\uFE0F\u200D🔥")]
    [TestCase("Jan-Peter d'Hondt (74)")]
    public void What_a_script_or_a_picture_needs_stays(string text)
    {
        Assert.That(ReadableText.Line(text), Is.EqualTo(text));
        Assert.That(ReadableText.Lines(text), Is.EqualTo(text));
    }

    [TestCase("\u200B\u200B\u200B\u200B")]
    [TestCase("\u3164\u3164\u3164")]
    [TestCase("\u2800\u2800\u2800")]
    [TestCase("\u00A0\u00A0\u00A0")]
    [TestCase("\u00AD\u00AD\u00AD")]
    [TestCase("\u202E\u2066\u200F\u061C")]
    [TestCase("\U000E0041\U000E0042\U000E0043")]
    [TestCase("\uFE0F\uFE0F\uFE0F")]
    [TestCase("\u0301\u0301\u0301")]
    [TestCase("\u115F\u1160\uFFA0\u034F\u17B4")]
    [TestCase("\u2060\u2061\u2062\uFEFF\uFFF9")]
    [TestCase("\u200D\u200C\u200D")]
    [TestCase("\u2028\u2029\u0085\v")]
    [TestCase("\u1680\u2003\u3000\u205F")]
    [TestCase("\U000E0100\U000E01EF\U0001D159\U0001D173")]
    [TestCase("\0\u0007\u001B")]
    public void Characters_that_nobody_sees_are_no_name_and_no_text(string text)
    {
        Assert.That(ReadableText.Line(text), Is.Empty);
        Assert.That(ReadableText.SaysSomething(ReadableText.Lines(text)), Is.False);
        Assert.That(ReadableText.Fault("a", ReadableText.Lines(text), 2, 100), Is.Not.Null);
    }

    [TestCase("Gemeen\u200Bte", "Gemeente")]
    [TestCase("Gemeen\u200Dte", "Gemeente")]
    [TestCase("An\u00ADna", "Anna")]
    [TestCase("An\uFE0Fna", "Anna")]
    [TestCase("\u202Eanna", "anna")]
    [TestCase("A\U000E0041nna", "Anna")]
    [TestCase("A\u00A0 \u3164b\r\nc", "A b c")]
    [TestCase("a\u0301\u0302\u0303\u0304\u0316b", "a\u0301\u0302b")]
    [TestCase("ก็็็็็็", "ก็")]
    [TestCase("❤\uFE0F\uFE0F\uFE0E", "❤\uFE0F")]
    [TestCase("\u0301Anna", "Anna")]
    public void What_nobody_sees_and_what_piles_up_is_left_out(string text, string line) =>
        Assert.That(ReadableText.Line(text), Is.EqualTo(line));

    [Test]
    public void Lines_end_as_one_expects_and_empty_ones_do_not_pile_up()
    {
        Assert.That(ReadableText.Lines("a\r\nb\rc\u2028d  \n"), Is.EqualTo("a\nb\nc\nd"));
        Assert.That(ReadableText.Lines("a" + string.Concat(Enumerable.Repeat("\r\n \t\u00A0", 400)) + "\nb"),
            Is.EqualTo("a\n\n\nb"));
        Assert.That(ReadableText.Lines("- a\n    - b\tc"), Is.EqualTo("- a\n    - b\tc"));
    }

    [Test]
    public void A_line_is_cut_between_what_a_reader_takes_for_one_character()
    {
        Assert.That(ReadableText.Line("ab👩🏽\u200D🚀", 5), Is.EqualTo("ab"));
        Assert.That(ReadableText.Line("abe\u0301", 3), Is.EqualTo("ab"));
        Assert.That(ReadableText.Line("ab cd", 3), Is.EqualTo("ab"));
        Assert.That(ReadableText.Line(null, 3), Is.Empty);
    }

    [Test]
    public void Length_counts_what_the_reader_sees_at_least_and_what_the_browser_counts_at_most()
    {
        Assert.That(ReadableText.Fault("a", "e\u0301", 2, 9)?.TextKey, Is.EqualTo("error.tooShort"));
        Assert.That(ReadableText.Fault("a", "e\u0301f", 2, 3), Is.Null);
        Assert.That(ReadableText.Fault("a", "e\u0301fg", 2, 3)?.TextKey, Is.EqualTo("error.tooLong"));
    }

    [TestCase("Noor J.", "Welkom, Noor J.")]
    [TestCase("Noor", "Welkom, Noor.")]
    [TestCase("Zorg & Co!", "Welkom, Zorg & Co!")]
    public void A_sentence_ends_once(string name, string sentence) =>
        Assert.That(
            MessageFormat.Fill("Welkom, {name}.", [("name", name)], System.Globalization.CultureInfo.InvariantCulture),
            Is.EqualTo(sentence));
}

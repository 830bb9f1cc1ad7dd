using System.Text.Json;
using System.Text.RegularExpressions;
using Ontmoetingsplein.Server;
using Ontmoetingsplein.Server.Layout;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

internal sealed partial class TextTests
{
    private static readonly Texts En = Texts.For("en", FormOfAddress.U);
    private static readonly Texts NlU = Texts.For("nl", FormOfAddress.U);
    private static readonly Texts NlJe = Texts.For("nl", FormOfAddress.Je);

    [Test]
    public void Every_text_is_there_in_Dutch_and_in_English()
    {
        Assert.That(NlU.Keys.Order(), Is.EqualTo(En.Keys.Order()));
        Assert.That(NlJe.Keys.Order(), Is.EqualTo(NlU.Keys.Order()), "TextsJe.resx has a line that Dutch has not");
        Assert.That(NlU.Keys.Count(), Is.GreaterThan(300));
    }

    [Test]
    public void Every_text_asked_for_in_the_source_exists()
    {
        var known = NlU.Keys.ToHashSet();
        var asked = Source("*.razor", "*.cs")
            .SelectMany(file => AskedFor().Matches(File.ReadAllText(file)).Select(match => match.Groups["key"].Value))
            .ToHashSet();
        Assert.That(asked.Except(known), Is.Empty);
        Assert.That(asked, Has.Count.GreaterThan(250), "the scan no longer finds the keys");
    }

    [Test]
    public void Every_line_with_u_has_a_line_with_je_that_has_no_u()
    {
        var formal = NlU.Keys.Where(key => Formal().IsMatch(NlU[key])).ToList();
        Assert.That(formal, Has.Count.GreaterThan(80));
        Assert.That(formal.Where(key => NlJe[key] == NlU[key]), Is.Empty, "no line in TextsJe.resx");
        Assert.That(NlJe.Keys.Where(key => Formal().IsMatch(NlJe[key])), Is.Empty, "says u all the same");
        Assert.That(NlU.Keys.Where(key => Informal().IsMatch(NlU[key])), Is.Empty, "says je in the line with u");
    }

    [Test]
    public void Placeholders_are_the_same_in_every_language()
    {
        Assert.Multiple(() =>
        {
            foreach (var key in NlU.Keys)
            {
                Assert.That(Placeholders(En[key]), Is.EqualTo(Placeholders(NlU[key])), key);
                Assert.That(Placeholders(NlJe[key]), Is.EqualTo(Placeholders(NlU[key])), key);
            }
        });
    }

    [Test]
    public void The_forty_agreed_texts_are_kept_to_the_letter()
    {
        using var agreed = JsonDocument.Parse(SharedData.Read("ui-strings.json"));
        Assert.Multiple(() =>
        {
            foreach (var text in agreed.RootElement.EnumerateArray())
            {
                var key = text.GetProperty("key").GetString()!;
                var formal = text.GetProperty("nl").GetString()!;
                Assert.That(NlU[key], Is.EqualTo(OurNames(formal)), key);
                var informal = text.TryGetProperty("nl-je", out var je) ? je.GetString()! : formal;
                Assert.That(NlJe[key], Is.EqualTo(OurNames(informal)), key);
                Assert.That(En[key], Is.EqualTo(OurNames(text.GetProperty("en").GetString()!)), key);
            }
        });
    }

    [TestCase(0, "Nog geen antwoord")]
    [TestCase(1, "1 antwoord")]
    [TestCase(1234, "1.234 antwoorden")]
    public void Plurals_and_numbers_are_written_as_in_Dutch(int count, string text) =>
        Assert.That(NlU["answer.count", ("n", count)], Is.EqualTo(text));

    [Test]
    public void Numbers_are_written_as_in_English() =>
        Assert.That(En["search.results", ("n", 1234)], Is.EqualTo("1,234 questions found"));

    [Test]
    public void A_value_that_looks_like_a_placeholder_stays_a_value() =>
        Assert.That(NlU["search.didYouMean", ("term", "{n} # {term}")], Is.EqualTo("Bedoelt u {n} # {term}?"));

    [Test]
    public void A_text_that_does_not_exist_and_a_value_not_given_are_bugs()
    {
        Assert.That(() => NlU["no.such.text"], Throws.TypeOf<KeyNotFoundException>());
        Assert.That(() => NlU["search.results", ("m", 1)], Throws.TypeOf<FormatException>());
    }

    [TestCase("en-US", "en")]
    [TestCase("nl-BE", "nl")]
    [TestCase("fy", "nl")]
    public void Languages_we_do_not_have_get_Dutch(string asked, string given) =>
        Assert.That(Texts.For(asked, FormOfAddress.U).Language, Is.EqualTo(given));

    private static string OurNames(string text) => text
        .Replace("{organisatie}", "{organisation}", StringComparison.Ordinal)
        .Replace("{datum}", "{date}", StringComparison.Ordinal)
        .Replace("{reden}", "{reason}", StringComparison.Ordinal)
        .Replace("{e-mail}", "{email}", StringComparison.Ordinal);

    private static string Placeholders(string text) => string.Join(
        ' ', Placeholder().Matches(text).Select(match => match.Groups["name"].Value).Distinct().Order());

    internal static IEnumerable<string> Source(params string[] patterns)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Ontmoetingsplein.sln")))
            folder = folder.Parent;
        Assert.That(folder, Is.Not.Null, "the tests run inside the repository");
        var separator = Path.DirectorySeparatorChar;
        return patterns
            .SelectMany(pattern => Directory.EnumerateFiles(
                Path.Combine(folder!.FullName, "Server"), pattern, SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{separator}obj{separator}", StringComparison.Ordinal)
                && !file.Contains($"{separator}node_modules{separator}", StringComparison.Ordinal));
    }

    [GeneratedRegex("""\b(?:T|Texts|texts)\["(?<key>[\w.]+)["]""")]
    private static partial Regex AskedFor();

    [GeneratedRegex(@"\b(u|uw|uzelf)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Formal();

    [GeneratedRegex(@"\b(je|jij|jou|jouw|jezelf)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Informal();

    [GeneratedRegex(@"(?<!(?:one|other|=\d) )\{(?<name>[a-z]+)[,}]")]
    private static partial Regex Placeholder();
}

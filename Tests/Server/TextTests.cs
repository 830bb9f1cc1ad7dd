using System.Text.Json;
using System.Text.RegularExpressions;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Server.Web.Moderation;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Reports;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

internal sealed partial class TextTests
{
    private static readonly Texts En = Texts.For("en", FormOfAddress.U);
    private static readonly Texts NlU = Texts.For("nl", FormOfAddress.U);
    private static readonly Texts NlJe = Texts.For("nl", FormOfAddress.Je);

    // Keys that are put together, and what stands for the star.
    private static readonly Dictionary<string, string[]> ComposedKeys = new()
    {
        ["hosts.verdict.*"] = Enum.GetNames<PeerVerdict>(),
        ["reports.thing.*"] = Enum.GetNames<ReportedThing>(),
        ["reports.outcome.*"] = Enum.GetNames<ReportOutcome>(),
        ["notice.*Subject"] = ["answered", "commented"],
        ["notice.*Text"] = ["answered", "commented"],
    };

    // Written like a key, but something else.
    private static readonly string[] NoTexts = [];

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
    public void Every_text_is_asked_for_and_what_looks_like_the_key_of_a_text_is_one()
    {
        var known = NlU.Keys.ToHashSet();
        var source = Source("*.razor", "*.cs").Select(File.ReadAllText).ToList();
        var said = source.SelectMany(file => Literal().Matches(file).Concat(AskedFor().Matches(file)))
            .Select(match => match.Groups["key"].Value).ToHashSet();
        var composed = source.SelectMany(file => Composed().Matches(file))
            .Select(match => match.Groups["key"].Value + "*" + match.Groups["end"].Value)
            .Where(pattern => known.Any(key => key.StartsWith(pattern.Split('*')[0], StringComparison.Ordinal)))
            .ToHashSet();
        Assert.That(composed, Is.EquivalentTo(ComposedKeys.Keys), "a composed key that this test does not know");
        var all = ComposedKeys.SelectMany(
            pair => pair.Value.Select(part => pair.Key.Replace("*", part, StringComparison.Ordinal))).ToHashSet();
        var families = known.Select(key => key.Split('.')[0]).ToHashSet();
        Assert.Multiple(() =>
        {
            Assert.That(known.Except(said).Except(all), Is.Empty, "nothing shows them");
            Assert.That(all.Except(known), Is.Empty, "composed, but not there");
            Assert.That(
                said.Where(key => families.Contains(key.Split('.')[0])).Except(known).Except(NoTexts), Is.Empty,
                "not there");
        });
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

    // What is agreed for things that are not there yet: a text that nothing shows promises nothing, and is left out.
    private static readonly string[] NotThereYet =
    [
        "search.didYouMean", "ask.review", "answer.validUntil", "answer.checked", "answer.outdated", "report.why",
        "report.thanks", "removed.reason", "account.export", "account.delete",
    ];

    [Test]
    public void The_agreed_texts_are_kept_to_the_letter_and_those_of_what_is_not_there_yet_are_left_out()
    {
        Assert.That(NotThereYet.Intersect(NlU.Keys), Is.Empty, "it is there now: take it from the list");
        using var agreed = JsonDocument.Parse(SharedData.Read("ui-strings.json"));
        Assert.Multiple(() =>
        {
            foreach (var text in agreed.RootElement.EnumerateArray())
            {
                var key = text.GetProperty("key").GetString()!;
                if (NotThereYet.Contains(key))
                    continue;
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
        Assert.That(
            NlU["search.titleFor", ("query", "{n} # {query}")], Is.EqualTo("Zoeken naar {n} # {query}"));

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

    [GeneratedRegex("""(?<!\$)"(?<key>[a-z][A-Za-z]*(?:\.[a-z0-9][A-Za-z0-9]*)+)["]""")]
    private static partial Regex Literal();

    [GeneratedRegex("""\$"(?<key>[a-z][A-Za-z]*\.[\w.]*)\{[^}]+\}(?<end>\w*)["]""")]
    private static partial Regex Composed();

    [GeneratedRegex(@"\b(u|uw|uzelf)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Formal();

    [GeneratedRegex(@"\b(je|jij|jou|jouw|jezelf)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Informal();

    [GeneratedRegex(@"(?<!(?:one|other|=\d) )\{(?<name>[a-z]+)[,}]")]
    private static partial Regex Placeholder();
}

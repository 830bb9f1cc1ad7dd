using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Architecture;

/// <summary>
/// What code cites is in the tree: the rules of Federation/CONTRACT.md. The words of GLOSSARY.md are in use.
/// </summary>
internal sealed partial class ContractTests
{
    private const string Document = "Federation/CONTRACT.md";
    private const string Self = "Tests/Architecture/ContractTests.cs";

    private static readonly HashSet<string> Known = [.. Rules(SourceTree.Read(Document))];

    private static readonly List<(string File, string Text)> Code =
    [
        .. SourceTree.Files.Where(file => file != Self && Path.GetExtension(file) is ".cs" or ".razor" or ".sql")
            .Select(file => (file, Joined(SourceTree.Read(file)))),
    ];

    /// <summary>The numbers of the rows in the table of a section.</summary>
    /// <param name="section">Such as §7.</param>
    public static IReadOnlyList<int> RowsOf(string section) =>
    [
        .. Known.Where(rule => rule.StartsWith(section + " row ", StringComparison.Ordinal))
            .Select(rule => int.Parse(rule.Split(' ')[^1], CultureInfo.InvariantCulture)),
    ];

    [Test]
    public void Every_rule_that_code_cites_is_in_the_contract()
    {
        var cited = Code.SelectMany(one => Cited(one.Text).Select(rule => (one.File, rule))).ToList();
        Assert.That(cited, Has.Count.GreaterThan(100), "the citations are no longer found");
        Assert.That(cited.Where(one => !Known.Contains(one.rule)), Is.Empty);
    }

    [Test]
    public void Every_citation_can_be_read()
    {
        var unread = Code.Where(one => Named().Count(one.Text) > Citation().Count(one.Text)
            || Bare().IsMatch(one.Text)).Select(one => one.File);
        Assert.That(unread, Is.Empty, "cite as CONTRACT.md §3.5, CONTRACT.md §7 row 13 or CONTRACT.md D6");
    }

    [Test]
    public void Every_document_that_code_names_is_in_the_tree()
    {
        var there = SourceTree.Files.Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
        var named = Code.SelectMany(one => Documents(one.Text).Select(name => (one.File, name))).ToList();
        Assert.That(named, Has.Count.GreaterThan(100), "the names are no longer found");
        Assert.That(named.Where(one => !there.Contains(one.name)), Is.Empty);
    }

    [TestCase("/// (CONTRACT.md §3.5, §7 rows\n    /// 2, 11 to 13 and 27)",
        "§3.5|§7 row 2|§7 row 11|§7 row 12|§7 row 13|§7 row 27")]
    [TestCase("// CONTRACT.md §3.3 rules 5 and 6; D3", "§3.3 rule 5|§3.3 rule 6")]
    [TestCase("(CONTRACT.md §6 \"Backoff\" and \"Dead host\"), D6.", "§6 \"Backoff\"|§6 \"Dead host\"")]
    [TestCase("(CONTRACT.md D3, §1, §99.9)", "D3|§1|§99.9")]
    public void A_citation_is_read_to_its_end(string text, string rules) =>
        Assert.That(Cited(Joined(text)), Is.EqualTo(rules.Split('|')));

    [TestCase("§99.9")]
    [TestCase("D99")]
    [TestCase("§7 row 99")]
    [TestCase("§3.3 rule 99")]
    [TestCase("§6 \"Weather\"")]
    public void A_rule_that_is_not_there_is_missed(string rule) => Assert.That(Known, Does.Not.Contain(rule));

    [Test]
    public void A_document_that_is_not_there_is_seen() => Assert.That(
        Documents("(federation.md §4; FEDERATION.md)"), Is.EqualTo(new[] { "federation.md", "FEDERATION.md" }));

    [Test]
    public void The_documents_lead_to_each_other()
    {
        Assert.That(SourceTree.Read("README.md"), Does.Contain($"`{Document}`").And.Contain("`GLOSSARY.md`"));
        Assert.That(SourceTree.Read("FEDERATION.md"), Does.Contain($"`{Document}`"));
        var links = Link().Matches(SourceTree.Read(Document)).Select(match => match.Groups[1].Value).ToList();
        Assert.That(links, Is.Not.Empty);
        Assert.That(
            links.Where(link => !File.Exists(Path.Combine(SourceTree.Root, Path.GetDirectoryName(Document)!, link))),
            Is.Empty);
    }

    [Test]
    public void The_words_of_the_glossary_are_in_use()
    {
        var pages = string.Join('\n', XDocument.Parse(SourceTree.Read("Server/Forum/Wording/Texts.nl.resx"))
            .Descendants("value").Select(value => value.Value));
        var code = string.Join('\n', SourceTree.ProductionCode.Select(SourceTree.Read));
        var rows = SourceTree.Read("GLOSSARY.md").Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
            .Select(line => line.Split('|')).ToList();
        Assert.That(rows, Has.Count.GreaterThan(30));
        var dutch = rows.SelectMany(row => row[1].Split('(')[0].Split(',')).Select(word => word.Trim())
            .Where(word => word != "–");
        var english = rows.SelectMany(row => InCode().Matches(row[2])).Select(match => match.Groups[1].Value).ToList();
        Assert.That(dutch.Where(word => !IsIn(pages, word)), Is.Empty);
        Assert.That(english, Has.Count.GreaterThan(30));
        Assert.That(english.Where(word => !IsIn(code, word)), Is.Empty);
    }

    private static bool IsIn(string text, string word) =>
        Regex.IsMatch(text, $@"\b{Regex.Escape(word)}\b", RegexOptions.IgnoreCase);

    private static IEnumerable<string> Documents(string text) =>
        DocumentName().Matches(text).Select(match => match.Value);

    // A comment on several lines is one text.
    private static string Joined(string text) => LineEnd().Replace(text, " ");

    private static IEnumerable<string> Cited(string text) =>
        Citation().Matches(text).SelectMany(citation => Reference().Matches(citation.Value)).SelectMany(Expand);

    private static IEnumerable<string> Expand(Match reference)
    {
        var place = reference.Groups["place"].Value;
        var numbers = reference.Groups["numbers"].Value;
        var names = Quoted().Matches(reference.Groups["names"].Value).Select(name => $"{place} {name.Value}").ToList();
        if (numbers.Length == 0)
            return names.Count > 0 ? names : [place];
        var kind = reference.Groups["kind"].Value;
        return Numbers().Matches(numbers).SelectMany(match =>
        {
            var first = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
            var last = match.Groups[2].Success ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : first;
            return Enumerable.Range(first, last - first + 1).Select(number => $"{place} {kind} {number}");
        });
    }

    // Sections, decisions, numbered rows and rules, and what has a name in its section.
    private static IEnumerable<string> Rules(string document)
    {
        var section = "";
        foreach (var line in document.Split('\n'))
        {
            if (Heading().Match(line) is { Success: true } heading)
            {
                section = "§" + heading.Groups[1].Value;
                yield return section;
            }
            if (FirstCell().Match(line) is { Success: true } cell)
            {
                var name = cell.Groups[1].Value;
                yield return name.All(char.IsAsciiDigit) ? $"{section} row {name}"
                    : Decision().IsMatch(name) ? name : $"{section} \"{name}\"";
            }
            if (Item().Match(line) is { Success: true } item)
                yield return $"{section} rule {item.Groups[1].Value}";
            foreach (Match name in Bold().Matches(line))
                yield return $"{section} \"{name.Groups[1].Value}\"";
        }
    }

    private const string OneReference =
        "(?<place>§[0-9]+(?:\\.[0-9]+)?|D[0-9]+)"
        + "(?: (?<kind>row|rule)s? (?<numbers>[0-9]+(?:(?:, | and | to )[0-9]+)*))?"
        + "(?<names>(?:(?: and)? \"[^\"]+\")*)";

    [GeneratedRegex(OneReference)]
    private static partial Regex Reference();

    [GeneratedRegex("CONTRACT\\.md " + OneReference + "(?:(?:,| and) " + OneReference + ")*")]
    private static partial Regex Citation();

    [GeneratedRegex("CONTRACT\\.md")]
    private static partial Regex Named();

    [GeneratedRegex("\\((?:§[0-9](?:\\.[0-9])?|D[0-9]+)\\)")]
    private static partial Regex Bare();

    [GeneratedRegex("(?<![\\w-])[\\w-]+\\.md\\b")]
    private static partial Regex DocumentName();

    [GeneratedRegex("\n[ \t]*(?:///?|--) ?")]
    private static partial Regex LineEnd();

    [GeneratedRegex("([0-9]+)(?: to ([0-9]+))?")]
    private static partial Regex Numbers();

    [GeneratedRegex("\"[^\"]+\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("^##+ ([0-9]+(?:\\.[0-9]+)?)")]
    private static partial Regex Heading();

    [GeneratedRegex("^\\| ([^|]+?) \\|")]
    private static partial Regex FirstCell();

    [GeneratedRegex("^D[0-9]+$")]
    private static partial Regex Decision();

    [GeneratedRegex("^([0-9]+)\\. ")]
    private static partial Regex Item();

    [GeneratedRegex("\\*\\*(.+?)[.:]?\\*\\*")]
    private static partial Regex Bold();

    [GeneratedRegex("\\]\\((?!https?:|#)([^)\\s]+)\\)")]
    private static partial Regex Link();

    [GeneratedRegex("`([A-Za-z.]+)`")]
    private static partial Regex InCode();
}

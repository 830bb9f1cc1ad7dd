using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Ontmoetingsplein.Tests.Architecture;

/// <summary>Each row of CONTRACT.md §7 has a test that is named after it.</summary>
internal sealed partial class ThreatCoverageTests
{
    [Test]
    public void Every_row_has_a_test()
    {
        var covered = Assembly.GetExecutingAssembly().GetTypes()
            .SelectMany(type => type.GetMethods(
                BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(method => method.GetCustomAttributes().Any(one => one is TestAttribute or TestCaseAttribute
                or TestCaseSourceAttribute))
            .SelectMany(method => Row().Matches(method.Name))
            .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        var rows = ContractTests.RowsOf("§7");
        Assert.That(rows, Has.Count.GreaterThan(30), "the table is no longer found");
        Assert.That(rows.Except(covered), Is.Empty);
    }

    [GeneratedRegex("[Rr]ow_([0-9]+)(?:_|$)")]
    private static partial Regex Row();
}

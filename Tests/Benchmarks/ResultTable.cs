using System.Globalization;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>What a run came to: told as it goes, and as a table at the end.</summary>
internal sealed class ResultTable
{
    private readonly List<(string What, string Figure, string Ratio, string Target, bool? Met)> rows = [];

    public void Add(string what, string figure, string ratio = "", string target = "", bool? met = null)
    {
        rows.Add((what, figure, ratio, target, met));
        Console.WriteLine(
            $"{what}: {figure} {ratio} {target} {met switch { true => "met", false => "MISSED", _ => "" }}");
    }

    /// <summary>Writes the table.</summary>
    /// <returns>The exit code: 1 when a target was missed.</returns>
    public int Print()
    {
        Console.WriteLine();
        Console.WriteLine("| what | figure | ratio | target | |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (what, figure, ratio, target, met) in rows)
        {
            var verdict = met switch { true => "met", false => "missed", _ => "" };
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {what} | {figure} | {ratio} | {target} | {verdict} |"));
        }

        return rows.Any(row => row.Met == false) ? 1 : 0;
    }
}

using System.Text.RegularExpressions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Architecture;

/// <summary>
/// A folder imports only folders that do not, by whatever way, import it back; root files are for all.
/// </summary>
public partial class FolderTests
{
    [TestCaseSource(typeof(SourceTree), nameof(SourceTree.Production))]
    public void Folders_of_a_project_do_not_go_in_circles(SourceTree.Project project)
    {
        var edges = Edges(project);
        TestContext.Out.WriteLine(string.Join('\n', edges.GroupBy(edge => edge.From)
            .Select(group => $"{group.Key} -> {string.Join(", ", group.Select(edge => edge.To).Distinct())}")));
        var left = edges;
        // What imports nothing more is in no circle; take it away until nothing is left, or only circles are.
        while (left.Count > 0)
        {
            var next = left.Where(edge => left.Any(other => other.From == edge.To)).ToList();
            if (next.Count == left.Count)
            {
                break;
            }

            left = next;
        }

        Assert.That(left.Select(edge => $"{edge.From} -> {edge.To} in {edge.File}"), Is.Empty);
    }

    [TestCaseSource(typeof(SourceTree), nameof(SourceTree.Production))]
    public void A_namespace_is_its_folder(SourceTree.Project project)
    {
        var wrong = SourceTree.ProductionCode
            .Where(file => project.Holds(file) && file.EndsWith(".cs", StringComparison.Ordinal))
            .Where(file => Namespace().Match(SourceTree.Read(file)) is { Success: true } found
                && found.Groups[1].Value != "Ontmoetingsplein." + string.Join(
                    '.', file.Split('/')[(project.Folder.Split('/').Length - 1)..^1]));
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void The_search_for_imports_finds_each_way_to_write_one()
    {
        var types = new Dictionary<string, IReadOnlySet<string>> { ["Hosting"] = new HashSet<string> { "Caller" } };
        foreach (var text in new[]
            {
                "using Ontmoetingsplein.Server.Hosting;", "using static Ontmoetingsplein.Server.Hosting.Caller;",
                "using C = Ontmoetingsplein.Server.Hosting.Caller;", "@using Ontmoetingsplein.Server.Hosting",
                "Server.Hosting.Caller x", "(Hosting.Caller caller)",
            })
        {
            Assert.That(Imports(text, "Server", "Hosting", types), Is.True, text);
        }

        foreach (var text in new[]
            { "using Microsoft.Extensions.Hosting;", "Hosting.Other x", "using Ontmoetingsplein.Storage.Hosting;" })
        {
            Assert.That(Imports(text, "Server", "Hosting", types), Is.False, text);
        }
    }

    private static List<(string From, string To, string File)> Edges(SourceTree.Project project)
    {
        var all = SourceTree.ProductionCode.Where(project.Holds)
            .Select(file => (File: file, Path: file[(project.Folder.Length + 1)..].Split('/')[..^1])).ToList();
        // A folder that holds folders only is a building, and each of those is a room.
        var rooms = all.Where(file => file.Path.Length == 1).Select(file => file.Path[0]).ToHashSet();
        var files = all.Where(file => file.Path.Length > 0)
            .Select(file => (
                file.File, Folder: string.Join('.', file.Path[..(rooms.Contains(file.Path[0]) ? 1 : 2)]),
                Text: SourceTree.Read(file.File))).ToList();
        var types = files.GroupBy(file => file.Folder).ToDictionary(
            group => group.Key,
            group => (IReadOnlySet<string>)group
                .SelectMany(file => Declared().Matches(file.Text).Select(found => found.Groups[1].Value)
                    .Append(Path.GetFileNameWithoutExtension(file.File)))
                .ToHashSet(StringComparer.Ordinal));
        Assert.That(types, Has.Count.GreaterThan(4));
        return
        [
            .. from file in files
               from folder in types.Keys
               where folder != file.Folder && Imports(file.Text, project.Name, folder, types)
               select (file.Folder, folder, file.File),
        ];
    }

    private static bool Imports(
        string text, string project, string folder, Dictionary<string, IReadOnlySet<string>> types) =>
        Regex.IsMatch(text, $@"\bOntmoetingsplein\.{project}\.{Regex.Escape(folder)}\b")
        || Regex.Matches(text, $@"(?<![\w.])(?:{project}\.)?{Regex.Escape(folder)}\.(\w+)")
            .Any(found => types[folder].Contains(found.Groups[1].Value));

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\b(?:class|record|struct|enum|interface|delegate)\s+(?:class\s+|struct\s+)?(\w+)")]
    private static partial Regex Declared();
}

using System.Text.RegularExpressions;
using Ontmoetingsplein.Server;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Architecture;

/// <summary>What README and FEDERATION.md name is there, and what README says to type works.</summary>
public partial class DocumentationTests
{
    private const string Run = "dotnet run --project Server";

    private static readonly string[] Documents = ["README.md", "FEDERATION.md", "GLOSSARY.md"];

    private static readonly string[] Tops = ["Server", "Federation", "Storage", "Tests", "deploy"];

    [TestCaseSource(nameof(Documents))]
    public void Every_path_in_the_document_is_there(string document)
    {
        var text = SourceTree.Read(document);
        var paths = Code().Matches(text).Select(match => match.Groups[1].Value).Where(IsPath)
            .Concat(Link().Matches(text).Select(match => match.Groups[1].Value)).Distinct().ToList();
        Assert.That(paths.Where(path => !IsThere(path)), Is.Empty);
        if (document == "README.md")
            Assert.That(paths, Has.Count.GreaterThan(10), "it names the places that a newcomer reads");
    }

    [Test]
    public void Every_setting_in_README_exists()
    {
        var named = Setting().Matches(SourceTree.Read("README.md")).SelectMany(match =>
            SubKey().Matches(match.Value).Select(sub => match.Groups[1].Value.Split(':')[0] + sub.Value)
                .Prepend(match.Groups[1].Value)).Distinct().ToList();
        var reader = SourceTree.Read("Server/ServerOptionsReader.cs");
        Assert.That(named, Has.Count.GreaterThan(15));
        Assert.That(named.Where(key => !reader.Contains($"\"{key}\"", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Every_command_in_README_runs()
    {
        var folder = Directory.CreateTempSubdirectory("plein-test-");
        try
        {
            foreach (var line in Lines())
                await RunAsync(line, folder);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task Every_command_that_README_mentions_is_known_with_its_options()
    {
        var folder = Directory.CreateTempSubdirectory("plein-test-");
        try
        {
            var (_, root) = await ServerProcess.RunAsync(folder, 5080, "--help");
            var commands = Regex.Matches(root, "^  ([a-z-]+)(?: <\\w+>)?  +[A-Z]", RegexOptions.Multiline)
                .Select(match => match.Groups[1].Value).ToList();
            Assert.That(commands, Does.Contain("deliveries").And.Contain("follow"));
            var mentioned = Code().Matches(SourceTree.Read("README.md")).Select(
                match => match.Groups[1].Value.Split(' '))
                .Where(words => words.Length > 1 && commands.Contains(words[0])).ToList();
            Assert.That(mentioned, Is.Not.Empty);
            foreach (var words in mentioned)
            {
                var (code, help) = await ServerProcess.RunAsync(folder, 5080, words[0], "--help");
                Assert.That(code, Is.Zero, help);
                if (words[1][0] != '-' && Regex.IsMatch(help, $"^  {Regex.Escape(words[1])} ", RegexOptions.Multiline))
                    (_, help) = await ServerProcess.RunAsync(folder, 5080, words[0], words[1], "--help");
                foreach (var option in words.Where(word => word.StartsWith("--", StringComparison.Ordinal)))
                    Assert.That(help, Does.Contain(option), string.Join(' ', words));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void The_demo_that_README_tells_of_is_tried_too() =>
        Assert.That(Lines(), Does.Contain(Run + " -- demo").And.Contain(Run).And.Contain("dotnet test"));

    [Test]
    public async Task The_demo_shows_a_question_an_answer_a_choice_and_an_edit_that_cross()
    {
        int port;
        do
        {
            port = Plein.FreePort();
        }
        while (!Plein.IsFree(port + 1));

        await using var demo = ServerProcess.Start(
            typeof(Node).Assembly.Location, ["demo", "--once", "--port", $"{port}"]);
        var (code, output) = await demo.EndAsync(TimeSpan.FromMinutes(3));
        Assert.That(code, Is.Zero, output);
        foreach (var said in new[]
            {
                "it stands at Waterveen after", "the official answer is back at De Brug after",
                "Waterveen shows it as the answer that helped", "Waterveen shows the new text",
                "Waterveen    <- Create / question", "De Brug      <- Announce / Create / officialAnswer",
                "Waterveen    <- ChooseAnswer", "Waterveen    <- Update / question", "verified, kept",
            })
        {
            Assert.That(output, Does.Contain(said));
        }
    }

    private static IEnumerable<string> Lines() => Block().Matches(SourceTree.Read("README.md"))
        .SelectMany(match => match.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        .Select(line => line.Trim());

    private static async Task RunAsync(string line, DirectoryInfo folder)
    {
        if (line == "dotnet test")
        {
            Assert.That(SourceTree.Read("Ontmoetingsplein.sln"), Does.Contain("Tests.csproj"));
            return;
        }

        // The demo takes longer and has a test of its own.
        if (line == Run + " -- demo")
            return;
        if (line == Run)
        {
            var port = Plein.FreePort();
            await using var server = await ServerProcess.ServeAsync(folder, port);
            using var http = new HttpClient();
            using var home = await http.GetAsync(new Uri($"http://localhost:{port}/"));
            Assert.That((int)home.StatusCode, Is.EqualTo(200));
            Assert.That(
                server.Output, Does.Contain("Become its administrator").And.Contain($"http://localhost:{port}"));
            await server.KillAsync();
            folder.Delete(recursive: true);
            folder.Create();
            return;
        }

        Assert.That(line, Does.StartWith(Run + " -- "), "a command that no test tries");
        var words = Word().Matches(line[(Run + " -- ").Length..]).Select(match => match.Value.Trim('"')).ToArray();
        var (code, output) = await ServerProcess.RunAsync(folder, 5080, words);
        Assert.That(code, Is.Zero, $"{line}\n{output}");
    }

    private static bool IsPath(string code) => !code.Contains(' ', StringComparison.Ordinal)
        && (Tops.Contains(code.Split('/')[0]) && code.Contains('/', StringComparison.Ordinal)
            || Path.GetExtension(code) is ".md" or ".sln" or ".props" or ".yml");

    private static bool IsThere(string path)
    {
        var pattern = "^" + Regex.Escape(path.TrimEnd('/')).Replace(@"\*", "[^/]*", StringComparison.Ordinal) + "(/|$)";
        return SourceTree.Files.Any(file => Regex.IsMatch(file, pattern));
    }

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\((?!https?:|#)([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`Plein:([A-Za-z:]+)`(?:, `:[A-Za-z]+`)*")]
    private static partial Regex Setting();

    [GeneratedRegex("(?<=`):[A-Za-z]+(?=`)")]
    private static partial Regex SubKey();

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();
}

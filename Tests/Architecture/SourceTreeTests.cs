using System.Text.RegularExpressions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Architecture;

/// <summary>What holds for every file (architecture "Conventions").</summary>
public partial class SourceTreeTests
{
    // Frameworks ask for these to be implemented, never for new ones.
    private const string OnlyPlaceForInterfaces = "Federation/Ports.cs";

    // SeeOther, and the one answer that leads to another server.
    private const string OnlyPlaceForRedirects = "Server/Web/Serving/SeeOther.cs";

    private static readonly string[] AddressPlaces =
    [
        "Federation/CanonicalAuthority.cs",
        "Federation/Actors/ActorKeySource.cs",
        "Federation/Actors/WebFinger.cs",
        "Federation/Discovery/NodeInfo.cs",
        "Federation/Fetching/RemoteFetcher.cs",
        "Federation/Signatures/ProofReader.cs",
        "Server/Forum/Answers/AnswerRules.cs",
        "Server/Forum/Answers/GiveAnswer.cs",
        "Server/Forum/Answers/ReviseAnswer.cs",
        "Server/CommandLine/OrganisationCommands.cs",
        "Server/Demo/Narrator.cs",
        "Server/Web/Home/HomePage.razor",
        "Server/Forum/Settings/NodeSettings.cs",
        "Server/Forum/Html/SafeHtml.cs",
        "Server/Forum/Html/SafeLink.cs",
        "Server/Web/Serving/SeeOther.cs",
        "Server/ServerOptionsReader.cs",
        "Server/Web/Serving/TypedText.cs",
        "Server/Peers/Inbound/MissedChanges.cs",
        "Server/Web/Parts/Layout.razor",
        "Server/Forum/Organisations/AttestOrganisation.cs",
        "Server/Forum/Organisations/DescribeOrganisation.cs",
        "Server/Web/Organisations/OrganisationForms.cs",
        "Server/Forum/Organisations/RegisterList.cs",
        "Server/Forum/Organisations/WebsiteProof.cs",
        "Server/Forum/Publishing/Keyring.cs",
        "Server/Forum/Publishing/ActorDocuments.cs",
    ];

    private static readonly string[] LogPlaces = ["Server/Node.cs", "Server/Program.cs"];

    [Test]
    public void Time_comes_through_TimeProvider_and_chance_from_the_system()
    {
        var found = SourceTree.ProductionCode.SelectMany(file => WallClock().Matches(SourceTree.Read(file))
            .Select(match => $"{file}: {match.Value}"));
        Assert.That(found, Is.Empty);
    }

    [Test]
    public void A_pause_is_by_the_clock_that_was_given()
    {
        var found = SourceTree.ProductionCode.SelectMany(file => Pause().Matches(SourceTree.Read(file))
            .Where(match => !Clock().IsMatch(match.Value)).Select(match => $"{file}: {match.Value}"));
        Assert.That(found, Is.Empty);
    }

    [Test]
    public void Where_to_go_next_is_said_in_one_place()
    {
        var found = SourceTree.ProductionCode
            .Where(file => file.StartsWith("Server/", StringComparison.Ordinal) && file != OnlyPlaceForRedirects)
            .SelectMany(file => Redirect().Matches(SourceTree.Read(file)).Select(match => $"{file}: {match.Value}"));
        Assert.That(found, Is.Empty);
        Assert.That(Redirect().IsMatch(SourceTree.Read(OnlyPlaceForRedirects)), Is.True);
    }

    [TestCase("response.Headers.Location = path;")]
    [TestCase("headers[\"location\"] = path;")]
    [TestCase("headers[HeaderNames.Location] = path;")]
    [TestCase("return Results.Redirect(path);")]
    [TestCase("return TypedResults.LocalRedirect(path);")]
    [TestCase("http.Response.Redirect(path);")]
    [TestCase("return Results.Created(path, null);")]
    [TestCase("headers.Append(\"Refresh\", \"0;url=/\");")]
    public void The_search_for_redirects_finds_them(string code) => Assert.That(Redirect().IsMatch(code), Is.True);

    [TestCase("var x = DateTime.UtcNow;")]
    [TestCase("DateTimeOffset.Now")]
    [TestCase("Environment.TickCount64")]
    [TestCase("Stopwatch.StartNew()")]
    [TestCase("new Random(1)")]
    [TestCase("Random.Shared.Next()")]
    [TestCase("Thread.Sleep(1)")]
    public void The_search_for_the_wall_clock_finds_it(string code) =>
        Assert.That(WallClock().IsMatch(code), Is.True);

    [Test]
    public void Lines_are_at_most_120_columns()
    {
        var found = SourceTree.Code.SelectMany(file => SourceTree.Read(file).Split('\n')
            .Select((line, index) => (line, place: $"{file}:{index + 1}"))
            .Where(one => one.line.Length > 120).Select(one => one.place));
        Assert.That(found, Is.Empty);
    }

    [Test]
    public void Lines_end_as_on_Unix_and_no_file_starts_with_a_mark()
    {
        var found = SourceTree.Code.Where(file =>
        {
            var bytes = File.ReadAllBytes(Path.Combine(SourceTree.Root, file));
            return bytes.Contains((byte)'\r') || (bytes is [0xEF, 0xBB, 0xBF, ..]);
        });
        Assert.That(found, Is.Empty);
    }

    [Test]
    public void The_only_interfaces_are_the_ports()
    {
        var found = SourceTree.ProductionCode.Where(file => file != OnlyPlaceForInterfaces
            && Interface().IsMatch(SourceTree.Read(file)));
        Assert.That(found, Is.Empty);
        Assert.That(Interface().Count(SourceTree.Read(OnlyPlaceForInterfaces)), Is.EqualTo(6));
    }

    [Test]
    public void Only_the_start_of_the_program_knows_Serilog()
    {
        var found = SourceTree.ProductionCode.Where(
            file => SourceTree.Read(file).Contains("Serilog", StringComparison.Ordinal));
        Assert.That(found.Except(LogPlaces), Is.Empty);
    }

    [Test]
    public void No_file_names_a_package_registry_or_a_place_on_somebodys_machine()
    {
        var found = SourceTree.Files.Where(
            file => Path.GetExtension(file) is not (".woff2" or ".png" or ".ico" or ".jpg"))
            .SelectMany(file => Private().Matches(SourceTree.Read(file)).Select(match => $"{file}: {match.Value}"));
        Assert.That(found, Is.Empty);
    }

    // What others sent goes through CanonicalAuthority.Read or Parse, which never throw. These places make an address
    // of parts of our own, of what was read by those, or of what an operator or a form gave and was checked.
    [Test]
    public void An_address_is_made_where_it_was_reviewed()
    {
        var found = SourceTree.ProductionCode.Concat(SourceTree.Files.Where(
                file => file.EndsWith(".razor", StringComparison.Ordinal)))
            .Distinct().Where(file => NewAddress().IsMatch(SourceTree.Read(file)));
        Assert.That(found, Is.EquivalentTo(AddressPlaces));
    }

    [TestCase("new Uri(text)")]
    [TestCase("Uri.TryCreate(text, UriKind.Absolute, out var uri)")]
    [TestCase("Uri a = new(text);")]
    public void The_search_for_new_addresses_finds_them(string code) =>
        Assert.That(NewAddress().IsMatch(code), Is.True);

    [Test]
    public void Nothing_is_left_to_be_done_later()
    {
        var found = SourceTree.ProductionCode.SelectMany(file => Later().Matches(SourceTree.Read(file))
            .Select(match => $"{file}: {match.Value}"));
        Assert.That(found, Is.Empty);
    }

    [GeneratedRegex(
        @"\bDateTime(Offset)?\.(Utc)?Now\b|\bDateTime\.Today\b|\bEnvironment\.TickCount|\bStopwatch\.(StartNew"
        + @"|GetTimestamp)"
        + @"|\bnew Stopwatch\b|\bnew Random\b|\bRandom\.Shared\b|\bThread\.Sleep\b|\bnew PeriodicTimer\([^,]*\)")]
    private static partial Regex WallClock();

    [GeneratedRegex(
        @"\b(Headers|HeaderNames)\.(Location|Refresh)\b|""(location|refresh|content-location)""|\bhttp-equiv\b"
        + @"|\.(Local)?Redirect(ToRoute|Permanent)?\(|\bResults\.(Created|Accepted)\w*\(", RegexOptions.IgnoreCase)]
    private static partial Regex Redirect();

    [GeneratedRegex(@"\bTask\.Delay\((?:[^()]|\([^()]*\))*\)")]
    private static partial Regex Pause();

    [GeneratedRegex(@"\b_?(clock|time|TimeProvider)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Clock();

    [GeneratedRegex(@"^\s*(public|internal|private|protected)\s+(partial\s+)?interface\s+\w+", RegexOptions.Multiline)]
    private static partial Regex Interface();

    [GeneratedRegex(@"registry\.npmjs|api\.nuget\.org|(?<![\w.~:/-])/(work|farm|root|home)/|[A-Z]:\\Users")]
    private static partial Regex Private();

    [GeneratedRegex(@"\bnew Uri(Builder)?\(|\bUri\.TryCreate\(|\bUri\??\s+\w+(\([^()]*\))?\s*(=>?)\s*new\(")]
    private static partial Regex NewAddress();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|NotImplementedException)\b|#region")]
    private static partial Regex Later();
}

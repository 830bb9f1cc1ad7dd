using System.Reflection;
using System.Xml.Linq;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Server;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Architecture;

/// <summary>Who knows of whom: Storage remembers, Federation speaks, the forum decides, doors open to it.</summary>
public class ReferenceTests
{
    private static readonly string[] Web = ["Microsoft.AspNetCore", "Microsoft.Extensions.Hosting", "Serilog"];
    private static readonly string[] Sql = ["Dapper", "Microsoft.Data", "Npgsql", "SQLitePCL", "System.Data"];
    private static readonly string[] Wire = ["NSec", "Polly", "System.Net.Http"];

    [Test]
    public void Federation_knows_no_project_no_web_and_no_SQL() =>
        AssertKnowsNone(typeof(FederationOptions).Assembly, ["Ontmoetingsplein", .. Web, .. Sql]);

    [Test]
    public void Storage_knows_no_project_no_web_and_no_protocol() =>
        AssertKnowsNone(typeof(Database).Assembly, ["Ontmoetingsplein", .. Web, .. Wire]);

    [Test]
    public void The_forum_knows_no_web_and_no_SQL()
    {
        AssertKnowsNone(typeof(ServerOptions).Assembly, ["Ontmoetingsplein.Server", "Microsoft.AspNetCore", .. Sql]);
        var project = SourceTree.Production.Single(one => one.Name == "Forum");
        Assert.That(SourceTree.ProductionCode.Where(project.Holds).Select(Path.GetExtension), Is.All.EqualTo(".cs"));
    }

    [Test]
    public void Server_knows_all_three_and_leaves_SQL_to_Storage()
    {
        var server = typeof(Node).Assembly;
        Assert.That(Names(server), Is.SupersetOf(SourceTree.Production.Where(project => project.Name != "Server")
            .Select(project => $"Ontmoetingsplein.{project.Name}")));
        // DbConnectionStringBuilder, with which a setting is checked, is all that it may know.
        AssertKnowsNone(server, [.. Sql.Except(["System.Data"])]);
    }

    [TestCase("Federation", new string[0])]
    [TestCase("Storage", new string[0])]
    [TestCase("Forum", new[] { "Federation", "Storage" })]
    [TestCase("Server", new[] { "Federation", "Storage", "Forum" })]
    public void A_project_references_what_it_says_and_nothing_more(string project, string[] references)
    {
        var file = XDocument.Parse(SourceTree.Read(SourceTree.Production.Single(one => one.Name == project).File));
        Assert.That(
            file.Descendants("ProjectReference").Select(
                r => Path.GetFileNameWithoutExtension((string?)r.Attribute("Include"))),
            Is.EquivalentTo(references));
    }

    private static IEnumerable<string> Names(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(name => name.Name!);

    private static void AssertKnowsNone(Assembly assembly, string[] banned) => Assert.That(
        Names(assembly).Where(name => banned.Any(start =>
            name == start || name.StartsWith(start + ".", StringComparison.Ordinal))),
        Is.Empty);
}

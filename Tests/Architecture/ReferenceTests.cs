using System.Reflection;
using System.Xml.Linq;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Architecture;

/// <summary>Who knows of whom: Storage remembers, Federation speaks, Server decides.</summary>
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
    public void Server_knows_both_and_leaves_SQL_to_Storage()
    {
        var server = typeof(ServerOptions).Assembly;
        Assert.That(Names(server), Does.Contain("Ontmoetingsplein.Federation").And.Contain("Ontmoetingsplein.Storage"));
        // DbConnectionStringBuilder, with which a setting is checked, is all that it may know.
        AssertKnowsNone(server, [.. Sql.Except(["System.Data"])]);
    }

    [TestCase("Federation", new string[0])]
    [TestCase("Storage", new string[0])]
    [TestCase("Server", new[] { "Federation", "Storage" })]
    public void A_project_references_what_it_says_and_nothing_more(string project, string[] references)
    {
        var file = XDocument.Parse(SourceTree.Read($"{project}/{project}.csproj"));
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

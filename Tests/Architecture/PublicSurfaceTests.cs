using System.Reflection;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Architecture;

/// <summary>
/// What Federation and Storage show is a decision: it stands in a file, and a change of it is seen in review.
/// </summary>
public class PublicSurfaceTests
{
    private static IEnumerable<TestCaseData<Assembly>> Libraries =>
    [
        new(typeof(FederationOptions).Assembly) { TestName = "The_public_surface_of_Federation_is_the_approved_one" },
        new(typeof(Database).Assembly) { TestName = "The_public_surface_of_Storage_is_the_approved_one" },
    ];

    [TestCaseSource(nameof(Libraries))]
    public void The_public_surface_is_the_approved_one(Assembly library)
    {
        var name = library.GetName().Name!.Split('.')[^1];
        var approved = Path.Combine(SourceTree.Root, "Tests", "Architecture", $"{name}.approved.txt");
        var received = Path.Combine(Path.GetTempPath(), $"{name}.received.txt");
        var surface = PublicSurface.Of(library);
        if (File.Exists(approved) && File.ReadAllText(approved) == surface)
            return;
        File.WriteAllText(received, surface);
        var known = File.Exists(approved) ? File.ReadAllLines(approved) : [];
        var now = surface.Split('\n');
        Assert.Fail(
            $"{name} shows something else than {approved} says.\n"
            + string.Concat(now.Except(known).Select(line => $"  now:   {line}\n"))
            + string.Concat(known.Except(now).Select(line => $"  until: {line}\n"))
            + $"If that is meant, accept it: cp {received} {approved}");
    }
}

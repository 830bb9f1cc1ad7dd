using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>Others on the same machine do not see what a node keeps: people's posts, addresses and mail.</summary>
public class DataFolderTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Only_its_user_can_read_what_a_node_keeps([Values] bool isThere)
    {
        var parent = Directory.CreateTempSubdirectory("plein-test-");
        try
        {
            var folder = new DirectoryInfo(Path.Combine(parent.FullName, "data"));
            if (isThere)
                folder.Create();
            var port = Plein.FreePort();
            await using var server = await ServerProcess.ServeAsync(folder, port);
            using var browser = new Browser(new Uri($"http://localhost:{port}"));
            var asked = await browser.SubmitAsync(
                await browser.GetAsync("/inloggen"), "/inloggen/link", ("email", "anna@post.example"));
            Assert.That(asked.Status, Is.LessThan(400));
            await Until.TrueAsync(
                () => Task.FromResult(folder.EnumerateFiles("*.eml", SearchOption.AllDirectories).Any()),
                "the mail is written");

            var kept = folder.GetFileSystemInfos("*", SearchOption.AllDirectories);
            Assert.That(kept.Select(one => one.Name), Is.SupersetOf(new[] { "plein.db", "plein.db-wal", "node.key" }));
            Assert.That(kept.Where(one => (one.UnixFileMode & ~Owner) != 0).Select(one => one.Name), Is.Empty);
            folder.Refresh();
            if (!isThere)
                Assert.That(folder.UnixFileMode, Is.EqualTo(Owner), "that of an administrator is left as it is");
        }
        finally
        {
            parent.Delete(recursive: true);
        }
    }
}

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
            await using (await ServerProcess.ServeAsync(folder, Plein.FreePort()))
            {
                var files = folder.GetFiles();
                Assert.That(files.Select(file => file.Name), Does.Contain("plein.db").And.Contain("plein.db-wal"));
                Assert.That(files.Where(file => (file.UnixFileMode & ~Owner) != 0).Select(file => file.Name), Is.Empty);
                folder.Refresh();
                if (!isThere)
                    Assert.That(folder.UnixFileMode, Is.EqualTo(Owner), "that of an administrator is left as it is");
            }
        }
        finally
        {
            parent.Delete(recursive: true);
        }
    }
}

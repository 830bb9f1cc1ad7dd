using Ontmoetingsplein.Server;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>The program on a disk that gives errors: the kernel refuses what it writes, as long as need be.</summary>
internal sealed class DiskErrorTests
{
    [Test]
    public async Task While_the_disk_gives_errors_that_is_told_and_afterwards_all_goes_on_within_seconds()
    {
        Assume.That(OperatingSystem.IsLinux() && SmallDisk.Run("prlimit", "--version"), "needs prlimit");
        var folder = Directory.CreateTempSubdirectory("plein-test-");
        try
        {
            var port = Plein.FreePort();
            // A limit on the length of files gives EFBIG, and a signal, which is not to end it.
            await using var server = ServerProcess.StartNative(
                "sh",
                [
                    "-c", "trap '' XFSZ; exec \"$0\" \"$@\"", Environment.ProcessPath!, "exec",
                    typeof(Node).Assembly.Location, "serve", "--set", $"Plein:DataFolder={folder.FullName}",
                    "--set", $"Plein:Urls=http://localhost:{port}", "--set", "Plein:Topics=geen",
                ]);
            await server.SaysAsync("runs at");
            using var browser = new Browser(new Uri($"http://localhost:{port}"));
            Assert.That((await AskLinkAsync(browser)).Status, Is.EqualTo(200));

            Assert.That(SmallDisk.Run("prlimit", $"--pid={server.Id}", "--fsize=4096:"), Is.True);
            Assert.That((await AskLinkAsync(browser)).Status, Is.EqualTo(503));
            var ill = await browser.GetAsync("/healthz");
            Assert.That((ill.Status, ill.Html), Is.EqualTo(
                (503, "unavailable: nothing can be written, the database or its disk gives errors\n")));
            Assert.That((await browser.GetAsync("/vragen")).Status, Is.EqualTo(200), "reading goes on");

            Assert.That(SmallDisk.Run("prlimit", $"--pid={server.Id}", "--fsize=unlimited:"), Is.True);
            await Until.TrueAsync(
                async () => (await browser.GetAsync("/healthz")).Status == 200, "all is well again",
                TimeSpan.FromSeconds(5));
            Assert.That((await AskLinkAsync(browser)).Status, Is.EqualTo(200));
            await Until.TrueAsync(
                () => Task.FromResult(
                    folder.EnumerateFiles("*.eml", SearchOption.AllDirectories).Count() == 2), "both mails are there");
            Assert.That(server.Output, Does.Contain("The disk gave an error").And.Not.Contain("   at "));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Seen> AskLinkAsync(Browser browser) => await browser.SubmitAsync(
        await browser.GetAsync("/inloggen"), "/inloggen/link", ("email", "anna@post.example"));
}

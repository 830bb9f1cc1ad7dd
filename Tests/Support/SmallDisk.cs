using System.Diagnostics;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>A real disk of a few megabytes, which a test fills and empties; only root can make one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly DirectoryInfo folder;

    private SmallDisk(DirectoryInfo folder) => this.folder = folder;

    public string Path => folder.FullName;

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Makes one, or has the test skipped.</summary>
    public static SmallDisk Make(int megabytes)
    {
        Assume.That(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "needs root on Linux: mount");
        var folder = Directory.CreateTempSubdirectory("plein-disk-");
        if (!Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0777", "tmpfs", folder.FullName))
        {
            folder.Delete();
            Assert.Ignore("Nothing can be mounted here.");
        }

        return new SmallDisk(folder);
    }

    /// <summary>Until not a byte is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in new[] { 65_536, 4_096, 1 })
        {
            var piece = new byte[size];
            try
            {
                while (true)
                {
                    file.Write(piece);
                }
            }
            catch (IOException)
            {
                // Full for pieces of this size.
            }
        }
    }

    public void Empty() => File.Delete(Ballast);

    public void Dispose()
    {
        Run("umount", "-l", Path);
        folder.Delete();
    }

    /// <summary>Runs a program of the system.</summary>
    public static bool Run(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
            using var process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

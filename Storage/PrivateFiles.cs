namespace Ontmoetingsplein.Storage;

/// <summary>
/// Files and folders that only the user of this process can open, whatever the umask: what a node keeps is about
/// people (GDPR art. 32). On Windows they get the rights of the folder that they are in.
/// </summary>
public static class PrivateFiles
{
    private const UnixFileMode OfFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a folder that is not there; one that is there keeps the rights that it has.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="IOException">It cannot be made, or a file has this name.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not make it.</exception>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OfFile | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Opens a file; one that it makes is private, one that is there keeps the rights that it has.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="mode">Whether it may, or must, be there.</param>
    /// <param name="share">What others may do with it meanwhile.</param>
    /// <param name="options">Further ones.</param>
    /// <returns>It, to be written to.</returns>
    /// <exception cref="IOException">
    /// It cannot be opened, or is there under <see cref="FileMode.CreateNew"/>.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">This user may not open it.</exception>
    public static FileStream Open(
        string path, FileMode mode, FileShare share = FileShare.None, FileOptions options = FileOptions.None)
    {
        var how = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = share,
            Options = options,
        };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = OfFile;
        }

        return new FileStream(path, how);
    }
}

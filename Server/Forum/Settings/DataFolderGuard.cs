using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Forum.Settings;

/// <summary>
/// Keeps a second server off the data folder of a running one: SQLite has one writing process. On PostgreSQL any number
/// may share a folder.
/// </summary>
internal static class DataFolderGuard
{
    /// <summary>
    /// Takes the folder, if one server only may use it; held until disposed, or until the process ends in whatever way.
    /// </summary>
    /// <exception cref="SetupException">Another server holds it, or it cannot be written.</exception>
    public static IDisposable? Take(ServerOptions options)
    {
        if (new StorageOptions { Database = options.Database }.AllowsSeveralProcesses)
        {
            return null;
        }

        try
        {
            PrivateFiles.CreateFolder(options.DataFolder);
            return PrivateFiles.Open(
                Path.Combine(options.DataFolder, "server.lock"), FileMode.OpenOrCreate,
                options: FileOptions.DeleteOnClose);
        }
        catch (UnauthorizedAccessException)
        {
            throw new SetupException(
                $"The data folder {options.DataFolder} cannot be written. Give this user write access, or set"
                + " Plein:DataFolder to another folder.");
        }
        catch (IOException problem)
        {
            throw new SetupException(
                $"The data folder {options.DataFolder} is in use by another server, or cannot be written"
                + $" ({problem.Message}). Stop the other one, or set Plein:DataFolder to another folder.");
        }
    }
}

using System.Net.Sockets;
using Npgsql;

namespace Ontmoetingsplein.Storage.Engines.Postgres;

/// <summary>What an error of the server or of the way to it means.</summary>
internal static class PostgresFaults
{
    private const string Back = "Requests are answered again as soon as it is back.";

    /// <summary>Another process was in the way: deadlock, serialisation, a lock that was held too long.</summary>
    public static bool MayRetry(Exception exception) =>
        exception is PostgresException
        {
            SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
                or PostgresErrorCodes.LockNotAvailable,
        };

    public static Exception Explain(Exception exception) => exception switch
    {
        PostgresException error => Explain(error),
        NpgsqlException or SocketException or TimeoutException or IOException => new StorageException(
            StorageFaultKind.Unreachable, $"The database server cannot be reached. {Back}", exception),
        // What a connection says that broke a moment ago.
        InvalidOperationException { Source: nameof(Npgsql) } => new StorageException(
            StorageFaultKind.Unreachable, $"The connection to the database server broke. {Back}", exception),
        _ => exception,
    };

    /// <summary>Before anything runs nobody waits for the server to come back: say what to look at.</summary>
    public static StorageException AtStart(StorageException fault, string address) =>
        fault is { Kind: StorageFaultKind.Unreachable, InnerException: not PostgresException }
            ? new StorageException(
                fault.Kind,
                $"The database server at {address} cannot be reached. Start it, or correct the connection string.",
                fault.InnerException)
            : fault;

    private static Exception Explain(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.DiskFull or PostgresErrorCodes.OutOfMemory => new StorageException(
            StorageFaultKind.DiskFull, "The database server has no space left. Make space; nothing was lost.", error),
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.LockNotAvailable => new StorageException(
                StorageFaultKind.Locked, "Another process holds these rows. Wait, or see what it does.", error),
        PostgresErrorCodes.ReadOnlySqlTransaction => new StorageException(
            StorageFaultKind.ReadOnly, "The database server is read-only. Is it a replica?", error),
        PostgresErrorCodes.InsufficientPrivilege => new StorageException(
            StorageFaultKind.ReadOnly, $"The database user may not do this: {error.MessageText}.", error),
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted
            or PostgresErrorCodes.UndefinedFile => new StorageException(
            StorageFaultKind.Damaged, "The database is damaged. Restore the last backup.", error),
        PostgresErrorCodes.TooManyConnections => new StorageException(
            StorageFaultKind.Unreachable,
            "The database server has no connection left. Raise max_connections, or lower Maximum Pool Size.", error),
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
            or PostgresErrorCodes.InvalidCatalogName => new StorageException(
                StorageFaultKind.Unreachable, $"The database server refused: {error.MessageText}.", error),
        // 58: what is outside the server.
        ['5', '8', ..] => new StorageException(
            StorageFaultKind.Unreachable,
            "The disk of the database server gave an error. See what the server's log says of it.", error),
        // 08: connection, 57P: shut down or starting up.
        ['0', '8', ..] or ['5', '7', 'P', ..] => new StorageException(
            StorageFaultKind.Unreachable, $"The database server is not available now. {Back}", error),
        _ => error,
    };
}

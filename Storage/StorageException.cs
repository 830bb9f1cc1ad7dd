namespace Ontmoetingsplein.Storage;

/// <summary>Why the database cannot be used.</summary>
public enum StorageFaultKind
{
    /// <summary>No space left on the disk.</summary>
    DiskFull,

    /// <summary>Another process holds the database.</summary>
    Locked,

    /// <summary>The file or folder may not be written.</summary>
    ReadOnly,

    /// <summary>The server cannot be reached, or not now.</summary>
    Unreachable,

    /// <summary>The file is damaged or not a database.</summary>
    Damaged,

    /// <summary>The schema is newer than this program knows.</summary>
    NewerSchema,

    /// <summary>A move into this database did not come to its end.</summary>
    Unfinished,

    /// <summary>The connection broke at the last moment of a change: it was made, or it was not.</summary>
    InDoubt,
}

/// <summary>
/// The database cannot do what was asked, through no fault of the caller. Nothing was written, unless the kind is
/// <see cref="StorageFaultKind.InDoubt"/>.
/// </summary>
/// <param name="kind">Why.</param>
/// <param name="message">One line with what to do about it.</param>
/// <param name="inner">What the engine said.</param>
public sealed class StorageException(StorageFaultKind kind, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public StorageFaultKind Kind { get; } = kind;
}

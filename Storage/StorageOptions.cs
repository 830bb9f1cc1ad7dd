namespace Ontmoetingsplein.Storage;

/// <summary>Where and how to keep things.</summary>
public sealed record StorageOptions
{
    /// <summary>
    /// The connection string: <c>Data Source=…</c> for SQLite, <c>Host=…</c> for PostgreSQL.
    /// </summary>
    public required string Database { get; init; }

    /// <summary>A write that takes longer is logged, since it stalls all others on SQLite.</summary>
    public TimeSpan SlowWrite { get; init; } = TimeSpan.FromMilliseconds(50);
}

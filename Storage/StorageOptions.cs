using Ontmoetingsplein.Storage.Engines;

namespace Ontmoetingsplein.Storage;

/// <summary>Where and how to keep things.</summary>
public sealed record StorageOptions
{
    /// <summary>
    /// The connection string: <c>Data Source=…</c> for SQLite, <c>Host=…</c> for PostgreSQL.
    /// </summary>
    public required string Database { get; init; }

    /// <summary>Whether several processes may use the database at the same time.</summary>
    /// <exception cref="ArgumentException"><see cref="Database"/> is no connection string.</exception>
    public bool AllowsSeveralProcesses => Engine.AllowsSeveralProcesses(Database);

    /// <summary>What is wrong with <see cref="Database"/>; null when an engine can read it.</summary>
    public string? Fault => Engine.Fault(Database);

    /// <summary>A write that takes longer is logged, since it stalls all others on SQLite.</summary>
    public TimeSpan SlowWrite { get; init; } = TimeSpan.FromMilliseconds(50);
}

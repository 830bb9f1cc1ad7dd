using System.Security.Cryptography;

namespace Ontmoetingsplein.Storage.Engines;

/// <summary>
/// What keeps changes from being made, as the writers met it last: a full disk, one that gives errors, missing rights.
/// Only a change that needs room itself shows that it is over: many a small one still fits on a full disk. Thread-safe.
/// </summary>
/// <param name="clock">Tells how long ago it was tried.</param>
internal sealed class WriteTrouble(TimeProvider clock)
{
    // More than the room that happens to be left in pages already there.
    private const int Filling = 65_536;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private StorageFaultKind? kind;
    private long? triedAt;

    /// <summary>Null: nothing, as far as is known.</summary>
    public StorageFaultKind? Kind
    {
        get
        {
            lock (gate)
            {
                return kind;
            }
        }
    }

    /// <summary>A change failed. Not through what another one did: that says nothing of the next.</summary>
    public void Note(StorageException fault)
    {
        if (fault.Kind != StorageFaultKind.InDoubt)
        {
            lock (gate)
            {
                kind = fault.Kind;
            }
        }
    }

    /// <summary>It is over.</summary>
    public void Clear()
    {
        lock (gate)
        {
            (kind, triedAt) = (null, null);
        }
    }

    /// <summary>Whether there is something, and nobody tried a moment ago; then the caller does.</summary>
    public bool IsToBeTried()
    {
        lock (gate)
        {
            if (kind is null || (triedAt is { } last && clock.GetElapsedTime(last) < Pause))
            {
                return false;
            }

            triedAt = clock.GetTimestamp();
            return true;
        }
    }

    /// <summary>A change that needs room: the former row goes only when the new one is there.</summary>
    public static void Try(Writing writing)
    {
        var id = writing.Ids.Next();
        writing.Execute(
            "insert into write_trials (id, filling) values (@id, @filling)",
            new { id, filling = RandomNumberGenerator.GetBytes(Filling) });
        writing.Execute("delete from write_trials where id < @id", new { id });
    }
}

using System.Diagnostics.CodeAnalysis;

namespace Ontmoetingsplein.Storage.Engines;

/// <summary>
/// Changes that wait for a writer, in order of arrival. Of the writers that have nothing to do the one that worked last
/// gets the next: what it needs is still near its core, and in PostgreSQL's process at the other end too. Thread-safe.
/// </summary>
/// <param name="capacity">How many wait at most; who adds one more waits for room.</param>
internal sealed class WriteQueue(int capacity) : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim room = new(capacity);
    private readonly Queue<PendingWrite> waiting = new();
    private readonly Stack<Desk> idle = new();
    private bool isClosed;

    /// <summary>How many writers have nothing to do.</summary>
    public int Idle
    {
        get
        {
            lock (gate)
            {
                return idle.Count;
            }
        }
    }

    /// <summary>Puts a change in line.</summary>
    /// <exception cref="ObjectDisposedException">The queue is closed.</exception>
    public async ValueTask AddAsync(PendingWrite write, CancellationToken cancellationToken)
    {
        await room.WaitAsync(cancellationToken);
        Desk? desk;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isClosed, this);
            if (!idle.TryPop(out desk))
            {
                waiting.Enqueue(write);
            }
        }

        desk?.Give(write);
    }

    /// <summary>Takes the first in line, if there is one.</summary>
    public bool TryTake([NotNullWhen(true)] out PendingWrite? write)
    {
        lock (gate)
        {
            if (!waiting.TryDequeue(out write))
            {
                return false;
            }
        }

        room.Release();
        return true;
    }

    /// <summary>Takes the first in line; while there is none, the thread waits.</summary>
    /// <param name="desk">Of the writer that asks.</param>
    /// <returns>Null when the queue is closed and nothing waits any more.</returns>
    public PendingWrite? Take(Desk desk)
    {
        PendingWrite? write;
        lock (gate)
        {
            if (!waiting.TryDequeue(out write))
            {
                if (isClosed)
                {
                    return null;
                }

                idle.Push(desk);
            }
        }

        write ??= desk.Await();
        if (write is not null)
        {
            room.Release();
        }

        return write;
    }

    /// <summary>Takes no more; the writers stop when nothing waits any more.</summary>
    public void Close()
    {
        lock (gate)
        {
            if (isClosed)
            {
                return;
            }

            isClosed = true;
            while (idle.TryPop(out var desk))
            {
                desk.Give(null);
            }
        }

        // Who waits for room learns it too.
        room.Release(int.MaxValue / 2);
    }

    /// <summary>After the writers stopped.</summary>
    public void Dispose() => room.Dispose();

    /// <summary>Where a writer waits for its next change.</summary>
    public sealed class Desk
    {
        private readonly object given = new();
        private PendingWrite? write;
        private bool isGiven;

        /// <summary>Hands over a change; null when there will be none.</summary>
        public void Give(PendingWrite? next)
        {
            lock (given)
            {
                (write, isGiven) = (next, true);
                Monitor.Pulse(given);
            }
        }

        /// <summary>Waits until something is handed over.</summary>
        public PendingWrite? Await()
        {
            lock (given)
            {
                while (!isGiven)
                {
                    Monitor.Wait(given);
                }

                isGiven = false;
                return write;
            }
        }
    }
}

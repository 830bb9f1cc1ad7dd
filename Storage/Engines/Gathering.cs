using System.Collections.Concurrent;

namespace Ontmoetingsplein.Storage.Engines;

/// <summary>
/// Changes of one kind that are cheaper together: whatever comes in while the disk is busy goes along in the next
/// write.
/// </summary>
/// <typeparam name="TItem">What one caller brings.</typeparam>
/// <typeparam name="TResult">What it gets back, once that is durable.</typeparam>
/// <param name="database">Where.</param>
/// <param name="work">Does several; one result for each, in their order. May run again.</param>
/// <param name="isStatement">The work is what <see cref="Database.WriteGatheredAsync{T}"/> asks of a statement.</param>
internal sealed class Gathering<TItem, TResult>(
    Database database, Func<Writing, IReadOnlyList<TItem>, IReadOnlyList<TResult>> work,
    bool isStatement = false)
{
    private const int Most = 1_000;
    private const int Many = 48;

    private readonly ConcurrentQueue<Pending> pending = new();
    private int writing;

    /// <summary>Puts one in line.</summary>
    /// <returns>Completes when its change would survive a crash.</returns>
    /// <exception cref="StorageException">Nothing of it was written.</exception>
    public Task<TResult> AddAsync(TItem item)
    {
        var one = new Pending(item);
        pending.Enqueue(one);
        if (TryEnter())
        {
            _ = DrainAsync();
        }

        return one.Done.Task;
    }

    private Task<T> WriteAsync<T>(Func<Writing, T> change) =>
        database.WriteGatheredAsync(change, isStatement);

    private bool TryEnter()
    {
        // What was put in line before this looks is seen by whoever leaves after it.
        Interlocked.MemoryBarrier();
        return Volatile.Read(ref writing) == 0 && Interlocked.Exchange(ref writing, 1) == 0;
    }

    private async Task DrainAsync()
    {
        while (true)
        {
            var batch = new List<Pending>();
            try
            {
                var results = await WriteAsync(w =>
                {
                    Fill(batch);
                    return work(w, batch.ConvertAll(one => one.Item));
                });
                Complete(batch, results);
                if (batch.Count > Many)
                {
                    // The writer waits while those who were answered make the next ones: one flush serves more of them.
                    await Task.Yield();
                }
            }
            catch (Exception exception)
            {
                if (batch.Count == 0)
                {
                    Fill(batch);
                }

                await BlameAsync(batch, exception);
            }

            Interlocked.Exchange(ref writing, 0);
            if (pending.IsEmpty || !TryEnter())
            {
                return;
            }
        }
    }

    private void Fill(List<Pending> batch)
    {
        while (batch.Count < Most && pending.TryDequeue(out var one))
        {
            batch.Add(one);
        }
    }

    // What ails the database ails them all; anything else is the fault of one, and the others go on without it.
    private async Task BlameAsync(List<Pending> batch, Exception fault)
    {
        if (batch.Count == 1 || fault is StorageException or ObjectDisposedException)
        {
            batch.ForEach(one => one.Done.TrySetException(fault));
            return;
        }

        foreach (var one in batch)
        {
            try
            {
                Complete([one], await WriteAsync(w => work(w, [one.Item])));
            }
            catch (Exception exception)
            {
                one.Done.TrySetException(exception);
            }
        }
    }

    private static void Complete(List<Pending> batch, IReadOnlyList<TResult> results)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            batch[i].Done.TrySetResult(results[i]);
        }
    }

    private sealed class Pending(TItem item)
    {
        public TItem Item { get; } = item;

        public TaskCompletionSource<TResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

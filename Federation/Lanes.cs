namespace Ontmoetingsplein.Federation;

/// <summary>
/// Works off leased batches, each in a lane of its own: a slow one holds up nobody else. A lane goes on with the batch
/// that follows, such as the next one of its host, while there is one; others are looked for when something may be
/// due. Outlives whatever the queue throws.
/// </summary>
/// <typeparam name="TBatch">What one lane works off.</typeparam>
public sealed class Lanes<TBatch>
    where TBatch : class
{
    // Afterwards it runs out by itself.
    private static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(2);
    private TaskCompletionSource _poked = Fresh();

    /// <summary>How many batches may be under way.</summary>
    public required int Most { get; init; }

    /// <summary>Leases at most so many batches.</summary>
    public required Func<int, CancellationToken, Task<IReadOnlyList<TBatch>>> Take { get; init; }

    /// <summary>Works one batch off; returns the next one of its lane, or null when the lease was given back.</summary>
    public required Func<TBatch, CancellationToken, Task<TBatch?>> Run { get; init; }

    /// <summary>Completes when something may be due.</summary>
    public required Func<CancellationToken, Task> Wait { get; init; }

    /// <summary>Told what the queue threw.</summary>
    public required Action<Exception> Failed { get; init; }

    /// <summary>Clock for the pause after a failure.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Has the queue looked at again: something was put back that is due.</summary>
    public void Poke() => Volatile.Read(ref _poked).TrySetResult();

    /// <summary>Works until cancelled; then waits for the batches at hand.</summary>
    /// <param name="cancellationToken">Ends the loop.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        List<Task> running = [];
        Task? waiting = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                running.RemoveAll(t => t.IsCompleted);
                var free = Most - running.Count;
                if (free == 0)
                {
                    await Task.WhenAny(running).ConfigureAwait(false);
                    continue;
                }
                // What is put back from here on may be missed now, and must not be missed afterwards.
                var poked = Fresh();
                Volatile.Write(ref _poked, poked);
                var batches = await Take(free, cancellationToken).ConfigureAwait(false);
                foreach (var batch in batches)
                    running.Add(Task.Run(() => RunLaneAsync(batch, cancellationToken), CancellationToken.None));
                if (batches.Count == free)
                    continue;
                waiting ??= Wait(cancellationToken);
                await Task.WhenAny(waiting, poked.Task).ConfigureAwait(false);
                if (waiting.IsCompleted)
                {
                    var over = waiting;
                    waiting = null;
                    await over.ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // The loop must outlive whatever happens in the queue.
            catch (Exception problem)
#pragma warning restore CA1031
            {
                Failed(problem);
                await Task.Delay(TimeSpan.FromSeconds(1), Time, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        await Task.WhenAll(running).ConfigureAwait(false);
    }

    /// <summary>Works off what is due now, once.</summary>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>How many batches there were.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var batches = await Take(Most, cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(
            batches.Select(b => Task.Run(() => RunLaneAsync(b, cancellationToken), CancellationToken.None)))
            .ConfigureAwait(false);
        return batches.Count;
    }

    /// <summary>
    /// Gives a batch back, however often the queue must be asked: the host would wait for the end of the lease instead.
    /// </summary>
    /// <param name="giveBack">Gives it back; returns the next one of the lane, or null.</param>
    /// <param name="cancellationToken">The lease runs out by itself; nobody is waited for.</param>
    public async Task<TBatch?> GiveBackAsync(Func<Task<TBatch?>> giveBack, CancellationToken cancellationToken)
    {
        var started = Time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await giveBack().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever it was, the lane must not end on it.
            catch (Exception problem)
#pragma warning restore CA1031
            {
                if (attempt == 1)
                    Failed(problem);
                if (cancellationToken.IsCancellationRequested || Time.GetElapsedTime(started) > LongestLease)
                    return null;
                await Task.Delay(TimeSpan.FromSeconds(1), Time, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RunLaneAsync(TBatch first, CancellationToken cancellationToken)
    {
        try
        {
            for (var batch = first; batch is not null;)
                batch = await Run(batch, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The lease runs out by itself.
        }
#pragma warning disable CA1031 // So it does then; the other lanes go on.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            Failed(problem);
        }
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Forum.Work;

/// <summary>
/// Lets a worker sleep until there may be work: a signal of the database, or a while as a safety net.
/// </summary>
internal sealed class Wakeup : IDisposable
{
    private readonly Database database;
    private readonly string signal;
    private readonly TimeSpan atMost;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private TaskCompletionSource next = Fresh();

    public Wakeup(Database database, string signal, TimeSpan atMost, TimeProvider clock)
    {
        (this.database, this.signal, this.atMost, this.clock) = (database, signal, atMost, clock);
        database.Signalled += Wake;
    }

    /// <summary>Completes at once when a signal came since the last call.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        Task signalled;
        lock (gate)
        {
            signalled = next.Task;
        }

        try
        {
            await signalled.WaitAsync(atMost, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The safety net.
        }

        lock (gate)
        {
            if (next.Task.IsCompleted)
            {
                next = Fresh();
            }
        }
    }

    public void Dispose() => database.Signalled -= Wake;

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Wake(string name)
    {
        if (name == signal || name == Database.EverythingSignal)
        {
            lock (gate)
            {
                next.TrySetResult();
            }
        }
    }
}

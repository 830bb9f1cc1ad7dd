namespace Ontmoetingsplein.Storage.Engines;

/// <summary>A change that waits for its turn at the writer.</summary>
internal abstract class PendingWrite(CancellationToken cancellationToken)
{
    private Writing? writing;

    /// <summary>It threw; its part of the transaction was undone.</summary>
    public bool Failed => Fault is not null;

    /// <summary>It is one statement that may run twice: it needs no transaction.</summary>
    public bool CommitsItself { get; init; }

    public IReadOnlyCollection<string> Signals => Failed ? [] : writing?.Signals ?? [];

    /// <summary>What it threw, as its caller will see it.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Takes it from the queue; false when its caller no longer wants it.</summary>
    public bool Start()
    {
        if (!cancellationToken.IsCancellationRequested)
        {
            return true;
        }

        Cancel(cancellationToken);
        return false;
    }

    public void Run(Writing on)
    {
        (writing, Fault) = (on, null);
        Work(on);
        on.Finish();
    }

    /// <summary>Notes that its work was undone, and why.</summary>
    public void Refuse(Exception exception) => Fault = exception;

    /// <summary>Tells the caller how it ended.</summary>
    public abstract void Complete();

    protected abstract void Work(Writing on);

    protected abstract void Cancel(CancellationToken token);
}

/// <inheritdoc />
internal sealed class PendingWrite<T>(
    Func<Writing, T> work, CancellationToken cancellationToken, bool endsOnWriter = false)
    : PendingWrite(cancellationToken)
{
    private readonly TaskCompletionSource<T> done = new(
        endsOnWriter ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);

    private T result = default!;

    public Task<T> Task => done.Task;

    public override void Complete()
    {
        if (Fault is { } fault)
        {
            done.TrySetException(fault);
        }
        else
        {
            done.TrySetResult(result);
        }
    }

    protected override void Work(Writing on) => result = work(on);

    protected override void Cancel(CancellationToken token) => done.TrySetCanceled(token);
}

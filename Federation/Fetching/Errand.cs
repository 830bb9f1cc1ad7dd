namespace Ontmoetingsplein.Federation.Fetching;

/// <summary>
/// The handling of one activity, which holds a lane until it needs something of another server: then it goes on beside
/// the lanes, and stands in line with whatever else is asked of that party.
/// </summary>
/// <param name="lines">Where it stands in line.</param>
/// <param name="time">The clock.</param>
internal sealed class Errand(PartyGate lines, TimeProvider time)
{
    /// <summary>Who does not get a place in this time has to come back.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it needs its lane no more.</summary>
    public Task Left => _left.Task;

    /// <summary>Something was not asked, for too much was asked of that party already.</summary>
    public bool WasHeldUp { get; private set; }

    /// <summary>Goes on beside the lanes.</summary>
    public void Leave() => _left.TrySetResult();

    /// <summary>Notes that something was not asked.</summary>
    public void NoteHeldUp() => WasHeldUp = true;

    /// <summary>Goes on beside the lanes and waits for a place with a party.</summary>
    /// <returns>The place, to be given back; null when there was none in time.</returns>
    public async Task<IDisposable?> StandInLineAsync(string authority, CancellationToken cancellationToken)
    {
        Leave();
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await lines.EnterAsync(authority, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            WasHeldUp = true;
            return null;
        }
    }
}

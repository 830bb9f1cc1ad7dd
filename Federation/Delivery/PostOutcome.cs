namespace Ontmoetingsplein.Federation.Delivery;

/// <summary>Why a POST had no answer.</summary>
internal enum PostFailure
{
    /// <summary>There was one.</summary>
    None,

    /// <summary>No connection could be made.</summary>
    NoConnection,

    /// <summary>Connected, but no answer came, or none in time.</summary>
    NoAnswer,

    /// <summary>The inbox is no address of a peer.</summary>
    BadAddress,
}

/// <summary>The answer to a POST, or why there is none.</summary>
/// <param name="Status">HTTP status; null without an answer.</param>
/// <param name="RetryAfter">What the host asked for.</param>
/// <param name="Failure">Why there is no answer.</param>
/// <param name="Error">One line.</param>
internal readonly record struct PostOutcome(
    int? Status, TimeSpan? RetryAfter = null, PostFailure Failure = PostFailure.None, string? Error = null);

/// <summary>From an answer to what becomes of the delivery (federation.md §6). Pure.</summary>
internal static class DeliveryRules
{
    private const int UnauthorizedRetries = 3;

    /// <summary>Judges the final answer, after both knocks.</summary>
    /// <param name="outcome">The answer.</param>
    /// <param name="attempt">Attempts made before this one.</param>
    public static DeliveryVerdict Judge(PostOutcome outcome, int attempt) => outcome switch
    {
        { Failure: PostFailure.NoConnection } => DeliveryVerdict.PostponeHost,
        { Failure: PostFailure.NoAnswer } => DeliveryVerdict.PostponeThread,
        { Failure: PostFailure.BadAddress } => DeliveryVerdict.Abandoned,
        { Status: >= 200 and < 300 } => DeliveryVerdict.Delivered,
        { Status: 410 } => DeliveryVerdict.InboxGone,
        { Status: 429 or 503 } => DeliveryVerdict.PostponeHost,
        // Some peers answer 401 while they are still fetching our actor (GoToSocial).
        { Status: 401 } => attempt < UnauthorizedRetries ? DeliveryVerdict.PostponeThread : DeliveryVerdict.ParkActor,
        { Status: 408 or (>= 300 and < 400) } => DeliveryVerdict.PostponeThread,
        { Status: 501 or (>= 400 and < 500) } => DeliveryVerdict.Abandoned,
        _ => DeliveryVerdict.PostponeThread,
    };
}

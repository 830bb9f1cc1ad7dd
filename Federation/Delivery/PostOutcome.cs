using Ontmoetingsplein.Federation.Signatures;

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
/// <param name="Wish">What the host wants signed, if it says.</param>
internal readonly record struct PostOutcome(
    int? Status, TimeSpan? RetryAfter = null, PostFailure Failure = PostFailure.None, string? Error = null,
    SignatureWish? Wish = null);

/// <summary>From an answer to what becomes of the delivery (CONTRACT.md §6). Pure.</summary>
internal static class DeliveryRules
{
    private const int Retries = 3;
    private const int MostUnanswered = 2;

    /// <summary>
    /// Which of two answers to one activity counts, signed in one way and then in the other: the second when it
    /// succeeded; else the first when that scheme is known to work there or was understood (403), since a refusal of
    /// the other scheme says nothing of the activity.
    /// </summary>
    /// <param name="first">The answer to the scheme that was tried first.</param>
    /// <param name="second">The answer to the other one.</param>
    /// <param name="isKnown">The first scheme is known to work there.</param>
    public static PostOutcome Choose(PostOutcome first, PostOutcome second, bool isKnown) =>
        second.Status is >= 200 and < 300 || !(isKnown || first.Status == 403) ? second : first;

    /// <summary>
    /// Whether an activity that failed is to stand alone: after two attempts without an answer, or three retries with
    /// one. Not when others fail too: then it is the host, and what it takes later must still come in order.
    /// </summary>
    /// <param name="outcome">The answer.</param>
    /// <param name="delivery">What was tried.</param>
    /// <param name="othersFail">Others failed by themselves since the host last took something.</param>
    public static bool StandsAlone(PostOutcome outcome, OutgoingDelivery delivery, bool othersFail) =>
        delivery.IsAlone || (!othersFail && (outcome.Failure == PostFailure.NoAnswer
            ? delivery.Unanswered + 1 >= MostUnanswered
            : delivery.Attempt >= Retries));

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
        { Status: 401 } => attempt < Retries ? DeliveryVerdict.PostponeThread : DeliveryVerdict.PostponeAlone,
        { Status: 408 or (>= 300 and < 400) } => DeliveryVerdict.PostponeThread,
        { Status: 501 or (>= 400 and < 500) } => DeliveryVerdict.Abandoned,
        _ => DeliveryVerdict.PostponeThread,
    };
}

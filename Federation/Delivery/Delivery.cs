namespace Ontmoetingsplein.Federation.Delivery;

/// <summary>
/// One activity on its way to one inbox. The bytes are frozen at publication, the signature is made per attempt.
/// </summary>
/// <param name="Id">Number in the queue.</param>
/// <param name="ActivityId">The activity's id.</param>
/// <param name="Actor">The local actor whose key signs.</param>
/// <param name="Inbox">Where it goes.</param>
/// <param name="ThreadKey">Deliveries to one host with the same key must arrive in order.</param>
/// <param name="Body">The activity as JSON, UTF-8.</param>
/// <param name="Attempt">Attempts made before; 0 the first time.</param>
/// <param name="CreatedAt">When it was published.</param>
public sealed record OutgoingDelivery(
    long Id, Uri ActivityId, Uri Actor, Uri Inbox, string ThreadKey, ReadOnlyMemory<byte> Body, int Attempt,
    DateTimeOffset CreatedAt)
{
    /// <summary>How many of those attempts had no answer in time.</summary>
    public int Unanswered { get; init; }

    /// <summary>It is tried by itself: its thread goes on without it.</summary>
    public bool IsAlone { get; init; }
}

/// <summary>The deliveries leased for one host, in order.</summary>
/// <param name="Host">Authority in canonical form.</param>
/// <param name="FailuresBefore">Failed attempts to reach this host since the last success; 0 when healthy.</param>
/// <param name="FailingSince">The first of those failures; null when healthy.</param>
/// <param name="Deliveries">At least one.</param>
public sealed record DeliveryBatch(
    string Host, int FailuresBefore, DateTimeOffset? FailingSince, IReadOnlyList<OutgoingDelivery> Deliveries)
{
    /// <summary>By what the queue knows the lease when the batch is given back.</summary>
    public long Lease { get; init; }

    /// <summary>
    /// Numbers of deliveries that failed by themselves since the host last took one: at most two, which is enough to
    /// tell whether one fails or the host.
    /// </summary>
    public IReadOnlyList<long> Failing { get; init; } = [];
}

/// <summary>How one attempt ended.</summary>
public enum DeliveryVerdict
{
    /// <summary>The inbox took it (2xx).</summary>
    Delivered,

    /// <summary>
    /// This activity failed for now (5xx, no answer in time): later ones of its thread wait, others go on.
    /// </summary>
    PostponeThread,

    /// <summary>
    /// The host cannot be reached or asked us to wait (no connection, 429, 503): all its deliveries wait.
    /// </summary>
    PostponeHost,

    /// <summary>Refused for good (4xx) or too old: dropped.</summary>
    Abandoned,

    /// <summary>410: the inbox is gone; its followers are to be removed.</summary>
    InboxGone,

    /// <summary>
    /// This activity failed again and again while nothing else did: it waits by itself. Later ones of its thread go on,
    /// but not what its actor says of the same object.
    /// </summary>
    PostponeAlone,
}

/// <summary>The result of one attempt.</summary>
/// <param name="Delivery">Which.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="RetryAt">For the postponing verdicts: the next attempt.</param>
/// <param name="Status">The HTTP status, if there was an answer.</param>
/// <param name="Error">For the administrator: one line, why.</param>
public sealed record DeliveryResult(
    OutgoingDelivery Delivery, DeliveryVerdict Verdict, DateTimeOffset? RetryAt, int? Status, string? Error)
{
    /// <summary>
    /// For <see cref="DeliveryVerdict.PostponeThread"/>: until when the whole host waits too, since there was no answer
    /// at all. Before <see cref="RetryAt"/>, so that another thread shows next whether it is the host or this activity.
    /// </summary>
    public DateTimeOffset? HostRetryAt { get; init; }
}

using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Federation.Inbox;

/// <summary>A verified activity on its way into the journal.</summary>
/// <param name="ActivityId">The activity's id; unique in the journal.</param>
/// <param name="Actor">The actor: the owner of the key that signed the request, or on whose server it stands.</param>
/// <param name="Type">The activity's type as sent, for people who read the journal.</param>
/// <param name="Host">Authority of the sender in canonical form.</param>
/// <param name="Scheme">How the request was signed; null when it was fetched from its own server instead.</param>
/// <param name="Body">The body to the byte.</param>
/// <param name="ReceivedAt">When it came in.</param>
public sealed record JournalEntry(
    string ActivityId, Uri Actor, string Type, string Host, SignatureScheme? Scheme, ReadOnlyMemory<byte> Body,
    DateTimeOffset ReceivedAt);

/// <summary>What became of keeping an entry.</summary>
public enum Kept
{
    /// <summary>The activity id was new; the entry is durable.</summary>
    New,

    /// <summary>The same activity was kept before: nothing happened.</summary>
    Duplicate,

    /// <summary>Another body was kept under the same id: nothing happened; worth a line in the log.</summary>
    Conflict,
}

/// <summary>An entry that was taken from the journal.</summary>
/// <param name="JournalId">Its number in the journal.</param>
/// <param name="Entry">The entry as it was kept.</param>
/// <param name="Attempt">How often it was tried before; 0 the first time.</param>
public sealed record JournalledActivity(long JournalId, JournalEntry Entry, int Attempt);

/// <summary>The entries leased of one sending host, in order of arrival.</summary>
/// <param name="Host">Authority of the sender in canonical form.</param>
/// <param name="Entries">At least one.</param>
public sealed record JournalBatch(string Host, IReadOnlyList<JournalledActivity> Entries)
{
    /// <summary>By what the journal knows the lease when the batch is given back.</summary>
    public long Lease { get; init; }
}

/// <summary>Which entries to lease.</summary>
/// <param name="MaxHosts">The largest number of batches.</param>
/// <param name="MaxPerHost">The largest number of entries in a batch.</param>
public sealed record JournalRequest(int MaxHosts, int MaxPerHost)
{
    /// <summary>So many hosts of one party (all that is under one registrable domain) at the same time.</summary>
    public int MostPerParty { get; init; } = int.MaxValue;

    /// <summary>Of the parties that are being worked for: how many hosts.</summary>
    public IReadOnlyDictionary<string, int> Busy { get; init; } = new Dictionary<string, int>();

    /// <summary>Hosts that were kept and may be taken up again.</summary>
    public IReadOnlyList<KeptHost> Kept { get; init; } = [];
}

/// <summary>A host whose lease was not given back, for some of its entries are still being worked off.</summary>
/// <param name="Host">Authority of the sender in canonical form.</param>
/// <param name="Lease">Number of the lease.</param>
/// <param name="Away">Numbers of those entries.</param>
public sealed record KeptHost(string Host, long Lease, IReadOnlyList<long> Away);

/// <summary>An authenticated activity for the application.</summary>
/// <param name="JournalId">Its number in the journal, to be marked with the change it makes.</param>
/// <param name="Activity">The activity; its <see cref="AsObject.Raw"/> is what the peer sent.</param>
/// <param name="Actor">The authenticated actor.</param>
/// <param name="Host">Authority of the sender in canonical form.</param>
/// <param name="ReceivedAt">When it came in.</param>
/// <param name="Attempt">How often it was tried before; 0 the first time.</param>
public sealed record ReceivedActivity(
    long JournalId, AsObject Activity, Uri Actor, string Host, DateTimeOffset ReceivedAt, int Attempt);

/// <summary>How the application took an activity.</summary>
public enum HandlingVerdict
{
    /// <summary>Applied; the handler committed the journal mark together with its change.</summary>
    Done,

    /// <summary>Understood or not, but of no consequence here (duplicate, older than known, unknown type).</summary>
    Ignored,

    /// <summary>Against a rule: nothing was changed.</summary>
    Refused,

    /// <summary>Something needed could not be had now (a fetch failed): try again later.</summary>
    Retry,

    /// <summary>The handler itself kept failing: kept for an administrator.</summary>
    SetAside,

    /// <summary>This node cannot keep anything now: that costs no attempt, and what follows waits too.</summary>
    Unable,
}

/// <summary>A verdict with its reason.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">For the journal and the administrator; no personal data, one line.</param>
public readonly record struct HandlingOutcome(HandlingVerdict Verdict, string? Reason = null)
{
    /// <summary>The change and the mark were committed together.</summary>
    public static HandlingOutcome Done { get; } = new(HandlingVerdict.Done);

    /// <summary>Nothing to do.</summary>
    /// <param name="reason">Why.</param>
    public static HandlingOutcome Ignored(string reason) => new(HandlingVerdict.Ignored, reason);

    /// <summary>Against a rule.</summary>
    /// <param name="reason">Which.</param>
    public static HandlingOutcome Refused(string reason) => new(HandlingVerdict.Refused, reason);

    /// <summary>Try again later.</summary>
    /// <param name="reason">What was missing.</param>
    public static HandlingOutcome Retry(string reason) => new(HandlingVerdict.Retry, reason);

    /// <summary>This node cannot keep anything now.</summary>
    /// <param name="reason">Why.</param>
    public static HandlingOutcome Unable(string reason) => new(HandlingVerdict.Unable, reason);
}

using Ontmoetingsplein.Federation.Actors;
using Ontmoetingsplein.Federation.Delivery;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Signatures;

namespace Ontmoetingsplein.Federation;

/// <summary>Decides what a verified activity means. The one way from Federation into the application.</summary>
public interface IActivityHandler
{
    /// <summary>Applies one activity whose sender is authenticated and whose ids passed the origin rules.</summary>
    /// <param name="activity">The activity with its journal number.</param>
    /// <param name="cancellationToken">Stops waiting, never half a change.</param>
    /// <returns>
    /// <see cref="HandlingVerdict.Done"/> when the change and the mark in the journal were committed together;
    /// any other verdict leaves the marking to the caller.
    /// </returns>
    Task<HandlingOutcome> HandleAsync(ReceivedActivity activity, CancellationToken cancellationToken);
}

/// <summary>The durable journal of received activities: kept before 202 is answered, worked off afterwards.</summary>
public interface IInboxJournal
{
    /// <summary>Keeps an activity once. Completes only when it would survive a crash of the process.</summary>
    /// <param name="entry">The verified activity as it came in.</param>
    /// <param name="cancellationToken">Stops waiting; the entry may still have been kept.</param>
    /// <returns>Whether the activity id was new.</returns>
    Task<Kept> KeepAsync(JournalEntry entry, CancellationToken cancellationToken);

    /// <summary>
    /// Leases hosts with entries that are due, the one first that was looked at longest ago: per host one batch, in
    /// order of arrival.
    /// </summary>
    /// <param name="request">How many, and of whom.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<JournalBatch>> TakeAsync(JournalRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// The batch of a host is worked off, or its turn is over: takes its next one, or gives the host back. While some
    /// of its entries are still being worked off the host is kept: nobody else gets it.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="away">Numbers of entries that are still being worked off.</param>
    /// <param name="maxPerHost">The largest number of entries in the next batch; 0 for none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The next batch; null when there is none: the host was given back, or kept, or another has it.</returns>
    Task<JournalBatch?> ReleaseAsync(
        JournalBatch batch, IReadOnlyList<long> away, int maxPerHost, CancellationToken cancellationToken);

    /// <summary>Notes how an entry ended, or when it is to be tried again.</summary>
    /// <param name="journalId">The number from <see cref="JournalledActivity"/>.</param>
    /// <param name="outcome">What the handler said.</param>
    /// <param name="retryAt">For <see cref="HandlingVerdict.Retry"/>: the next attempt; otherwise null.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task MarkAsync(
        long journalId, HandlingOutcome outcome, DateTimeOffset? retryAt, CancellationToken cancellationToken);

    /// <summary>Puts entries off that were not tried for want of room: that is no attempt.</summary>
    /// <param name="journalIds">Their numbers.</param>
    /// <param name="until">Until when.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task PutOffAsync(IReadOnlyList<long> journalIds, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>How much waits of a host, or of all hosts of a party.</summary>
    /// <param name="host">Authority of the sender; null for a whole party.</param>
    /// <param name="party">The party.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Bytes, with a kilobyte for each entry besides its body.</returns>
    Task<long> WeighAsync(string? host, string party, CancellationToken cancellationToken);

    /// <summary>Completes when something may be due, or after a short while as a safety net.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task WaitAsync(CancellationToken cancellationToken);
}

/// <summary>The actors of other servers that this node knows.</summary>
public interface IActorDirectory
{
    /// <summary>Raised when an actor may have changed, also by another process of this node; null: any.</summary>
    event Action<Uri?>? Changed;

    /// <summary>Finds a known actor by its id.</summary>
    /// <param name="id">The actor's id, canonical form.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<RemoteActor?> FindAsync(Uri id, CancellationToken cancellationToken);

    /// <summary>Finds the known actor that publishes a key with this id.</summary>
    /// <param name="keyId">The key id as it stands in the signature; opaque.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<RemoteActor?> FindByKeyAsync(string keyId, CancellationToken cancellationToken);

    /// <summary>Remembers an actor as it was just fetched from its own origin; replaces what was known.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task RememberAsync(RemoteActor actor, CancellationToken cancellationToken);
}

/// <summary>The private keys of this node's own actors.</summary>
public interface ISigningKeys
{
    /// <summary>The id of the node's Application actor, which signs fetches.</summary>
    Uri NodeActor { get; }

    /// <summary>Finds the keys of a local actor.</summary>
    /// <param name="actor">The actor's id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The keys, or null when the actor is not ours or is deleted.</returns>
    ValueTask<ActorKeys?> FindAsync(Uri actor, CancellationToken cancellationToken);
}

/// <summary>What this node wants with, and knows of, another host.</summary>
public interface IPeerPolicy
{
    /// <summary>Looks a host up.</summary>
    /// <param name="host">
    /// Authority in canonical form: lower-case ASCII host, with the port if it is not the default.
    /// </param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<PeerStanding> FindAsync(string host, CancellationToken cancellationToken);

    /// <summary>Remembers that a host verified, or itself used, a signature scheme (CONTRACT.md §3.2).</summary>
    /// <param name="host">Authority in canonical form.</param>
    /// <param name="scheme">The scheme that worked.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task LearnAsync(string host, SignatureScheme scheme, CancellationToken cancellationToken);
}

/// <summary>
/// The stored queue of outgoing deliveries. At most one batch per host is leased at any time, for two minutes.
/// </summary>
public interface IDeliveryQueue
{
    /// <summary>Leases what is due: per host one batch, in the order in which it must arrive.</summary>
    /// <param name="maxHosts">The largest number of batches.</param>
    /// <param name="maxPerHost">The largest number of deliveries in a batch.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<DeliveryBatch>> TakeDueAsync(int maxHosts, int maxPerHost, CancellationToken cancellationToken);

    /// <summary>
    /// Notes how the deliveries of one batch went; then takes the host's next one, or gives the host back.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="results">One result for each delivery that was tried; untried ones become due again.</param>
    /// <param name="maxPerHost">The largest number of deliveries in the next batch.</param>
    /// <returns>The next batch; null when nothing is due and the lease was given back, or another has it.</returns>
    Task<DeliveryBatch?> SettleAsync(DeliveryBatch batch, IReadOnlyList<DeliveryResult> results, int maxPerHost);

    /// <summary>Completes when something may be due, or after a short while as a safety net.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task WaitAsync(CancellationToken cancellationToken);
}

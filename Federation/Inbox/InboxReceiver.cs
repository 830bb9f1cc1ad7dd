using System.Globalization;
using Microsoft.Extensions.Logging;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Federation.Inbox;

/// <summary>
/// Takes what other servers send: authenticates it, keeps it in the journal and answers. Nothing is acted on here, and
/// nothing kept that is not authenticated. Cheap refusals come first; the body is hashed once.
/// </summary>
public sealed partial class InboxReceiver
{
    private readonly FederationOptions _options;
    private readonly SignatureCheck _signatures;
    private readonly IInboxJournal _journal;
    private readonly IActorDirectory _directory;
    private readonly IPeerPolicy _peers;
    private readonly InboxPressure _pressure;
    private readonly TimeProvider _time;
    private readonly ILogger<InboxReceiver> _logger;
    // Who sent something signed sends more: its address is read once.
    private readonly BoundedCache<string, Uri> _actors = new(1024);
    private readonly InboxLimits _limits;

    internal InboxReceiver(
        FederationOptions options, SignatureCheck signatures, IInboxJournal journal, IActorDirectory directory,
        IPeerPolicy peers, InboxPressure pressure, LimitShare share, TimeProvider time,
        ILogger<InboxReceiver> logger)
    {
        _options = options;
        _signatures = signatures;
        _journal = journal;
        _directory = directory;
        _peers = peers;
        _pressure = pressure;
        _time = time;
        _logger = logger;
        _limits = new InboxLimits(options, journal, share, time);
    }

    /// <summary>Receives one POST to any inbox.</summary>
    /// <param name="request">The request with its whole body, which is kept: do not reuse the memory.</param>
    /// <param name="cancellationToken">Stops waiting for keys and for the journal.</param>
    /// <returns>202 only when the activity would survive a crash, or is of no consequence.</returns>
    public async ValueTask<InboxAnswer> ReceiveAsync(InboundRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        _pressure.Enter();
        try
        {
            return await CheckAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _pressure.Leave();
        }
    }

    private Uri? Find(string? actorId) => actorId is not null && _actors.TryGet(actorId, out var known)
        ? known : CanonicalAuthority.Parse(actorId, _options);

    private async ValueTask<InboxAnswer> CheckAsync(InboundRequest request, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsActivity(request.Header("content-type")))
            return InboxAnswer.Problem(415, $"Send {MediaTypes.Activity}.");
        if (request.Body.Length > _options.MaxBodyBytes)
            return InboxAnswer.Problem(413, $"At most {_options.MaxBodyBytes} bytes.");
        if (!ActivityEnvelope.TryRead(request.Body.Span, out var envelope, out var problem))
            return InboxAnswer.Problem(400, problem);
        if (envelope.Type is null || envelope.Id is null or { Length: > 2048 } ||
            Find(envelope.ActorId) is not { } actor)
            return InboxAnswer.Problem(400, "An activity has an id, a type and one actor.");
        var host = actor.Authority;
        var standing = await _peers.FindAsync(host, cancellationToken).ConfigureAwait(false);
        if (standing.Blocked)
            return InboxAnswer.Problem(403, "The host is blocked.");
        if (OriginRules.Check(envelope, actor, _options) is { } broken)
            return InboxAnswer.Problem(403, broken);
        // Servers tell the whole world of every deletion; most of it is about actors that were never heard of here.
        if (envelope.Type == "Delete" &&
            await _directory.FindAsync(actor, cancellationToken).ConfigureAwait(false) is null)
            return InboxAnswer.Accepted;
        var verdict = await _signatures.CheckAsync(request, actor, cancellationToken).ConfigureAwait(false);
        if (verdict.Reason == SignatureReason.Replayed)
            return InboxAnswer.Accepted;
        if (verdict.Reason == SignatureReason.Owner && envelope.Type is "Create" or "Update" or "Delete" &&
            await CheckForwarderAsync(request, cancellationToken).ConfigureAwait(false) is { } forwarder)
        {
            actor = forwarder.Actor!;
            (host, verdict) = (actor.Authority, forwarder);
            standing = await _peers.FindAsync(host, cancellationToken).ConfigureAwait(false);
            if (standing.Blocked)
                return InboxAnswer.Problem(403, "The host is blocked.");
        }
        if (!verdict.IsValid && verdict.IsActorGone && IsOwnDeletion(envelope))
            return await KeepGoneAsync(actor, cancellationToken).ConfigureAwait(false);
        if (!verdict.IsValid)
        {
            Log.Refused(_logger, host, verdict.Reason, verdict.Detail);
            return InboxAnswer.Problem(verdict.Status, verdict.Detail, verdict.RetryAfter);
        }
        if (await _limits.CheckAsync(actor, request.Body.Length, cancellationToken).ConfigureAwait(false)
            is { } tooMuch)
            return tooMuch;
        return await KeepAsync(request, envelope, actor, verdict, standing, cancellationToken).ConfigureAwait(false);
    }

    // Inbox forwarding (ActivityPub §7.1.2): the node that keeps a question tells its topic of a reply. Who signs is
    // the Application of a node of our kind that is known; what it forwards proves nothing yet.
    private async ValueTask<SignatureVerdict?> CheckForwarderAsync(
        InboundRequest request, CancellationToken cancellationToken)
    {
        var verdict = await _signatures.CheckAsync(request, claimed: null, cancellationToken).ConfigureAwait(false);
        return verdict is { IsValid: true, Actor: { } signer } &&
            !CanonicalAuthority.SameOrigin(signer, _options.Origin) &&
            await _directory.FindAsync(signer, cancellationToken).ConfigureAwait(false) is
            { Type: "Application", SpeaksProfile: true }
            ? verdict : null;
    }

    private static bool IsOwnDeletion(ActivityEnvelope envelope) =>
        envelope.Type == "Delete" && envelope.ObjectId == envelope.ActorId;

    // A deleted actor cannot show its key any more. Who said that it is gone is not known, so nothing of what was said
    // is kept: what its own server answered is, once a day, in words of ours.
    private async ValueTask<InboxAnswer> KeepGoneAsync(Uri actor, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var id = string.Create(CultureInfo.InvariantCulture, $"{actor.AbsoluteUri}#gone-{now.UtcDateTime:yyyy-MM-dd}");
        var body = VocabularyWriter.Write(
            new DeleteActivity { Id = id, Actor = actor.AbsoluteUri, Object = actor.AbsoluteUri });
        await _journal.KeepAsync(
            new JournalEntry(id, actor, "Delete", actor.Authority, null, body, now), cancellationToken)
            .ConfigureAwait(false);
        return InboxAnswer.Accepted;
    }

    private async ValueTask<InboxAnswer> KeepAsync(
        InboundRequest request, ActivityEnvelope envelope, Uri actor, SignatureVerdict verdict, PeerStanding standing,
        CancellationToken cancellationToken)
    {
        var host = actor.Authority;
        // What a host signs with it also verifies; a weaker scheme does not take back what is known to work. This is
        // remembered before the activity is kept, for what answers it may be sent at once.
        if (standing.Scheme != verdict.Scheme &&
            (standing.Scheme is null || verdict.Scheme == SignatureScheme.MessageEd25519))
            await _peers.LearnAsync(host, verdict.Scheme, cancellationToken).ConfigureAwait(false);
        // A forwarder must not keep the activity itself out by being first.
        var isOwn = envelope.ActorId == actor.AbsoluteUri;
        var id = isOwn ? envelope.Id! : $"{actor.AbsoluteUri}#{envelope.Id}";
        if (id.Length > CanonicalAuthority.MostBytes)
            return InboxAnswer.Problem(400, "The id of the activity is too long.");
        var entry = new JournalEntry(
            id, actor, envelope.Type!, host, verdict.Scheme, request.Body, _time.GetUtcNow());
        var kept = await _journal.KeepAsync(entry, cancellationToken).ConfigureAwait(false);
        if (kept == Kept.Conflict)
            Log.Conflict(_logger, host, envelope.Type!);
        _signatures.Accepted(verdict);
        if (isOwn)
            _actors.Set(envelope.ActorId!, actor);
        return InboxAnswer.Accepted;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2001, Level = LogLevel.Information,
            Message = "Refused an activity of {Host}: {Reason}. {Detail}")]
        public static partial void Refused(ILogger logger, string host, SignatureReason reason, string detail);

        [LoggerMessage(EventId = 2002, Level = LogLevel.Warning,
            Message = "{Host} sent a {Type} with the id of another activity; ignored")]
        public static partial void Conflict(ILogger logger, string host, string type);
    }
}

using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Actors;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Fediverse;

namespace Ontmoetingsplein.Forum.Publishing;

/// <summary>Finds actors of other servers and gives them a row here.</summary>
internal sealed class RemoteActors(
    ActorResolver resolver, WebFinger webFinger, ActorStore actors, FederationOptions options)
{
    /// <summary>Finds an actor by its handle, or by its address.</summary>
    public Task<ActorLookup> FindByHandleAsync(string text, string? type, CancellationToken cancellationToken)
    {
        var typed = text.Trim();
        return typed.Contains("://", StringComparison.Ordinal) && CanonicalAuthority.Parse(typed, options) is { } uri
            ? resolver.ResolveAsync(uri, cancellationToken)
            : webFinger.ResolveAsync(typed, type, cancellationToken);
    }

    /// <summary>
    /// The row of an actor, fetched when it is new or old; null with the reason when it cannot be had.
    /// </summary>
    public async Task<(Actor? Actor, ActorLookup Lookup)> FindAsync(Uri id, CancellationToken cancellationToken)
    {
        var lookup = await resolver.ResolveAsync(id, cancellationToken);
        var row = lookup.Actor is { } found
            ? await actors.FindByUriAsync(found.Id.AbsoluteUri, cancellationToken)
            : null;
        return (row, lookup);
    }

    /// <summary>The row of an actor as it was left here, without asking its server; null when there is none.</summary>
    public async Task<Actor?> FindLeftAsync(Uri id, CancellationToken cancellationToken) =>
        await actors.FindByUriAsync(id.AbsoluteUri, cancellationToken) is { Host: not null, DeletedAt: null } row
            ? row
            : null;

    /// <summary>What to tell who typed the address of an actor that cannot be had.</summary>
    /// <param name="lookup">Why not.</param>
    /// <param name="field">The field that it was typed in.</param>
    /// <param name="typed">What was typed.</param>
    public static FieldFault Fault(ActorLookup lookup, string field, string typed) => new(
        field,
        lookup.Status switch
        {
            ActorStatus.Unreachable => "error.handleUnreachable",
            ActorStatus.Refused => "error.handleRefused",
            _ => "error.handleUnknown",
        },
        ("handle", SafeHtml.OneLine(typed, 200)));

    /// <summary>Fetches an actor anew, whatever is known of it.</summary>
    public Task<ActorLookup> RefreshAsync(Uri id, CancellationToken cancellationToken) =>
        resolver.RefreshAsync(id, cancellationToken);

    /// <summary>Gives a fetched actor its row.</summary>
    public static Actor Remember(Writing writing, RemoteActor found)
    {
        var host = found.Id.Authority.ToLowerInvariant();
        var row = new Actor
        {
            Id = new ActorId(writing.Ids.Next()),
            Kind = KindOf(found),
            Name = found.PreferredUsername.ToLowerInvariant(),
            Host = host,
            Uri = found.Id.AbsoluteUri,
            DisplayName = SafeHtml.OneLine(found.Name, 100) is { Length: > 0 } name ? name : found.PreferredUsername,
            SummaryHtml = SafeHtml.FromPeer(
                found.Summary,
                (found.Url is { } page && page.Authority == found.Id.Authority ? page : found.Id).AbsoluteUri),
            IconUrl = found.Icon?.AbsoluteUri,
            Url = found.Url?.AbsoluteUri,
            Inbox = found.Inbox.AbsoluteUri,
            SharedInbox = found.SharedInbox?.AbsoluteUri,
            Outbox = found.Outbox?.AbsoluteUri,
            Followers = found.Followers?.AbsoluteUri,
            Moderators = found.Moderators?.AbsoluteUri,
            Featured = found.Featured?.AbsoluteUri,
            ClaimedKind = found.Kind,
            SpeaksProfile = found.SpeaksProfile,
            CreatedAt = writing.Now,
            UpdatedAt = writing.Now,
            FetchedAt = found.FetchedAt,
        };
        var keys = found.Keys.Select(key => new ActorKey
        {
            KeyId = key.Id,
            ActorId = row.Id,
            Algorithm = (int)key.Algorithm,
            PublicBytes = key.Bytes.ToArray(),
        });
        if (found.SpeaksProfile || row.Kind == ActorKind.Group)
        {
            // Hosts of topics understand activities that are wrapped (CONTRACT.md §6).
            PeerStore.LearnKind(writing, host, isForum: true, found.SpeaksProfile);
        }

        return row with { Id = ActorStore.Remember(writing, row, [.. keys]) };
    }

    /// <summary>What a fetched actor is to us.</summary>
    public static ActorKind KindOf(RemoteActor found) => found switch
    {
        { Type: "Group" } => ActorKind.Group,
        { Type: "Application" or "Service" } => ActorKind.Application,
        { Type: "Organization" } or { Kind: "organisation" } => ActorKind.Organisation,
        _ => ActorKind.Person,
    };

    /// <summary>The row of a remote actor in Federation's terms.</summary>
    public static RemoteActor FromRow(Actor row, IReadOnlyList<ActorKey> keys) => new()
    {
        Id = CanonicalAuthority.Stored(row.Uri),
        Type = row.Kind switch
        {
            ActorKind.Group => "Group",
            ActorKind.Application => "Application",
            _ => "Person",
        },
        PreferredUsername = row.Name,
        Name = row.DisplayName,
        Inbox = CanonicalAuthority.Stored(row.Inbox),
        SharedInbox = Address(row.SharedInbox),
        Outbox = Address(row.Outbox),
        Followers = Address(row.Followers),
        Moderators = Address(row.Moderators),
        Featured = Address(row.Featured),
        Url = Address(row.Url),
        Icon = Address(row.IconUrl),
        Summary = row.SummaryHtml,
        Kind = row.ClaimedKind,
        SpeaksProfile = row.SpeaksProfile,
        Keys = [.. keys.Select(key => new PublicKey(key.KeyId, (KeyAlgorithm)key.Algorithm, key.PublicBytes))],
        FetchedAt = row.FetchedAt ?? DateTimeOffset.MinValue,
    };

    private static Uri? Address(string? text) => text is null ? null : CanonicalAuthority.Stored(text);
}

using System.Collections.Concurrent;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Organisations;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// Decides whether an organisation elsewhere answers officially here: because this node's administrator said so,
/// because its website and the register of government bodies say who it is, or because one that this node believes
/// vouches for it in a signed attestation (CONTRACT.md §2, §8). Never because it says so itself.
/// </summary>
internal sealed class RecogniseOrganisation(
    RecognitionStore recognitions, ActorStore actors, OrganisationStore organisations, WebsiteProof websites,
    RemoteFetcher fetcher, CollectionReader collections, ProofCheck proofs, Database database, TimeProvider clock)
{
    /// <summary>What was found is looked at again after this time.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromDays(1);

    /// <summary>Who cannot be asked is believed for so long after the last time.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    private const int MostRemembered = 10_000;
    private const int MostPages = 10;
    private static readonly TimeSpan Refused = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<ActorId, DateTimeOffset> refused = new();

    /// <summary>Whether its signed answers are official here now.</summary>
    public async Task<bool> ExecuteAsync(Actor organisation, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var known = await recognitions.FindAsync(organisation.Id, cancellationToken);
        if (known is { Ground: RecognitionGround.Admitted or RecognitionGround.Denied })
        {
            return known.IsOfficial;
        }

        var keys = await KeysAsync(organisation, cancellationToken);
        if (Holds(known, keys, now) && now - known!.CheckedAt < Fresh)
        {
            return known.IsOfficial;
        }

        if (known is null && refused.TryGetValue(organisation.Id, out var when) && now - when < Refused)
        {
            return false;
        }

        return await AskAsync(organisation, known, keys, cancellationToken);
    }

    private async Task<bool> AskAsync(
        Actor organisation, Recognition? known, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var (isSure, found) = await FindAsync(organisation, keys, cancellationToken);
        var now = clock.GetUtcNow();
        if (!isSure && found?.IsOfficial != true && Holds(known, keys, now) && now - known!.CheckedAt < Grace)
        {
            return known.IsOfficial;
        }

        if (found is not null)
        {
            refused.TryRemove(organisation.Id, out _);
            await database.WriteAsync(writing => RecognitionStore.Put(writing, found), cancellationToken);
            return found.IsOfficial;
        }

        if (refused.Count < MostRemembered)
        {
            refused[organisation.Id] = now;
        }

        if (known is not null)
        {
            await database.WriteAsync(
                writing => RecognitionStore.Remove(writing, organisation.Id), cancellationToken);
        }

        return false;
    }

    private static bool Holds(Recognition? known, IEnumerable<string> keys, DateTimeOffset now) =>
        known is not null && (known.ValidUntil is null || known.ValidUntil > now)
        && known.Keys == string.Join(' ', keys);

    // In one order, to compare.
    private async Task<List<string>> KeysAsync(Actor organisation, CancellationToken cancellationToken) =>
    [
        .. (await actors.ListKeysAsync(organisation.Id, cancellationToken))
            .Where(key => key.Algorithm == (int)KeyAlgorithm.Ed25519)
            .Select(key => Multikey.Encode(key.PublicBytes)).Order(StringComparer.Ordinal),
    ];

    // The best ground there is, and whether everybody who could say more was asked.
    private async Task<(bool IsSure, Recognition? Found)> FindAsync(
        Actor organisation, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var result = await fetcher.FetchAsync(CanonicalAuthority.Stored(organisation.Uri), null, cancellationToken);
        if (result is not FetchResult.Found fetched || VocabularyReader.Read(fetched.Bytes).Value is not { } document)
        {
            return (result is not FetchResult.Unreachable, null);
        }

        var website = await websites.CheckAsync(
            WebsiteProof.WebsiteOf(document), organisation.Uri, keys, cancellationToken);
        var isSure = website.Answered;
        var ground = new Recognition
        {
            ActorId = organisation.Id,
            Ground = RecognitionGround.Website,
            Website = website.Host,
            Keys = string.Join(' ', keys),
        };
        if (await RegisteredAsync(website, cancellationToken) is { } entry)
        {
            return (true, ground with
            {
                Ground = RecognitionGround.Registered,
                RegisterId = entry.OrganisationIri,
            });
        }

        foreach (var one in document.Attestation.Take(AttestOrganisation.MostHeld))
        {
            var (answered, attested) = await CheckAsync(one, organisation, cancellationToken);
            if (attested is not null)
            {
                return (true, ground with
                {
                    Ground = RecognitionGround.Attested,
                    IssuerId = attested.Issuer.Id,
                    ValidUntil = attested.Until,
                });
            }

            isSure &= answered;
        }

        return (isSure, website.Host is null ? null : ground);
    }

    private async Task<RegisterEntry?> RegisteredAsync(WebsiteAnswer website, CancellationToken cancellationToken) =>
        website is { Host: { } host, RegisterId: { } id }
            ? (await organisations.ListRegisteredAsync(RegisterList.Domain(host), cancellationToken))
                .FirstOrDefault(entry => entry.OrganisationIri == id)
            : null;

    // Not Answered: who could say more cannot be had for now.
    private async Task<(bool Answered, Attested? Holds)> CheckAsync(
        AsObject given, Actor organisation, CancellationToken cancellationToken)
    {
        var attestation = given;
        if (given.IsReference && CanonicalAuthority.Read(given.Id) is { } address)
        {
            var result = await fetcher.FetchAsync(address, null, cancellationToken);
            if (result is FetchResult.Unreachable)
            {
                return (false, null);
            }

            if (result is not FetchResult.Found found || VocabularyReader.Read(found.Bytes).Value is not { } fetched)
            {
                return (true, null);
            }

            attestation = fetched;
        }

        if (Until(attestation, organisation) is not { } until
            || await recognitions.FindVoucherAsync(attestation.IssuerId!, cancellationToken) is not { } voucher
            || await actors.FindAsync(voucher.ActorId, cancellationToken) is not { DeletedAt: null } issuer
            || !await proofs.IsValidAsync(attestation, issuer, "omp:issuer", cancellationToken))
        {
            return (true, null);
        }

        return await IsRevokedAsync(attestation, issuer, cancellationToken) switch
        {
            null => (false, null),
            true => (true, null),
            false => (true, new Attested(issuer, until)),
        };
    }

    private DateTimeOffset? Until(AsObject attestation, Actor organisation)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        return attestation.Is("omp:OrganisationAttestation") && attestation.SubjectId == organisation.Uri
            && attestation is { IssuerId: not null, OrganisationId: not null }
            && attestation is { ValidFrom: { } from, ValidUntil: { } last }
            && from <= today && today <= last && last.DayNumber - from.DayNumber <= AttestOrganisation.MostDays
            ? AttestOrganisation.EndOf(last)
            : null;
    }

    // Null when it cannot be asked; an issuer without such a list revokes nothing.
    private async Task<bool?> IsRevokedAsync(AsObject attestation, Actor issuer, CancellationToken cancellationToken)
    {
        var home = CanonicalAuthority.Stored(issuer.Uri);
        switch (await fetcher.FetchAsync(home, null, cancellationToken))
        {
            case FetchResult.Unreachable:
                return null;
            case FetchResult.Found found when VocabularyReader.Read(found.Bytes).Value is { } document:
                return document.Revoked.Count == 0 ? false
                    : CanonicalAuthority.Read(document.RevokedId) is { } list
                        && CanonicalAuthority.SameOrigin(list, home)
                        ? await IsListedAsync(list, attestation.Id, cancellationToken)
                    : true;
            default:
                return true;
        }
    }

    // What cannot be read to its end may name it in the rest: only a list that is whole says that it was not revoked.
    private async Task<bool?> IsListedAsync(Uri list, string? id, CancellationToken cancellationToken) =>
        await collections.ReadWholeAsync(list, MostPages, cancellationToken) switch
        {
            { Unreachable: not null } => null,
            { Ids: { } ids } => id is null || ids.Contains(id),
            _ => true,
        };

    private sealed record Attested(Actor Issuer, DateTimeOffset Until);
}

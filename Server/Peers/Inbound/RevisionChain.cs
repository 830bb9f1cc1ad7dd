using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>
/// Follows the versions of a signed answer: each names the one before by its hash (CONTRACT.md §4.2, §4.5). What is
/// missing in between is read from the collection of all versions on the answer's own server.
/// </summary>
internal sealed class RevisionChain(CollectionReader collections, ProofCheck proofs)
{
    private const int MostPages = 10;
    private const int MostVersions = 200;

    /// <summary>Whether the way from the version that is known to this one is whole.</summary>
    /// <param name="newest">A version with a valid proof.</param>
    /// <param name="author">Who signed it.</param>
    /// <param name="known">The version that is here; null for none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<bool> IsWholeAsync(
        AsObject newest, Actor author, Statement? known, CancellationToken cancellationToken)
    {
        var revision = newest.Revision ?? 1;
        var from = new Link(known?.Revision ?? 0, known?.Version);
        return from.Leads(revision, newest.PreviousRevision)
            || (revision > from.Revision + 1 && (await WalkAsync(newest, author, from, cancellationToken)).Leads(
                revision, newest.PreviousRevision));
    }

    private async Task<Link> WalkAsync(
        AsObject newest, Actor author, Link from, CancellationToken cancellationToken)
    {
        var last = from;
        foreach (var version in await ReadAsync(newest, from.Revision, cancellationToken))
        {
            if (version.Revision!.Value >= newest.Revision!.Value)
            {
                break;
            }

            if (!last.Leads(version.Revision.Value, version.PreviousRevision)
                || !await proofs.IsValidAsync(version, author, null, cancellationToken))
            {
                return from;
            }

            last = new Link(version.Revision.Value, IntegrityProof.NameOf(version.Raw));
        }

        return last;
    }

    // The versions after one, in their order.
    private async Task<List<AsObject>> ReadAsync(AsObject newest, long after, CancellationToken cancellationToken)
    {
        var versions = new SortedDictionary<long, AsObject>();
        if (CanonicalAuthority.Read(newest.RevisionsId) is not { } list
            || !CanonicalAuthority.IsOn(newest.Id, list))
        {
            return [];
        }

        await foreach (var part in collections.WalkAsync(list, MostPages, cancellationToken))
        {
            foreach (var version in part.Items.Where(item => item.Id == newest.Id && item.Revision > after))
            {
                if (versions.Count < MostVersions)
                {
                    versions[version.Revision!.Value] = version;
                }
            }
        }

        return [.. versions.Values];
    }

    private sealed record Link(long Revision, string? Version)
    {
        public bool Leads(long revision, string? previous) => revision == Revision + 1 && previous == Version;
    }
}

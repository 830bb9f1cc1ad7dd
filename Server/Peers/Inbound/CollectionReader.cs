using System.Runtime.CompilerServices;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>What one document of a collection holds.</summary>
/// <param name="Items">Members, as ids or embedded.</param>
/// <param name="First">Where its pages begin; null when it has none, or is a page itself.</param>
/// <param name="Next">The following page.</param>
/// <param name="Unreachable">Why its server cannot be had for now; null when it answered.</param>
internal sealed record CollectionPart(
    IReadOnlyList<AsObject> Items, Uri? First, Uri? Next, string? Unreachable = null)
{
    /// <summary>There is nothing there.</summary>
    public static CollectionPart None { get; } = new([], null, null);
}

/// <summary>Reads collections of other servers in their many shapes (CONTRACT.md §5, §9).</summary>
internal sealed class CollectionReader(RemoteFetcher fetcher)
{
    /// <summary>Reads a collection or one page of it.</summary>
    public async Task<CollectionPart> ReadAsync(Uri address, CancellationToken cancellationToken) =>
        await fetcher.FetchAsync(address, null, cancellationToken) switch
        {
            FetchResult.Unreachable(var reason) => CollectionPart.None with { Unreachable = reason },
            FetchResult.Found found when VocabularyReader.Read(found.Bytes).Value is { } collection =>
                Of(collection, found.Url),
            _ => CollectionPart.None,
        };

    /// <summary>Reads a collection and the pages that follow, each once, until one cannot be had.</summary>
    /// <param name="address">The collection, or a page of it.</param>
    /// <param name="most">How many documents at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async IAsyncEnumerable<CollectionPart> WalkAsync(
        Uri address, int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<Uri>();
        for (var page = address; page is not null && seen.Count < most && seen.Add(page);)
        {
            var part = await ReadAsync(page, cancellationToken);
            yield return part;
            page = part.Next ?? part.First;
        }
    }

    /// <summary>Reads the ids of all members, and says when those are not all.</summary>
    /// <param name="address">The collection.</param>
    /// <param name="most">How many documents at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>
    /// The ids; or, for now, why its server cannot be had; or neither, when it cannot be read to its end: it is longer,
    /// a page is missing or makes no sense, or it holds less than it says.
    /// </returns>
    public async Task<(IReadOnlySet<string>? Ids, string? Unreachable)> ReadWholeAsync(
        Uri address, int most, CancellationToken cancellationToken)
    {
        var (ids, seen) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<Uri>());
        var said = 0L;
        for (var page = address; page is not null;)
        {
            if (seen.Count == most || !seen.Add(page))
            {
                return (null, null);
            }

            var result = await fetcher.FetchAsync(page, null, cancellationToken);
            if (result is FetchResult.Unreachable or FetchResult.Refused)
            {
                return (null, result is FetchResult.Unreachable(var reason) ? reason : "It may not be had now.");
            }

            if (result is not FetchResult.Found found || VocabularyReader.Read(found.Bytes).Value is not { } document)
            {
                return (null, null);
            }

            var part = Of(document, found.Url);
            var lists = new[] { document }.Concat(document.First).ToList();
            page = part.Next ?? part.First;
            if (document.First.Count > 1 || part.Items.Any(item => item.Reference is null)
                || lists.Any(list => Math.Max(list.Items.Count, list.OrderedItems.Count) >= AsObject.MostValues)
                || (page is null && lists.Any(list => list.Next is not null || list.IsReference)))
            {
                return (null, null);
            }

            ids.UnionWith(part.Items.Select(item => item.Reference!));
            said = Math.Max(said, document.TotalItems ?? 0);
        }

        return said > ids.Count ? (null, null) : (ids, null);
    }

    /// <summary>Reads one that is at hand. Its pages count only where they stand on its own server.</summary>
    /// <param name="collection">The collection, with its first page embedded or not.</param>
    /// <param name="origin">An address of the server that it was fetched from.</param>
    public static CollectionPart Of(AsObject collection, Uri origin)
    {
        var first = collection.First is [{ } only] ? only : null;
        var embedded = first is not null && (first.Items.Count > 0 || first.OrderedItems.Count > 0
            || first.Next is not null || first.PartOf is not null) ? first : null;
        return new CollectionPart(
            [
                .. collection.OrderedItems, .. collection.Items, .. embedded?.OrderedItems ?? [],
                .. embedded?.Items ?? [],
            ],
            embedded is null ? Address(first?.Reference, origin) : null,
            Address(collection.Next ?? embedded?.Next, origin));
    }

    private static Uri? Address(string? text, Uri origin) =>
        CanonicalAuthority.Read(text) is { } uri && CanonicalAuthority.SameOrigin(uri, origin) ? uri : null;
}

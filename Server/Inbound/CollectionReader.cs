using System.Runtime.CompilerServices;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Vocabulary;

namespace Ontmoetingsplein.Server.Inbound;

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

/// <summary>Reads collections of other servers in their many shapes (federation.md §5, peers.md).</summary>
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
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && CanonicalAuthority.SameOrigin(uri, origin) ? uri : null;
}

using System.Globalization;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Peers.Documents;

/// <summary>
/// What topics of this node announced since a moment, for a node of our kind that was away for long or came back from a
/// backup (CONTRACT.md §5). The ids only: each is fetched under the rules that hold for it now.
/// </summary>
internal sealed class ShowChanges(
    OutboxStore outbox, TopicStore topics, PeerStore peers, SignedFetch fetch, NodeAddresses addresses)
{
    private const int PageSize = 20;

    /// <summary>Where it is.</summary>
    public const string Path = "/omp/changes";

    /// <summary>GET /omp/changes?since=, and its pages.</summary>
    /// <param name="http">The request, signed by an own node.</param>
    /// <param name="since">A moment (RFC 3339).</param>
    /// <param name="topic">Id of the only topic that is asked about; null for all.</param>
    /// <param name="page">Where a page begins; opaque.</param>
    public async Task<IResult> ShowAsync(HttpContext http, string? since, string? topic, long? page)
    {
        var (signer, refusal) = await fetch.SignerAsync(http);
        if (signer is null)
        {
            return refusal!;
        }

        if (await peers.FindAsync(signer.Authority, http.RequestAborted) is not { SpeaksProfile: true })
        {
            return new ProblemResult(StatusCodes.Status403Forbidden, "This is for nodes of our kind.");
        }

        var of = topic is null ? null : await topics.FindByUriAsync(topic, http.RequestAborted);
        if (topic is not null && of is not { Host: null })
        {
            return new ProblemResult(StatusCodes.Status404NotFound, "That is no topic of this node.");
        }

        if (page is { } start)
        {
            return await PageAsync(of, start, http.RequestAborted);
        }

        return DateTimeOffset.TryParse(
            since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var moment)
            && moment >= DateTimeOffset.UnixEpoch
                ? ShowPosts.Document(new OrderedCollectionDocument
                {
                    Id = $"{addresses.Root}{Path}?since={Uri.EscapeDataString(since!)}{Only(of)}",
                    First = Address(of, IdSource.FirstAt(moment)),
                })
                : new ProblemResult(
                    StatusCodes.Status400BadRequest, "Ask with ?since= and a moment, such as 2026-03-02T10:15:00Z.");
    }

    private async Task<IResult> PageAsync(Topic? of, long after, CancellationToken cancellationToken)
    {
        var announced = await outbox.ListAnnouncedAsync(of?.Id, after, PageSize + 1, cancellationToken);
        return ShowPosts.Document(new OrderedCollectionPageDocument
        {
            Id = Address(of, after),
            PartOf = addresses.Root + Path,
            OrderedItems = [.. announced.Take(PageSize).Select(one => (RawJson)one.Uri)],
            Next = announced.Count > PageSize ? Address(of, announced[PageSize - 1].Id) : null,
        });
    }

    private string Address(Topic? of, long page) =>
        $"{addresses.Root}{Path}?page={page.ToString(CultureInfo.InvariantCulture)}{Only(of)}";

    private static string Only(Topic? of) => of is null ? "" : $"&topic={Uri.EscapeDataString(of.Uri)}";
}

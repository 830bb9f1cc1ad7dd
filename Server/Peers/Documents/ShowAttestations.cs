using System.Globalization;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Server.Peers.Documents;

/// <summary>For whom our organisations vouch, as other nodes check it (CONTRACT.md §2).</summary>
internal sealed class ShowAttestations(OrganisationStore organisations, ActorStore actors, NodeAddresses addresses)
{
    private const int PageSize = 100;

    /// <summary>GET /p/{name}/attestations/{id}: as it was signed; gone when it was taken back.</summary>
    public async Task<IResult> OneAsync(string path, long id, CancellationToken cancellationToken)
    {
        if (await IssuerAsync(path, cancellationToken) is not { } issuer
            || await organisations.FindAttestationAsync(id, cancellationToken) is not { } attestation
            || attestation.IssuerId != issuer.Id)
        {
            return ShowPosts.NotFound();
        }

        return attestation.RevokedAt is null
            ? new ActivityResult(attestation.Body)
            : new ProblemResult(StatusCodes.Status410Gone, "It was taken back.");
    }

    /// <summary>GET /p/{name}/revoked: ids of the attestations that were taken back, newest first.</summary>
    public async Task<IResult> RevokedAsync(string path, long? before, CancellationToken cancellationToken)
    {
        if (await IssuerAsync(path, cancellationToken) is not { } issuer)
        {
            return ShowPosts.NotFound();
        }

        var list = issuer.Uri + "/revoked";
        if (before is null)
        {
            return ShowPosts.Document(new OrderedCollectionDocument { Id = list, First = list + "?page=0" });
        }

        var page = await organisations.ListAttestationsAsync(
            issuer.Id, new PageRequest(before == 0 ? null : before, PageSize), onlyRevoked: true, cancellationToken);
        return ShowPosts.Document(new OrderedCollectionPageDocument
        {
            Id = $"{list}?page={Number(before.Value)}",
            PartOf = list,
            OrderedItems = [.. page.Items.Select(one => (RawJson)NodeAddresses.Attestation(issuer, one.Id))],
            Next = page.Next is { } next ? $"{list}?page={Number(next)}" : null,
        });
    }

    private async Task<Actor?> IssuerAsync(string path, CancellationToken cancellationToken) =>
        await actors.FindByUriAsync(addresses.Root + path, cancellationToken) is
        { IsLocal: true, Kind: ActorKind.Organisation, DeletedAt: null } issuer
            ? issuer
            : null;

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}

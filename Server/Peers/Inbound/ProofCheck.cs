using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Server.Peers.Inbound;

/// <summary>Checks integrity proofs with the keys that their owner publishes (CONTRACT.md §3.4).</summary>
internal sealed class ProofCheck(ActorStore actors, RemoteActors remote, TimeProvider clock)
{
    private static readonly TimeSpan JustFetched = TimeSpan.FromMinutes(5);

    /// <summary>Whether an actor signed a document.</summary>
    /// <param name="document">The document, as it was received.</param>
    /// <param name="owner">Who must have signed it.</param>
    /// <param name="ownerProperty">The property that names the owner where it is not actor or attributedTo.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<bool> IsValidAsync(
        AsObject document, Actor owner, string? ownerProperty, CancellationToken cancellationToken) =>
        document.Proof.Count > 0
        && IntegrityProof.Read(document.Raw, clock.GetUtcNow(), ownerProperty) is { IsValid: true, Claim: { } claim }
        && claim.Owner == owner.Uri
        && (await HasSignedAsync(claim, owner, cancellationToken)
            || (await IsRefreshedAsync(owner, cancellationToken)
                && await HasSignedAsync(claim, owner, cancellationToken)));

    private async Task<bool> HasSignedAsync(ProofClaim claim, Actor owner, CancellationToken cancellationToken) =>
        (await actors.ListKeysAsync(owner.Id, cancellationToken)).FirstOrDefault(
            key => key.KeyId == claim.VerificationMethod && key.Algorithm == (int)KeyAlgorithm.Ed25519) is { } key
        && claim.Verify(new PublicKey(key.KeyId, KeyAlgorithm.Ed25519, key.PublicBytes)).IsValid;

    // The owner may have a new key since.
    private async Task<bool> IsRefreshedAsync(Actor owner, CancellationToken cancellationToken)
    {
        var current = await actors.FindAsync(owner.Id, cancellationToken);
        if (current is null || current.IsLocal || clock.GetUtcNow() - current.FetchedAt < JustFetched)
        {
            return false;
        }

        await remote.RefreshAsync(CanonicalAuthority.Stored(owner.Uri), cancellationToken);
        return true;
    }
}

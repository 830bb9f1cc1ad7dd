using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum.Organisations;

/// <summary>One of the three proofs of who an organisation is, as its administrator sees it.</summary>
/// <param name="TextKey">Text: what is looked at.</param>
/// <param name="IsDone">Whether it holds.</param>
/// <param name="FaultKey">Text: why not.</param>
public sealed record ProofStep(string TextKey, bool IsDone, string? FaultKey = null);

/// <summary>
/// What an organisation of this node says of itself to other nodes, and whether they will believe it: its website, its
/// address in a register, and the file that its website must show (CONTRACT.md §8).
/// </summary>
internal sealed class DescribeOrganisation(
    OrganisationStore organisations, WebsiteProof websites, OrganisationPublishing publishing, Keyring keyring,
    FederationOptions options, TimeProvider clock)
{
    // So long may the file stand before it is to be made anew.
    private const int FileDays = 365;

    /// <summary>Keeps the website and the address in a register, and tells followers.</summary>
    /// <param name="id">One of our organisations.</param>
    /// <param name="website">Like www.waterveen.example, or nothing.</param>
    /// <param name="registerId">An IRI, or nothing.</param>
    /// <param name="caller">An administrator.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Outcome<Organisation>> ExecuteAsync(
        ActorId id, string website, string registerId, Caller caller, CancellationToken cancellationToken)
    {
        var found = await publishing.FindAsync(id, caller, cancellationToken);
        if (!found.IsDone(out var actor, out var refusal))
        {
            return refusal;
        }

        var (site, register) = (website.Trim(), registerId.Trim());
        var address = site.Length == 0 ? null : CanonicalAuthority.Parse(
            site.Contains("://", StringComparison.Ordinal) ? site : "https://" + site, options);
        List<FieldFault> faults = [];
        if (site.Length > 0 && (address is null || site.Length > 500))
        {
            faults.Add(new FieldFault("website", "error.link"));
        }

        if (register.Length > 0 && (register.Length > 500 || !Uri.TryCreate(register, UriKind.Absolute, out _)))
        {
            faults.Add(new FieldFault("register", "error.register"));
        }

        if (faults.Count > 0)
        {
            return Refusal.Invalid([.. faults]);
        }

        var after = new Organisation
        {
            ActorId = id,
            Website = address?.AbsoluteUri,
            RegisterId = register.Length == 0 ? null : register,
        };
        await publishing.ChangeAsync(
            actor, after, await organisations.ListHeldAsync(id, clock.GetUtcNow(), cancellationToken),
            writing => OrganisationStore.Put(writing, after), cancellationToken);
        return after;
    }

    /// <summary>The file that the website of an organisation must show.</summary>
    public async Task<string> FileAsync(Actor actor, Organisation about, CancellationToken cancellationToken) =>
        WebsiteProof.Write(
            actor.DisplayName, about.RegisterId, actor.Uri, await KeysAsync(actor, cancellationToken),
            DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(FileDays));

    /// <summary>Looks at the proofs as another node would.</summary>
    /// <param name="actor">One of our organisations.</param>
    /// <param name="about">What it says of itself.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IReadOnlyList<ProofStep>> CheckAsync(
        Actor actor, Organisation about, CancellationToken cancellationToken)
    {
        var website = about.Website is null
            ? new WebsiteAnswer(true, FaultKey: "proof.noWebsite")
            : await websites.CheckAsync(
                about.Website, actor.Uri, await KeysAsync(actor, cancellationToken), cancellationToken);
        var registered = website.Host is { } host
            ? await organisations.ListRegisteredAsync(RegisterList.Domain(host), cancellationToken)
            : [];
        var isRegistered = registered.Any(entry => entry.OrganisationIri == website.RegisterId);
        return
        [
            new ProofStep("proof.website", website.Host is not null, website.FaultKey),
            new ProofStep("proof.actor", about.Website is not null, "proof.noWebsite"),
            new ProofStep("proof.register", isRegistered, website.IsLink ? "proof.linkOnly" : "proof.notRegistered"),
        ];
    }

    private async Task<IReadOnlyList<string>> KeysAsync(Actor actor, CancellationToken cancellationToken) =>
        await keyring.FindAsync(Federation.CanonicalAuthority.Stored(actor.Uri), cancellationToken) is { } keys
            ? [Multikey.Encode(keys.Ed25519.PublicKey.Bytes.Span)]
            : [];
}

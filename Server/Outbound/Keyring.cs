using System.Collections.Concurrent;
using System.Security.Cryptography;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Server.Outbound;

/// <summary>
/// The private keys of our actors: made once, kept encrypted, loaded once. Making an RSA key takes a fifth of a second,
/// so <see cref="KeyMaker"/> makes them ahead; whoever comes earlier makes it on the spot.
/// </summary>
internal sealed class Keyring(ActorStore actors, Database database, NodeKey nodeKey, NodeAddresses addresses)
    : ISigningKeys
{
    private readonly ConcurrentDictionary<string, Lazy<Task<ActorKeys?>>> loaded = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public Uri NodeActor { get; } = new(addresses.Node);

    /// <inheritdoc />
    public ValueTask<ActorKeys?> FindAsync(Uri actor, CancellationToken cancellationToken) =>
        FindAsync(actor.AbsoluteUri);

    /// <summary>The keys of a local actor; null when it is not ours or is gone.</summary>
    public async ValueTask<ActorKeys?> FindAsync(string uri)
    {
        var lazy = loaded.GetOrAdd(uri, key => new Lazy<Task<ActorKeys?>>(() => LoadAsync(key)));
        try
        {
            var keys = await lazy.Value;
            if (keys is null)
            {
                loaded.TryRemove(KeyValuePair.Create(uri, lazy));
            }

            return keys;
        }
        catch
        {
            loaded.TryRemove(KeyValuePair.Create(uri, lazy));
            throw;
        }
    }

    private async Task<ActorKeys?> LoadAsync(string uri)
    {
        var actor = addresses.IsOwn(uri) ? await actors.FindByUriAsync(uri) : null;
        if (actor is not { IsLocal: true, DeletedAt: null })
        {
            return null;
        }

        var keys = await actors.ListKeysAsync(actor.Id);
        if (keys.Count < 2)
        {
            var pairs = KeyPairs.Create();
            var made = Rows(actor, pairs);
            await database.WriteAsync(writing =>
            {
                // Another process may have been first: its keys stay.
                if (ActorStore.CountKeys(writing, actor.Id) == 0)
                {
                    made.ForEach(key => ActorStore.AddKey(writing, key));
                }
            });
            keys = await actors.ListKeysAsync(actor.Id);
        }

        var rsa = keys.Single(key => key.Algorithm == (int)KeyAlgorithm.Rsa);
        var ed25519 = keys.Single(key => key.Algorithm == (int)KeyAlgorithm.Ed25519);
        return new ActorKeys(
            SigningKey.FromRsaPkcs8(rsa.KeyId, nodeKey.Open(rsa.PrivateBox)),
            SigningKey.FromEd25519Seed(ed25519.KeyId, nodeKey.Open(ed25519.PrivateBox)));
    }

    private List<ActorKey> Rows(Actor actor, KeyPairs pairs)
    {
        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(pairs.RsaPkcs8, out _);
        return
        [
            new ActorKey
            {
                KeyId = actor.Uri + "#main-key",
                ActorId = actor.Id,
                Algorithm = (int)KeyAlgorithm.Rsa,
                PublicBytes = rsa.ExportSubjectPublicKeyInfo(),
                PrivateBox = nodeKey.Seal(pairs.RsaPkcs8),
            },
            new ActorKey
            {
                KeyId = actor.Uri + "#ed25519-key",
                ActorId = actor.Id,
                Algorithm = (int)KeyAlgorithm.Ed25519,
                PublicBytes = pairs.Ed25519Public,
                PrivateBox = nodeKey.Seal(pairs.Ed25519Seed),
            },
        ];
    }
}

using System.Collections.Concurrent;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;

namespace Ontmoetingsplein.Forum.Publishing;

/// <summary>
/// The private keys of our actors: made once, kept encrypted, loaded once. An Ed25519 key is made at once and is all
/// that publishing needs; an RSA key takes a fifth of a second, so <see cref="KeyMaker"/> makes it ahead, and only
/// whoever must sign a request or show the actor earlier than that makes it on the spot.
/// </summary>
internal sealed class Keyring : ISigningKeys, IDisposable
{
    private readonly ActorStore actors;
    private readonly Database database;
    private readonly NodeKey nodeKey;
    private readonly NodeAddresses addresses;
    private readonly ConcurrentDictionary<(string Uri, KeyAlgorithm Algorithm), Lazy<Task<SigningKey?>>> loaded = new();

    public Keyring(ActorStore actors, Database database, NodeKey nodeKey, NodeAddresses addresses)
    {
        (this.actors, this.database, this.nodeKey, this.addresses) = (actors, database, nodeKey, addresses);
        NodeActor = new Uri(addresses.Node);
        database.Signalled += Forget;
    }

    /// <inheritdoc />
    public Uri NodeActor { get; }

    /// <inheritdoc />
    public ValueTask<ActorKeys?> FindAsync(Uri actor, CancellationToken cancellationToken) =>
        FindAsync(actor.AbsoluteUri);

    /// <summary>The keys of a local actor; null when it is not ours or is gone.</summary>
    public async ValueTask<ActorKeys?> FindAsync(string uri) =>
        await FindAsync(uri, KeyAlgorithm.Rsa) is { } rsa && await FindAsync(uri, KeyAlgorithm.Ed25519) is { } ed25519
            ? new ActorKeys(rsa, ed25519)
            : null;

    /// <summary>One key of a local actor; null when it is not ours or is gone.</summary>
    public async ValueTask<SigningKey?> FindAsync(string uri, KeyAlgorithm algorithm)
    {
        var lazy = loaded.GetOrAdd(
            (uri, algorithm), key => new Lazy<Task<SigningKey?>>(() => LoadAsync(key.Uri, key.Algorithm)));
        var key = default(SigningKey);
        try
        {
            key = await lazy.Value;
            return key;
        }
        finally
        {
            if (key is null)
            {
                loaded.TryRemove(KeyValuePair.Create((uri, algorithm), lazy));
            }
        }
    }

    public void Dispose() => database.Signalled -= Forget;

    // Who is gone, perhaps by another process, signs nothing any more.
    private void Forget(string signal)
    {
        if (signal is "actors" or Database.EverythingSignal)
        {
            loaded.Clear();
        }
    }

    private async Task<SigningKey?> LoadAsync(string uri, KeyAlgorithm algorithm)
    {
        var actor = addresses.IsOwn(uri) ? await actors.FindByUriAsync(uri) : null;
        if (actor is not { IsLocal: true, DeletedAt: null })
        {
            return null;
        }

        var row = await FindRowAsync(actor, algorithm);
        if (row is null)
        {
            var made = Make(actor, algorithm);
            // Another process may have been first: then its key stays.
            await database.WriteAsync(writing => ActorStore.AddKeyOnce(writing, made));
            row = await FindRowAsync(actor, algorithm)
                ?? throw new InvalidOperationException($"The key of {uri} was not kept.");
        }

        var secret = nodeKey.Open(row.PrivateBox);
        return algorithm == KeyAlgorithm.Rsa
            ? SigningKey.FromRsaPkcs8(row.KeyId, secret)
            : SigningKey.FromEd25519Seed(row.KeyId, secret);
    }

    private async Task<ActorKey?> FindRowAsync(Actor actor, KeyAlgorithm algorithm) =>
        (await actors.ListKeysAsync(actor.Id)).FirstOrDefault(key => key.Algorithm == (int)algorithm);

    private ActorKey Make(Actor actor, KeyAlgorithm algorithm)
    {
        var (secret, id) = algorithm == KeyAlgorithm.Rsa
            ? (KeyPairs.CreateRsa(), actor.Uri + "#main-key")
            : (KeyPairs.CreateEd25519(), actor.Uri + "#ed25519-key");
        var key = algorithm == KeyAlgorithm.Rsa
            ? SigningKey.FromRsaPkcs8(id, secret)
            : SigningKey.FromEd25519Seed(id, secret);
        return new ActorKey
        {
            KeyId = id,
            ActorId = actor.Id,
            Algorithm = (int)algorithm,
            PublicBytes = key.PublicKey.Bytes.ToArray(),
            PrivateBox = nodeKey.Seal(secret),
        };
    }
}

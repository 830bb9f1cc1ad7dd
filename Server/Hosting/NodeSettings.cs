using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Settings;

namespace Ontmoetingsplein.Server.Hosting;

/// <summary>
/// What the administrator sets while the node runs; where nothing is set, what the operator configured.
/// </summary>
internal sealed class NodeSettings : IDisposable
{
    /// <summary>Setting: name of the node.</summary>
    public const string NameKey = "name";

    /// <summary>Setting: the origin that the ids in this database start with.</summary>
    public const string OriginKey = "origin";

    /// <summary>Setting: by what the node key is known that private keys in this database are sealed with.</summary>
    public const string NodeKeyCheck = "node-key.check";

    private readonly SettingStore settings;
    private readonly Database database;
    private readonly ServerOptions options;
    private volatile IReadOnlyDictionary<string, string>? known;
    private long changes;

    public NodeSettings(SettingStore settings, Database database, ServerOptions options)
    {
        (this.settings, this.database, this.options) = (settings, database, options);
        database.Signalled += Forget;
    }

    /// <summary>Name of the node, as seen by a change.</summary>
    public string Name(Writing writing) => SettingStore.Find(writing, NameKey) ?? options.Name;

    /// <summary>Name of the node.</summary>
    public async ValueTask<string> NameAsync(CancellationToken cancellationToken) =>
        (known ?? await LoadAsync(cancellationToken)).GetValueOrDefault(NameKey) ?? options.Name;

    public void Dispose() => database.Signalled -= Forget;

    private async Task<IReadOnlyDictionary<string, string>> LoadAsync(CancellationToken cancellationToken)
    {
        var before = Interlocked.Read(ref changes);
        var read = await settings.ListAsync(cancellationToken);
        known = read;
        if (Interlocked.Read(ref changes) != before)
        {
            // Read while something changed: true for this time only.
            known = null;
        }

        return read;
    }

    private void Forget(string signal)
    {
        if (signal is "settings" or Database.EverythingSignal)
        {
            Interlocked.Increment(ref changes);
            known = null;
        }
    }
}

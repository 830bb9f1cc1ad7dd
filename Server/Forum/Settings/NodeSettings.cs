using System.Globalization;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Settings;

namespace Ontmoetingsplein.Forum.Settings;

/// <summary>
/// What the administrator sets while the node runs; where nothing is set, what the operator configured.
/// </summary>
internal sealed class NodeSettings : IDisposable
{
    /// <summary>Shortest name of a node or organisation, in characters.</summary>
    public const int MinName = 2;

    /// <summary>Longest name of a node or organisation, in characters.</summary>
    public const int MaxName = 80;

    /// <summary>Setting: name of the node.</summary>
    public const string NameKey = "name";

    /// <summary>Setting: mail address for visitors.</summary>
    public const string ContactMailKey = "details.mail";

    /// <summary>Setting: phone number for visitors.</summary>
    public const string ContactPhoneKey = "details.phone";

    /// <summary>Setting: address of the accessibility statement.</summary>
    public const string StatementKey = "details.statement";

    /// <summary>Setting: the origin that the ids in this database start with.</summary>
    public const string OriginKey = "origin";

    /// <summary>Setting: by what the node key is known that private keys in this database are sealed with.</summary>
    public const string NodeKeyCheck = "node-key.check";

    /// <summary>Setting: number of the organisation that keeps the node.</summary>
    public const string KeeperKey = "keeper";

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

    /// <summary>The address of a page on the web, as typed; null when it is none.</summary>
    public static Uri? WebAddress(string typed) =>
        typed.Length <= 500 && Uri.TryCreate(typed, UriKind.Absolute, out var address)
        && address is { Scheme: "https" or "http", UserInfo: "", Host.Length: > 0 }
            ? address
            : null;

    /// <summary>Name of the node, as seen by a change.</summary>
    public string Name(Writing writing) => SettingStore.Find(writing, NameKey) ?? options.Name;

    /// <summary>Name of the node.</summary>
    public async ValueTask<string> NameAsync(CancellationToken cancellationToken) =>
        (known ?? await LoadAsync(cancellationToken)).GetValueOrDefault(NameKey) ?? options.Name;

    /// <summary>The organisation that keeps the node; null while the node is being made.</summary>
    public async ValueTask<ActorId?> KeeperAsync(CancellationToken cancellationToken) =>
        long.TryParse(
            (known ?? await LoadAsync(cancellationToken)).GetValueOrDefault(KeeperKey), CultureInfo.InvariantCulture,
            out var number) ? new ActorId(number) : null;

    /// <summary>What visitors are told about the node and its keeper.</summary>
    public async ValueTask<NodeDetails> DetailsAsync(CancellationToken cancellationToken)
    {
        var all = known ?? await LoadAsync(cancellationToken);
        return new NodeDetails(
            all.GetValueOrDefault(NameKey) ?? options.Name, all.GetValueOrDefault(ContactMailKey),
            all.GetValueOrDefault(ContactPhoneKey),
            all.GetValueOrDefault(StatementKey) is { } typed ? WebAddress(typed) : null);
    }

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

/// <summary>What visitors are told about a node and its keeper.</summary>
/// <param name="Name">Name of the node.</param>
/// <param name="ContactMail">Mail address for visitors, or null.</param>
/// <param name="ContactPhone">Phone number for visitors, or null.</param>
/// <param name="Statement">Where the accessibility statement is, or null.</param>
internal sealed record NodeDetails(string Name, string? ContactMail, string? ContactPhone, Uri? Statement);

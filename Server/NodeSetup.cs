using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Topics;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Settings;

namespace Ontmoetingsplein.Server;

/// <summary>
/// Makes a new database a node: its own actor, the organisation that runs it, the topics it starts with.
/// </summary>
internal sealed class NodeSetup(
    Database database, SettingStore settings, ActorStore actors, AccountStore accounts, CreateAccount createAccount,
    CreateTopic createTopic, NodeAddresses addresses, NodeKey nodeKey, ServerOptions options)
{
    private static readonly TimeSpan LinkLife = TimeSpan.FromDays(1);

    /// <summary>Does what is not done yet.</summary>
    /// <exception cref="SetupException">The database belongs to another origin or node key.</exception>
    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        var origin = await settings.FindAsync(NodeSettings.OriginKey, cancellationToken);
        if (origin is not null && origin != addresses.Root)
        {
            throw new SetupException(
                $"This database belongs to {origin}. Set Plein:Origin to that, or use another data folder: other"
                + " servers know everything on it by that address.");
        }

        await CheckKeyAsync(cancellationToken);
        if (origin is null || await actors.FindByUriAsync(addresses.Node, cancellationToken) is null)
        {
            await MakeAsync(cancellationToken);
        }

        // Of a node that was made before this was written down it is the first: that one was made with the node.
        if (await settings.FindAsync(NodeSettings.KeeperKey, cancellationToken) is null
            && await actors.ListOrganisationsAsync(cancellationToken) is [var keeper, ..])
        {
            await database.WriteAsync(
                writing => SettingStore.SetOnce(writing, NodeSettings.KeeperKey, keeper.Id.ToString()),
                cancellationToken);
        }

        if (await actors.FindByUriAsync(addresses.Reporter, cancellationToken) is null)
        {
            await database.WriteAsync(
                writing => createAccount.AddActor(
                    writing, "Meldpunt", ActorKind.Person, NodeAddresses.ReporterName),
                cancellationToken);
        }
    }

    // What one process seals the others must be able to open.
    private async Task CheckKeyAsync(CancellationToken cancellationToken)
    {
        var known = await settings.FindAsync(NodeSettings.NodeKeyCheck, cancellationToken)
            ?? await database.WriteAsync(
                writing => SettingStore.SetOnce(writing, NodeSettings.NodeKeyCheck, nodeKey.CheckValue),
                cancellationToken);
        if (known != nodeKey.CheckValue)
        {
            throw new SetupException(
                "This database was made with another node key than"
                + (options.NodeKey is null ? $" {Path.Combine(options.DataFolder, "node.key")}" : " Plein:NodeKey")
                + ". Give all processes on it the same one: copy node.key of the first to this data folder, or set"
                + " Plein:NodeKey for all to what is in that file (base64 node.key).");
        }
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        var topics = DefaultTopics.Of(options.Topics);
        await database.WriteAsync(
            writing =>
            {
                SettingStore.Set(writing, NodeSettings.OriginKey, addresses.Root);
                if (!ActorStore.Add(writing, Node(writing)))
                {
                    return;
                }

                createAccount.AddActor(writing, options.Organisation, ActorKind.Organisation);
                foreach (var (topic, position) in topics.Select((topic, index) => (topic, index)))
                {
                    createTopic.Add(writing, topic.Slug, topic.Name, topic.Description, topic.Icon, position);
                }
            }, cancellationToken);
    }

    /// <summary>
    /// A path that makes whoever opens it the administrator; null when there is one. Each process has its own, and all
    /// work until the first is used.
    /// </summary>
    public async Task<string?> AdministratorPathAsync(CancellationToken cancellationToken)
    {
        if (await accounts.HasAdministratorAsync(cancellationToken))
        {
            return null;
        }

        var token = Token.Create();
        await database.WriteAsync(
            writing =>
            {
                SessionStore.AddLink(writing, token.Hash, new SignInLink
                {
                    Purpose = LinkPurpose.BecomeAdministrator,
                    ReturnPath = "/beheer",
                    ExpiresAt = writing.Now + LinkLife,
                });
            }, cancellationToken);
        return $"{Paths.SignInLink}?token={token.Text}";
    }

    private Actor Node(Writing writing) => new()
    {
        Id = new ActorId(writing.Ids.Next()),
        Kind = ActorKind.Application,
        Name = "plein",
        Uri = addresses.Node,
        Url = addresses.Root + "/",
        DisplayName = options.Name,
        Inbox = addresses.Node + "/inbox",
        SharedInbox = addresses.SharedInbox,
        Outbox = addresses.Node + "/outbox",
        Followers = addresses.Node + "/followers",
        CreatedAt = writing.Now,
        UpdatedAt = writing.Now,
    };
}

using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Server.Accounts;
using Ontmoetingsplein.Server.Answers;
using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Server.Inbound;
using Ontmoetingsplein.Server.Outbound;
using Ontmoetingsplein.Server.Peers;
using Ontmoetingsplein.Server.Questions;
using Ontmoetingsplein.Server.Topics;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server;

/// <summary>What a node is made of.</summary>
internal static class Services
{
    /// <summary>Everything but the web: also for commands.</summary>
    public static IServiceCollection AddNode(
        this IServiceCollection services, ServerOptions options, Database database, TimeProvider clock) => services
        .AddSingleton(options)
        .AddSingleton(clock)
        .AddStorage(database)
        .AddSingleton<NodeAddresses>()
        .AddSingleton(_ => NodeKey.Open(options))
        .AddSingleton<NodeSettings>()
        .AddSingleton<NodeSetup>()
        .AddFederation(new FederationOptions
        {
            Origin = options.Origin,
            UserAgent = $"Ontmoetingsplein/{Product.Version}",
            AllowPrivateAddresses = options.AllowPrivateAddresses,
            AllowHttp = options.AllowHttp,
            SecureMode = options.SecureMode,
            InboundPerHostPerSecond = options.InboxPerHostPerSecond,
            InboundPerActorPerMinute = options.InboxPerActorPerMinute,
        })
        .AddSingleton<Keyring>()
        .AddSingleton<ISigningKeys>(provider => provider.GetRequiredService<Keyring>())
        .AddSingleton<IActorDirectory, StoredActors>()
        .AddSingleton<StoredPeers>()
        .AddSingleton<IPeerPolicy>(provider => provider.GetRequiredService<StoredPeers>())
        .AddSingleton<IDeliveryQueue, StoredDeliveries>()
        .AddSingleton<IInboxJournal, StoredInbox>()
        .AddSingleton<IActivityHandler, ActivityRouter>()
        .AddSingleton<Publisher>()
        .AddSingleton<RemoteActors>()
        .AddSingleton<CreateAccount>()
        .AddSingleton<CreateTopic>()
        .AddSingleton<FollowTopic>()
        .AddSingleton<QuestionPublishing>()
        .AddSingleton<VotePublishing>()
        .AddSingleton<AskQuestion>()
        .AddSingleton<ReviseQuestion>()
        .AddSingleton<WantToKnow>()
        .AddSingleton<AnswerPublishing>()
        .AddSingleton<GiveAnswer>()
        .AddSingleton<ReviseAnswer>()
        .AddSingleton<FindHelpful>()
        .AddSingleton<ThreadFinder>()
        .AddSingleton<PassOn>()
        .AddSingleton<Backfill>()
        .AddSingleton<ReceiveFollow>()
        .AddSingleton<ReceiveQuestion>()
        .AddSingleton<ReceiveAnswer>()
        .AddSingleton<ReceivePost>()
        .AddSingleton<ReceiveVote>()
        .AddSingleton<ReceiveAcceptance>()
        .AddSingleton<ReceiveDelete>()
        .AddSingleton<ReceiveAnnounce>()
        .AddSingleton<ActorDocuments>()
        .AddSingleton<PostDocuments>()
        .AddSingleton<ShowActors>()
        .AddSingleton<ShowPosts>()
        .AddSingleton<NodeStatistics>()
        .AddSingleton<ShowDiscovery>()
        .AddSingleton<SignedFetch>();

    /// <summary>What a node does by itself.</summary>
    public static IServiceCollection AddWorkers(this IServiceCollection services) => services
        .AddHostedService<KeyMaker>()
        .AddHostedService<InboxWorker>()
        .AddHostedService<DeliveryWorker>()
        .AddHostedService<MailWorker>();

    /// <summary>What pages need.</summary>
    public static IServiceCollection AddDoors(this IServiceCollection services, ServerOptions options)
    {
        services.AddRouting();
        return services;
    }
}

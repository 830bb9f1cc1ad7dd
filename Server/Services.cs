using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Administration;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Mail;
using Ontmoetingsplein.Forum.Moderation;
using Ontmoetingsplein.Forum.Organisations;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Topics;
using Ontmoetingsplein.Forum.Upkeep;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Server.Peers.Documents;
using Ontmoetingsplein.Server.Peers.Inbound;
using Ontmoetingsplein.Server.Web.Accounts;
using Ontmoetingsplein.Server.Web.Administration;
using Ontmoetingsplein.Server.Web.Home;
using Ontmoetingsplein.Server.Web.Moderation;
using Ontmoetingsplein.Server.Web.Organisations;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Questions;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Server.Web.Topics;
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
        .AddSingleton<RepeatDeletions>()
        .AddFederation(new FederationOptions
        {
            Origin = options.Origin,
            UserAgent = $"Ontmoetingsplein/{Product.Version}",
            AllowPrivateAddresses = options.AllowPrivateAddresses,
            AllowHttp = options.AllowHttp,
            SecureMode = options.SecureMode,
            InboundPerHostPerSecond = options.InboxPerHostPerSecond,
            InboundPerActorPerMinute = options.InboxPerActorPerMinute,
            InboundPerHostPerDay = options.InboxPerHostPerDay,
            WaitingBytesPerHost = options.InboxMegabytesPerHost * 1024L * 1024,
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
        .AddSingleton<Moderators>()
        .AddSingleton<ThreadPublishing>()
        .AddSingleton<ModerateQuestion>()
        .AddSingleton<EarlierRemark>()
        .AddSingleton<AppointModerator>()
        .AddSingleton<ReportPost>()
        .AddSingleton<OpenReports>()
        .AddSingleton<HandleReport>()
        .AddSingleton<Allowances>()
        .AddSingleton<OncePosted>()
        .AddSingleton<AskQuestion>()
        .AddSingleton<ReviseQuestion>()
        .AddSingleton<WantToKnow>()
        .AddSingleton<AnswerNotices>()
        .AddSingleton<AnswerPublishing>()
        .AddSingleton<GiveAnswer>()
        .AddSingleton<ReviseAnswer>()
        .AddSingleton<FindHelpful>()
        .AddSingleton<ThreadFinder>()
        .AddSingleton<PassOn>()
        .AddSingleton<CollectionReader>()
        .AddSingleton<WebsiteProof>()
        .AddSingleton<ProofCheck>()
        .AddSingleton<RevisionChain>()
        .AddSingleton<RecogniseOrganisation>()
        .AddSingleton<JudgeStatement>()
        .AddSingleton<Backfill>()
        .AddSingleton<ThreadBackfill>()
        .AddSingleton<ShownPeople>()
        .AddSingleton<ReceiveFollow>()
        .AddSingleton<ReceiveRejection>()
        .AddSingleton<ReceiveQuestion>()
        .AddSingleton<ReceiveAnswer>()
        .AddSingleton<ReceivePost>()
        .AddSingleton<ReceiveVote>()
        .AddSingleton<ReceiveAcceptance>()
        .AddSingleton<ReceiveDelete>()
        .AddSingleton<ReceiveModeration>()
        .AddSingleton<ReceiveModerators>()
        .AddSingleton<ReceiveReport>()
        .AddSingleton<ReceiveAnnounce>()
        .AddSingleton<ManageDeliveries>()
        .AddSingleton<DecideOnHosts>()
        .AddSingleton<ManageSetAside>()
        .AddSingleton<ProfilePublishing>()
        .AddSingleton<OrganisationPublishing>()
        .AddSingleton<AdmitOrganisation>()
        .AddSingleton<AttestOrganisation>()
        .AddSingleton<DescribeOrganisation>()
        .AddSingleton<ActorDocuments>()
        .AddSingleton<PostDocuments>()
        .AddSingleton<ShowActors>()
        .AddSingleton<ShowPosts>()
        .AddSingleton<NodeStatistics>()
        .AddSingleton<ShowAttestations>()
        .AddSingleton<ShowDiscovery>()
        .AddSingleton<SignedFetch>();

    /// <summary>What a node does by itself.</summary>
    public static IServiceCollection AddWorkers(this IServiceCollection services) => services
        .AddHostedService<KeyMaker>()
        .AddHostedService<InboxWorker>()
        .AddHostedService<DeliveryWorker>()
        .AddHostedService<ThreadWorker>()
        .AddHostedService<MissedChanges>()
        .AddHostedService<CheckStatements>()
        .AddHostedService<MailWorker>()
        .AddHostedService<NewsWorker>()
        .AddHostedService<Housekeeper>();

    /// <summary>What pages need.</summary>
    public static IServiceCollection AddDoors(this IServiceCollection services, ServerOptions options)
    {
        services.AddRouting();
        services.AddDataProtection().SetApplicationName("Ontmoetingsplein");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>, DataProtectionSetup>();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "formulier";
            antiforgery.Cookie.HttpOnly = true;
            antiforgery.Cookie.SameSite = SameSiteMode.Lax;
            antiforgery.Cookie.SecurePolicy = options.Origin.Scheme == Uri.UriSchemeHttps
                ? CookieSecurePolicy.Always
                : CookieSecurePolicy.None;
            // Our own headers say more.
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        return services.AddCompression()
            .AddSingleton(_ => Assets.Load(options.Theme, options.DataFolder))
            .AddSingleton<IComponentActivator, ComponentActivator>()
            .AddSingleton<PageRenderer>()
            .AddSingleton<Callers>()
            .AddScoped<CurrentCaller>()
            .AddScoped(provider => provider.GetRequiredService<CurrentCaller>().Caller)
            .AddSingleton<ShowReports>()
            .AddSingleton<Languages>()
            .AddSingleton<Pages>()
            .AddSingleton<Failures>()
            .AddSingleton<SecurityHeaders>()
            .AddSingleton(provider => new VisitorCache(
                provider.GetRequiredService<Database>(), provider.GetRequiredService<TimeProvider>(),
                ActivityNegotiation.WantsActivity))
            .AddSingleton<SignInLimits>()
            .AddSingleton<KnownDevice>()
            .AddSingleton<KnownBodies>()
            .AddSingleton<StoredViews>()
            .AddSingleton<PasswordCheck>()
            .AddSingleton<SignIn>()
            .AddSingleton<OpenLink>()
            .AddSingleton<SetPassword>()
            .AddSingleton<ReviseAccount>()
            .AddSingleton<MoveAccount>()
            .AddSingleton<ShowProfile>()
            .AddSingleton<ShowHome>()
            .AddSingleton<HomeInAdvance>()
            .AddSingleton<ShowTopics>()
            .AddSingleton<ShowQuestion>()
            .AddSingleton<OpenedThreads>()
            .AddHostedService(provider => provider.GetRequiredService<OpenedThreads>())
            .AddSingleton<Documents>()
            .AddSingleton<ShowChanges>()
            .AddSingleton<DescribeNode>()
            .AddSingleton<ShowDeliveries>()
            .AddSingleton<ShowSetAside>()
            .AddSingleton<AdministerHosts>()
            .AddSingleton<OrganisationForms>()
            .AddSingleton<Administer>();
    }

    /// <summary>What every request passes before an endpoint handles it, in this order.</summary>
    public static void UseDoors(this WebApplication app)
    {
        app.UseForwardedHeaders(Forwarded(app.Services.GetRequiredService<ServerOptions>()));
        app.UseResponseCompression();
        Use<SecurityHeaders>(app, headers => headers.AddAsync);
        Use<VisitorCache>(app, cache => cache.AnswerAsync);
        Use<Failures>(app, failures => failures.CatchAsync);
        app.Use((http, next) => Languages.ChooseAsync(http, next));
        app.UseRouting();
        Use<Callers>(app, callers => callers.FindAsync);
    }

    // A proxy that is trusted tells from whom a request came; nobody else is believed. All those that it passed are
    // walked back, so that a chain of trusted ones is no hiding place.
    private static ForwardedHeadersOptions Forwarded(ServerOptions options)
    {
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor,
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in options.TrustedProxies)
        {
            forwarded.KnownIPNetworks.Add(network);
        }

        return forwarded;
    }

    private static void Use<T>(WebApplication app, Func<T, Func<HttpContext, RequestDelegate, Task>> step)
        where T : notnull
    {
        var run = step(app.Services.GetRequiredService<T>());
        app.Use((http, next) => run(http, next));
    }
}

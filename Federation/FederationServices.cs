using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ontmoetingsplein.Federation.Actors;
using Ontmoetingsplein.Federation.Delivery;
using Ontmoetingsplein.Federation.Fetching;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Federation.Signatures;

namespace Ontmoetingsplein.Federation;

/// <summary>Registers Federation.</summary>
public static class FederationServices
{
    /// <summary>
    /// Registers <see cref="RemoteFetcher"/>, <see cref="ActorResolver"/>, <see cref="WebFinger"/>,
    /// <see cref="SignatureCheck"/>, <see cref="InboxReceiver"/>, <see cref="InboxProcessor"/>,
    /// <see cref="DeliveryRun"/> and <see cref="LimitShare"/>, all as singletons. The ports of this project, a
    /// <see cref="TimeProvider"/> and logging are to be registered by the caller.
    /// </summary>
    /// <param name="services">Where.</param>
    /// <param name="options">What Federation must know of the node.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddFederation(this IServiceCollection services, FederationOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        return services
            .AddSingleton(options)
            .AddSingleton<LimitShare>()
            .AddSingleton(_ => new HttpMessageInvoker(PublicAddressHandler.Create(options)))
            .AddSingleton(p => new RemoteHttp(options, Get<HttpMessageInvoker>(p), Time(p)))
            .AddSingleton(p => new RemoteFetcher(
                options, Get<RemoteHttp>(p), Get<ISigningKeys>(p), Get<IPeerPolicy>(p), Time(p),
                Get<LimitShare>(p)))
            .AddSingleton(p => new PublicKeyCache(options.LoadedKeys, Time(p)))
            .AddSingleton(p => new ActorResolver(
                options, Get<RemoteFetcher>(p), Get<IActorDirectory>(p), Get<PublicKeyCache>(p), Get<IPeerPolicy>(p),
                Time(p)))
            .AddSingleton<KeySource>(p => new ActorKeySource(
                options, Get<RemoteFetcher>(p), Get<ActorResolver>(p), Get<IActorDirectory>(p), Time(p)))
            .AddSingleton(p => new LookUpTurns(options, Get<LimitShare>(p), Time(p)))
            .AddSingleton(p => new KeyFinder(
                options, Get<KeySource>(p), Get<PublicKeyCache>(p), Get<LookUpTurns>(p), Time(p)))
            .AddSingleton(p => new WebFinger(options, Get<RemoteFetcher>(p), Get<ActorResolver>(p)))
            .AddSingleton(p => new SignatureCheck(
                Get<KeyFinder>(p), Get<LookUpTurns>(p), options, Time(p)))
            .AddSingleton(p => new InboxPressure(Time(p)))
            .AddSingleton(p => new InboxReceiver(
                options, Get<SignatureCheck>(p), Get<IInboxJournal>(p), Get<IActorDirectory>(p), Get<IPeerPolicy>(p),
                Get<InboxPressure>(p), Get<LimitShare>(p), Time(p), Get<ILogger<InboxReceiver>>(p)))
            .AddSingleton(p => new InboxProcessor(
                options, Get<IInboxJournal>(p), Get<IActivityHandler>(p), Get<InboxPressure>(p), Time(p),
                Get<ILogger<InboxProcessor>>(p)))
            .AddSingleton(p => new HostPipelines(options, Time(p)))
            .AddSingleton(p => new InboxClient(
                options, Get<HttpMessageInvoker>(p), Get<IPeerPolicy>(p), Get<HostPipelines>(p), Time(p)))
            .AddSingleton(p => new DeliveryRun(
                options, Get<IDeliveryQueue>(p), Get<InboxClient>(p), Get<ISigningKeys>(p), Get<IPeerPolicy>(p),
                Time(p), Get<ILogger<DeliveryRun>>(p)));
    }

    private static T Get<T>(IServiceProvider provider) where T : notnull => provider.GetRequiredService<T>();

    private static TimeProvider Time(IServiceProvider provider) => Get<TimeProvider>(provider);
}

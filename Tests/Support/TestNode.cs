using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Signatures;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>Federation as the server registers it, with ports in memory and a clock that stands still.</summary>
public sealed class TestNode : IAsyncDisposable
{
    public const string Origin = "https://plein.example";

    private readonly ServiceProvider _services;

    public TestNode(Func<FederationOptions, FederationOptions>? change = null, TimeProvider? time = null)
    {
        Options = new FederationOptions
        {
            Origin = new Uri(Origin),
            AllowHttp = true,
            AllowPrivateAddresses = true,
        };
        Options = change?.Invoke(Options) ?? Options;
        Time = time ?? Clock;
        Journal = new MemoryJournal(Time);
        Keys.Keys[Keys.NodeActor.AbsoluteUri] = TestKeys.Node.Load(Keys.NodeActor);
        Keys.Keys[Anna.AbsoluteUri] = TestKeys.Node.Load(Anna);
        _services = new ServiceCollection()
            .AddLogging(l => l.ClearProviders())
            .AddSingleton(Time)
            .AddSingleton<IActorDirectory>(Directory)
            .AddSingleton<ISigningKeys>(Keys)
            .AddSingleton<IPeerPolicy>(Peers)
            .AddSingleton<IInboxJournal>(Journal)
            .AddSingleton<IDeliveryQueue>(Queue)
            .AddSingleton<IActivityHandler>(Handler)
            .AddFederation(Options)
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });
    }

    public static Uri Anna { get; } = new(Origin + "/p/anna");

    public FederationOptions Options { get; }

    public ManualClock Clock { get; } = new();

    public TimeProvider Time { get; }

    public MemoryDirectory Directory { get; } = new();

    public MemoryKeys Keys { get; } = new(new Uri(Origin + "/actor"));

    public MemoryPeers Peers { get; } = new();

    public MemoryJournal Journal { get; }

    public MemoryQueue Queue { get; } = new();

    public ScriptedHandler Handler { get; } = new();

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>Keys for tests; generating RSA is slow, so they are made once for all.</summary>
public static class TestKeys
{
    public static KeyPairs Node { get; } = KeyPairs.Create();

    public static KeyPairs Bram { get; } = KeyPairs.Create();

    public static KeyPairs Other { get; } = KeyPairs.Create();
}

namespace Ontmoetingsplein.Federation;

/// <summary>What Federation must know of the node it speaks for.</summary>
public sealed record FederationOptions
{
    /// <summary>
    /// The node's public origin: scheme, host and port, no path. Ids of own actors and objects start with it.
    /// </summary>
    public required Uri Origin { get; init; }

    /// <summary>Name and version sent as User-Agent; the origin is added to it.</summary>
    public string UserAgent { get; init; } = "Ontmoetingsplein/0.1";

    /// <summary>The User-Agent as it is sent; without one GoToSocial answers 418.</summary>
    internal string UserAgentField => $"{UserAgent} (+{Origin.AbsoluteUri})";

    /// <summary>Development only: connections to loopback and private addresses are allowed.</summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>Development only: plain http is allowed in ids and for requests.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>Secure mode: objects and actors are served only to signed requests (CONTRACT.md §3.3).</summary>
    public bool SecureMode { get; init; }

    /// <summary>The largest body that is read from or accepted of a peer, after decompression, in bytes.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>Time to connect and receive the headers of a response.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for one whole request.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Verified requests that one host may send per second, and ten times as many at once; all hosts under one
    /// registrable domain together may send four times as many. More get 429. Null: no limit.
    /// </summary>
    public int? InboundPerHostPerSecond { get; init; } = 20;

    /// <summary>
    /// Verified requests that one actor may send per minute, and ten times as many at once; more get 429. Null: no
    /// limit.
    /// </summary>
    public int? InboundPerActorPerMinute { get; init; } = 100;

    /// <summary>
    /// Verified requests that one host may send in a day, and all hosts under one registrable domain four times as
    /// many: of each a line is kept. More get 429. Null: no limit.
    /// </summary>
    public int? InboundPerHostPerDay { get; init; } = 200_000;

    /// <summary>
    /// Bytes of one host that may wait in the journal, and four times as many of all hosts under one registrable
    /// domain; more get 429. Null: no limit.
    /// </summary>
    public long? WaitingBytesPerHost { get; init; } = 256L * 1024 * 1024;

    /// <summary>Unknown keys that one network may ask for per minute; more get 429. Null: no limit.</summary>
    public int? KeyFetchesPerNetworkPerMinute { get; init; } = 120;

    /// <summary>
    /// Documents that are fetched per minute from all hosts under one registrable domain; for more it waits. Null: no
    /// limit.
    /// </summary>
    public int? FetchesPerDomainPerMinute { get; init; } = 300;

    /// <summary>Keys of other servers held in memory, ready to verify with. One RSA key takes some 4 KB.</summary>
    public int LoadedKeys { get; init; } = 20_000;

    /// <summary>Connections that are kept open to one host at most.</summary>
    public int ConnectionsPerHost { get; init; } = 4;

    /// <summary>Hosts whose received activities are worked off at the same time.</summary>
    public int InboxHosts { get; init; } = 8;

    /// <summary>
    /// Documents that are fetched at the same time from all hosts under one registrable domain for what was received;
    /// other activities that need some wait, or come back later.
    /// </summary>
    public int FetchesBeside { get; init; } = 4;

    /// <summary>Hosts that are delivered to at the same time.</summary>
    public int DeliveryHosts { get; init; } = 64;

    /// <summary>Deliveries that are leased for one host at once.</summary>
    public int DeliveriesPerHost { get; init; } = 50;
}

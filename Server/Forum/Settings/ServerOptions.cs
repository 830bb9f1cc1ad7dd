using System.Net;
using Ontmoetingsplein.Forum.Wording;

namespace Ontmoetingsplein.Forum.Settings;

/// <summary>Everything an operator can set, section <c>Plein</c> (README, "Settings").</summary>
internal sealed record ServerOptions
{
    /// <summary>Public origin: scheme, host, port; ids start with it and it must never change.</summary>
    public required Uri Origin { get; init; }

    /// <summary>Name of the node, until the administrator sets another.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the organisation that runs the node; its answers are official here.</summary>
    public required string Organisation { get; init; }

    /// <summary>Folder for database, node key and mail that is not sent; absolute.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Connection string.</summary>
    public required string Database { get; init; }

    /// <summary>What this process does.</summary>
    public Roles Roles { get; init; } = Roles.All;

    /// <summary>Addresses to listen on, separated by semicolons.</summary>
    public required string Urls { get; init; }

    /// <summary>Who may tell, in X-Forwarded-For, from whom a request came.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = Loopback;

    /// <summary>This machine only.</summary>
    public static IReadOnlyList<IPNetwork> Loopback { get; } =
        [new(IPAddress.Parse("127.0.0.0"), 8), new(IPAddress.IPv6Loopback, 128)];

    /// <summary>"nl" or "en".</summary>
    public required string Language { get; init; }

    /// <summary>How Dutch texts address people.</summary>
    public required FormOfAddress FormOfAddress { get; init; }

    /// <summary>Which set of topics a new node starts with: gemeente, wonen, buurt or geen.</summary>
    public required string Topics { get; init; }

    /// <summary>Who keeps the node, as its set of topics tells.</summary>
    public PleinKind Kind => Topics switch
    {
        "wonen" => PleinKind.Housing,
        "buurt" => PleinKind.Neighbourhood,
        _ => PleinKind.Municipality,
    };

    /// <summary>Name of a theme in wwwroot/themes, or null.</summary>
    public string? Theme { get; init; }

    /// <summary>Where the source of the program that runs here is (EUPL-1.2, article 5); null when not said.</summary>
    public Uri? Source { get; init; }

    /// <summary>32 bytes that encrypt private keys at rest; null: a file in the data folder.</summary>
    public byte[]? NodeKey { get; init; }

    /// <summary>How mail is sent; null: written to the data folder.</summary>
    public MailOptions? Mail { get; init; }

    /// <summary>Development only: loopback and private addresses may be peers.</summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>Development only: plain http between nodes.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>Objects and actors are served only to signed requests.</summary>
    public bool SecureMode { get; init; }

    /// <summary>Questions go out as Article, for a public of forums, instead of as Note (CONTRACT.md D1).</summary>
    public bool QuestionsAsArticle { get; init; }

    /// <summary>Organisations are Organization for other servers instead of Person (CONTRACT.md D3).</summary>
    public bool OrganisationsAsOrganization { get; init; }

    /// <summary>How long the oldest backup is kept: what was deleted must stay known for as long.</summary>
    public TimeSpan BackupLife { get; init; } = TimeSpan.FromDays(400);

    /// <summary>Log lines as JSON (compact log event format) instead of text for people.</summary>
    public bool LogAsJson { get; init; }

    /// <summary>How many times wider than usual the limits on what people post are.</summary>
    public int PostingFactor { get; init; } = 1;

    /// <summary>Activities a second that one host may send; ten times as many at once.</summary>
    public int InboxPerHostPerSecond { get; init; } = 20;

    /// <summary>Activities a minute that one actor may send; ten times as many at once.</summary>
    public int InboxPerActorPerMinute { get; init; } = 100;

    /// <summary>Activities a day that one host may send.</summary>
    public int InboxPerHostPerDay { get; init; } = 200_000;

    /// <summary>Megabytes of one host that may wait to be worked off.</summary>
    public int InboxMegabytesPerHost { get; init; } = 256;
}

/// <summary>A mail server.</summary>
internal sealed record MailOptions
{
    /// <summary>Its name.</summary>
    public required string Host { get; init; }

    /// <summary>Its port; 587 when not set.</summary>
    public required int Port { get; init; }

    /// <summary>TLS: starttls, tls or none.</summary>
    public required string Security { get; init; }

    /// <summary>Account, or null.</summary>
    public string? User { get; init; }

    /// <summary>Its password.</summary>
    public string? Password { get; init; }

    /// <summary>Sender's address.</summary>
    public required string From { get; init; }
}

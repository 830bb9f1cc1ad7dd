using System.Data.Common;
using System.Net;
using System.Text.RegularExpressions;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server;

/// <summary>A setting that cannot be used.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Fault">What is wrong and how to mend it, one line.</param>
internal sealed record OptionFault(string Key, string Fault)
{
    public override string ToString() => $"{Key}: {Fault}";
}

/// <summary>
/// Reads the section <c>Plein</c>. All faults are found in one go, so that nobody mends them one by one.
/// </summary>
internal sealed partial class ServerOptionsReader
{
    /// <summary>How to name a database.</summary>
    public const string DatabaseFault =
        "must be a connection string: \"Data Source=…\" for SQLite or \"Host=…\" for PostgreSQL.";

    /// <summary>The first part of every key.</summary>
    public const string Section = "Plein";

    // Groups of settings, which have no value of their own.
    private static readonly HashSet<string> Groups = new(StringComparer.OrdinalIgnoreCase) { "Mail", "Federation" };

    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "Origin", "Name", "Organisation", "DataFolder", "Database", "Urls", "TrustedProxies", "Language",
        "FormOfAddress", "Topics", "Theme", "Source", "NodeKey", "Log", "PostingFactor", "BackupDays", "Roles",
        "Mail:Host", "Mail:Port", "Mail:Security", "Mail:User", "Mail:Password", "Mail:From",
        "Federation:AllowPrivateAddresses",
        "Federation:AllowHttp", "Federation:SecureMode", "Federation:QuestionWireType",
        "Federation:OrganisationActorType", "Federation:InboxPerHostPerSecond", "Federation:InboxPerActorPerMinute",
        "Federation:InboxPerHostPerDay", "Federation:InboxMegabytesPerHost",
    };

    private readonly IConfigurationSection section;
    private readonly List<OptionFault> faults = [];

    private ServerOptionsReader(IConfiguration configuration) => section = configuration.GetSection(Section);

    /// <summary>All settings there are, without <see cref="Section"/>.</summary>
    public static IReadOnlyCollection<string> Keys => Known;

    /// <summary>Reads all settings.</summary>
    /// <returns>The options, or every fault there is.</returns>
    public static (ServerOptions? Options, IReadOnlyList<OptionFault> Faults) Read(IConfiguration configuration)
    {
        var reader = new ServerOptionsReader(configuration);
        var options = reader.Read();
        return reader.faults.Count == 0 ? (options, []) : (null, reader.faults);
    }

    private ServerOptions Read()
    {
        Unknown();
        var urls = Urls();
        var folder = Folder();
        // Without faults: who has to mend the address hears of it once.
        var origin = Text("Origin") is null && faults.Count > 0
            ? new Uri("http://localhost")
            : Origin(Text("Origin") ?? AnyHost().Replace(urls[0], "//localhost"));
        var database = DatabaseOf(folder);
        var perSecond = Number("Federation:InboxPerHostPerSecond", 20, 1, 1_000_000);
        return new ServerOptions
        {
            Origin = origin,
            Name = Called("Name", "Ontmoetingsplein"),
            Organisation = Called("Organisation", "Gemeente Voorbeeld"),
            DataFolder = folder,
            Database = database,
            Urls = string.Join(';', urls),
            TrustedProxies = TrustedProxies(),
            Roles = RolesOf(database),
            Language = OneOf("Language", "nl", "en"),
            FormOfAddress = OneOf("FormOfAddress", "u", "je") == "je" ? FormOfAddress.Je : FormOfAddress.U,
            Topics = OneOf("Topics", "gemeente", "wonen", "buurt", "geen"),
            Theme = Theme(folder),
            Source = WebAddress("Source"),
            NodeKey = NodeKey(),
            Mail = Mail(),
            AllowPrivateAddresses = Flag("Federation:AllowPrivateAddresses"),
            AllowHttp = Flag("Federation:AllowHttp"),
            SecureMode = Flag("Federation:SecureMode"),
            QuestionsAsArticle = OneOf("Federation:QuestionWireType", "Note", "Article") == "Article",
            OrganisationsAsOrganization =
                OneOf("Federation:OrganisationActorType", "Person", "Organization") == "Organization",
            LogAsJson = OneOf("Log", "text", "json") == "json",
            PostingFactor = Number("PostingFactor", 1, 1, 100_000),
            BackupLife = TimeSpan.FromDays(Number("BackupDays", 400, 1, 10_000)),
            InboxPerHostPerSecond = perSecond,
            InboxPerActorPerMinute = Number("Federation:InboxPerActorPerMinute", 100, 1, 60_000_000),
            InboxPerHostPerDay = Number(
                "Federation:InboxPerHostPerDay", Math.Min(perSecond, 200_000) * 10_000, 1, 2_000_000_000),
            InboxMegabytesPerHost = Number("Federation:InboxMegabytesPerHost", 256, 1, 1_000_000),
        };
    }

    private void Unknown()
    {
        if (section.Value is { Length: > 0 })
        {
            faults.Add(new OptionFault(Section, "is a group of settings. Set one of it, like Plein:Name."));
        }

        foreach (var (key, value) in Given(section, "").Where(one => !Known.Contains(one.Key)))
        {
            if (!Groups.Contains(key))
            {
                Fault(
                    key, $"is not a setting. Known are: {string.Join(", ", Known.Order().Select(k => "Plein:" + k))}.");
            }
            else if (!string.IsNullOrEmpty(value))
            {
                var members = Known.Where(one => one.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase));
                Fault(key, $"is a group of settings: {string.Join(", ", members.Select(one => "Plein:" + one))}.");
            }
        }
    }

    private static IEnumerable<(string Key, string? Value)> Given(IConfigurationSection section, string prefix) =>
        section.GetChildren().SelectMany(child =>
            Given(child, prefix + child.Key + ":").Prepend((prefix + child.Key, child.Value)));

    // What Kestrel would refuse later, without saying where it was set, or would take for something else: it listens
    // on all addresses when it is given a name that it does not know.
    private List<string> Urls()
    {
        var typed = Text("Urls") ?? "http://localhost:5080";
        List<string> urls = [];
        var before = faults.Count;
        foreach (var url in typed.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (url.All(c => c > ' ')
                && Uri.TryCreate(AnyHost().Replace(url, "//0.0.0.0"), UriKind.Absolute, out var address)
                && address is { Scheme: "http", UserInfo: "", AbsolutePath: "/", Query: "", Fragment: "" }
                // Port 0 is any that is free; Kestrel cannot give one to both addresses of localhost.
                && (address.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6
                    || (address.Host == "localhost" && address.Port > 0)))
            {
                urls.Add(url);
            }
            else if (url.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
            {
                Fault(
                    "Urls", $"\"{url}\": the node speaks plain http. Write http:// here, and put a server that does TLS"
                    + " in front of it.");
            }
            else
            {
                Fault(
                    "Urls", $"\"{url}\" is no address to listen on. Write http://, then localhost, an IP address or *"
                    + " for all, and a port, like http://localhost:5080; put ; between two.");
            }
        }

        if (urls.Count == 0 && faults.Count == before)
        {
            Fault("Urls", "names no address to listen on. Write it like http://localhost:5080.");
        }

        return urls.Count > 0 ? urls : ["http://localhost"];
    }

    private string Folder()
    {
        var text = Text("DataFolder") ?? "data";
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            Fault("DataFolder", "must be the path of a folder.");
            return Path.GetFullPath("data");
        }

        return Path.GetFullPath(text);
    }

    private string Called(string key, string fallback)
    {
        var name = SafeHtml.OneLine(Text(key) ?? fallback, 200);
        if (name.Length is < NodeSettings.MinName or > NodeSettings.MaxName)
        {
            Fault(
                key, $"\"{name}\" must be a name of {NodeSettings.MinName} to {NodeSettings.MaxName} characters that"
                + " can be seen.");
        }

        return name;
    }

    private Uri? WebAddress(string key)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (NodeSettings.WebAddress(text) is { } address)
        {
            return address;
        }

        Fault(key, $"\"{text}\" must be the address of a page, like https://voorbeeld.nl/broncode.");
        return null;
    }

    private Uri Origin(string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            && uri.AbsolutePath == "/" && uri.Query.Length == 0 && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0
            && uri.Host.Length > 0)
        {
            if (uri.Host != uri.IdnHost)
            {
                Fault("Origin", $"\"{text}\" must be written as other servers do: {uri.Scheme}://{uri.IdnHost}.");
            }

            var isLocal = uri.IsLoopback || Flag("Federation:AllowHttp");
            if (uri.Scheme == "http" && !isLocal)
            {
                Fault("Origin", $"\"{text}\" must start with https://. Other servers refuse ids with plain http.");
            }

            return new Uri(uri.GetLeftPart(UriPartial.Authority));
        }

        Fault("Origin", $"\"{text}\" is no origin. Write scheme and host only, like https://plein.voorbeeld.nl.");
        return new Uri("http://localhost");
    }

    private string DatabaseOf(string folder)
    {
        var text = Text("Database");
        if (text is null)
        {
            return $"Data Source={Path.Combine(folder, "plein.db")}";
        }

        if (!NamesDatabase(text))
        {
            Fault("Database", DatabaseFault);
        }
        else if (new StorageOptions { Database = text }.Fault is { } fault)
        {
            Fault("Database", $"cannot be read: {fault}");
        }

        return text;
    }

    /// <summary>Whether a text is a connection string of one of the engines.</summary>
    public static bool NamesDatabase(string text)
    {
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = text };
            return parts.ContainsKey("Host") || parts.ContainsKey("Data Source");
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private IReadOnlyList<IPNetwork> TrustedProxies()
    {
        if (Text("TrustedProxies") is not { } text)
        {
            return ServerOptions.Loopback;
        }

        var networks = new List<IPNetwork>();
        foreach (var one in text.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPAddress.TryParse(one, out var address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(one, out var network))
            {
                networks.Add(network);
            }
            else
            {
                Fault(
                    "TrustedProxies",
                    $"\"{one}\" is no address or network. Write them like 127.0.0.1, ::1, 10.0.0.0/8.");
            }
        }

        return networks;
    }

    private Roles RolesOf(string database)
    {
        var text = Text("Roles") ?? "web,worker";
        var roles = default(Roles);
        foreach (var name in text.Split(','))
        {
            switch (name.Trim().ToLowerInvariant())
            {
                case "web":
                    roles |= Roles.Web;
                    break;
                case "worker":
                    roles |= Roles.Worker;
                    break;
                default:
                    Fault("Roles", $"\"{text}\" must be web, worker or web,worker.");
                    return Roles.All;
            }
        }

        if (roles != Roles.All && NamesDatabase(database)
            && !new StorageOptions { Database = database }.AllowsSeveralProcesses)
        {
            Fault("Roles", "can only be split on PostgreSQL, which several processes may use. Set Plein:Database.");
        }

        return roles;
    }

    private string? Theme(string folder)
    {
        var theme = Text("Theme");
        if (Assets.Fault(theme, folder) is { } fault)
        {
            Fault("Theme", fault);
        }

        return theme;
    }

    private byte[]? NodeKey()
    {
        if (Text("NodeKey") is not { } text)
        {
            return null;
        }

        var key = new byte[32];
        if (Convert.TryFromBase64String(text, key, out var length) && length == 32)
        {
            return key;
        }

        Fault("NodeKey", "must be 32 bytes in base64. Make one with: openssl rand -base64 32");
        return null;
    }

    private MailOptions? Mail()
    {
        var host = Text("Mail:Host");
        var from = Text("Mail:From");
        if (host is null)
        {
            foreach (var key in new[] { "Mail:User", "Mail:Password", "Mail:From", "Mail:Port", "Mail:Security" })
            {
                if (Text(key) is not null)
                {
                    Fault(key, "is set, but Plein:Mail:Host is not. Set the name of the mail server too.");
                }
            }

            return null;
        }

        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            Fault("Mail:Host", $"\"{host}\" must be the name of a mail server, like smtp.voorbeeld.nl.");
        }

        if (from is null || !MailAddresses.IsAddress(from))
        {
            Fault("Mail:From", $"\"{from}\" must be the sender's address and nothing else, like plein@voorbeeld.nl.");
        }

        if ((Text("Mail:User") is null) != (Text("Mail:Password") is null))
        {
            Fault("Mail:User", "and Plein:Mail:Password belong together: set both or neither.");
        }

        return new MailOptions
        {
            Host = host,
            Port = Number("Mail:Port", 587, 1, 65535),
            Security = OneOf("Mail:Security", "starttls", "tls", "none"),
            User = Text("Mail:User"),
            Password = Text("Mail:Password"),
            From = from ?? "",
        };
    }

    private string? Text(string key) => string.IsNullOrWhiteSpace(section[key]) ? null : section[key]!.Trim();

    private bool Flag(string key)
    {
        var text = Text(key);
        if (text is null || bool.TryParse(text, out _))
        {
            return text is not null && bool.Parse(text);
        }

        Fault(key, $"\"{text}\" must be true or false.");
        return false;
    }

    private int Number(string key, int fallback, int least, int most)
    {
        var text = Text(key);
        if (text is null)
        {
            return fallback;
        }

        if (int.TryParse(text, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Fault(key, $"\"{text}\" must be a whole number from {least} to {most}.");
        return fallback;
    }

    // The first one is taken where nothing is set; however it was typed, it comes back as it stands here.
    private string OneOf(string key, params string[] allowed)
    {
        if (Text(key) is not { } text)
        {
            return allowed[0];
        }

        if (allowed.FirstOrDefault(one => one.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found)
        {
            return found;
        }

        Fault(key, $"\"{text}\" must be one of: {string.Join(", ", allowed)}.");
        return allowed[0];
    }

    // http://*:5080 and http://+:5080 are all addresses.
    [GeneratedRegex(@"//[*+](?=[:/]|$)")]
    private static partial Regex AnyHost();

    private void Fault(string key, string text)
    {
        var fault = new OptionFault($"{Section}:{key}", text);
        if (!faults.Contains(fault))
        {
            faults.Add(fault);
        }
    }
}

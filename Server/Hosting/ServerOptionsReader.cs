using System.Data.Common;
using System.Net;
using System.Net.Mail;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server.Hosting;

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
internal sealed class ServerOptionsReader
{
    /// <summary>How to name a database.</summary>
    public const string DatabaseFault =
        "must be a connection string: \"Data Source=…\" for SQLite or \"Host=…\" for PostgreSQL.";

    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "Origin", "Name", "Organisation", "DataFolder", "Database", "Urls", "TrustedProxies", "Language",
        "FormOfAddress", "Topics", "Theme", "NodeKey", "Log", "Roles", "Mail", "Mail:Host", "Mail:Port",
        "Mail:Security", "Mail:User", "Mail:Password", "Mail:From", "Federation", "Federation:AllowPrivateAddresses",
        "Federation:AllowHttp", "Federation:SecureMode", "Federation:QuestionWireType",
        "Federation:OrganisationActorType", "Federation:InboxPerHostPerSecond", "Federation:InboxPerActorPerMinute",
        "Federation:InboxPerHostPerDay", "Federation:InboxMegabytesPerHost",
    };

    private readonly IConfigurationSection section;
    private readonly List<OptionFault> faults = [];

    private ServerOptionsReader(IConfiguration configuration) => section = configuration.GetSection("Plein");

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
        foreach (var key in Keys(section, "").Where(key => !Known.Contains(key)))
        {
            Fault(key, $"is not a setting. Known are: {string.Join(", ", Known.Order().Select(k => "Plein:" + k))}.");
        }

        var urls = Text("Urls") ?? "http://localhost:5080";
        foreach (var url in urls.Split(';'))
        {
            if (!Uri.TryCreate(url.Replace("//*", "//any", StringComparison.Ordinal), UriKind.Absolute, out var address)
                || address.Scheme is not ("http" or "https"))
            {
                Fault("Urls", $"\"{url}\" is no address to listen on. Write it like http://localhost:5080.");
            }
        }

        var folder = Path.GetFullPath(Text("DataFolder") ?? "data");
        var origin = Origin(
            Text("Origin") ?? urls.Split(';')[0].Replace("//*", "//localhost", StringComparison.Ordinal));
        var organisation = Text("Organisation") ?? "Gemeente Voorbeeld";
        var database = DatabaseOf(folder);
        var perSecond = Number("Federation:InboxPerHostPerSecond", 20, 1, 1_000_000);
        return new ServerOptions
        {
            Origin = origin,
            Name = Text("Name") ?? "Ontmoetingsplein",
            Organisation = organisation,
            DataFolder = folder,
            Database = database,
            Urls = urls,
            TrustedProxies = TrustedProxies(),
            Roles = RolesOf(database),
            Language = OneOf("Language", "nl", "nl", "en"),
            FormOfAddress = OneOf("FormOfAddress", "u", "u", "je") == "je" ? FormOfAddress.Je : FormOfAddress.U,
            Topics = OneOf("Topics", "gemeente", "gemeente", "wonen", "buurt", "geen"),
            Theme = Theme(),
            NodeKey = NodeKey(),
            Mail = Mail(),
            AllowPrivateAddresses = Flag("Federation:AllowPrivateAddresses"),
            AllowHttp = Flag("Federation:AllowHttp"),
            SecureMode = Flag("Federation:SecureMode"),
            QuestionsAsArticle = OneOf("Federation:QuestionWireType", "Note", "Note", "Article") == "Article",
            OrganisationsAsOrganization =
                OneOf("Federation:OrganisationActorType", "Person", "Person", "Organization") == "Organization",
            LogAsJson = OneOf("Log", "text", "text", "json") == "json",
            InboxPerHostPerSecond = perSecond,
            InboxPerActorPerMinute = Number("Federation:InboxPerActorPerMinute", 100, 1, 60_000_000),
            InboxPerHostPerDay = Number(
                "Federation:InboxPerHostPerDay", Math.Min(perSecond, 200_000) * 10_000, 1, 2_000_000_000),
            InboxMegabytesPerHost = Number("Federation:InboxMegabytesPerHost", 256, 1, 1_000_000),
        };
    }

    private static IEnumerable<string> Keys(IConfigurationSection section, string prefix) =>
        section.GetChildren().SelectMany(child =>
            Keys(child, prefix + child.Key + ":").Prepend(prefix + child.Key));

    private Uri Origin(string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
            && uri.AbsolutePath == "/" && uri.Query.Length == 0 && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0)
        {
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

    private string? Theme()
    {
        var theme = Text("Theme");
        if (theme is not null && !theme.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            Fault("Theme", "must be the name of a theme: letters, digits and hyphens.");
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
            foreach (var key in new[] { "Mail:User", "Mail:Password", "Mail:From", "Mail:Port" })
            {
                if (Text(key) is not null)
                {
                    Fault(key, "is set, but Plein:Mail:Host is not. Set the name of the mail server too.");
                }
            }

            return null;
        }

        if (from is null || !MailAddress.TryCreate(from, out _))
        {
            Fault("Mail:From", "must be the sender's address, like plein@voorbeeld.nl.");
        }

        if ((Text("Mail:User") is null) != (Text("Mail:Password") is null))
        {
            Fault("Mail:User", "and Plein:Mail:Password belong together: set both or neither.");
        }

        return new MailOptions
        {
            Host = host,
            Port = Number("Mail:Port", 587, 1, 65535),
            Security = OneOf("Mail:Security", "starttls", "starttls", "tls", "none"),
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

    private string OneOf(string key, string fallback, params string[] allowed)
    {
        var text = Text(key)?.ToLowerInvariant();
        if (text is null || allowed.Contains(text))
        {
            return text ?? fallback;
        }

        Fault(key, $"\"{text}\" must be one of: {string.Join(", ", allowed)}.");
        return fallback;
    }

    private void Fault(string key, string text)
    {
        var fault = new OptionFault("Plein:" + key, text);
        if (!faults.Contains(fault))
        {
            faults.Add(fault);
        }
    }
}

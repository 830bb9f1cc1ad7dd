using Microsoft.Extensions.Configuration;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Server;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>Every setting: what it takes, what then holds, and what is said of anything else.</summary>
internal sealed class SettingTests
{
    private const string Key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    private static readonly string Folder = Path.Combine(Path.GetTempPath(), "plein-test-settings");

    // Values that are taken, and what must hold with each.
    private static readonly (string Key, string Value, Func<ServerOptions, object?> Read, object? Expected)[] Good =
    [
        ("Origin", "https://Plein.Voorbeeld.nl", o => o.Origin.AbsoluteUri, "https://plein.voorbeeld.nl/"),
        ("Origin", "http://localhost:5080", o => o.Origin.AbsoluteUri, "http://localhost:5080/"),
        ("Name", "  Plein   Waterveen ", o => o.Name, "Plein Waterveen"),
        ("Organisation", "Gemeente Waterveen", o => o.Organisation, "Gemeente Waterveen"),
        ("DataFolder", Folder, o => o.DataFolder, Folder),
        ("Database", "Host=db;Username=plein", o => o.Database, "Host=db;Username=plein"),
        ("Database", "Data Source=x.db", o => o.Database, "Data Source=x.db"),
        ("Urls", "http://localhost:5081", o => o.Urls, "http://localhost:5081"),
        ("Urls", " http://127.0.0.1:5081 ; http://[::1]:5082;", o => o.Urls, "http://127.0.0.1:5081;http://[::1]:5082"),
        ("Urls", "http://*:5081", o => (o.Urls, o.Origin.AbsoluteUri), ("http://*:5081", "http://localhost:5081/")),
        ("TrustedProxies", "10.0.0.0/8, ::1", o => string.Join(' ', o.TrustedProxies), "10.0.0.0/8 ::1/128"),
        ("Roles", "Web, Worker", o => o.Roles, Roles.All),
        ("Language", "EN", o => o.Language, "en"),
        ("FormOfAddress", "Je", o => o.FormOfAddress, FormOfAddress.Je),
        ("Topics", "Wonen", o => o.Topics, "wonen"),
        ("Theme", "debrug", o => o.Theme, "debrug"),
        ("Source", "https://code.voorbeeld.nl/plein", o => o.Source?.AbsoluteUri, "https://code.voorbeeld.nl/plein"),
        ("NodeKey", Key, o => o.NodeKey?.Length, 32),
        ("Log", "JSON", o => o.LogAsJson, true),
        ("PostingFactor", "3", o => o.PostingFactor, 3),
        ("BackupDays", "30", o => o.BackupLife, TimeSpan.FromDays(30)),
        ("Mail:Host", "smtp.voorbeeld.nl", o => (o.Mail!.Host, o.Mail.Port, o.Mail.Security),
            ("smtp.voorbeeld.nl", 587, "starttls")),
        ("Mail:Port", "2525", o => o.Mail!.Port, 2525),
        ("Mail:Security", "TLS", o => o.Mail!.Security, "tls"),
        ("Mail:User", "plein", o => o.Mail!.User, "plein"),
        ("Mail:Password", "geheim", o => o.Mail!.Password, "geheim"),
        ("Mail:From", "plein@voorbeeld.nl", o => o.Mail!.From, "plein@voorbeeld.nl"),
        ("Federation:AllowPrivateAddresses", "True", o => o.AllowPrivateAddresses, true),
        ("Federation:AllowHttp", "true", o => o.AllowHttp, true),
        ("Federation:SecureMode", "TRUE", o => o.SecureMode, true),
        ("Federation:QuestionWireType", "Article", o => o.QuestionsAsArticle, true),
        ("Federation:QuestionWireType", "article", o => o.QuestionsAsArticle, true),
        ("Federation:QuestionWireType", "note", o => o.QuestionsAsArticle, false),
        ("Federation:OrganisationActorType", "Organization", o => o.OrganisationsAsOrganization, true),
        ("Federation:OrganisationActorType", "Person", o => o.OrganisationsAsOrganization, false),
        ("Federation:InboxPerHostPerSecond", "7", o => o.InboxPerHostPerSecond, 7),
        ("Federation:InboxPerActorPerMinute", "8", o => o.InboxPerActorPerMinute, 8),
        ("Federation:InboxPerHostPerDay", "9", o => o.InboxPerHostPerDay, 9),
        ("Federation:InboxMegabytesPerHost", "10", o => o.InboxMegabytesPerHost, 10),
    ];

    // Values that are not taken; each is told of under its own key.
    private static readonly (string Key, string[] Values)[] Bad =
    [
        ("Origin", ["plein", "https://a.nl/pad", "http://plein.voorbeeld.nl", "ftp://a.nl", "https://",
            "https://pléin.nl", "https://u:p@a.nl", "https://a b.nl"]),
        ("Name", ["x", new string('n', 81)]),
        ("Organisation", ["x", new string('n', 81)]),
        ("DataFolder", ["a\0b"]),
        ("Database", ["plein.db", "Server=x", "Host=db;Bogus=1", "Host=db;Port=abc", "Data Source=x;Bogus=1", "=;="]),
        ("Urls", ["http://localhost:5080 http://localhost:5081", "localhost:5080", "5080", "https://localhost:5080",
            "http://a b:5080", "http://localhost:99999", "http://localhost:0", "http://localhost:5080/pad",
            "http://plein.voorbeeld.nl:5080", "http://", "http://:5080", ";", "http://localhost:5080,http://[::1]:81",
            "unix:/run/plein.sock", "http://localhost:5080?x", "http://localhost :5080", "http://* :80"]),
        ("TrustedProxies", ["caddy", "10.0.0.0/33", "1.2.3.4.5"]),
        ("Roles", ["server", "web,", "web worker", "web"]),
        ("Language", ["fr", "nl-NL"]),
        ("FormOfAddress", ["jij"]),
        ("Topics", ["gemeenten"]),
        ("Theme", ["nope", "DeBrug", "../plein", "a b"]),
        ("Source", ["broncode", "ftp://a.nl/", "https://", "javascript:alert(1)", "https://u:p@a.nl/"]),
        ("NodeKey", ["x", "MDEy", Key + Key]),
        ("Log", ["xml", "1"]),
        ("PostingFactor", ["0", "100001", "veel"]),
        ("BackupDays", ["0", "10001", "een jaar"]),
        ("Mail:Host", ["a b", "http://smtp.voorbeeld.nl"]),
        ("Mail:Port", ["0", "65536", "smtp", "1.5"]),
        ("Mail:Security", ["ssl", "true"]),
        ("Mail:From", ["plein", "Plein <plein@voorbeeld.nl>", "a b@voorbeeld.nl"]),
        ("Federation:AllowPrivateAddresses", ["yes", "1"]),
        ("Federation:AllowHttp", ["ja"]),
        ("Federation:SecureMode", ["on"]),
        ("Federation:QuestionWireType", ["Question", "Page"]),
        ("Federation:OrganisationActorType", ["Organisation"]),
        ("Federation:InboxPerHostPerSecond", ["0", "-1", "many", "1e3", "99999999999"]),
        ("Federation:InboxPerActorPerMinute", ["0", "60000001"]),
        ("Federation:InboxPerHostPerDay", ["0", "2000000001", "1 day"]),
        ("Federation:InboxMegabytesPerHost", ["0", "1000001", "256 MB"]),
        ("Mail", ["smtp.voorbeeld.nl"]),
        ("Federation", ["true"]),
        ("Nam", ["Plein"]),
        ("Mail:Hots", ["smtp.voorbeeld.nl"]),
        ("Urls:0", ["http://localhost:5080"]),
    ];

    // What must be there for the one that is tried.
    private static readonly Dictionary<string, string> Mail = new()
    {
        ["Mail:Host"] = "smtp.voorbeeld.nl",
        ["Mail:From"] = "plein@voorbeeld.nl",
        ["Mail:User"] = "plein",
        ["Mail:Password"] = "geheim",
    };

    [Test]
    public void Every_setting_is_in_README_and_is_tried_here_with_good_and_bad_values()
    {
        var readme = SourceTree.Read("README.md");
        Assert.Multiple(() =>
        {
            foreach (var key in ServerOptionsReader.Keys)
            {
                var parts = key.Split(':');
                Assert.That(
                    readme.Contains($"`Plein:{key}`", StringComparison.Ordinal)
                        || (parts.Length == 2 && readme.Contains($"`Plein:{parts[0]}:", StringComparison.Ordinal)
                            && readme.Contains($"`:{parts[1]}`", StringComparison.Ordinal)),
                    Is.True, $"{key} is not in README");
                Assert.That(Good.Select(one => one.Key), Does.Contain(key));
                // A user and a password may be anything, but not one without the other.
                if (key is not ("Mail:User" or "Mail:Password"))
                    Assert.That(Bad.Select(one => one.Key), Does.Contain(key));
            }
        });
    }

    [Test]
    public void A_good_value_is_taken()
    {
        Assert.Multiple(() =>
        {
            foreach (var (key, value, read, expected) in Good)
            {
                var (options, faults) = ReadWith(key, value);
                Assert.That(faults, Is.Empty, $"{key}={value}");
                if (options is not null)
                    Assert.That(read(options), Is.EqualTo(expected), $"{key}={value}");
            }
        });
    }

    [Test]
    public void A_bad_value_is_told_of_once_in_one_line_under_its_own_key()
    {
        Assert.Multiple(() =>
        {
            foreach (var (key, values) in Bad)
            {
                foreach (var value in values)
                {
                    var (options, faults) = ReadWith(key, value);
                    Assert.That(options, Is.Null, $"{key}={value}");
                    Assert.That(faults.Select(fault => fault.Key), Is.EqualTo(new[] { "Plein:" + key }), value);
                    Assert.That(
                        faults.All(fault => fault.Fault.Length > 20 && fault.Fault.IndexOf('\n') < 0), Is.True,
                        $"{key}={value}");
                }
            }
        });
    }

    [TestCase("Mail:User", "plein", "Mail:User")]
    [TestCase("Mail:Password", "geheim", "Mail:User")]
    public void A_user_and_a_password_belong_together(string key, string value, string told)
    {
        var (_, faults) = ServerOptionsReader.Read(
            TestSettings.Of(("Mail:Host", "smtp.voorbeeld.nl"), ("Mail:From", "plein@voorbeeld.nl"), (key, value)));
        Assert.That(faults.Select(fault => fault.Key), Is.EqualTo(new[] { "Plein:" + told }));
    }

    [Test]
    public void A_mail_setting_without_a_mail_server_is_told_of()
    {
        foreach (var key in ServerOptionsReader.Keys.Where(key => key.StartsWith("Mail:", StringComparison.Ordinal)))
        {
            if (key == "Mail:Host")
                continue;
            var (_, faults) = ServerOptionsReader.Read(TestSettings.Of((key, "tls")));
            Assert.That(faults.Select(fault => fault.Key), Is.EqualTo(new[] { "Plein:" + key }));
        }
    }

    [Test]
    public async Task The_published_program_tells_of_all_wrong_settings_at_once_and_ends_with_2()
    {
        var folder = Directory.CreateTempSubdirectory("plein-test-");
        try
        {
            // One value for each key; a group cannot have a value beside its members, and no text has a null.
            var given = Bad.Where(one => one.Key is not ("Mail" or "Federation" or "DataFolder" or "Urls:0")).ToList();
            string[] settings = [.. given.SelectMany(one => (string[])["--set", $"Plein:{one.Key}={one.Values[0]}"])];
            var (code, output) = await PublishedProgram.RunAsync(
                folder, [.. settings, "--set", "Plain:Name=x", "--set", "nothing"]);
            Assert.That(code, Is.EqualTo(2), output);
            Assert.That(output, Does.Contain($"{given.Count + 2} settings are wrong:"));
            Assert.That(output, Does.Not.Contain("   at "), "no stack trace");
            var lines = output.Split('\n');
            foreach (var (key, _) in given)
            {
                Assert.That(
                    lines.Count(line => line.StartsWith($"  Plein:{key}: ", StringComparison.Ordinal)), Is.EqualTo(1),
                    key);
            }

            Assert.That(
                output,
                Does.Contain("--set Plain:Name=x: keys start with Plein:").And.Contain("--set nothing: write it as"));
            Assert.That(folder.EnumerateFileSystemInfos(), Is.Empty, "nothing was made");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (ServerOptions? Options, IReadOnlyList<OptionFault> Faults) ReadWith(string key, string value)
    {
        var settings = new Dictionary<string, string?>();
        if (key.StartsWith("Mail:", StringComparison.Ordinal))
        {
            foreach (var (needed, typed) in Mail)
                settings["Plein:" + needed] = typed;
        }

        settings["Plein:" + key] = value;
        return ServerOptionsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
    }
}

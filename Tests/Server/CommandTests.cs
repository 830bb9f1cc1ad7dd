using System.CommandLine;
using System.Globalization;
using Ontmoetingsplein.Server.CommandLine;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>
/// Every command and option, in the program as it is published: with good values it does what it says, with bad ones it
/// says in one line what is wrong, and nothing ends in a stack trace.
/// </summary>
internal sealed class CommandTests
{
    private static readonly string[] Bad =
    [
        // arguments, then what is said
        "frob => Unrecognized command or argument 'frob'",
        "account => Required command was not provided",
        "account create => Option '--name' is required. | Option '--email' is required.",
        "account create --name Anna --email anna@voorbeeld.nl --role baas => 'baas' not recognized",
        "account create --name Anna --email anna@voorbeeld.nl --role 2 => '2' not recognized",
        "account create --name A --email anna@voorbeeld.nl => --name A: ",
        "account create --name Anna --email anna => --email anna: ",
        "account create --name Anna --email anna@voorbeeld.nl --handle A! => --handle A!: ",
        "account create --name Anna --email anna@voorbeeld.nl --organisation Niemand => --organisation Niemand: ",
        "account reset niemand => niemand: there is no such account",
        "topic create --name G => --name G: ",
        "topic create --name Groen --slug Groen! => --slug Groen!: ",
        "follow @ => <handle> @: ",
        "follow @afval@localhost:1 => <handle> @afval@localhost:1: ",
        "organisation recognise @ => <handle> @: ",
        "organisation refuse @niemand@voorbeeld.nl => It is not known here",
        "organisation about --of niemand => This node has no organisation niemand",
        "organisation about --website geen,adres => --website geen,adres: ",
        "organisation about --register geen => --register geen: ",
        "organisation attest @x@localhost:1 --register geen --until morgen => --until morgen: | --register geen: ",
        "organisation revoke 12 => made no such attestation",
        "organisation show geen => <address> geen: ",
        "organisation show https://voorbeeld.nl/p/x/attestations/1 --off => This attestation is not shown",
        "organisation register geen.csv => <file> geen.csv: there is no such file",
        "organisation register . => <file> .: there is no such file",
        "hosts block a,none => Not understood: a,none",
        "hosts hide http://voorbeeld.nl/ => Not understood: http://voorbeeld.nl/",
        "hosts import geen.csv => <file> geen.csv: there is no such file",
        "deliveries --retry => Give --host and one of",
        "deliveries --host voorbeeld.nl --retry --park => Give --host and one of",
        "deliveries --host nergens.nl --forget => nergens.nl",
        "set-aside --retry een => Give --retry or --drop",
        "set-aside --retry 1 --drop 1 => Give --retry or --drop",
        "set-aside --drop 1 => ",
        "move-database => Option '--to' is required",
        "move-database --to plein.db => --to must be a connection string",
        "move-database --to Host=x;Bogus=1 => --to cannot be read",
        "demo --port 70000 => --port: give a number from 1 to 65534",
        "demo --port veel => --port",
        "demo --set Plein:Name=Demo => --set: the demo has settings of its own",
        "migrate --name x => Unrecognized command or argument '--name'",
        "serve --set Plein:Urls=http://192.0.2.1:5270 => Plein:Urls http://192.0.2.1:5270: ",
    ];

    private DirectoryInfo folder = null!;
    private int port;

    [OneTimeSetUp]
    public async Task MakeAsync()
    {
        folder = Directory.CreateTempSubdirectory("plein-test-");
        port = Plein.FreePort();
        await RunAsync("migrate", "up to date");
    }

    [OneTimeTearDown]
    public void Clean() => folder.Delete(recursive: true);

    [Test]
    public void Every_command_and_option_is_tried_here()
    {
        var tried = File.ReadAllText(Path.Combine(SourceTree.Root, "Tests/Server/CommandTests.cs"));
        var missing = new List<string>();
        foreach (var (path, command) in Leaves(Commands.Root(), ""))
        {
            // The demo runs in DocumentationTests; a server in the tests of settings.
            if (!tried.Contains($"\"{path}", StringComparison.Ordinal))
                missing.Add(path);
            var lines = tried.Split('\n').Where(line => line.Contains($"\"{path}", StringComparison.Ordinal)).ToList();
            missing.AddRange(command.Options.Where(option => option.Name is not ("--help" or "--version" or "--once"))
                .Where(option => lines.All(line => !line.Contains(option.Name, StringComparison.Ordinal)))
                .Select(option => $"{path} {option.Name}"));
        }

        Assert.That(missing, Is.Empty);
    }

    [Test]
    public async Task A_wrong_argument_is_told_of_in_one_line_and_nothing_is_done()
    {
        var faults = new List<string>();
        await Parallel.ForEachAsync(
            Bad, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (line, _) =>
            {
                var (arguments, said) = (line.Split(" => ")[0], line.Split(" => ")[1].Split(" | "));
                var (code, output) = await PublishedProgram.RunAsync(folder, Arguments(arguments));
                var isTold = said.All(one => output.Contains(one, StringComparison.Ordinal));
                if (code == 0 || !isTold || output.Contains("   at ", StringComparison.Ordinal)
                    || output.Contains("xception", StringComparison.Ordinal) || output.Split('\n').Length > 8)
                {
                    lock (faults)
                        faults.Add($"{arguments} => {code} {output}");
                }
            });
        Assert.That(faults, Is.Empty);
        Assert.That(
            Plein.Rows(folder, "select count(*) from accounts", row => row.GetInt64(0)).Single(), Is.Zero);
        Assert.That(
            Plein.Rows(folder, "select count(*) from peer_rules", row => row.GetInt64(0)).Single(), Is.Zero);
    }

    [Test]
    public async Task Every_command_does_what_it_says()
    {
        await using var other = await Plein.StartAsync(TestKeys.Node, ["afval"]);
        var host = other.Origin.Authority;
        await RunAsync(
            "account create --name Bea --email bea@voorbeeld.nl --handle bea_x --role administrator"
            + " --organisation gemeente_voorbeeld", "Bea is @bea_x@localhost", "Sign in once");
        await RunAsync("account list", "bea@voorbeeld.nl", "administrator");
        await RunAsync("account reset bea_x", "Sign in once, within a day: http://localhost");
        await RunAsync("topic create --name Groen --slug groen_x --description Bomen --icon leaf", "/o/groen_x");
        await RunAsync("topic list", "@groen_x@localhost", "Groen");
        await RunAsync($"follow @afval@{host}", "is asked");
        await RunAsync("set-aside", "Nothing");
        await RunAsync("set-aside --retry all", "Tried again within a minute: 0.");
        await RunAsync("set-aside --drop all", "Thrown away: 0.");
        await RunAsync("deliveries", host);
        await RunAsync($"deliveries --host {host} --park", "is parked", "Follow");
        await RunAsync($"deliveries --host {host} --retry", "is tried again within seconds");
        await RunAsync($"deliveries --host {host} --forget", "thrown away");
        await RunAsync("deliveries", "Nothing waits");

        await RunAsync($"organisation recognise @gemeente_test@{host} --vouches", "answers officially here");
        await RunAsync("organisation list", $"@gemeente_test@{host}", "recognised here", "yes");
        await RunAsync($"organisation refuse @gemeente_test@{host}", "no longer");
        await RunAsync(
            "organisation about --of gemeente_voorbeeld --website www.voorbeeld.nl --register https://r.example/1",
            "Put this at https://www.voorbeeld.nl/.well-known/ontmoetingsplein.json", "/p/gemeente_voorbeeld");
        var day = DateTimeOffset.UtcNow.AddDays(30).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var attested = await RunAsync(
            $"organisation attest @gemeente_test@{host} --of gemeente_voorbeeld --register https://r.example/2"
            + $" --until {day}", "/p/gemeente_voorbeeld/attestations/");
        await RunAsync($"organisation revoke {attested.Trim()}", "vouched for no longer");
        // What another really attests of us is in OrganisationTests.
        await RunAsync(
            $"organisation show {other.Origin}p/gemeente_test/attestations/1 --of gemeente_voorbeeld", 1, "<address>");
        await RunAsync("organisation show https://a.nl/1 --of gemeente_voorbeeld --off", 1, "is not shown");
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "lijst.csv"), "www.voorbeeld.nl,https://r.example/1,Gemeente Voorbeeld\n");
        await RunAsync("organisation register lijst.csv", "1 websites");

        await RunAsync("hosts block slecht.voorbeeld.nl --reason Spam", "nothing done yet");
        Assert.That(await RunAsync("hosts list"), Does.Not.Contain("slecht"));
        await RunAsync("hosts block slecht.voorbeeld.nl --reason Spam --apply", "1 decisions carried out");
        await RunAsync("hosts hide stil.voorbeeld.nl --reason Saai --apply", "1 decisions carried out");
        await RunAsync("hosts allow goed.voorbeeld.nl --reason Goed --apply", "1 decisions carried out");
        await RunAsync("hosts only-listed --apply", "1 decisions carried out");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "hosts.csv"), "fijn.voorbeeld.nl\n");
        await RunAsync("hosts import hosts.csv --allow --apply", "1 decisions carried out");
        await RunAsync(
            "hosts list", "slecht.voorbeeld.nl", "Spam", "stil.voorbeeld.nl", "hide", "goed.voorbeeld.nl", "allow",
            "fijn.voorbeeld.nl", "*");
        await RunAsync("hosts forget slecht.voorbeeld.nl --reason Vergissing --apply", "1 decisions carried out");
        await RunAsync("hosts everyone --apply", "1 decisions carried out");
        Assert.That(await RunAsync("hosts list"), Does.Not.Contain("slecht").And.Not.Contain("*"));

        var target = Path.Combine(folder.FullName, "other.db");
        await RunAsync($"move-database --to Data\u00a0Source={target}", "All is there");
        Assert.That(File.Exists(target), Is.True);
        await RunAsync("migrate", "up to date");
    }

    [Test]
    public async Task The_server_takes_settings_of_file_environment_and_arguments_and_the_last_one_wins()
    {
        var own = Directory.CreateTempSubdirectory("plein-test-");
        var first = Plein.FreePort();
        var second = Plein.FreePort();
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(own.FullName, "appsettings.json"),
                """
                {"Plein": {"Name": "Van het bestand", "Organisation": "Woonstichting Proef", "Topics": "wonen",
                  "Language": "nl", "Log": "json", "Federation": {"SecureMode": true}}}
                """);
            await using var server = await PublishedProgram.StartAsync(
                [
                    "serve", "--set", $"Plein:Urls=http://localhost:{first};http://127.0.0.1:{second}",
                    "--set", "Plein:Language=en", "--set", "Plein:Theme=debrug",
                    "--set", "Plein:Federation:OrganisationActorType=Organization",
                    "--set", "Plein:Federation:SecureMode=false", "--set", "Plein:NodeKey=" + new string('A', 43) + "=",
                ],
                own, ("PLEIN__NAME", "Van de omgeving"), ("PLEIN__LANGUAGE", "nl"),
                ("PLEIN__SOURCE", "https://code.voorbeeld.nl/plein"),
                ("PLEIN__DATAFOLDER", Path.Combine(own.FullName, "hier")));
            await server.SaysAsync("runs at");
            using var http = new HttpClient();
            foreach (var address in new[] { $"http://localhost:{first}/", $"http://127.0.0.1:{second}/" })
            {
                var home = await http.GetStringAsync(new Uri(address));
                Assert.That(
                    home,
                    Does.Contain("<html lang=\"en\"").And.Contain("Van de omgeving").And.Contain("Woonstichting Proef")
                        .And.Contain("themes/debrug.css"));
            }

            http.DefaultRequestHeaders.Accept.ParseAdd("application/activity+json");
            Assert.That(
                await http.GetStringAsync(new Uri($"http://localhost:{first}/p/woonstichting_proef")),
                Does.Contain("\"type\":\"Organization\""));
            Assert.That(
                await http.GetStringAsync(new Uri($"http://localhost:{first}/nodeinfo/2.1")),
                Does.Contain("\"repository\":\"https://code.voorbeeld.nl/plein\""));
            Assert.That(server.Output, Does.Contain("{\"@t\":\""), "the log is JSON");
            Assert.That(File.Exists(Path.Combine(own.FullName, "hier", "plein.db")), Is.True);
            Assert.That(File.Exists(Path.Combine(own.FullName, "hier", "node.key")), Is.False, "the key was given");
            await server.KillAsync();
        }
        finally
        {
            own.Delete(recursive: true);
        }
    }

    private Task<string> RunAsync(string line, params string[] said) => RunAsync(line, 0, said);

    private async Task<string> RunAsync(string line, int code, params string[] said)
    {
        var (ended, output) = await PublishedProgram.RunAsync(folder, Arguments(line));
        Assert.That(ended, Is.EqualTo(code), $"{line}: {output}");
        Assert.That(output, Does.Not.Contain("xception"), line);
        foreach (var one in said)
            Assert.That(output, Does.Contain(one), line);
        return output;
    }

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string above)
    {
        foreach (var child in command.Subcommands)
        {
            var path = above.Length == 0 ? child.Name : $"{above} {child.Name}";
            foreach (var leaf in child.Subcommands.Count == 0 ? [(path, child)] : Leaves(child, path))
                yield return leaf;
        }
    }

    // A space within a word is written as one that does not break.
    private string[] Arguments(string line) =>
    [
        .. line.Split(' ').Select(word => word.Replace('\u00a0', ' ')),
        .. line.StartsWith("demo", StringComparison.Ordinal)
            ? (string[])[]
            :
            [
                "--set", $"Plein:DataFolder={folder.FullName}", "--set", $"Plein:Origin=http://localhost:{port}",
                "--set", "Plein:Topics=geen", "--set", "Plein:Federation:AllowHttp=true",
                "--set", "Plein:Federation:AllowPrivateAddresses=true",
            ],
    ];
}

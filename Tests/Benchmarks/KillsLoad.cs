using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Verbs;
using Ontmoetingsplein.Server;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>
/// Kills a node again and again, each time with activities coming in, people posting forms, mail and deliveries under
/// way. What was accepted is there once, a form that was sent again made one question, its asker got one mail of the
/// answer, and each delivery arrived under one id.
/// </summary>
internal sealed partial class KillsLoad : IDisposable
{
    private const int Port = 5580;
    private const int PeerPort = 5590;
    private const int Hosts = 12;
    private const int People = 40;
    private static readonly string Origin = $"http://localhost:{Port}";
    private static readonly string TopicUri = $"{Origin}/o/{Loads.Topic}";
    // A mail that was under way when the node was killed is tried again after five minutes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    private readonly string program = ServerProcess.Publish();
    private readonly string folder = Directory.CreateTempSubdirectory("ontmoetingsplein-kills-").FullName;
    private readonly Peer peer = Peer.Start(PeerPort);
    private readonly ConcurrentDictionary<string, byte[]> accepted = new();
    private readonly ConcurrentDictionary<(string Host, string About), ConcurrentBag<string>> arrived = new();
    // Titles that somebody was told are posted, with the address of the question.
    private readonly Dictionary<string, string> posted = [];
    private readonly List<string> sessions = [];
    // As any server does: what got no answer is sent again, signed anew, when the node is back.
    private readonly ConcurrentQueue<(int Host, byte[] Body)> unanswered = new();
    private readonly Queue<string> waitingForReply = new();
    private string first = "";
    private (string Session, string Cookies, Dictionary<string, string> Fields)? unsure;
    private int number;
    private int turn;
    private int sentAgain;
    private int refused;
    private bool allHeld = true;

    private KillsLoad() => peer.Arrived = Note;

    public static async Task<int> RunAsync(int kills)
    {
        using var load = new KillsLoad();
        await load.PrepareAsync();
        var started = TimeProvider.System.GetTimestamp();
        for (var kill = 1; kill <= kills; kill++)
        {
            await load.RoundAsync(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(100, 1_800)));
            if (kill % 50 == 0)
            {
                Console.WriteLine(
                    $"  {kill} kills, {load.accepted.Count:N0} activities, {load.posted.Count:N0} forms, "
                    + $"{TimeProvider.System.GetElapsedTime(started).TotalSeconds:N0} s");
            }
        }

        await load.CheckAsync();
        return load.allHeld ? 0 : 1;
    }

    public void Dispose()
    {
        peer.Dispose();
        if (allHeld)
        {
            Directory.Delete(folder, recursive: true);
        }
        else
        {
            Console.WriteLine($"  What was found is in {folder}");
        }
    }

    // People with a session, and hosts that follow the topic.
    private async Task PrepareAsync()
    {
        var (options, _) = ServerOptionsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["Plein:Urls"] = Origin, ["Plein:DataFolder"] = folder }).Build());
        await using (var node = await Node.BuildAsync(options!, TimeProvider.System, quiet: true))
        {
            await node.Services.GetRequiredService<Database>().WriteAsync(writing =>
            {
                for (var person = 0; person < People; person++)
                {
                    // Those who run the node may post more than others, and here everybody posts a lot.
                    var made = node.Services.GetRequiredService<CreateAccount>().Execute(
                        writing, $"Anna {person}", $"anna{person}@example.org", Role.Administrator)!;
                    var token = Token.Create();
                    SessionStore.Start(writing, token.Hash, made.Id, writing.Now.AddDays(2));
                    sessions.Add(token.Text);
                }

                return 0;
            });
        }

        using var server = await StartAsync();
        using var http = new HttpClient();
        for (var host = 0; host < Hosts; host++)
        {
            await SendAsync(http, host, Peer.Follow(peer.Origin(host), TopicUri), CancellationToken.None);
        }

        // What most replies are about is there before them: these peers do not serve what they once said.
        await SendAsync(http, 0, Peer.Question(peer.Origin(0), TopicUri, 0), CancellationToken.None);
        await UntilAsync(() => peer.Received >= Hosts && Number("select count(*) from questions") == 1);
        first = $"{peer.Origin(0)}/q/0";
        await server.KillAsync();
    }

    private async Task<ServerProcess> StartAsync() => (await ServerProcess.StartAsync(
        program, folder, Port, settings: [$"Plein:Origin={Origin}"])).Server;

    private async Task RoundAsync(TimeSpan life)
    {
        var server = await StartAsync();
        using var stop = new CancellationTokenSource();
        Task[] work = [.. Enumerable.Range(0, 3).Select(_ => SendUntilAsync(stop.Token)), PostUntilAsync(stop.Token)];
        await Task.Delay(life);
        await server.KillAsync();
        await stop.CancelAsync();
        await Task.WhenAll(work);
        server.Dispose();
    }

    private async Task SendUntilAsync(CancellationToken stop)
    {
        using var http = new HttpClient();
        while (!stop.IsCancellationRequested)
        {
            if (!unanswered.TryDequeue(out var post))
            {
                var next = Interlocked.Increment(ref number);
                var host = next % Hosts;
                post = (host, next % 10 == 0
                    ? Peer.Question(peer.Origin(host), TopicUri, next)
                    : Peer.Reply(peer.Origin(host), Target(), TopicUri, next));
            }

            if (!await SendAsync(http, post.Host, post.Body, stop))
            {
                unanswered.Enqueue(post);
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    // One question of the peers gets most of the replies; each question of our people gets one.
    private string Target()
    {
        lock (posted)
        {
            if (waitingForReply.TryDequeue(out var question))
            {
                return question;
            }
        }

        return first;
    }

    private async Task<bool> SendAsync(HttpClient http, int host, byte[] body, CancellationToken stop)
    {
        var request = peer.SignedPost($"{Origin}/inbox", peer.Origin(host), body, TimeProvider.System.GetUtcNow());
        try
        {
            var head = request.AsSpan().IndexOf("\r\n\r\n"u8);
            using var message = new HttpRequestMessage(HttpMethod.Post, $"{Origin}/inbox")
            {
                Content = new ByteArrayContent(body),
            };
            foreach (var line in System.Text.Encoding.ASCII.GetString(request, 0, head).Split("\r\n").Skip(1))
            {
                var (name, value) = (line[..line.IndexOf(':', StringComparison.Ordinal)],
                    line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]);
                if (!message.Headers.TryAddWithoutValidation(name, value))
                {
                    message.Content.Headers.TryAddWithoutValidation(name, value);
                }
            }

            using var answer = await http.SendAsync(message, CancellationToken.None);
            if (answer.StatusCode != HttpStatusCode.Accepted)
            {
                Interlocked.Increment(ref refused);
                await Task.Delay(100, CancellationToken.None);
                return false;
            }

            using var activity = JsonDocument.Parse(body);
            var id = activity.RootElement.GetProperty("id").GetString()!;
            accepted[id] = body;
            return true;
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return false;
        }
    }

    // Posts the form of a question; when the answer did not come it is sent again as it is, as a browser does.
    private async Task PostUntilAsync(CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (unsure is not { } form)
                {
                    var session = $"{SessionCookie.Name}={sessions[turn++ % People]}";
                    using var page = await http.SendAsync(Request(HttpMethod.Get, session, ""), CancellationToken.None);
                    var html = await page.Content.ReadAsStringAsync(CancellationToken.None);
                    var cookies = page.Headers.TryGetValues("Set-Cookie", out var set)
                        ? string.Join("; ", set.Select(one => one.Split(';')[0]))
                        : "";
                    form = (session, cookies, Fields(html));
                }
                else
                {
                    sentAgain++;
                }

                unsure = form;
                using var request = Request(HttpMethod.Post, form.Session, form.Cookies);
                request.Content = new FormUrlEncodedContent(form.Fields);
                using var answer = await http.SendAsync(request, CancellationToken.None);
                unsure = null;
                if (answer.StatusCode != HttpStatusCode.SeeOther)
                {
                    refused++;
                    await Task.Delay(200, CancellationToken.None);
                    continue;
                }

                var address = Origin + answer.Headers.Location!.OriginalString.Split('#', '?')[0];
                lock (posted)
                {
                    posted[form.Fields["title"]] = address;
                    waitingForReply.Enqueue(address);
                }

                await Task.Delay(150, CancellationToken.None);
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException)
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string session, string cookies)
    {
        var request = new HttpRequestMessage(method, $"{Origin}/stel-een-vraag");
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Cookie", cookies.Length > 0 ? $"{session}; {cookies}" : session);
        // Everybody at home; a node believes a proxy on its own machine.
        request.Headers.Add("X-Forwarded-For", $"10.{turn % People}.0.1");
        return request;
    }

    private Dictionary<string, string> Fields(string html)
    {
        var form = html[html.IndexOf("<form method=\"post\" action=\"/stel-een-vraag", StringComparison.Ordinal)..];
        form = form[..form.IndexOf("</form>", StringComparison.Ordinal)];
        var fields = Hidden().Matches(form).ToDictionary(
            match => match.Groups[1].Value, match => WebUtility.HtmlDecode(match.Groups[2].Value));
        fields["title"] = $"Wie ruimt de bladeren op in straat {Interlocked.Increment(ref number)}?";
        fields["body"] = "Ze liggen er al een week.";
        fields["topic"] = Loads.Topic;
        fields["notify"] = "true";
        if (Audience().Match(form) is { Success: true } audience)
        {
            fields[audience.Groups[1].Value] = audience.Groups[2].Value;
        }

        return fields;
    }

    private async Task CheckAsync()
    {
        using var server = await StartAsync();
        using var stop = new CancellationTokenSource();
        using var http = new HttpClient();
        var posting = unsure is null ? Task.CompletedTask : PostUntilAsync(stop.Token);
        while (unanswered.TryDequeue(out var post))
        {
            await UntilAsync(() => SendAsync(http, post.Host, post.Body, CancellationToken.None));
        }

        await UntilAsync(() => unsure is null);
        await stop.CancelAsync();
        await posting;
        // Those that were not answered yet.
        while (waitingForReply.Count > 0)
        {
            var next = Interlocked.Increment(ref number);
            var body = Peer.Reply(peer.Origin(next % Hosts), Target(), TopicUri, next);
            await UntilAsync(() => SendAsync(http, next % Hosts, body, CancellationToken.None));
        }

        var mails = Path.Combine(folder, "mail");
        Check("nothing waits", await UntilAsync(() =>
            Number("select (select count(*) from inbox where state = 0) + (select count(*) from deliveries)") == 0));
        await UntilAsync(() => Directory.EnumerateFiles(mails, "*.eml").Count() >= posted.Count);
        await Task.Delay(TimeSpan.FromSeconds(3));
        await server.KillAsync();

        Console.WriteLine(
            $"  {accepted.Count:N0} activities and {posted.Count:N0} forms accepted, {sentAgain:N0} forms sent again, "
            + $"{refused:N0} refused, {arrived.Count:N0} deliveries");
        var objects = accepted.Values.Select(ObjectId).Where(id => id != TopicUri).ToList();
        var asked = Texts("select uri from questions").Concat(Texts("select uri from answers")).ToList();
        CheckNone("every activity is kept", accepted.Keys.Except(Texts("select activity_uri from inbox")));
        Check("none was refused", Number("select count(*) from inbox where state > 1") == 0);
        CheckNone("everything is there", objects.Except(asked));
        Check("once", asked.Count == asked.Distinct().Count());
        var titles = Texts("select title from questions where uri like '" + Origin + "/%'");
        CheckNone("every form made its question", posted.Keys.Except(titles));
        Check("and one only", titles.Count == titles.Distinct().Count() && titles.Count == posted.Count);
        // A new question goes to forums as it was made and to the others as a bare id.
        Check("everything was announced once", Number("select count(*) from activities where type = 'Announce'")
            == Number("select (select 2 * count(*) from questions) + (select count(*) from answers)"));
        var told = arrived.Keys.ToLookup(one => one.About, one => one.Host);
        Check("every question of our people arrived at every follower", posted.Values.All(
            question => told[question].Distinct().Count() == Hosts));
        Check("what came more than once had the same id", arrived.Values.All(ids => ids.Distinct().Count() == 1));
        var mailed = Directory.EnumerateFiles(mails, "*.eml").Select(path => File.ReadAllText(path)
            .Replace("=\r\n", "", StringComparison.Ordinal)).ToList();
        CheckNone(
            "every asker got one mail",
            posted.Values.Select(question => (
                    Question: question,
                    Mails: mailed.Count(mail => mail.Contains(question + "#", StringComparison.Ordinal))))
                .Where(one => one.Mails != 1).Select(one => $"{one.Question}: {one.Mails}"));
    }

    private static string ObjectId(byte[] body)
    {
        using var activity = JsonDocument.Parse(body);
        return activity.RootElement.GetProperty("object") is { ValueKind: JsonValueKind.Object } thing
            ? thing.GetProperty("id").GetString()!
            : activity.RootElement.GetProperty("object").GetString()!;
    }

    private void Note(string host, ReadOnlyMemory<byte> body)
    {
        using var activity = JsonDocument.Parse(body);
        if (activity.RootElement.GetProperty("type").GetString() == "Announce"
            && activity.RootElement.GetProperty("object") is { ValueKind: JsonValueKind.String } about)
        {
            arrived.GetOrAdd((host, about.GetString()!), _ => []).Add(
                activity.RootElement.GetProperty("id").GetString()!);
        }
    }

    private void CheckNone(string what, IEnumerable<string> wrong)
    {
        var all = wrong.ToList();
        Check(all.Count == 0 ? what : $"{what}, but for {all.Count}: {string.Join(", ", all.Take(5))}", all.Count == 0);
    }

    private void Check(string what, bool holds)
    {
        allHeld &= holds;
        Console.WriteLine($"  {(holds ? "ok    " : "FAILED")} {what}");
    }

    private long Number(string sql) => Rows(sql, row => row.GetInt64(0)).Single();

    private List<string> Texts(string sql) => Rows(sql, row => row.GetString(0));

    private List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(folder, "plein.db")};Mode=ReadWrite;Pooling=False;Default Timeout=30");
        connection.Open();
#pragma warning disable CA2100 // Constants of this class.
        using var command = new SqliteCommand(sql, connection);
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static Task<bool> UntilAsync(Func<bool> reached) => UntilAsync(() => Task.FromResult(reached()));

    private static async Task<bool> UntilAsync(Func<Task<bool>> reached)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!await reached())
        {
            if (TimeProvider.System.GetElapsedTime(since) > Patience)
            {
                return false;
            }

            await Task.Delay(100);
        }

        return true;
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();

    [GeneratedRegex("<input type=\"radio\"[^>]*?name=\"([^\"]+)\"\\s+value=\"([^\"]*)\"")]
    private static partial Regex Audience();
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Topics;
using Ontmoetingsplein.Server;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>A whole node on loopback with a database of its own and a clock that stands still.</summary>
internal sealed class TestForum : IAsyncDisposable
{
    public const string Host = "plein.example";

    private readonly string folder;
    private readonly Node node;

    private TestForum(string folder, Node node, ManualClock clock) =>
        (this.folder, this.node, Clock) = (folder, node, clock);

    public ManualClock Clock { get; }

    /// <summary>Where it listens; its public origin is https://plein.example.</summary>
    public Uri Address => new(node.Urls.First());

    public string MailFolder => Path.Combine(folder, "mail");

    public ActorId Waste { get; private set; }

    /// <summary>
    /// One whose public address is where it listens, so that a real browser takes its forms for its own.
    /// </summary>
    public static Task<TestForum> StartInBrowserAsync()
    {
        var address = $"http://localhost:{Plein.FreePort()}";
        return StartAsync(("Origin", address), ("Urls", address), ("Federation:AllowHttp", "true"));
    }

    public static async Task<TestForum> StartAsync(params (string Key, string Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("plein-test-").FullName;
        var given = new Dictionary<string, string?>
        {
            ["Plein:Origin"] = "https://" + Host,
            ["Plein:Urls"] = "http://127.0.0.1:0",
            ["Plein:DataFolder"] = folder,
            ["Plein:Name"] = "Proefplein",
            ["Plein:Organisation"] = "Gemeente Proef",
            ["Plein:Topics"] = "geen",
        };
        foreach (var (key, value) in settings)
        {
            given["Plein:" + key] = value;
        }

        var (options, faults) = ServerOptionsReader.Read(
            new ConfigurationBuilder().AddInMemoryCollection(given).Build());
        Assert.That(faults, Is.Empty);
        var clock = new ManualClock();
        var node = await Node.BuildAsync(options!, clock, quiet: true);
        await node.StartAsync();
        await node.Home;
        var forum = new TestForum(folder, node, clock);
        forum.Waste = await forum.TopicAsync("afval", "Afval en recycling");
        await forum.TopicAsync("wonen", "Wonen en huren");
        return forum;
    }

    public T Get<T>() where T : notnull => node.Services.GetRequiredService<T>();

    public Browser Visitor() => new(Address);

    /// <summary>Somebody signed in, with an account made for it.</summary>
    public async Task<(Browser Browser, Caller Caller)> SignedInAsync(
        string name, Role role = Role.Member, bool forOrganisation = false)
    {
        var caller = await PersonAsync(name, role, forOrganisation);
        var token = await Get<Database>().WriteAsync(writing => SignIn.Start(writing, caller.Account!.ActorId));
        var browser = Visitor();
        browser.Cookies[SessionCookie.Name] = token.Text;
        return (browser, caller);
    }

    public async Task<Caller> PersonAsync(string name, Role role = Role.Member, bool forOrganisation = false)
    {
        var organisations = forOrganisation ? await Get<ActorStore>().ListOrganisationsAsync() : [];
        var actor = await Get<Database>().WriteAsync(writing =>
        {
            var made = Get<CreateAccount>().Execute(
                writing, name, $"{name.ToLowerInvariant()}@post.example", role, name.ToLowerInvariant())!;
            foreach (var organisation in organisations)
            {
                AccountStore.Join(writing, organisation.Id, made.Id);
            }

            return made;
        });
        return new Caller(await Get<AccountStore>().FindAsync(actor.Id), organisations);
    }

    public async Task<Question> AskAsync(Caller caller, string title, Audience audience = Audience.Everyone)
    {
        var outcome = await Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form(
                title, "Ik zocht al op de website.", Waste, audience,
                Organisation: audience == Audience.Organisation ? caller.Organisations[0].Id : null),
            caller, CancellationToken.None);
        Assert.That(outcome.Refusal, Is.Null);
        return outcome.Value!;
    }

    public async Task<Answer> AnswerAsync(
        Caller caller, Question question, string text, Answer? parent = null, Audience? audience = null)
    {
        Reach? reach = audience is { } one
            ? new Reach(one, one == Audience.Organisation ? caller.Organisations[0].Id : null)
            : null;
        var outcome = await Get<GiveAnswer>().ExecuteAsync(
            new GiveAnswer.Form(question.Id, text, parent?.Id, Reach: reach), caller, CancellationToken.None);
        Assert.That(outcome.Refusal, Is.Null);
        return outcome.Value!;
    }

    /// <summary>The mails written for an address, oldest first, once there are so many.</summary>
    public async Task<IReadOnlyList<string>> MailsAsync(string address, int atLeast)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var mails = Directory.Exists(MailFolder)
                ? Directory.EnumerateFiles(MailFolder, "*.eml").Order(StringComparer.Ordinal)
                    .Select(Read).Where(mail => mail.Contains("To: " + address, StringComparison.Ordinal)).ToList()
                : [];
            if (mails.Count >= atLeast)
            {
                return mails;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }

        throw new TimeoutException($"There are no {atLeast} mails for {address}.");
    }

    public async ValueTask DisposeAsync()
    {
        await node.StopAsync();
        await node.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static string Read(string path)
    {
        using var mail = MimeKit.MimeMessage.Load(path);
        return $"To: {mail.To}\n{mail.Subject}\n{mail.TextBody}";
    }

    private async Task<ActorId> TopicAsync(string slug, string name)
    {
        await Get<Database>().WriteAsync(
            writing => Get<CreateTopic>().Add(writing, slug, name, "Proef", "recycle", position: 0));
        return (await Get<TopicStore>().FindLocalAsync(slug))!.Id;
    }
}

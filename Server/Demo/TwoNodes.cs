using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Organisations;
using Ontmoetingsplein.Forum.Publishing;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Topics;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Server.Peers.Inbound;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Server.Demo;

/// <summary>Municipality Waterveen and housing cooperative De Brug, side by side and following each other.</summary>
internal sealed class TwoNodes : IAsyncDisposable
{
    /// <summary>Slugs of the topics that the other node follows.</summary>
    private static readonly string[] Waterveens =
        ["afval_en_recycling", "wonen_en_huren", "straat_en_stoep", "energie_en_klimaat"];
    private static readonly string[] DeBrugs = ["vocht_en_schimmel", "reparaties"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Action<string> tell;
    private readonly TimeProvider clock = TimeProvider.System;
    private readonly SeedData data = SeedData.Load();

    private TwoNodes(Node waterveen, Node deBrug, Action<string> tell)
    {
        (Waterveen, DeBrug, this.tell) = (waterveen, deBrug, tell);
        (AtWaterveen, AtDeBrug) = (
            new Seeding(waterveen.Services, data, clock), new Seeding(deBrug.Services, data, clock));
    }

    public Node Waterveen { get; }

    public Node DeBrug { get; }

    public Seeding AtWaterveen { get; }

    public Seeding AtDeBrug { get; }

    /// <summary>Starts both on loopback with new databases.</summary>
    public static async Task<TwoNodes> StartAsync(
        string folder, int firstPort, Action<string> tell, CancellationToken cancellationToken)
    {
        var waterveen = await StartAsync(
            "Waterveen", folder, firstPort, tell,
            new() { ["Name"] = "Ontmoetingsplein Waterveen", ["Organisation"] = "Gemeente Waterveen" },
            cancellationToken);
        var deBrug = await StartAsync(
            "De Brug", folder, firstPort + 1, tell,
            new()
            {
                ["Name"] = "Plein van De Brug",
                ["Organisation"] = "Woningcorporatie De Brug",
                ["Topics"] = "wonen",
                ["Theme"] = "debrug",
            },
            cancellationToken);
        return new TwoNodes(waterveen, deBrug, tell);
    }

    /// <summary>Fills both from the seed data.</summary>
    public async Task SeedAsync(CancellationToken cancellationToken)
    {
        await AtWaterveen.PersonAsync("Beheer Waterveen", Role.Administrator, "Gemeente Waterveen");
        await AtDeBrug.PersonAsync("Beheer De Brug", Role.Administrator, "Woningcorporatie De Brug");
        await AtWaterveen.ExecuteAsync("gemeente-waterveen", cancellationToken);
        await AtDeBrug.ExecuteAsync("woningcorporatie-de-brug", cancellationToken);
    }

    /// <summary>
    /// Lets each take the organisation of the other for what it is and follow its topics, and waits until that is
    /// accepted and filled.
    /// </summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await AdmitAsync(DeBrug, await AtDeBrug.PersonAsync("Beheer De Brug"), Waterveen, cancellationToken);
        await AdmitAsync(Waterveen, await AtWaterveen.PersonAsync("Beheer Waterveen"), DeBrug, cancellationToken);
        await FollowAsync(
            DeBrug, await AtDeBrug.PersonAsync("Beheer De Brug"), Waterveen, Waterveens, cancellationToken);
        await FollowAsync(
            Waterveen, await AtWaterveen.PersonAsync("Beheer Waterveen"), DeBrug, DeBrugs, cancellationToken);
        await CalmAsync(Waterveen, cancellationToken);
        await CalmAsync(DeBrug, cancellationToken);
    }

    private async Task AdmitAsync(Node node, Caller administrator, Node other, CancellationToken cancellationToken)
    {
        var organisation = (await other.Services.GetRequiredService<ActorStore>()
            .ListOrganisationsAsync(cancellationToken))[0];
        await other.Services.GetRequiredService<Keyring>().FindAsync(organisation.Uri);
        var admitted = await node.Services.GetRequiredService<AdmitOrganisation>().ExecuteAsync(
            organisation.Uri, vouches: false, administrator, cancellationToken);
        tell(admitted.IsDone(out var actor, out _)
            ? $"{actor.DisplayName} answers officially at {(node == DeBrug ? "De Brug" : "Waterveen")} too"
            : throw new InvalidOperationException($"{organisation.Uri} was not admitted."));
    }

    /// <summary>One question that crosses, is answered, chosen and edited.</summary>
    public async Task ConverseAsync(CancellationToken cancellationToken)
    {
        var there = DeBrug.Services;
        var here = Waterveen.Services;
        var lotte = await AtDeBrug.PersonAsync("Lotte V.");
        var officer = await AtWaterveen.PersonAsync("Team Afval", organisation: "Gemeente Waterveen");
        // Their keys are made in the background; here nobody should wait for them.
        await there.GetRequiredService<Keyring>().FindAsync(lotte.Account!.Uri);
        await here.GetRequiredService<Keyring>().FindAsync(officer.Organisations[0].Uri);
        var topic = await there.GetRequiredService<TopicStore>().FindByUriAsync(
            here.GetRequiredService<NodeAddresses>().Topic(Waterveens[0]), cancellationToken)
            ?? throw new InvalidOperationException("The topic is not followed.");
        tell("Lotte at De Brug asks in Waterveen's topic Afval en recycling");
        var started = clock.GetTimestamp();
        var asked = (await there.GetRequiredService<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form(
                "Waar laat ik een oude matras van mijn huurhuis?",
                "De matras past niet in de container. Mag hij bij het grofvuil?", topic.Id),
            lotte, cancellationToken)).Value!;
        var copy = await UntilAsync(
            () => here.GetRequiredService<QuestionStore>().FindByUriAsync(asked.Uri, Viewer.Anyone, cancellationToken));
        tell($"  it stands at Waterveen after {clock.GetElapsedTime(started).TotalMilliseconds:0} ms:"
            + $" {Page(Waterveen, copy.Id)}");

        tell("The municipality answers");
        started = clock.GetTimestamp();
        var answered = (await here.GetRequiredService<GiveAnswer>().ExecuteAsync(
            new GiveAnswer.Form(
                copy.Id, "**Ja, een matras mag bij het grofvuil.**\n\nMaak een afspraak. Zet hem droog en voor 7.30"
                    + " uur aan de weg.",
                Source: "https://www.waterveen.example/grofvuil",
                OnBehalfOf: officer.Organisations[0].Id,
                Official: new OfficialFacts(
                    "Grofvuil", ReviewBefore: Times.Day(clock.GetUtcNow().AddYears(1)), ReviewedBy: "Team Afval")),
            officer, cancellationToken)).Value!;
        var back = await UntilAsync(
            () => there.GetRequiredService<AnswerStore>().FindByUriAsync(
                answered.Uri, Viewer.Anyone, cancellationToken));
        var kind = back.Kind == AnswerKind.Official ? "official answer" : "answer";
        tell($"  the {kind} is back at De Brug after {clock.GetElapsedTime(started).TotalMilliseconds:0} ms:"
            + $" {Page(DeBrug, asked.Id)}");

        tell("Lotte says that it helped");
        await there.GetRequiredService<ReviseQuestion>().AcceptAsync(asked.Id, back.Id, lotte, cancellationToken);
        await UntilAsync(async () =>
            await here.GetRequiredService<QuestionStore>().FindAsync(copy.Id, Viewer.Anyone, cancellationToken) is
            { AcceptedAnswerId: not null } chosen ? chosen : null);
        tell("  Waterveen shows it as the answer that helped");

        tell("Lotte adds something to her question");
        await there.GetRequiredService<ReviseQuestion>().ExecuteAsync(
            asked.Id, asked.Title, asked.BodySource + "\n\nHij is 160 bij 200.", lotte, cancellationToken);
        await UntilAsync(async () =>
            await here.GetRequiredService<QuestionStore>().FindAsync(copy.Id, Viewer.Anyone, cancellationToken) is
            { EditedAt: not null } edited ? edited : null);
        tell("  Waterveen shows the new text");
    }

    /// <summary>Where a question stands.</summary>
    public static string Page(Node node, QuestionId id) =>
        node.Services.GetRequiredService<NodeAddresses>().Question(id);

    public async ValueTask DisposeAsync()
    {
        await DeBrug.StopAsync();
        await Waterveen.StopAsync();
        await DeBrug.DisposeAsync();
        await Waterveen.DisposeAsync();
    }

    private static async Task<Node> StartAsync(
        string name, string folder, int port, Action<string> tell, Dictionary<string, string?> settings,
        CancellationToken cancellationToken)
    {
        settings["Urls"] = $"http://localhost:{port}";
        settings["DataFolder"] = Path.Combine(folder, name.Replace(' ', '-').ToLowerInvariant());
        settings["Federation:AllowPrivateAddresses"] = "true";
        settings["Federation:AllowHttp"] = "true";
        settings["Federation:InboxPerHostPerSecond"] = "1000";
        settings["Federation:InboxPerActorPerMinute"] = "10000";
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(pair => "Plein:" + pair.Key, pair => pair.Value)).Build();
        var (options, faults) = ServerOptionsReader.Read(configuration);
        var node = await Node.BuildAsync(
            options ?? throw new InvalidOperationException(string.Join("; ", faults)), TimeProvider.System, quiet: true,
            services => services.AddSingleton<StoredInbox>().AddSingleton<IInboxJournal>(provider =>
                new Narrator(provider.GetRequiredService<StoredInbox>(), name, tell)),
            cancellationToken);
        await node.StartAsync(cancellationToken);
        return node;
    }

    private async Task FollowAsync(
        Node follower, Caller administrator, Node followed, string[] slugs, CancellationToken cancellationToken)
    {
        var host = followed.Services.GetRequiredService<NodeAddresses>().Host;
        foreach (var slug in slugs)
        {
            var outcome = await follower.Services.GetRequiredService<FollowTopic>()
                .FollowRemoteAsync($"@{slug}@{host}", administrator, cancellationToken);
            if (outcome.Refusal is { } refusal)
            {
                throw new InvalidOperationException(
                    $"{slug}: {refusal.TextKey} {string.Join(" ", refusal.Faults.SelectMany(f => f.Arguments))}");
            }

            var node = await follower.Services.GetRequiredService<ActorStore>().FindByUriAsync(
                follower.Services.GetRequiredService<NodeAddresses>().Node, cancellationToken);
            await UntilAsync(async () => await follower.Services.GetRequiredService<FollowStore>()
                .FindAsync(node!.Id, outcome.Value!.Id, cancellationToken) is { State: FollowState.Accepted } follow
                ? follow
                : null);
        }
    }

    // Until what came in with the follows is worked off.
    private Task<string> CalmAsync(Node node, CancellationToken cancellationToken) => UntilAsync(async () =>
        await node.Services.GetRequiredService<InboxStore>().CountWaitingAsync(cancellationToken) == 0 ? "calm" : null);

    private async Task<T> UntilAsync<T>(Func<Task<T?>> look)
        where T : class
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            if (await look() is { } found)
            {
                return found;
            }

            if (clock.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException("The other node did not show it in time.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), clock);
        }
    }
}

using Microsoft.AspNetCore.Components;
using Ontmoetingsplein.Server.Web.Accounts;
using Ontmoetingsplein.Server.Web.Administration;
using Ontmoetingsplein.Server.Web.Home;
using Ontmoetingsplein.Server.Web.Moderation;
using Ontmoetingsplein.Server.Web.Organisations;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Questions;
using Ontmoetingsplein.Server.Web.Topics;
using Ontmoetingsplein.Storage.Answers;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>What the sample pages show: a fictional municipality and its neighbours.</summary>
internal static class SampleModels
{
    private static readonly DateTimeOffset Now = SamplePages.Now;

    public static readonly Choice[] Topics = [new("afval", "Afval en recycling"), new("wonen", "Wonen en huren")];
    public static readonly Dictionary<string, string> AskErrors = new()
    {
        ["title"] = "Maak uw vraag wat langer. Gebruik minimaal 15 tekens.",
        ["topic"] = "Kies een onderwerp.",
    };

    public static readonly LinkItem Elsewhere = new("https://plein.debrug.example/q/7", "Plein van De Brug");

    public static MarkupString Html(string html) => new(html);

    public static PersonView Hans => new("Hans Wiersma", PersonKind.Remote)
    {
        Handle = "@hans@mastodon.example",
        Via = "Mastodon",
    };

    public static DateTimeOffset At(int month, int day, int hour, int minute) =>
        new(2026, month, day, hour, minute, 0, TimeSpan.FromHours(2));

    public static Dictionary<string, string> Fault(string field, string text) => new() { [field] = text };

    public static HomeModel Home() => new()
    {
        Topics = SomeTopics(9),
        TopicCount = 22,
        Latest = [.. SomeQuestions().Take(4)],
        Unanswered = [.. SomeQuestions().Skip(4)],
        OfficialOrganisations =
        [
            new("/p/gemeente", "Gemeente Waterveen"), new("/p/debrug", "Woningcorporatie De Brug"),
            new("/p/bieb", "Bibliotheek Waterveen"),
        ],
        ConnectedPleinen =
        [
            new("https://plein.molenwijk.example/", "Buurtplein Molenwijk"), Elsewhere,
            new("https://plein.oosterdam.example/", "Ontmoetingsplein Oosterdam"),
        ],
    };

    public static TopicTileView[] SomeTopics(int count)
    {
        TopicTileView[] all =
        [
            new("afval", "Afval en recycling", "Containers, grofvuil, milieustraat", "recycle", 128),
            new("paspoort", "Paspoort en rijbewijs", "Aanvragen, ophalen, kwijt", "id", 94),
            new("wonen", "Wonen en huren", "Huis zoeken, huur, onderhoud", "home", 151),
            new("straat", "Straat en stoep", "Kapot, vies of gevaarlijk", "traffic-cone", 87),
            new("parkeren", "Parkeren en verkeer", "Vergunning, laadpaal, drempels", "parking", 112),
            new("zorg", "Zorg en hulp", "Hulp thuis, mantelzorg", "heart-handshake", 76),
            new("geld", "Geld en regelingen", "Toeslag, schulden, korting", "coin-euro", 69),
            new("groen", "Groen en dieren", "Bomen, plantsoen, honden", "trees", 58),
            new("meedoen", "Meedoen en evenementen", "Buurtfeest, subsidie, clubs", "confetti", 43),
        ];
        return all[..count];
    }

    public static QuestionRowView[] SomeQuestions() =>
    [
        new(1, "Wordt de groene container met Koningsdag op een andere dag geleegd?",
            "Afval en recycling", Now.AddHours(-2))
        {
            HasOfficialAnswer = true,
            Answers = 3,
            AlsoAsked = 23,
        },
        new(2, "Hoe vraag ik een parkeerplaats voor een deelauto aan in onze straat?",
            "Parkeren en verkeer", Now.AddHours(-5))
        {
            Answers = 4,
        },
        new(3, "Mijn buurvrouw kan niet meer zelf koken. Wie kan helpen?", "Zorg en hulp", Now.AddDays(-1))
        {
            HasOfficialAnswer = true,
            AlsoAsked = 9,
        },
        new(4, "Mag ik zelf een geveltuin maken voor mijn huurhuis?", "Groen en dieren", Now.AddDays(-1))
        {
            Answers = 6,
            AlsoAsked = 14,
        },
        new(5, "Waar kan ik in de Molenwijk een lekke fietsband laten plakken op zondag?",
            "Buurt en winkels", Now.AddHours(-3)),
        new(6, "Is er een taalcafé in de avond voor mensen die overdag werken?",
            "Meedoen en evenementen", Now.AddHours(-6))
        {
            AlsoAsked = 5,
        },
        new(7, "Wanneer gaat de brug bij de Sluiskade weer open voor fietsers?", "Straat en stoep", Now.AddDays(-1))
        {
            AlsoAsked = 31,
            Origin = "Plein van De Brug",
        },
    ];

    public static TopicModel SomeTopic() => new(
        "afval", "Afval en recycling", "Containers, grofvuil, glas en papier. En wanneer we komen ophalen.", "recycle")
    {
        Questions = SomeQuestions(),
        Pages = new(null, "/o/afval?voor=7"),
        Handle = "@afval@plein.waterveen.example",
        Alternate = new Uri("https://plein.waterveen.example/o/afval"),
    };

    public static QuestionModel Question(bool signedIn) => new(
        1,
        "Wordt de groene container met Koningsdag op een andere dag geleegd?",
        Html("<p>Normaal wordt onze groene container op maandag geleegd. "
            + "Dit jaar is het op maandag 27 april Koningsdag.</p>"
            + "<p>Komt de vuilniswagen dan toch? Of moet ik de container op een andere dag buiten zetten? "
            + "Ik woon in de Korenstraat.</p>"),
        new PersonView("Samira A.") { Profile = "/p/samira" },
        At(4, 14, 9, 12))
    {
        Topic = new("/o/afval", "Afval en recycling"),
        AlsoAsked = 23,
        AskedToo = signedIn,
        May = new(Change: signedIn),
        TopicHandle = "@afval@plein.waterveen.example",
        Alternate = new Uri("https://plein.waterveen.example/q/1"),
        Answers = [OfficialAnswer(), Joke(signedIn), FromMastodon()],
        Similar =
        [
            new("/q/2", "Wanneer halen jullie oud papier op in de zomervakantie?"),
            new("/q/3", "Mijn container is niet geleegd. Wat nu?"), new("/q/4", "Wat mag er in de groene container?"),
        ],
    };

    public static AnswerView OfficialAnswer() => new(
        11,
        1,
        new PersonView("Gemeente Waterveen", PersonKind.Municipality),
        Html("<p>Op Koningsdag rijden er geen vuilniswagens. Woont u in de Molenwijk of in Sluiswaard? Dan komen we "
            + "eerder:</p><ul><li>Zet uw container op zaterdag 25 april <strong>voor 7.30 uur</strong> aan de weg.</li>"
            + "<li>De week daarna legen we weer gewoon op maandag.</li></ul><p>Uw eigen dagen vindt u in de "
            + "<a href=\"https://www.waterveen.example/\">afvalkalender</a>. "
            + "Vul daar uw postcode en huisnummer in.</p>"),
        At(4, 14, 10, 0))
    {
        Helpful = 41,
        Official = new OfficialView("Gemeente Waterveen", SenderProof.Register)
        {
            Lead = "Nee, niet op maandag. We legen uw groene container op zaterdag 25 april.",
            SourceTitle = "Afvalkalender 2026",
            Source = new Uri("https://waterveen.example/afvalkalender"),
            ValidUntil = new DateOnly(2026, 4, 30),
            CheckedOn = new DateOnly(2026, 4, 15),
            CheckedBy = "Priya de Boer, team Afval",
            Website = "waterveen.example",
            RegisterNumber = "gm9999",
        },
    };

    public static AnswerView Joke(bool signedIn) => new(
        12,
        1,
        new PersonView("Joke M.") { Profile = "/p/joke" },
        Html("<p>Vorig jaar kwamen ze bij ons ook op zaterdag. Ze waren toen erg vroeg, rond half 8. "
            + "Ik zet hem daarom vrijdagavond al buiten.</p>"),
        At(4, 14, 11, 40))
    {
        Helpful = 12,
        MarkedHelpful = signedIn,
        Accepted = true,
        AcceptedBy = "Samira",
        May = new(Accept: signedIn),
        Comments =
        [
            new(21, new PersonView("Samira A."), Html("<p>Dank je! Ook in de Korenstraat?</p>"), At(4, 14, 12, 5)),
            new(22, Hans, Html("<p>Ja, de hele wijk.</p>"), At(4, 14, 13, 0))
            {
                Edited = true,
                May = new(Change: signedIn),
            },
        ],
    };

    public static AnswerView FromMastodon() => new(
        13,
        1,
        Hans,
        Html("<p>Zet uw huisnummer op de container. Dan weet iedereen welke van wie is als ze door elkaar staan.</p>"),
        At(4, 14, 19, 5))
    {
        Helpful = 5,
        Original = new Uri("https://mastodon.example/@hans/1"),
        FoundAt = new Uri("https://www.waterveen.example/afval"),
        Draft = new TextDraft("", Fault("comment", "Schrijf eerst uw reactie.")),
    };

    public static QuestionModel RemoteQuestion() => Question(signedIn: false) with
    {
        Origin = Elsewhere,
        Author = Hans,
        Answers =
        [
            OfficialAnswer() with
            {
                Author = Hans with { Name = "Woningcorporatie De Brug", OnlySaysGovernment = true },
                Official = null,
                Unverified = true,
                Withdrawn = true,
            },
        ],
    };

    public static OrganisationsModel Organisations() => new()
    {
        Recognised =
        [
            new(5, "Provincie Zuidland", "@provincie@plein.zuidland.example", RecognitionGround.Admitted)
            {
                Vouches = true,
            },
            new(6, "Gemeente Veldhoek", "@gemeente@plein.veldhoek.example", RecognitionGround.Attested)
            {
                Issuer = "Provincie Zuidland",
            },
            new(7, "Gemeente Oostrand", "@gemeente@oostrand.example", RecognitionGround.Registered)
            {
                Website = "www.oostrand.example",
            },
            new(8, "Buurtvereniging", "@bv@buurt.example", RecognitionGround.Website) { Website = "bv.example" },
        ],
        Registered = 342,
        Own =
        [
            new(1, "Gemeente Waterveen")
            {
                Website = "https://www.waterveen.example/",
                Register = "https://identifier.example/gm9999",
                File = "{\n  \"version\": 1\n}",
                FileAddress = "https://www.waterveen.example/.well-known/ontmoetingsplein.json",
                Link = "<a rel=\"me\" href=\"https://plein.example/o/gemeente\">Gemeente</a>",
                Steps = [new("proof.website", true), new("proof.register", false, "proof.notRegistered")],
                Held = [new(0, "https://zuidland.example/1", "https://zuidland.example/p/p", SamplePages.Now)],
                Issued =
                [
                    new(3, "https://plein.waterveen.example/p/g/attestations/3", "De Brug", SamplePages.Now),
                    new(4, "https://plein.waterveen.example/p/g/attestations/4", "Oud", SamplePages.Now)
                    {
                        Revoked = true,
                    },
                ],
            },
        ],
        FaultyForm = "attest1",
        Errors = Fault("subject", "Vul een naam in."),
    };

    public static ProfileModel Profile() => new(
        new PersonView("Joke M.") { Profile = "/p/joke" }, Html("<p>Ik woon al 30 jaar in de Molenwijk.</p>"))
    {
        Handle = "@joke@plein.waterveen.example",
        Since = At(1, 2, 9, 0),
        Questions = [.. SomeQuestions().Take(2)],
        Answers =
        [
            new(12, 1, "Wordt de groene container geleegd?", "Vorig jaar kwamen ze op zaterdag.", At(4, 14, 11, 40))
            {
                Accepted = true,
                Helpful = 12,
            },
        ],
        IsReader = true,
    };

    public static ReportsModel Reports() => new(
        false,
        [
            new(3, ReportedThing.Answer, "Hier staat het adres van mijn buurman.", SamplePages.Now)
            {
                Reporter = new("/p/samira", "Samira A."),
                Post = new("/q/1#r2", "Wordt de container geleegd op Koningsdag?"),
                Excerpt = "Ja, bij ons op nummer 14 wel.",
            },
            new(2, ReportedThing.Person, "", SamplePages.Now)
            {
                Host = "elders.example",
                Post = new("/p/bram", "Bram"),
            },
            new(1, ReportedThing.Question, "Reclame.", SamplePages.Now) { Host = "elders.example" },
        ],
        new(null, "/meldingen?voor=1"));

    public static AdministrationModel Administration() => new()
    {
        Name = "Ontmoetingsplein Waterveen",
        Topics = [.. SomeTopics(3).Select(tile => new TopicForm(tile.Slug, tile.Name, tile.Description, tile.Icon))],
        Following =
        [
            new(1, "Reparaties", "@reparaties@plein.debrug.example", true),
            new(2, "Afval", "@afval@plein.oosterdam.example", false),
            new(3, "Dieren", "@dieren@plein.dicht.example", false),
        ],
        Waiting =
        [
            new("plein.debrug.example", 12, ServerKind.Plein)
            {
                WaitingSince = Now.AddHours(-3),
                NextTry = Now.AddMinutes(20),
                LastSuccess = Now.AddHours(-4),
                LastFailure = Now.AddHours(-1),
                LastError = "503 Service Unavailable",
                Scheme = "RFC 9421, Ed25519",
            },
            new("mastodon.example", 1, ServerKind.Microblog)
            {
                WaitingSince = Now.AddMinutes(-1),
                NextTry = Now,
                ParkedAt = Now.AddDays(-2),
            },
        ],
    };

    public static DeliveriesModel Deliveries() => new(
        [
            .. Administration().Waiting,
            new("forum.dicht.example", 0, ServerKind.Forum) { IsBlocked = true, Scheme = "draft-cavage, RSA" },
        ],
        All: true, new("/beheer/servers", "/beheer/servers?toon=alle&na=mastodon.example"));

    public static SetAsideModel SetAside() => new(
        [
            new(
                2, IsMail: true, "Inloggen bij Ontmoetingsplein", "niemand@voorbeeld.example",
                "5.1.1 No such user here", 1, Now.AddHours(-3)),
            new(
                1, IsMail: false, "Create", "https://plein.debrug.example/p/lotte",
                "The handler failed: FormatException. The log tells more of entry 12.", 6, Now.AddDays(-2))
            {
                MayBeTried = true,
            },
        ],
        new(null, "/beheer/apart?voor=1"));
}

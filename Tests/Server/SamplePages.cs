using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Server.Web.Accounts;
using Ontmoetingsplein.Server.Web.Administration;
using Ontmoetingsplein.Server.Web.Answers;
using Ontmoetingsplein.Server.Web.Home;
using Ontmoetingsplein.Server.Web.Moderation;
using Ontmoetingsplein.Server.Web.Organisations;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Questions;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Server.Web.Topics;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Reports;
using static Ontmoetingsplein.Tests.Server.SampleModels;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>Every page of the citizen's web with a full model, for a visitor and for somebody signed in.</summary>
internal static class SamplePages
{
    public static readonly DateTimeOffset Now = new(2026, 4, 21, 12, 0, 0, TimeSpan.FromHours(2));
    private static readonly Assets Assets = Assets.Load();

    /// <summary>Names of all pages.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "home", "home-fresh", "topics", "topic", "topic-empty", "question", "question-remote", "ask", "ask-errors",
        "edit-question", "list", "list-empty", "search", "search-none", "edit-answer", "edit-comment", "sign-in",
        "sign-in-errors", "sign-in-sent", "sign-in-link", "password", "welcome", "account", "move", "move-done",
        "profile",
        "administration", "administration-errors", "servers", "servers-none", "set-aside", "set-aside-none",
        "hosts", "hosts-preview", "organisations", "reports", "reports-handled", "reports-errors",
        "problem-403", "problem-404", "problem-500", "about", "rules", "privacy", "accessibility",
    ];

    public static PageFrame Frame(bool signedIn, string language = "nl", FormOfAddress form = FormOfAddress.U) => new()
    {
        NodeName = "Ontmoetingsplein Waterveen",
        Organisation = "Gemeente Waterveen",
        Origin = new Uri("https://plein.waterveen.example"),
        Assets = Assets,
        Now = Now,
        Path = "/q/1",
        Language = language,
        FormOfAddress = form,
        Reader = signedIn
            ? new Reader("Lotte V.", "/p/lotte", IsAdministrator: true) { OpenReports = 12, SetAside = 2 }
            : null,
        AntiforgeryToken = signedIn ? "token" : null,
        ContactPhone = "14 0999",
        ContactMail = "plein@waterveen.example",
    };

    public static async Task<string> RenderAsync<TPage, TModel>(PageFrame frame, TModel model)
        where TPage : View<TModel>
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        var renderer = new PageRenderer(services, NullLoggerFactory.Instance);
        return System.Text.Encoding.UTF8.GetString(await renderer.RenderAsync<TPage, TModel>(frame, model));
    }

    public static Task<string> RenderAsync(string name, PageFrame frame) => name switch
    {
        "home" => RenderAsync<HomePage, HomeModel>(frame, Home()),
        "home-fresh" => RenderAsync<HomePage, HomeModel>(
            frame with { Organisation = null, Notice = "Welkom." },
            new HomeModel { Topics = SomeTopics(3), TopicCount = 22 }),
        "topics" => RenderAsync<TopicsPage, TopicsModel>(
            frame, new(SomeTopics(9), [SomeTopics(1)[0] with { Origin = "Plein van De Brug" }])),
        "topic" => RenderAsync<TopicPage, TopicModel>(frame, SomeTopic() with { Following = true, Followers = 12 }),
        "topic-empty" => RenderAsync<TopicPage, TopicModel>(
            frame, SomeTopic() with { Questions = [], OnlyUnanswered = true, Origin = Elsewhere }),
        "question" => RenderAsync<QuestionPage, QuestionModel>(frame, Question(frame.Reader is not null)),
        "question-remote" => RenderAsync<QuestionPage, QuestionModel>(frame, RemoteQuestion()),
        "ask" => RenderAsync<AskQuestionPage, AskQuestionModel>(frame, new(Topics)),
        "ask-errors" => RenderAsync<AskQuestionPage, AskQuestionModel>(frame, new(Topics)
        {
            Title = "Grofvuil?",
            Body = "De bank past niet in mijn auto.",
            Errors = AskErrors,
            Similar =
            [
                new("/q/2", "Hoe laat ik grofvuil ophalen?"), new("/q/3", "Wat kost grofvuil ophalen?"),
                new("/q/4", "Mag ik grofvuil naast de container zetten?"),
            ],
        }),
        "edit-question" => RenderAsync<EditQuestionPage, EditQuestionModel>(
            frame, new(1, "Wordt de container geleegd?", "Op Koningsdag.")),
        "list" => RenderAsync<QuestionListPage, QuestionListModel>(
            frame, new(SomeQuestions(), new("/vragen?na=1", "/vragen?voor=9"), false)),
        "list-empty" => RenderAsync<QuestionListPage, QuestionListModel>(frame, new([], null, true)),
        "search" => RenderAsync<SearchPage, SearchModel>(
            frame,
            new("grofvuil", 1234, SomeQuestions(), new(null, "/zoeken?q=vuil&voor=9"))),
        "search-none" => RenderAsync<SearchPage, SearchModel>(frame, new("xyzzy", 0, [], null)),
        "edit-answer" => RenderAsync<EditAnswerPage, EditAnswerModel>(
            frame, new(5, 1, "Wordt de container geleegd?", "Ja.")),
        "edit-comment" => RenderAsync<EditAnswerPage, EditAnswerModel>(
            frame,
            new(6, 1, "Wordt de container geleegd?", "")
            {
                IsComment = true,
                Errors = Fault("text", "Schrijf eerst.")
            }),
        "sign-in" => RenderAsync<SignInPage, SignInModel>(frame, new() { Return = "/q/1" }),
        "sign-in-errors" => RenderAsync<SignInPage, SignInModel>(
            frame,
            new() { ByPassword = true, Email = "lotte@waterveen.example", Errors = Fault("password", "Klopt niet.") }),
        "sign-in-sent" => RenderAsync<SignInSentPage, SignInSentModel>(frame, new("lotte@waterveen.example", 30)),
        "sign-in-link" => RenderAsync<SignInLinkPage, SignInLinkModel>(frame, new("secret")),
        "password" => RenderAsync<PasswordPage, PasswordModel>(frame, new(true, 12)),
        "welcome" => RenderAsync<WelcomePage, WelcomeModel>(frame, new()),
        "account" => RenderAsync<MyAccountPage, MyAccountModel>(
            frame with { Reader = frame.Reader ?? new Reader("Lotte V.", "/p/lotte", false) },
            new("lotte@waterveen.example", "Lotte V.", "", "nl", true) { Handle = "@lotte@plein.waterveen.example" }),
        "move" => RenderAsync<MovePage, MoveModel>(
            frame,
            new(
                "@lotte@plein.waterveen.example",
                [new("https://mastodon.example/u/lotte", "@lotte@mastodon.example")], null)
            {
                Errors = Fault("new", "Klopt niet."),
                New = "@lotte@elders.example",
            }),
        "move-done" => RenderAsync<MovePage, MoveModel>(
            frame,
            new("@lotte@plein.waterveen.example", [], new("https://elders.example/u/lotte", "@lotte@elders.example"))),
        "profile" => RenderAsync<ProfilePage, ProfileModel>(frame, Profile()),
        "administration" => RenderAsync<AdministrationPage, AdministrationModel>(frame, Administration()),
        "administration-errors" => RenderAsync<AdministrationPage, AdministrationModel>(
            frame, Administration() with { FaultyForm = "afval", Errors = Fault("name", "Vul een naam in.") }),
        "servers" => RenderAsync<DeliveriesPage, DeliveriesModel>(frame, Deliveries()),
        "servers-none" => RenderAsync<DeliveriesPage, DeliveriesModel>(
            frame, new([], All: false, new(null, null))),
        "set-aside" => RenderAsync<SetAsidePage, SetAsideModel>(frame, SetAside()),
        "set-aside-none" => RenderAsync<SetAsidePage, SetAsideModel>(frame, new([], new(null, null))),
        "hosts" => RenderAsync<HostRulesPage, HostRulesModel>(
            frame,
            new(
            [
                new() { Subject = "slecht.example", Verdict = PeerVerdict.Refuse, Reason = "Spam.", CreatedAt = Now },
                new() { Subject = "stil.example", Verdict = PeerVerdict.Hide, CreatedAt = Now },
            ])
            {
                Errors = Fault("list", "Geef minstens één server op."),
            }),
        "organisations" => RenderAsync<OrganisationsPage, OrganisationsModel>(frame, Organisations()),
        "reports" => RenderAsync<ReportsPage, ReportsModel>(frame, Reports()),
        "reports-handled" => RenderAsync<ReportsPage, ReportsModel>(
            frame,
            Reports() with
            {
                Handled = true,
                Reports =
                [
                    .. Reports().Reports.Select(one => one with
                    {
                        Outcome = ReportOutcome.Removed,
                        HandledAt = Now,
                        HandledBy = "Lotte V.",
                        Note = "Er stond een adres in.",
                        Gone = true,
                    }),
                ],
            }),
        "reports-errors" => RenderAsync<ReportsPage, ReportsModel>(
            frame, Reports() with { Draft = new(3, "", "Gebeld.", Fault("outcome", "Kies wat er is gedaan.")) }),
        "hosts-preview" => RenderAsync<HostRulesPreviewPage, HostRulesPreviewModel>(
            frame,
            new(
                2, [(new("slecht.example", 3, 1, 12, 40, 2), PeerVerdict.Allow, PeerVerdict.Refuse)],
                new("", 3, 1, 12, 40, 2), ["ver*opt.example"], "slecht.example,suspend")),
        "problem-403" => RenderAsync<ProblemPage, ProblemModel>(frame, new(403)),
        "problem-404" => RenderAsync<ProblemPage, ProblemModel>(frame, new(404)),
        "problem-500" => RenderAsync<ProblemPage, ProblemModel>(frame, new(500) { Reference = "00-4bf92f3577b3" }),
        "about" => RenderAsync<AboutPage, AboutModel>(frame, new("0.1.0", [Elsewhere])),
        "rules" => RenderAsync<RulesPage, TextModel>(frame, TextModel.Instance),
        "privacy" => RenderAsync<PrivacyPage, TextModel>(frame, TextModel.Instance),
        "accessibility" => RenderAsync<AccessibilityPage, TextModel>(frame, TextModel.Instance),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such page."),
    };
}

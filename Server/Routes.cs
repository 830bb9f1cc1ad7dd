using Ontmoetingsplein.Federation;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Server.Peers.Documents;
using Ontmoetingsplein.Server.Peers.Inbound;
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
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Server;

/// <summary>What people, clients and peers may call.</summary>
internal static class Routes
{
    private static readonly string[] Read = ["GET", "HEAD"];

    public static void Map(WebApplication app)
    {
        app.MapAssets(app.Services.GetRequiredService<Assets>());
        app.MapMethods(Paths.Health, Read, Health.ShowAsync);
        PeerRoutes.Map(app);
        var owned = app.Behind<InboxOwnerFilter>();
        foreach (var inbox in new[] { "/inbox", "/actor/inbox", "/p/{name}/inbox", "/o/{name}/inbox" })
        {
            // The shared inbox is everybody's: what comes in there is not to wait for a look-up.
            (inbox == "/inbox" ? (IEndpointRouteBuilder)app : owned).MapPost(
                inbox, (HttpContext http, InboxReceiver receiver, FederationOptions options, TimeProvider clock) =>
                ReceiveInbox.HandleAsync(http, receiver, options, clock));
        }

        MapShared(app);
        MapPages(app);
        MapForms(app.Behind<FormGuard>().WithMetadata(new TakesOwnForms()));
        MapAdministration(app.Behind<AdministratorFilter>().WithMetadata(new ForAdministrators()));
    }

    // One address for people and for other servers (CONTRACT.md §1).
    private static void MapShared(WebApplication app)
    {
        // The node's actor needs no signature to be read, at either address.
        app.MapMethods(
            Paths.Home, Read, (HttpContext http, Caller caller, ShowHome page, ShowActors actors) =>
            ActivityNegotiation.WantsActivity(http.Request)
                ? actors.ActorAsync("/actor", http.RequestAborted)
                : page.ShowAsync(http, caller));
        app.MapMethods(
            "/q/{id:long}", Read, (HttpContext http, Caller caller, long id, ShowQuestion page, Documents documents) =>
            documents.OrPageAsync(
                http, show => show.QuestionAsync(new QuestionId(id), http.RequestAborted),
                () => page.ShowAsync(http, caller, new QuestionId(id)), $"question:{id}", "actors", "topics"));
        app.MapMethods(
            "/r/{id:long}", Read, (HttpContext http, Caller caller, long id, ShowQuestion page, Documents documents) =>
            documents.OrPageAsync(
                http, show => show.AnswerAsync(new AnswerId(id), http.RequestAborted),
                () => page.ShowAnswerAsync(http, caller, new AnswerId(id)), "questions", "actors"));
        app.MapMethods(
            "/p/{name}", Read, (HttpContext http, Caller caller, string name, ShowProfile page, Documents documents) =>
            documents.ActorOrPageAsync(http, () => page.ShowAsync(http, caller, name)));
        app.MapMethods(
            "/o/{slug}", Read,
            (HttpContext http, Caller caller, string slug, long? voor, string? toon, ShowTopics page,
                Documents documents) =>
                documents.ActorOrPageAsync(http, () => page.OneAsync(http, caller, slug, voor, toon)));
    }

    private static void MapPages(WebApplication app)
    {
        app.MapMethods(Paths.Questions, Read, ListQuestions.AllAsync);
        app.MapMethods(Paths.Unanswered, Read, ListQuestions.UnansweredAsync);
        app.MapMethods(Paths.Search, Read, SearchQuestions.ShowAsync);
        app.MapMethods(Paths.Topics, Read, (HttpContext http, ShowTopics show) => show.AllAsync(http));
        app.MapMethods(Paths.About, Read, ShowTexts.AboutAsync);
        app.MapMethods(Paths.Rules, Read, ShowTexts.RulesAsync);
        app.MapMethods(Paths.Privacy, Read, ShowTexts.PrivacyAsync);
        app.MapMethods(Paths.Accessibility, Read, ShowTexts.AccessibilityAsync);
        app.MapMethods(Paths.Reports, Read, ShowReports.ShowAsync);
        app.MapMethods(Paths.Ask, Read, AskForm.ShowAsync);
        app.MapMethods("/q/{id:long}/wijzigen", Read, EditQuestion.ShowAsync);
        app.MapMethods("/r/{id:long}/wijzigen", Read, EditAnswer.ShowAsync);
        app.MapMethods(Paths.SignIn, Read, SignInForms.ShowAsync);
        app.MapMethods(Paths.SignInLink, Read, LinkForms.ShowAsync);
        app.MapMethods(Paths.Account, Read, AccountForm.ShowAsync);
        app.MapMethods(Paths.AccountPassword, Read, PasswordForm.ShowAsync);
        app.MapMethods(Paths.AccountMove, Read, MoveForms.ShowAsync);
    }

    private static void MapForms(RouteGroupBuilder forms)
    {
        var visitors = forms.MapGroup("").WithMetadata(new TakesFormsOfVisitors());
        forms.MapPost(Paths.Ask, AskForm.SubmitAsync);
        forms.MapPost("/q/{id:long}/wijzigen", EditQuestion.SubmitAsync);
        forms.MapPost("/q/{id:long}/verwijderen", EditQuestion.DeleteAsync);
        forms.MapPost("/q/{id:long}/volgen", WantToKnowForms.SubmitFollowAsync);
        forms.MapPost("/q/{id:long}/ook", WantToKnowForms.SubmitAsync);
        forms.MapPost("/q/{id:long}/sluiten", ModerationForms.LockAsync);
        forms.MapPost("/q/{id:long}/vastzetten", ModerationForms.PinAsync);
        forms.MapPost("/q/{id:long}/verplaatsen", ModerationForms.MoveAsync);
        forms.MapPost("/q/{id:long}/dubbel", ModerationForms.DuplicateAsync);
        forms.MapPost("/q/{id:long}/melden", ReportForms.QuestionAsync);
        forms.MapPost("/r/{id:long}/melden", ReportForms.AnswerAsync);
        forms.MapPost(Paths.Reports + "/{id:long}", ShowReports.SubmitAsync);
        forms.MapPost("/q/{id:long}/antwoorden", AnswerForms.AnswerAsync);
        forms.MapPost("/r/{id:long}/wijzigen", EditAnswer.SubmitAsync);
        forms.MapPost("/r/{id:long}/intrekken", EditAnswer.WithdrawAsync);
        forms.MapPost("/r/{id:long}/verwijderen", EditAnswer.DeleteAsync);
        forms.MapPost("/r/{id:long}/nuttig", HelpfulForm.SubmitAsync);
        forms.MapPost("/r/{id:long}/aanvaarden", ModerationForms.AcceptAsync);
        forms.MapPost("/r/{id:long}/reacties", AnswerForms.CommentAsync);
        forms.MapPost(Paths.FollowElsewhere, FollowForms.SubmitElsewhereAsync);
        forms.MapPost("/o/{slug}/volgen", FollowForms.SubmitAsync);
        visitors.MapPost(Paths.SignInLink, SignInForms.SubmitLinkAsync);
        visitors.MapPost(Paths.SignInUse, LinkForms.SubmitAsync);
        visitors.MapPost(Paths.SignInPassword, SignInForms.SubmitPasswordAsync);
        forms.MapPost(Paths.SignOut, SignInForms.SubmitOutAsync);
        visitors.MapPost(Paths.Welcome, LinkForms.SubmitWelcomeAsync);
        forms.MapPost(Paths.Account, AccountForm.SubmitAsync);
        forms.MapPost(Paths.AccountPassword, PasswordForm.SubmitAsync);
        forms.MapPost(Paths.AccountMove, MoveForms.SubmitMoveAsync);
        forms.MapPost(Paths.AccountMoveAdd, MoveForms.SubmitAddAsync);
        forms.MapPost(Paths.AccountMoveRemove, MoveForms.SubmitRemoveAsync);
        forms.MapPost(Paths.AccountMoveBack, MoveForms.SubmitBackAsync);
    }

    private static void MapAdministration(RouteGroupBuilder group)
    {
        group.MapMethods(Paths.Administration, Read, Administer.ShowAsync);
        group.MapMethods(Paths.AdministrationServers, Read, ShowDeliveries.ShowAsync);
        group.MapMethods(Paths.SetAside, Read, ShowSetAside.ShowAsync);
        group.MapMethods(Paths.Hosts, Read, AdministerHosts.ShowAsync);
        group.MapMethods(Paths.Organisations, Read, OrganisationForms.ShowAsync);
        var forms = group.Behind<FormGuard>().WithMetadata(new TakesOwnForms());
        forms.MapPost(Paths.Administration, Administer.SubmitDetailsAsync);
        forms.MapPost(Paths.Hosts, AdministerHosts.SubmitAsync);
        forms.MapPost(Paths.ApplyHosts, AdministerHosts.SubmitApplyAsync);
        forms.MapPost(Paths.Organisations, OrganisationForms.SubmitAdmitAsync);
        forms.MapPost(Paths.OrganisationRegister, OrganisationForms.SubmitRegisterAsync);
        forms.MapPost(Paths.Organisations + "/{id:long}", OrganisationForms.SubmitAboutAsync);
        forms.MapPost(Paths.Organisations + "/{id:long}/stoppen", OrganisationForms.SubmitEndAsync);
        forms.MapPost(Paths.Organisations + "/{id:long}/controleren", OrganisationForms.SubmitCheckAsync);
        forms.MapPost(Paths.Organisations + "/{id:long}/bevestigen", OrganisationForms.SubmitAttestAsync);
        forms.MapPost(Paths.Organisations + "/{id:long}/tonen", OrganisationForms.SubmitHoldAsync);
        forms.MapPost(
            Paths.Organisations + "/bevestigd/{id:long}/intrekken", OrganisationForms.SubmitRevokeAsync);
        forms.MapPost(Paths.AdministrationTopics, Administer.SubmitTopicAsync);
        forms.MapPost(Paths.AdministrationTopics + "/{slug}", Administer.SubmitTopicChangeAsync);
        forms.MapPost(Paths.AdministrationServers + "/{order}", ShowDeliveries.SubmitAsync);
        forms.MapPost(Paths.SetAside + "/{order}", ShowSetAside.SubmitAllAsync);
        forms.MapPost(Paths.SetAside + "/{id:long}/{order}", ShowSetAside.SubmitAsync);
        forms.MapPost(Paths.AdministrationTopics + "/{slug}/moderatoren", Administer.SubmitModeratorAsync);
        forms.MapPost(Paths.AdministrationFollow, Administer.SubmitFollowAsync);
        forms.MapPost(Paths.AdministrationFollow + "/{id:long}/stoppen", Administer.SubmitStopAsync);
    }
}

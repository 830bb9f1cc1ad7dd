using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Moderation;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Reports;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>Where reports go: a list for those who moderate, and for nobody else.</summary>
internal sealed class ReportDeskTests
{
    private const string Count = ".pl-staff__n";
    private TestForum forum = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => forum = await TestForum.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await forum.DisposeAsync();

    [Test]
    public async Task A_report_is_in_the_list_counted_in_the_menu_and_leaves_both_when_it_is_dealt_with()
    {
        var (moderating, _) = await forum.SignedInAsync("Iris", Role.Moderator);
        var (_, asker) = await forum.SignedInAsync("Anna");
        var (reporting, _) = await forum.SignedInAsync("Rob");
        var question = await forum.AskAsync(asker, "Wie verkoopt er goedkope zonnepanelen?");
        var before = await OpenAsync(moderating);
        await ReportAsync(reporting, question, "Dit is <b>reclame</b>.");

        var page = await moderating.GetAsync("/");
        Assert.That(page.Page.QuerySelector(Count)?.TextContent, Is.EqualTo($"{before + 1} open"));
        page = await moderating.FollowAsync("/meldingen");
        var item = page.Page.QuerySelector(".pl-work li")!;
        Assert.That(item.TextContent, Does.Contain("Dit is <b>reclame</b>.").And.Contain("Gemeld door Rob")
            .And.Contain(question.Title).And.Contain("Ik zocht al op de website."));
        Assert.That(item.QuerySelector("h2 a")?.GetAttribute("href"), Is.EqualTo($"/q/{question.Id}"));

        var action = item.QuerySelector("form")!.GetAttribute("action")!;
        var refused = await moderating.SubmitAsync(page, action, ("outcome", ""), ("note", "Gebeld."));
        Assert.That((refused.Status, refused.Page.Title), Is.EqualTo((400, "Fout: Meldingen - Proefplein")));
        Assert.That(refused.Text, Does.Contain("Kies wat er is gedaan."));
        Assert.That(
            refused.Page.QuerySelector("details[open] textarea")?.TextContent.Trim(), Is.EqualTo("Gebeld."));
        refused = await moderating.SubmitAsync(page, action, ("outcome", "Removed"));
        Assert.That(
            (refused.Status, refused.Text.Contains("Dit bericht staat er nog.", StringComparison.Ordinal)),
            Is.EqualTo((400, true)), "nobody says that it is gone while it is there");
        refused = await moderating.SubmitAsync(page, action, ("outcome", "Other"));
        Assert.That(refused.Text, Does.Contain("Schrijf op wat u deed."));

        var open = page;
        page = await moderating.FollowAsync(
            await moderating.SubmitAsync(open, action, ("outcome", "Nothing"), ("note", "Het mag.")));
        Assert.That(page.Text, Does.Contain("De melding is afgehandeld."));
        page = await moderating.FollowAsync(
            await moderating.SubmitAsync(open, action, ("outcome", "Nothing"), ("note", "Het mag.")));
        Assert.That(page.Text, Does.Contain("De melding is afgehandeld."), "who presses twice did it once");
        Assert.That(await OpenAsync(moderating), Is.EqualTo(before));
        page = await moderating.GetAsync("/meldingen?toon=klaar");
        Assert.That(
            page.Page.QuerySelector(".pl-work li")!.TextContent,
            Does.Contain("Er was niets nodig").And.Contain("Iris").And.Contain("Het mag."));

        await ReportAsync(reporting, question, "Het is nog steeds reclame.");
        Assert.That(await OpenAsync(moderating), Is.EqualTo(before + 1), "reported again it is open again");
    }

    [Test]
    public async Task Dealing_with_one_deals_with_all_about_the_same_post_once()
    {
        var (first, one) = await forum.SignedInAsync("Ine", Role.Moderator);
        var (_, two) = await forum.SignedInAsync("Iwan", Role.Moderator);
        var (_, asker) = await forum.SignedInAsync("Bea");
        var question = await forum.AskAsync(asker, "Waarom is de burgemeester zo'n sukkel?");
        foreach (var name in new[] { "Cas", "Cor" })
            await ReportAsync((await forum.SignedInAsync(name)).Browser, question, "Schelden.");
        var mine = (await ListAsync(one)).Where(report => report.ObjectUri == question.Uri).ToList();
        Assert.That(mine, Has.Count.EqualTo(2));
        var page = await first.GetAsync($"/q/{question.Id}/wijzigen");
        Assert.That((await first.SubmitAsync(page, $"/q/{question.Id}/verwijderen")).Status, Is.EqualTo(303));

        page = await first.GetAsync("/meldingen");
        Assert.That(page.Text, Does.Contain("Verwijderd"));
        var handle = forum.Get<HandleReport>();
        var done = await handle.ExecuteAsync(mine[0].Id, ReportOutcome.Removed, null, one, default);
        Assert.That((done.Refusal, done.Value), Is.EqualTo(((Refusal?)null, 2)));
        var late = await handle.ExecuteAsync(mine[1].Id, ReportOutcome.Nothing, null, two, default);
        Assert.That(late.Refusal?.Kind, Is.EqualTo(RefusalKind.Conflict));
        Assert.That(
            (await first.SubmitAsync(page, $"/meldingen/{mine[1].Id}", ("outcome", "Nothing"))).Text,
            Does.Contain("Iemand anders heeft deze melding net afgehandeld."));
    }

    [Test]
    public async Task An_outsider_sees_nothing_and_can_do_nothing()
    {
        var (_, asker) = await forum.SignedInAsync("Dirk");
        var (reporting, reporter) = await forum.SignedInAsync("Dora");
        var (elsewhere, other) = await forum.SignedInAsync("Olga");
        var (appointedHere, here) = await forum.SignedInAsync("Onno");
        var (boss, administrator) = await forum.SignedInAsync("Ada", Role.Administrator);
        foreach (var (slug, who) in new[] { ("wonen", other), ("afval", here) })
        {
            var outcome = await forum.Get<AppointModerator>().ExecuteAsync(
                slug, who.Account!.Name, true, administrator, default);
            Assert.That(outcome.Refusal, Is.Null);
        }

        var question = await forum.AskAsync(asker, "Wie parkeert er steeds voor mijn deur?");
        await ReportAsync(reporting, question, "Er staat een kenteken bij, zegt Dora.");
        var report = (await ListAsync(administrator)).First(one => one.ObjectUri == question.Uri);

        foreach (var browser in new[] { forum.Visitor(), reporting })
        {
            foreach (var path in new[] { "/meldingen", "/meldingen?toon=klaar" })
            {
                var page = await browser.GetAsync(path);
                Assert.That(page.Status, Is.EqualTo(browser == reporting ? 403 : 303), path);
                Assert.That(page.Text, Does.Not.Contain("kenteken").And.Not.Contain(question.Title));
                Assert.That(page.Page.QuerySelector(".pl-staff"), Is.Null);
            }
        }

        var others = await elsewhere.GetAsync("/meldingen");
        Assert.That(others.Status, Is.EqualTo(200), "who moderates another topic has a list");
        Assert.That(others.Text, Does.Not.Contain("kenteken").And.Not.Contain("Dora"));
        Assert.That(others.Page.QuerySelector(Count), Is.Null, "and nothing is counted");
        foreach (var (who, kind) in new[]
        {
            (Caller.Visitor, RefusalKind.SignInNeeded), (reporter, RefusalKind.Forbidden),
            (asker, RefusalKind.Forbidden), (other, RefusalKind.NotFound),
        })
        {
            var outcome = await forum.Get<HandleReport>().ExecuteAsync(
                report.Id, ReportOutcome.Nothing, null, who, default);
            Assert.That(outcome.Refusal?.Kind, Is.EqualTo(kind));
        }

        Assert.That((await appointedHere.GetAsync("/meldingen")).Text, Does.Contain("kenteken"));
        Assert.That((await boss.GetAsync("/meldingen")).Text, Does.Contain("kenteken"));

        // A question that moves is the other moderator's.
        var (_, roaming) = await forum.SignedInAsync("Ivo", Role.Moderator);
        var moved = await forum.Get<ModerateQuestion>().MoveAsync(
            question.Id, (await forum.Get<TopicStore>().FindLocalAsync("wonen"))!.Id, roaming, default);
        Assert.That(moved.Refusal, Is.Null);
        Assert.That((await elsewhere.GetAsync("/meldingen")).Text, Does.Contain("kenteken"));
        Assert.That((await appointedHere.GetAsync("/meldingen")).Text, Does.Not.Contain("kenteken"));
        await forum.Get<AppointModerator>().ExecuteAsync("wonen", other.Account!.Name, false, administrator, default);
        Assert.That((await elsewhere.GetAsync("/meldingen")).Status, Is.EqualTo(403), "at once");
        Assert.That((await elsewhere.GetAsync("/")).Page.QuerySelector(".pl-staff"), Is.Null);
    }

    [Test]
    public async Task What_was_written_for_an_organisation_alone_is_not_read_through_its_report()
    {
        var (_, officer) = await forum.SignedInAsync("Otto", forOrganisation: true);
        var (_, colleague) = await forum.SignedInAsync("Oda", forOrganisation: true);
        var (moderating, _) = await forum.SignedInAsync("Ilse", Role.Moderator);
        var question = await forum.AskAsync(officer, "Wat doen wij met de geheime stortplaats?", Audience.Organisation);
        var outcome = await forum.Get<ReportPost>().ExecuteAsync(
            question.Id, "Staat op de verkeerde plek.", colleague, default);
        Assert.That(outcome.Refusal, Is.Null);
        var page = await moderating.GetAsync("/meldingen");
        Assert.That(
            page.Text, Does.Contain("Staat op de verkeerde plek.").And.Contain("Bericht dat niet voor u te zien is"));
        Assert.That(page.Text, Does.Not.Contain("stortplaats"));
        Assert.That(page.Html, Does.Not.Contain($"/q/{question.Id}\""));
    }

    [Test]
    public async Task A_flag_of_another_server_is_in_the_list_with_the_server_and_its_words_as_words()
    {
        await using var plein = await Plein.StartAsync(TestKeys.Node, ["afval"]);
        await using var peer = await ScriptedPeer.StartAsync(plein);
        var administrator = await plein.PersonAsync("Ada", Role.Administrator);
        var moderator = await plein.PersonAsync("Iris", Role.Moderator);
        var anna = await plein.PersonAsync("Anna");
        var asked = (await plein.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form("Waar staat de container deze week?", "", (await plein.TopicAsync("afval")).Id), anna,
            default)).Value!;
        var person = (await plein.Get<Ontmoetingsplein.Storage.Actors.ActorStore>()
            .FindAsync(anna.Account!.ActorId))!.Uri;
        var accuser = peer.Person("aanklager");
        foreach (var (about, reason) in new[]
        {
            (asked.Uri, "<script>alert(1)</script>\u202Eniet <img src=x onerror=alert(2)> & zo"), (person, "Spam"),
            ((await plein.TopicAsync("afval")).Uri, "Hier staat alleen reclame."),
        })
        {
            var flag = peer.Activity("Flag", accuser, about);
            flag["content"] = reason;
            Assert.That((await peer.TellAsync(accuser, flag)).State, Is.EqualTo(InboxState.Done));
        }

        using var browser = new Browser(plein.Door);
        browser.Cookies[SessionCookie.Name] = (await plein.Get<Database>().WriteAsync(
            writing => SignIn.Start(writing, administrator.Account!.ActorId))).Text;
        var page = await browser.GetAsync("/meldingen");
        Assert.That(page.Page.QuerySelector(Count)?.TextContent, Is.EqualTo("3 open"));
        Assert.That(page.Page.QuerySelector("main a[href='/o/afval']"), Is.Not.Null, "a topic is no person");
        Assert.That(page.Text, Does.Contain($"Gemeld vanaf een andere server: {peer.Server.Authority}")
            .And.Contain("Waar staat de container deze week?").And.Contain("Spam").And.Contain("Anna"));
        Assert.That(page.Page.QuerySelectorAll("main script, main img, main [onerror]"), Is.Empty);
        Assert.That(page.Html.Contains('\u202E', StringComparison.Ordinal), Is.False);

        browser.Cookies[SessionCookie.Name] = (await plein.Get<Database>().WriteAsync(
            writing => SignIn.Start(writing, moderator.Account!.ActorId))).Text;
        page = await browser.GetAsync("/meldingen");
        Assert.That(page.Page.QuerySelector(Count)?.TextContent, Is.EqualTo("1 open"), "of posts, not of people");
        Assert.That(page.Text, Does.Not.Contain("Spam"));
    }

    private async Task<IReadOnlyList<Report>> ListAsync(Caller caller)
    {
        var scope = await forum.Get<OpenReports>().ScopeAsync(caller, default);
        return (await forum.Get<ReportStore>().ListAsync(scope!.Value, handled: false, PageRequest.Newest(100))).Items;
    }

    private static async Task<long> OpenAsync(Browser browser)
    {
        var count = (await browser.GetAsync("/")).Page.QuerySelector(Count)?.TextContent ?? "0 open";
        return long.Parse(count.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task ReportAsync(Browser browser, Question question, string reason)
    {
        var path = $"/q/{question.Id}";
        var sent = await browser.SubmitAsync(await browser.GetAsync(path), path + "/melden", ("reason", reason));
        Assert.That((await browser.FollowAsync(sent)).Text, Does.Contain("Uw melding staat in de lijst"));
    }
}

using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>What moderators and reporters do with the pages, without scripts.</summary>
internal sealed class ModerationPageTests
{
    private TestForum forum = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => forum = await TestForum.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await forum.DisposeAsync();

    [Test]
    public async Task A_moderator_closes_opens_pins_and_moves_a_question()
    {
        var (asking, asker) = await forum.SignedInAsync("Anna");
        var (moderating, _) = await forum.SignedInAsync("Iris", Role.Moderator);
        var question = await forum.AskAsync(asker, "Waar lever ik oude verf in?");
        var path = $"/q/{question.Id}";
        Assert.That((await asking.GetAsync(path)).Page.QuerySelector("#modereren"), Is.Null);
        var page = await moderating.GetAsync(path);
        page = await moderating.FollowAsync(
            await moderating.SubmitAsync(page, path + "/sluiten", ("reason", "Beantwoord")));
        Assert.That(page.Text, Does.Contain("De vraag is gesloten.").And.Contain("Vraag weer openen"));
        Assert.That((await asking.GetAsync(path)).Page.QuerySelector("#answer"), Is.Null);
        page = await moderating.FollowAsync(await moderating.SubmitAsync(page, path + "/sluiten"));
        Assert.That(page.Text, Does.Contain("De vraag is weer open."));

        page = await moderating.FollowAsync(await moderating.SubmitAsync(page, path + "/vastzetten"));
        await forum.AskAsync(asker, "Deze vraag is nieuwer dan die over verf?");
        var topic = await asking.GetAsync("/o/afval");
        Assert.That(topic.Page.QuerySelector(".pl-q")!.TextContent, Does.Contain("verf in").And.Contain("Vastgezet"));

        var nowhere = await moderating.SubmitAsync(page, path + "/verplaatsen", ("topic", ""));
        Assert.That((nowhere.Status, nowhere.Text), Is.EqualTo((400, nowhere.Text)));
        page = await moderating.FollowAsync(
            await moderating.SubmitAsync(page, path + "/verplaatsen", ("topic", "wonen")));
        Assert.That(page.Text, Does.Contain("De vraag staat nu in het andere onderwerp."));
        Assert.That((await asking.GetAsync("/o/wonen")).Text, Does.Contain("Waar lever ik oude verf in?"));
        Assert.That((await asking.GetAsync("/o/afval")).Text, Does.Not.Contain("Waar lever ik oude verf in?"));
    }

    [Test]
    public async Task A_question_that_was_asked_before_points_to_the_first_one()
    {
        var (_, asker) = await forum.SignedInAsync("Bart");
        var (moderating, _) = await forum.SignedInAsync("Irma", Role.Moderator);
        var first = await forum.AskAsync(asker, "Wanneer is de kringloopwinkel open?");
        var second = await forum.AskAsync(asker, "Hoe laat gaat de kringloop open?");
        var path = $"/q/{second.Id}";
        var page = await moderating.GetAsync(path);
        string[] others =
        [
            "", "ergens", $"https://{TestForum.Host}{path}", $"https://{TestForum.Host}/q/12",
            $"https://elders.example/q/{first.Id}", $"https://{TestForum.Host}.elders.example/q/{first.Id}",
        ];
        foreach (var wrong in others)
        {
            var refused = await moderating.SubmitAsync(page, path + "/dubbel", ("original", wrong));
            Assert.That(refused.Status, Is.EqualTo(400), wrong);
            var field = refused.Page.QuerySelector("details[open] input[name=original]");
            Assert.That(
                (field?.GetAttribute("value") ?? "", field?.GetAttribute("aria-invalid")), Is.EqualTo((wrong, "true")));
        }

        page = await moderating.FollowAsync(await moderating.SubmitAsync(
            page, path + "/dubbel", ("original", $"https://{TestForum.Host}/q/{first.Id}#answers")));
        using var visitor = forum.Visitor();
        var seen = await visitor.GetAsync(path);
        Assert.That(seen.Text, Does.Contain("Deze vraag is eerder gesteld."));
        Assert.That(seen.Page.QuerySelector($"main a[href='/q/{first.Id}']"), Is.Not.Null);
    }

    [Test]
    public async Task Who_is_no_moderator_is_refused_by_every_form()
    {
        var (asking, asker) = await forum.SignedInAsync("Carla");
        var question = await forum.AskAsync(asker, "Mag ik hier een vuurkorf stoken?");
        var path = $"/q/{question.Id}";
        var token = (await asking.GetAsync(path)).Page
            .QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        foreach (var form in new[] { "sluiten", "vastzetten", "verplaatsen" })
        {
            var refused = await asking.PostAsync($"{path}/{form}", new Dictionary<string, string>
            {
                ["__RequestVerificationToken"] = token,
                ["on"] = "true",
                ["topic"] = "wonen",
            });
            Assert.That(refused.Status, Is.EqualTo(403), form);
        }
    }

    [Test]
    public async Task A_post_is_reported_with_a_reason()
    {
        var (_, asker) = await forum.SignedInAsync("Dina");
        var (reporting, _) = await forum.SignedInAsync("Emiel");
        var question = await forum.AskAsync(asker, "Wie heeft mijn fiets gezien bij de kerk?");
        var path = $"/q/{question.Id}";
        var page = await reporting.GetAsync(path);
        var refused = await reporting.SubmitAsync(page, path + "/melden", ("reason", " "));
        Assert.That((refused.Status, refused.Text.Contains("Schrijf op wat er niet klopt.")), Is.EqualTo((400, true)));
        Assert.That(refused.Page.Title, Does.StartWith("Fout:"));
        var tooLong = new string('a', Ontmoetingsplein.Storage.Reports.ReportStore.MaxReason + 1);
        refused = await reporting.SubmitAsync(page, path + "/melden", ("reason", tooLong));
        var field = refused.Page.QuerySelector("details[open] textarea[name=reason]");
        Assert.That(
            (refused.Status, field?.TextContent.Trim(), field?.GetAttribute("aria-invalid")),
            Is.EqualTo((400, tooLong, "true")), "what was typed stands there still");
        page = await reporting.FollowAsync(
            await reporting.SubmitAsync(page, path + "/melden", ("reason", "Er staat een naam in.")));
        Assert.That(page.Text, Does.Contain("Uw melding staat in de lijst van de moderatoren."));
        var reports = await forum.Get<Ontmoetingsplein.Storage.Reports.ReportStore>().ListAsync(
            new Ontmoetingsplein.Storage.Reports.ReportScope(default, true, true), handled: false,
            PageRequest.Newest(10));
        Assert.That(
            reports.Items.Select(report => (report.ObjectUri, report.Reason)),
            Does.Contain((question.Uri, "Er staat een naam in.")));
    }

    [Test]
    public async Task A_report_of_an_answer_without_a_reason_comes_back_at_that_answer()
    {
        var (_, asker) = await forum.SignedInAsync("Dirk");
        var (reporting, other) = await forum.SignedInAsync("Els");
        var question = await forum.AskAsync(asker, "Waar kan ik mijn kerstboom inleveren?");
        AnswerId[] given =
        [
            (await forum.AnswerAsync(other, question, "Bij het wijkpunt.")).Id,
            (await forum.AnswerAsync(other, question, "Op het plein bij de kerk.")).Id,
        ];
        var page = await reporting.GetAsync($"/q/{question.Id}");
        var refused = await reporting.SubmitAsync(page, $"/r/{given[1]}/melden", ("reason", ""));
        Assert.That(refused.Status, Is.EqualTo(400));
        Assert.That(
            refused.Page.QuerySelectorAll("details[open] textarea[name=reason]").Select(field => field.Id),
            Is.EqualTo(new[] { $"f-r{given[1]}-report-reason" }));
    }

    [Test]
    public async Task An_administrator_appoints_and_dismisses_a_moderator_of_one_topic()
    {
        var (administering, _) = await forum.SignedInAsync("Fatima", Role.Administrator);
        var (helping, _) = await forum.SignedInAsync("Gijs");
        var (_, asker) = await forum.SignedInAsync("Hanna");
        var question = await forum.AskAsync(asker, "Hoe vaak wordt de papierbak geleegd?");
        var page = await administering.GetAsync("/beheer");
        var form = "/beheer/onderwerpen/afval/moderatoren";
        var refused = await administering.SubmitAsync(page, form, ("handle", "niemand"), ("on", "true"));
        var field = refused.Page.QuerySelector("details[open] input[name=handle][aria-invalid=true]");
        Assert.That((refused.Status, field?.GetAttribute("value")), Is.EqualTo((400, "niemand")));
        page = await administering.FollowAsync(
            await administering.SubmitAsync(page, form, ("on", "true"), ("handle", "@gijs")));
        Assert.That(page.Text, Does.Contain("De moderator is toegevoegd.").And.Contain("@gijs@plein.example"));
        Assert.That((await helping.GetAsync($"/q/{question.Id}")).Page.QuerySelector("#modereren"), Is.Not.Null);
        page = await administering.FollowAsync(await administering.SubmitAsync(page, form, ("on", "false")));
        Assert.That((await helping.GetAsync($"/q/{question.Id}")).Page.QuerySelector("#modereren"), Is.Null);
        Assert.That(
            (await helping.PostAsync(form, new Dictionary<string, string> { ["on"] = "true", ["handle"] = "gijs" }))
                .Status,
            Is.AnyOf(400, 403));
    }
}

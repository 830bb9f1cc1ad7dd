using AngleSharp.Html.Dom;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

internal sealed class AnsweringTests
{
    private TestForum forum = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => forum = await TestForum.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await forum.DisposeAsync();

    [Test]
    public async Task An_answer_is_given_found_helpful_accepted_and_commented_on()
    {
        var (asking, asker) = await forum.SignedInAsync("Anna");
        var (answering, _) = await forum.SignedInAsync("Bert");
        var question = await forum.AskAsync(asker, "Hoe vraag ik een parkeervergunning aan?");
        var path = $"/q/{question.Id}";
        var empty = await answering.SubmitAsync(
            await answering.GetAsync(path), path + "/antwoorden", ("text", " "), ("source", "geen link"));
        Assert.That(empty.Status, Is.EqualTo(400));
        Assert.That(empty.Page.QuerySelector("#f-source")!.GetAttribute("value"), Is.EqualTo("geen link"));
        Assert.That(empty.Text, Does.Contain("Schrijf eerst uw antwoord."));
        var given = await answering.SubmitAsync(
            empty, path + "/antwoorden", ("text", "Dat kan met DigiD."), ("source", "www.proef.example/parkeren"));
        Assert.That(given.Location, Does.Match($"^{path}#r[0-9]+$"));
        var id = given.Location!.Split("#r")[1];
        var page = await asking.GetAsync(path);
        Assert.That(page.Page.QuerySelector($"#r{id} .pl-prose")!.TextContent, Does.Contain("www.proef.example"));

        page = await asking.FollowAsync(await asking.SubmitAsync(page, $"/r/{id}/nuttig"));
        Assert.That(
            page.Page.QuerySelector($"form[action='/r/{id}/nuttig'] .pl-count")!.TextContent, Does.StartWith("1"));
        page = await asking.FollowAsync(await asking.SubmitAsync(page, $"/r/{id}/aanvaarden"));
        Assert.That(page.Text, Does.Contain("Anna: dit antwoord hielp mij"));
        using var visitor = forum.Visitor();
        Assert.That((await visitor.GetAsync(path)).Text, Does.Contain("Anna: dit antwoord hielp mij"));

        var refused = await asking.SubmitAsync(page, $"/r/{id}/reacties", ("comment", ""));
        Assert.That(refused.Status, Is.EqualTo(400));
        Assert.That(refused.Page.QuerySelector($"#f-r{id}-comment")!.GetAttribute("aria-invalid"), Is.EqualTo("true"));
        Assert.That(refused.Page.QuerySelector("details.pl-reply[open]"), Is.Not.Null);
        page = await asking.FollowAsync(
            await asking.SubmitAsync(refused, $"/r/{id}/reacties", ("comment", "Dank u wel!")));
        Assert.That(page.Page.QuerySelector(".pl-comment")!.TextContent, Does.Contain("Dank u wel!"));
        page = await asking.FollowAsync(await asking.SubmitAsync(page, $"/r/{id}/aanvaarden"));
        Assert.That(page.Text, Does.Not.Contain("dit antwoord hielp mij"));
        Assert.That((await visitor.GetAsync($"/r/{id}")).Location, Is.EqualTo($"{path}#r{id}"));
    }

    [Test]
    public async Task An_answer_of_which_nothing_is_left_to_read_is_refused()
    {
        var question = await forum.AskAsync(await forum.PersonAsync("Vera"), "Wat staat er in een leeg bericht?");
        var (answering, _) = await forum.SignedInAsync("Noor");
        var path = $"/q/{question.Id}";
        var page = await answering.GetAsync(path);
        foreach (var text in new[]
        {
            "---", "&nbsp;&nbsp;&nbsp;", "&#8203;&#8203;", "[](x)", "![](http://x.nl/y.png)", "**\u200B\u200B**",
        })
        {
            var refused = await answering.SubmitAsync(page, path + "/antwoorden", ("text", text));
            Assert.That(refused.Status, Is.EqualTo(400), text);
            Assert.That(refused.Text, Does.Contain("Schrijf eerst uw antwoord."), text);
        }
    }

    [Test]
    public async Task An_answer_is_edited_and_deleted_by_its_writer_and_taken_away_by_a_moderator()
    {
        var question = await forum.AskAsync(await forum.PersonAsync("Carla"), "Waar staat de glasbak in het centrum?");
        var (writing, writer) = await forum.SignedInAsync("Dirk");
        var (other, _) = await forum.SignedInAsync("Els");
        var (watching, _) = await forum.SignedInAsync("Mo", Role.Moderator);
        var answer = await forum.AnswerAsync(writer, question, "Bij het station.");
        var path = $"/r/{answer.Id}/wijzigen";
        Assert.That((await other.GetAsync(path)).Status, Is.EqualTo(403));
        var saved = await writing.SubmitAsync(await writing.GetAsync(path), path, ("text", "Achter het station."));
        Assert.That((await writing.FollowAsync(saved)).Text, Does.Contain("Achter het station."));
        var moderating = await watching.GetAsync(path);
        Assert.That(moderating.Page.QuerySelector("textarea"), Is.Null, "a moderator does not put words in mouths");
        Assert.That(moderating.Page.QuerySelector("h1")!.TextContent, Is.EqualTo("Verwijder dit antwoord"));
        Assert.That(moderating.Text, Does.Not.Contain("Uw bericht").And.Not.Contain("Wijzig uw antwoord"));
        await watching.SubmitAsync(moderating, $"/r/{answer.Id}/verwijderen");
        Assert.That((await writing.GetAsync($"/r/{answer.Id}")).Status, Is.EqualTo(410));
        using var visitor = forum.Visitor();
        Assert.That((await visitor.GetAsync($"/q/{question.Id}")).Text, Does.Not.Contain("het station"));
    }

    [Test]
    public async Task Somebody_of_an_organisation_answers_officially_and_nobody_else_can()
    {
        var question = await forum.AskAsync(await forum.PersonAsync("Femke"), "Op welke dag komt de groene container?");
        var (officer, caller) = await forum.SignedInAsync("Priya", forOrganisation: true);
        var path = $"/q/{question.Id}";
        var organisation = caller.Organisations[0].Id.ToString();
        var wrong = await officer.SubmitAsync(
            await officer.GetAsync(path), path + "/antwoorden", ("text", "**Op dinsdag.**\n\nVoor 7.30 uur."),
            ("as", organisation), ("validUntil", "morgen"));
        Assert.That(wrong.Status, Is.EqualTo(400));
        Assert.That(wrong.Text, Does.Contain("Vul een datum in"));
        var page = await officer.FollowAsync(await officer.SubmitAsync(
            wrong, path + "/antwoorden", ("validUntil", "2026-12-31"), ("checkedBy", "Priya, team Afval"),
            ("source", "https://www.proef.example/afval"), ("sourceTitle", "Afvalkalender")));
        var official = page.Page.QuerySelector(".pl-answer--official")!;
        Assert.That(official.QuerySelector(".pl-lead")!.TextContent, Is.EqualTo("Op dinsdag."));
        Assert.That(official.TextContent, Does.Contain("Officieel antwoord van de gemeente Proef")
            .And.Contain("31 december 2026").And.Contain("Priya, team Afval").And.Contain("Afvalkalender"));
        using var visitor = forum.Visitor();
        Assert.That((await visitor.GetAsync("/o/afval")).Text, Does.Contain("Officieel antwoord"));

        var (citizen, _) = await forum.SignedInAsync("Gijs");
        var form = await citizen.GetAsync(path);
        Assert.That(form.Page.QuerySelector("#f-as"), Is.Null);
        var forged = await citizen.SubmitAsync(form, path + "/antwoorden", ("text", "Nee hoor."), ("as", organisation));
        Assert.That(forged.Status, Is.EqualTo(403));
    }

    [Test]
    public async Task What_only_an_official_answer_says_is_never_thrown_away()
    {
        var question = await forum.AskAsync(await forum.PersonAsync("Ilona"), "Waar vraag ik een laadpaal aan?");
        var (officer, caller) = await forum.SignedInAsync("Sebas", forOrganisation: true);
        var (path, answers) = ($"/q/{question.Id}", $"/q/{question.Id}/antwoorden");
        var form = await officer.GetAsync(path);
        Assert.That(form.Page.QuerySelector("#f-as option[selected]")!.GetAttribute("value"),
            Is.EqualTo(caller.Organisations[0].Id.ToString()), "who is of an organisation answers for it");
        foreach (var (field, value) in new[]
            {
                ("validFrom", "2098-01-01"), ("validUntil", "2099-12-31"), ("reviewBefore", "2099-01-01"),
                ("checkedBy", "Sem, team Mobiliteit"),
            })
        {
            var refused = await officer.SubmitAsync(
                form, answers, ("as", ""), ("text", "Bij de netbeheerder."), (field, value));
            Assert.That(refused.Status, Is.EqualTo(400), field);
            Assert.That(refused.Page.QuerySelector("#f-as")!.GetAttribute("aria-invalid"), Is.EqualTo("true"), field);
            Assert.That(refused.Page.QuerySelector("#answer #errors a")!.GetAttribute("href"), Is.EqualTo("#f-as"));
            Assert.That(refused.Page.QuerySelector("#f-" + field)!.GetAttribute("value"), Is.EqualTo(value));
            Assert.That(((IHtmlSelectElement)refused.Page.QuerySelector("#f-as")!).Value, Is.Empty, "as it was chosen");
        }

        var nameless = await officer.SubmitAsync(
            form, answers, ("text", "Bij de netbeheerder."), ("sourceTitle", "Netkaart"));
        Assert.That(nameless.Page.QuerySelector("#f-source")!.GetAttribute("aria-invalid"), Is.EqualTo("true"));
        Assert.That(nameless.Page.QuerySelector("#f-sourceTitle")!.GetAttribute("value"), Is.EqualTo("Netkaart"));
        var past = await officer.SubmitAsync(
            form, answers, ("text", "Bij de netbeheerder."), ("validUntil", "2020-12-31"));
        Assert.That(past.Page.QuerySelector("#f-validUntil")!.GetAttribute("aria-invalid"), Is.EqualTo("true"),
            "it would have ended before it began");
        var own = await officer.SubmitAsync(form, answers, ("as", ""), ("text", "Ik deed het zelf."));
        Assert.That(own.Status, Is.EqualTo(303), "in one's own name without any of it");
    }

    [Test]
    public async Task An_official_answer_is_given_dates_replaced_and_withdrawn_with_a_reason()
    {
        var question = await forum.AskAsync(await forum.PersonAsync("Hanna"), "Waar lever ik oude verf in?");
        var (officer, caller) = await forum.SignedInAsync("Rik", forOrganisation: true);
        var path = $"/q/{question.Id}";
        var (organisation, answers) = (caller.Organisations[0].Id.ToString(), path + "/antwoorden");
        var empty = await officer.GetAsync(path);
        Assert.That(empty.Page.QuerySelector("#f-replaces"), Is.Null, "there is nothing to replace");
        var wrong = await officer.SubmitAsync(
            empty, answers, ("text", "Bij de milieustraat."), ("as", organisation), ("validFrom", "1-3-2026"),
            ("validUntil", "2026-02-01"), ("reviewBefore", "2026-03-01"));
        Assert.That(wrong.Status, Is.EqualTo(400));
        Assert.That(wrong.Page.QuerySelectorAll("[aria-invalid=true]").Select(field => field.Id),
            Is.EqualTo(new[] { "f-validUntil", "f-reviewBefore" }));
        Assert.That(wrong.Page.QuerySelector("#f-validFrom")!.GetAttribute("value"), Is.EqualTo("1-3-2026"));
        var given = await officer.SubmitAsync(
            wrong, answers, ("validUntil", "2098-12-31"), ("reviewBefore", "2098-03-01"));
        var first = given.Location!.Split("#r")[1];
        var page = await officer.FollowAsync(given);
        Assert.That(page.Page.QuerySelector($"#r{first} .pl-facts")!.TextContent,
            Does.Contain("Wordt opnieuw bekeken voor").And.Contain("1 maart 2098").And.Contain("31 december 2098"));

        var edit = $"/r/{first}/wijzigen";
        var form = await officer.GetAsync(edit);
        Assert.That(form.Page.QuerySelector("#f-validFrom")!.GetAttribute("value"), Is.EqualTo("2026-03-01"));
        page = await officer.FollowAsync(
            await officer.SubmitAsync(form, edit, ("reviewBefore", ""), ("validUntil", "2097-12-31")));
        Assert.That(page.Page.QuerySelector($"#r{first} .pl-facts")!.TextContent,
            Does.Contain("31 december 2097").And.Not.Contain("opnieuw bekeken"));

        page = await officer.FollowAsync(await officer.SubmitAsync(
            page, answers, ("text", "Bij de winkel."), ("as", organisation), ("replaces", first)));
        Assert.That(page.Page.QuerySelector($"#r{first}")!.TextContent, Does.Contain("Er is een nieuw antwoord."));
        var official = page.Page.QuerySelectorAll(".pl-answer--official").Select(one => one.Id).ToList();
        Assert.That(official, Has.Count.EqualTo(2).And.ItemAt(1).EqualTo($"r{first}"), "what holds stands first");
        var second = official[0]![1..];
        Assert.That(
            (await officer.GetAsync($"/r/{first}/wijzigen")).Page.QuerySelector("textarea"), Is.Null,
            "what was replaced stays as it was read");

        edit = $"/r/{second}/wijzigen";
        var withdraw = $"/r/{second}/intrekken";
        var refused = await officer.SubmitAsync(await officer.GetAsync(edit), withdraw, ("reason", " "));
        Assert.That(refused.Status, Is.EqualTo(400));
        Assert.That(refused.Text, Does.Contain("Schrijf waarom u het antwoord intrekt."));
        Assert.That(refused.Page.QuerySelector("details[open] #f-reason"), Is.Not.Null);
        Assert.That(refused.Page.QuerySelector("#f-text")!.TextContent, Is.EqualTo("Bij de winkel."));
        page = await officer.FollowAsync(
            await officer.SubmitAsync(refused, withdraw, ("reason", "De winkel is dicht.")));
        Assert.That(page.Text, Does.Contain("Het antwoord is ingetrokken."));
        Assert.That(page.Page.QuerySelector($"#r{second}")!.TextContent,
            Does.Contain("Het geldt niet meer.").And.Contain("De winkel is dicht.").And.Contain("Bij de winkel."));
        using var visitor = forum.Visitor();
        var row = (await visitor.GetAsync("/o/afval")).Page.QuerySelectorAll("article, li")
            .First(one => one.QuerySelector($"a[href='{path}']") is not null);
        Assert.That(row.TextContent, Does.Not.Contain("Officieel antwoord"));
        var (citizen, _) = await forum.SignedInAsync("Ilse");
        var token = (await citizen.GetAsync(path)).Page
            .QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        var forged = await citizen.PostAsync(
            withdraw,
            new Dictionary<string, string> { ["reason"] = "Zomaar.", ["__RequestVerificationToken"] = token });
        Assert.That(forged.Status, Is.EqualTo(403));
    }

    [Test]
    public async Task Who_follows_a_question_gets_mail_about_answers_unless_it_is_switched_off()
    {
        var (asking, asker) = await forum.SignedInAsync("Jan");
        var question = await forum.AskAsync(asker, "Wie weet een goede fietsenmaker?");
        var writer = await forum.PersonAsync("Klaas");
        var answer = await forum.AnswerAsync(writer, question, "Bij de brug.");
        var mail = (await forum.MailsAsync("jan@post.example", 1))[0];
        Assert.That(mail, Does.Contain("Nieuw antwoord: Wie weet een goede fietsenmaker?")
            .And.Contain($"https://{TestForum.Host}/q/{question.Id}#r{answer.Id}").And.Contain(
                $"https://{TestForum.Host}/account")
            .And.Not.Contain("Bij de brug."));
        var saved = await asking.PostAsync("/account", await FieldsAsync(asking, "/account", without: "mail"));
        Assert.That(saved.Status, Is.EqualTo(303));
        await forum.AnswerAsync(writer, question, "Of op het plein.");
        await forum.AnswerAsync(asker, await forum.AskAsync(writer, "Krijg ik hier wel mail over?"), "Ja.");
        Assert.That(await forum.MailsAsync("klaas@post.example", 1), Has.Count.EqualTo(1), "the last mail was written");
        Assert.That(await forum.MailsAsync("jan@post.example", 1), Has.Count.EqualTo(1));
    }

    private static async Task<Dictionary<string, string>> FieldsAsync(Browser browser, string path, string without)
    {
        var page = await browser.GetAsync(path);
        return page.Page.QuerySelectorAll($"form[action='{path}'] [name]")
            .Where(field => field.GetAttribute("name") != without)
            .ToDictionary(
                field => field.GetAttribute("name")!,
                field => field.GetAttribute("value") ?? (field.LocalName == "select" ? "nl" : field.TextContent));
    }
}

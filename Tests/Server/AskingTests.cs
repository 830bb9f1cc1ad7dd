using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

internal sealed class AskingTests
{
    private TestForum forum = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => forum = await TestForum.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await forum.DisposeAsync();

    [Test]
    public async Task A_question_is_asked_and_stands_on_the_plein_for_visitors_at_once()
    {
        var (samira, _) = await forum.SignedInAsync("Samira");
        using var visitor = forum.Visitor();
        Assert.That((await visitor.GetAsync("/vragen")).Text, Does.Not.Contain("oude verf"));
        var form = await samira.GetAsync("/stel-een-vraag?topic=afval");
        var posted = await samira.SubmitAsync(
            form, "/stel-een-vraag", ("title", "Waar kan ik oude verf inleveren?"),
            ("body", "Het zijn **drie** blikken."));
        Assert.That(posted.Status, Is.EqualTo(303));
        var page = await samira.FollowAsync(posted);
        Assert.That(
            page.Page.QuerySelector("[role=status]")!.TextContent, Does.Contain("Uw vraag staat op het plein."));
        Assert.That(page.Page.QuerySelector(".pl-prose strong")!.TextContent, Is.EqualTo("drie"));
        Assert.That((await samira.GetAsync(posted.Location!)).Html, Does.Not.Contain("role=\"status\""), "said once");
        foreach (
            var path in new[] { "/", "/vragen", "/vragen/zonder-antwoord", "/o/afval", "/zoeken?q=verf", "/p/samira" })
        {
            Assert.That((await visitor.GetAsync(path)).Text, Does.Contain("oude verf inleveren"), path);
        }
    }

    [Test]
    public async Task Who_sends_the_reports_of_the_plein_is_no_neighbour()
    {
        using var visitor = forum.Visitor();
        var page = await visitor.GetAsync("/p/meldpunt");
        Assert.That(page.Status, Is.EqualTo(200));
        Assert.That(page.Text, Does.Contain("Van dit plein").And.Not.Contain("Buurtgenoot"));
    }

    [Test]
    public async Task What_was_typed_is_kept_when_it_cannot_be_accepted()
    {
        var (bram, _) = await forum.SignedInAsync("Bram");
        var refused = await bram.SubmitAsync(
            await bram.GetAsync("/stel-een-vraag"), "/stel-een-vraag", ("title", "Verf?"),
            ("body", "Drie blikken <b>"));
        Assert.That(refused.Status, Is.EqualTo(400));
        var title = refused.Page.QuerySelector("#f-title")!;
        Assert.That(title.GetAttribute("value"), Is.EqualTo("Verf?"));
        Assert.That(title.GetAttribute("aria-invalid"), Is.EqualTo("true"));
        Assert.That(refused.Page.QuerySelector("#f-body")!.TextContent, Is.EqualTo("Drie blikken <b>"));
        var faults = refused.Page.QuerySelectorAll("#errors li a").Select(link => link.GetAttribute("href"));
        Assert.That(faults, Is.EqualTo(new[] { "#f-title", "#f-topic" }));
        Assert.That(refused.Page.Title, Does.StartWith("Fout:"));
        var accepted = await bram.SubmitAsync(
            refused, "/stel-een-vraag", ("title", "Waar kan ik blikken verf laten?"), ("topic", "afval"));
        Assert.That(accepted.Status, Is.EqualTo(303));
    }

    [Test]
    public async Task Who_was_signed_out_while_typing_gets_the_text_back_and_the_way_to_sign_in()
    {
        const string Story = "Al drie weken is de lamp in onze straat kapot.";
        var (browser, _) = await forum.SignedInAsync("Late");
        browser.Headers["Referer"] = $"https://{TestForum.Host}/stel-een-vraag?topic=afval";
        var form = await browser.GetAsync("/stel-een-vraag");
        browser.Cookies.Remove(SessionCookie.Name);
        var seen = await browser.SubmitAsync(form, "/stel-een-vraag", ("title", "Kapotte lamp?"), ("body", Story));
        Assert.That(seen.Status, Is.EqualTo(400));
        Assert.That(
            seen.Page.QuerySelectorAll("textarea[readonly]").Select(text => text.TextContent.Trim()),
            Is.EqualTo(new[] { "Kapotte lamp?", Story }));
        Assert.That(
            seen.Page.QuerySelector("main a[href^='/inloggen']")!.GetAttribute("href"),
            Is.EqualTo("/inloggen?terug=%2Fstel-een-vraag%3Ftopic%3Dafval"));

        browser.Headers["Sec-Fetch-Site"] = "cross-site";
        seen = await browser.SubmitAsync(form, "/stel-een-vraag", ("title", "Kapotte lamp?"), ("body", Story));
        Assert.That(seen.Status, Is.EqualTo(403));
        Assert.That(seen.Html, Does.Not.Contain("Kapotte"), "another site puts no words on our page");
        browser.Dispose();
    }

    [Test]
    public async Task Questions_that_look_alike_are_shown_before_it_is_sent()
    {
        await forum.AskAsync(await forum.PersonAsync("Kees"), "Hoe laat ik grofvuil ophalen?");
        var (lotte, _) = await forum.SignedInAsync("Lotte");
        var form = await lotte.GetAsync("/stel-een-vraag?title=grofvuil");
        Assert.That(form.Page.QuerySelector("aside")!.TextContent, Does.Contain("grofvuil ophalen"));
    }

    [Test]
    public async Task A_visitor_is_sent_to_sign_in_and_back_and_gets_no_cookie_by_reading()
    {
        using var visitor = forum.Visitor();
        var form = await visitor.GetAsync("/stel-een-vraag?topic=afval");
        Assert.That(form.Page.QuerySelector("form[method=post]"), Is.Null);
        Assert.That(
            form.Page.QuerySelectorAll("main a").Select(link => link.GetAttribute("href")),
            Does.Contain("/inloggen?terug=%2Fstel-een-vraag%3Ftopic%3Dafval"));
        await visitor.GetAsync("/");
        await visitor.GetAsync("/nope");
        Assert.That(visitor.Cookies, Is.Empty);
    }

    [Test]
    public async Task The_asker_edits_and_deletes_and_others_may_not()
    {
        var (eva, asker) = await forum.SignedInAsync("Eva");
        var (other, _) = await forum.SignedInAsync("Otto");
        var question = await forum.AskAsync(asker, "Wanneer gaat het zwembad weer open?");
        Assert.That((await other.GetAsync($"/q/{question.Id}/wijzigen")).Status, Is.EqualTo(403));
        var edit = await eva.GetAsync($"/q/{question.Id}/wijzigen");
        Assert.That(edit.Text, Does.Contain("De vorige tekst blijft op te vragen"));
        var again = await eva.SubmitAsync(edit, $"/q/{question.Id}/wijzigen", ("title", "Kort"));
        Assert.That(again.Status, Is.EqualTo(400));
        var saved = await eva.SubmitAsync(
            again, $"/q/{question.Id}/wijzigen", ("title", "Wanneer gaat het buitenbad weer open?"));
        Assert.That((await eva.FollowAsync(saved)).Text, Does.Contain("buitenbad").And.Contain("gewijzigd"));
        using var visitor = forum.Visitor();
        Assert.That((await visitor.GetAsync($"/q/{question.Id}")).Text, Does.Contain("buitenbad"));
        var deleted = await eva.SubmitAsync(edit, $"/q/{question.Id}/verwijderen");
        Assert.That((await eva.FollowAsync(deleted)).Text, Does.Contain("Het bericht is verwijderd."));
        Assert.That((await visitor.GetAsync($"/q/{question.Id}")).Status, Is.EqualTo(410));
        Assert.That(
            (await visitor.GetAsync($"/q/{question.Id}", "application/activity+json")).Status, Is.EqualTo(410));
        Assert.That((await visitor.GetAsync("/vragen")).Text, Does.Not.Contain("buitenbad"));
    }

    [Test]
    public async Task Wanting_to_know_and_following_go_on_and_off()
    {
        var question = await forum.AskAsync(await forum.PersonAsync("Henk"), "Is er een markt op tweede paasdag?");
        var (ida, _) = await forum.SignedInAsync("Ida");
        var path = $"/q/{question.Id}";
        var page = await ida.FollowAsync(await ida.SubmitAsync(await ida.GetAsync(path), path + "/ook"));
        Assert.That(page.Page.QuerySelector($"form[action='{path}/ook'] .pl-count")!.TextContent, Does.StartWith("1"));
        Assert.That(page.Text, Does.Contain("U volgt deze vraag"));
        page = await ida.FollowAsync(await ida.SubmitAsync(page, path + "/ook"));
        Assert.That(page.Page.QuerySelector($"form[action='{path}/ook'] .pl-count")!.TextContent, Does.StartWith("0"));
        page = await ida.FollowAsync(await ida.SubmitAsync(await ida.GetAsync("/o/afval"), "/o/afval/volgen"));
        Assert.That(page.Text, Does.Contain("U volgt dit onderwerp"));
        page = await ida.FollowAsync(await ida.SubmitAsync(page, "/o/afval/volgen"));
        Assert.That(page.Text, Does.Not.Contain("U volgt dit onderwerp"));
    }
}

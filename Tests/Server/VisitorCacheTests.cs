using Ontmoetingsplein.Server.Web.Home;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

internal sealed class VisitorCacheTests
{
    private TestForum forum = null!;

    [SetUp]
    public async Task StartAsync() => forum = await TestForum.StartAsync(("PostingFactor", "1000"));

    [TearDown]
    public async Task StopAsync() => await forum.DisposeAsync();

    [Test]
    public async Task The_home_page_is_made_in_advance_as_the_first_visitor_sees_it()
    {
        using var visitor = forum.Visitor();
        var seen = await visitor.GetAsync("/");
        var cache = forum.Get<VisitorCache>();
        await forum.Get<Database>().WriteAsync(writing => writing.Signal("topics"));
        Assert.That(cache.Count, Is.Zero);
        await forum.Get<HomeInAdvance>().MakeAsync();
        Assert.That(cache.Count, Is.EqualTo(1));
        var kept = await visitor.GetAsync("/");
        Assert.That(kept.Html, Is.EqualTo(seen.Html).And.Not.Empty);
        Assert.That(kept.Header("ETag"), Is.EqualTo(seen.Header("ETag")).And.Not.Empty);
        Assert.That(cache.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_page_for_everyone_is_kept_named_and_asked_again_for_nothing()
    {
        var question = await forum.AskAsync(await forum.PersonAsync("Ada"), "Waar is de kinderboerderij gebleven?");
        var cache = forum.Get<VisitorCache>();
        using var visitor = forum.Visitor();
        foreach (var accept in new[] { "text/html", "application/activity+json" })
        {
            var before = cache.Count;
            var first = await visitor.GetAsync($"/q/{question.Id}", accept);
            Assert.That(cache.Count, Is.EqualTo(before + 1), accept);
            var second = await visitor.GetAsync($"/q/{question.Id}", accept);
            Assert.That(second.Html, Is.EqualTo(first.Html).And.Not.Empty);
            Assert.That(second.Header("ETag"), Is.EqualTo(first.Header("ETag")).And.Not.Empty);
            Assert.That(second.Header("Vary"), Does.Contain("Accept"));
            Assert.That(second.Header("Content-Type"), Does.StartWith(accept));
            visitor.Headers["If-None-Match"] = first.Header("ETag");
            Assert.That((await visitor.GetAsync($"/q/{question.Id}", accept)).Status, Is.EqualTo(304));
            visitor.Headers.Remove("If-None-Match");
        }

        forum.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.That((await visitor.GetAsync("/vragen")).Text, Does.Contain("5 minuten geleden"));
        forum.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.That((await visitor.GetAsync("/vragen")).Text, Does.Contain("6 minuten geleden"));
    }

    [Test]
    public async Task Nothing_of_somebody_signed_in_or_in_another_language_is_kept_or_given_to_them()
    {
        var (ada, caller) = await forum.SignedInAsync("Ada");
        var question = await forum.AskAsync(caller, "Waar is de kinderboerderij gebleven?");
        var cache = forum.Get<VisitorCache>();
        await ada.GetAsync($"/q/{question.Id}");
        await ada.GetAsync("/");
        using var english = forum.Visitor();
        english.Cookies["taal"] = "en";
        await english.GetAsync($"/q/{question.Id}");
        using var told = forum.Visitor();
        told.Cookies["melding"] = "signOut.done";
        Assert.That((await told.GetAsync("/")).Text, Does.Contain("U bent uitgelogd."));
        using var visitor = forum.Visitor();
        await visitor.GetAsync("/inloggen");
        await visitor.GetAsync("/zoeken?q=x");
        await visitor.GetAsync("/nope");
        Assert.That(cache.Count, Is.Zero);
        Assert.That(
            (await visitor.GetAsync($"/q/{question.Id}")).Text, Does.Contain("Inloggen").And.Not.Contain("Wijzigen"));
        Assert.That(cache.Count, Is.EqualTo(1));
        Assert.That((await ada.GetAsync($"/q/{question.Id}")).Text, Does.Contain("Ada").And.Contain("Wijzigen"));
        Assert.That((await english.GetAsync($"/q/{question.Id}")).Html, Does.Contain("lang=\"en\""));
    }

    [Test]
    public async Task Every_change_shows_at_once()
    {
        var ada = await forum.PersonAsync("Ada");
        using var visitor = forum.Visitor();
        var question = await forum.AskAsync(ada, "Waar is de kinderboerderij gebleven?");
        var path = $"/q/{question.Id}";
        for (var number = 1; number <= 25; number++)
        {
            var before = await visitor.GetAsync(path);
            await forum.AnswerAsync(ada, question, $"Antwoord nummer {number}.");
            var after = await visitor.GetAsync(path);
            Assert.That(before.Text, Does.Not.Contain($"nummer {number}."));
            Assert.That(after.Text, Does.Contain($"nummer {number}."));
            Assert.That(
                (await visitor.GetAsync("/")).Text, Does.Contain(number == 1 ? "1 antwoord" : $"{number} antwoorden"));
        }
    }

    [Test]
    public async Task What_changed_while_it_was_made_is_not_kept()
    {
        var database = forum.Get<Database>();
        using var cache = new VisitorCache(database, forum.Clock, _ => false);
        var page = new PageResult("<p>old</p>"u8.ToArray());
        var ticket = new VisitorCache.Ticket(cache, "h /", 0);
        await database.WriteAsync(writing => writing.Signal("question:7"));
        ticket.Keep(page, ["question:7"]);
        Assert.That(cache.Count, Is.Zero);
        ticket.Keep(page, ["question:8"]);
        Assert.That(cache.Count, Is.EqualTo(1));
        await database.WriteAsync(writing => writing.Signal("question:9"));
        Assert.That(cache.Count, Is.EqualTo(1));
        await database.WriteAsync(writing => writing.Signal("question:8"));
        Assert.That(cache.Count, Is.Zero);
    }

    [Test]
    public async Task A_question_that_becomes_gone_is_gone_for_visitors_too()
    {
        var ada = await forum.PersonAsync("Ada");
        var question = await forum.AskAsync(ada, "Waar is de kinderboerderij gebleven?");
        using var visitor = forum.Visitor();
        await visitor.GetAsync($"/q/{question.Id}");
        await forum.Get<Database>().WriteAsync(writing => QuestionStore.Delete(writing, question));
        Assert.That((await visitor.GetAsync($"/q/{question.Id}")).Status, Is.EqualTo(410));
    }

    [Test]
    public async Task In_secure_mode_documents_are_not_kept()
    {
        await using var secure = await TestForum.StartAsync(("Federation:SecureMode", "true"));
        var question = await secure.AskAsync(await secure.PersonAsync("Ada"), "Waar is de kinderboerderij gebleven?");
        using var visitor = secure.Visitor();
        Assert.That((await visitor.GetAsync($"/q/{question.Id}", "application/activity+json")).Status, Is.EqualTo(401));
        Assert.That((await visitor.GetAsync($"/q/{question.Id}")).Status, Is.EqualTo(200));
    }
}

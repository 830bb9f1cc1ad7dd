using System.Net.Http.Headers;
using Microsoft.AspNetCore.Routing;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>What must not get through, on any route.</summary>
internal sealed class SafetyTests
{
    private TestForum forum = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => forum = await TestForum.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await forum.DisposeAsync();

    [Test]
    public async Task A_network_looks_up_so_many_names_a_minute_and_no_more()
    {
        using var visitor = forum.Visitor();
        for (var time = 0; time < 300; time++)
        {
            var found = await visitor.GetAsync("/.well-known/webfinger?resource=acct:afval@" + TestForum.Host);
            Assert.That(found.Status, Is.EqualTo(200), $"{time}");
        }

        var refused = await visitor.GetAsync("/.well-known/webfinger?resource=acct:afval@" + TestForum.Host);
        Assert.That(refused.Status, Is.EqualTo(429));
        Assert.That(refused.Response.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
        forum.Clock.Advance(TimeSpan.FromMinutes(1));
        var again = await visitor.GetAsync("/.well-known/webfinger?resource=acct:afval@" + TestForum.Host);
        Assert.That(again.Status, Is.EqualTo(200));
    }

    [Test]
    public void Every_POST_takes_our_own_forms_only_or_is_an_inbox_and_all_of_beheer_is_for_administrators()
    {
        var endpoints = forum.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        Assert.That(endpoints, Has.Count.GreaterThan(60));
        Assert.That(
            endpoints.SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                .Select(method => $"{method} {endpoint.RoutePattern.RawText}")),
            Is.Unique);
        Assert.Multiple(() =>
        {
            foreach (var endpoint in endpoints)
            {
                var path = endpoint.RoutePattern.RawText!;
                var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];
                Assert.That(methods, Is.Not.Empty, path);
                if (methods.Any(method => method is not ("GET" or "HEAD"))
                    && !path.EndsWith("/inbox", StringComparison.Ordinal))
                {
                    Assert.That(endpoint.Metadata.GetMetadata<TakesOwnForms>(), Is.Not.Null, path);
                }

                if (path.StartsWith("/beheer", StringComparison.Ordinal))
                {
                    Assert.That(endpoint.Metadata.GetMetadata<ForAdministrators>(), Is.Not.Null, path);
                }
            }
        });
    }

    [Test]
    public async Task Forms_without_the_token_from_another_site_or_for_another_reader_are_refused()
    {
        var (anna, _) = await forum.SignedInAsync("Anna");
        var (bert, _) = await forum.SignedInAsync("Bert");
        var form = await anna.GetAsync("/account");
        var token = form.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        Dictionary<string, string> fields = new() { ["name"] = "Gekaapt", ["language"] = "nl" };
        Assert.That((await anna.PostAsync("/account", fields)).Status, Is.EqualTo(400));
        fields["__RequestVerificationToken"] = token;
        anna.Headers["Sec-Fetch-Site"] = "cross-site";
        Assert.That((await anna.PostAsync("/account", fields)).Status, Is.EqualTo(403));
        anna.Headers.Remove("Sec-Fetch-Site");
        anna.Headers["Origin"] = "https://evil.example";
        Assert.That((await anna.PostAsync("/account", fields)).Status, Is.EqualTo(403));
        bert.Cookies["formulier"] = anna.Cookies["formulier"];
        Assert.That((await bert.PostAsync("/account", fields)).Status, Is.EqualTo(400));
        Assert.That((await anna.GetAsync("/p/anna")).Text, Does.Not.Contain("Gekaapt"));
        anna.Headers["Origin"] = "https://" + TestForum.Host;
        Assert.That((await anna.PostAsync("/account", fields)).Status, Is.EqualTo(303));
        Assert.That((await bert.GetAsync("/p/anna")).Text, Does.Contain("Gekaapt"));
    }

    [TestCase(Audience.Plein)]
    [TestCase(Audience.Organisation)]
    public async Task A_visitor_sees_nothing_of_what_is_not_for_everyone_on_any_route(Audience audience)
    {
        var (member, caller) = await forum.SignedInAsync("Lid" + audience, forOrganisation: true);
        var question = await forum.AskAsync(caller, $"Geheimpje van {audience} over containers?", audience);
        var answer = await forum.AnswerAsync(caller, question, "Geheimpje als antwoord.");
        string[] pages =
        [
            "/", "/vragen", "/vragen/zonder-antwoord", "/o/afval", "/zoeken?q=geheimpje", "/p/lid" + audience,
            $"/q/{question.Id}", $"/r/{answer.Id}", $"/q/{question.Id}/wijzigen", $"/r/{answer.Id}/wijzigen",
            "/stel-een-vraag?title=geheimpje",
        ];
        string[] documents =
        [
            $"/q/{question.Id}", $"/r/{answer.Id}", $"/q/{question.Id}/context", $"/q/{question.Id}/replies",
            $"/r/{answer.Id}/replies", "/o/afval/outbox", "/o/afval/outbox?page=0", $"/p/lid{audience}/outbox",
            $"/p/lid{audience}/outbox?page=0",
        ];
        Assert.That((await member.GetAsync($"/q/{question.Id}")).Text, Does.Contain("Geheimpje"), "members do");
        using var visitor = forum.Visitor();
        for (var round = 0; round < 2; round++)
        {
            foreach (var path in pages)
            {
                Assert.That((await visitor.FollowAsync(path)).Page.QuerySelector("main")!.TextContent,
                    Does.Not.Contain("Geheimpje"), path);
            }

            foreach (var path in documents)
            {
                Assert.That(
                    (await visitor.GetAsync(path, "application/activity+json")).Html, Does.Not.Contain("Geheimpje"),
                    path);
            }

            await member.GetAsync("/vragen");
            await member.GetAsync($"/q/{question.Id}");
        }

        var (neighbour, _) = await forum.SignedInAsync("Buur" + audience);
        Assert.That(
            (await neighbour.GetAsync($"/q/{question.Id}")).Status, Is.EqualTo(audience == Audience.Plein ? 200 : 404));
    }

    [Test]
    public async Task Every_answer_has_the_safety_headers()
    {
        using var visitor = forum.Visitor();
        foreach (var (path, accept) in new[]
        {
            ("/", "text/html"), ("/nope", "text/html"), ("/beheer", "text/html"), ("/plein.css", "*/*"),
            ("/actor", "application/activity+json"), ("/.well-known/nodeinfo", "*/*"), ("/nope", "application/json"),
        })
        {
            var seen = await visitor.GetAsync(path, accept);
            Assert.Multiple(() =>
            {
                Assert.That(seen.Header("X-Content-Type-Options"), Is.EqualTo("nosniff"), path);
                Assert.That(seen.Header("Referrer-Policy"), Is.EqualTo("same-origin"), path);
                Assert.That(seen.Header("X-Frame-Options"), Is.EqualTo("DENY"), path);
                Assert.That(seen.Header("Content-Security-Policy"), Does.Contain("default-src 'none'"), path);
                Assert.That(seen.Header("Strict-Transport-Security"), Does.StartWith("max-age="), path);
                Assert.That(seen.Header("Server"), Is.Empty, path);
            });
        }
    }

    [Test]
    public async Task What_goes_wrong_is_a_page_for_people_and_a_problem_for_programs()
    {
        using var visitor = forum.Visitor();
        var page = await visitor.GetAsync("/nope");
        Assert.That(page.Status, Is.EqualTo(404));
        Assert.That(page.Page.QuerySelector("h1")!.TextContent, Is.EqualTo("Deze pagina vinden we niet"));
        var problem = await visitor.GetAsync("/nope", "application/json");
        Assert.That(problem.Header("Content-Type"), Does.StartWith("application/problem+json"));
        Assert.That((await visitor.SendAsync(HttpMethod.Delete, "/over", null, null)).Status, Is.EqualTo(405));
        using var json = new StringContent("{}", new MediaTypeHeaderValue("application/json"));
        Assert.That((await visitor.SendAsync(HttpMethod.Post, "/stel-een-vraag", json, null)).Status, Is.EqualTo(415));
        var (member, _) = await forum.SignedInAsync("Lid");
        Assert.That((await member.GetAsync("/beheer")).Status, Is.EqualTo(403));
        Assert.That((await visitor.GetAsync("/beheer")).Location, Is.EqualTo("/inloggen?terug=%2Fbeheer"));
    }

    [Test]
    public async Task Words_of_people_stay_words()
    {
        var (eve, caller) = await forum.SignedInAsync("Eve");
        const string hostile = "<script>alert(1)</script> \"x\" onload=";
        var question = await forum.AskAsync(caller, "Hoe zit dit: " + hostile);
        await forum.AnswerAsync(caller, question, "<img src=x onerror=alert(1)> [klik](javascript:alert(2))");
        foreach (var path in new[] { $"/q/{question.Id}", "/vragen", "/zoeken?q=" + Uri.EscapeDataString(hostile) })
        {
            var page = await eve.GetAsync(path);
            Assert.That(
                page.Page.QuerySelectorAll("script, [onerror], [onload], a[href^='javascript']"), Is.Empty, path);
            Assert.That(page.Text, Does.Contain("<script>alert(1)</script>"), path);
        }
    }

    [Test]
    public async Task A_notice_shows_our_own_words_only()
    {
        using var visitor = forum.Visitor();
        visitor.Cookies[Notices.CookieName] = "error.signIn";
        Assert.That((await visitor.GetAsync("/")).Page.QuerySelector("[role=status]"), Is.Null);
        var texts = Texts.For("nl", FormOfAddress.U);
        Assert.That(Notices.Keys.Except(texts.Keys), Is.Empty);
    }

    [Test]
    public async Task The_language_follows_the_choice_of_the_reader()
    {
        using var visitor = forum.Visitor();
        Assert.That((await visitor.GetAsync("/vragen")).Page.DocumentElement.GetAttribute("lang"), Is.EqualTo("nl"));
        var chosen = await visitor.GetAsync("/vragen?lang=en&voor=99");
        Assert.That(chosen.Location, Is.EqualTo("/vragen?voor=99"));
        Assert.That((await visitor.GetAsync("/vragen")).Page.DocumentElement.GetAttribute("lang"), Is.EqualTo("en"));
        using var other = forum.Visitor();
        Assert.That((await other.GetAsync("/vragen")).Page.DocumentElement.GetAttribute("lang"), Is.EqualTo("nl"));
    }

    [Test]
    public async Task The_administrator_names_the_node_and_keeps_its_topics()
    {
        var (boss, _) = await forum.SignedInAsync("Baas", Role.Administrator);
        var page = await boss.GetAsync("/beheer");
        page = await boss.FollowAsync(await boss.SubmitAsync(page, "/beheer", ("name", "Plein van Proef")));
        Assert.That(page.Text, Does.Contain("De gegevens van het plein zijn bewaard."));
        var taken = await boss.SubmitAsync(
            page, "/beheer/onderwerpen", ("name", "Nog eens"), ("slug", "afval"), ("description", "Dubbel"));
        Assert.That(taken.Status, Is.EqualTo(400));
        Assert.That(taken.Page.QuerySelector("#f-new-name")!.GetAttribute("value"), Is.EqualTo("Nog eens"));
        await boss.SubmitAsync(taken, "/beheer/onderwerpen", ("slug", "groen"), ("name", "Groen in de buurt"));
        await boss.SubmitAsync(page, "/beheer/onderwerpen/wonen", ("name", "Wonen en bouwen"));
        var nowhere = await boss.SubmitAsync(page, "/beheer/volgen", ("handle", "@afval@127.0.0.1"));
        Assert.That(nowhere.Status, Is.EqualTo(400));
        Assert.That(
            nowhere.Page.QuerySelector("#f-follow-handle")!.GetAttribute("value"), Is.EqualTo("@afval@127.0.0.1"));
        using var visitor = forum.Visitor();
        Assert.That(
            (await visitor.GetAsync("/onderwerpen")).Text,
            Does.Contain("Plein van Proef").And.Contain("Groen in de buurt").And.Contain("Wonen en bouwen"));
    }
}

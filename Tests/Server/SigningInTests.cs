using System.Text.RegularExpressions;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Server;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

internal sealed partial class SigningInTests
{
    private TestForum forum = null!;

    [SetUp]
    public async Task StartAsync() => forum = await TestForum.StartAsync();

    [TearDown]
    public async Task StopAsync() => await forum.DisposeAsync();

    [Test]
    public async Task A_mailed_link_makes_an_account_and_works_once()
    {
        using var browser = forum.Visitor();
        var link = await LinkAsync(browser, "Nieuw@Post.example", "/o/afval");
        Assert.That((await browser.GetAsync(link)).Status, Is.EqualTo(200));
        var page = await browser.GetAsync(link);
        Assert.That(
            page.Page.QuerySelector("form[action='/inloggen/link/gebruiken']"), Is.Not.Null, "looking uses nothing");
        Assert.That(browser.Cookies, Does.Not.ContainKey(SessionCookie.Name));
        var welcome = await browser.SubmitAsync(page, "/inloggen/link/gebruiken");
        var faulty = await browser.SubmitAsync(welcome, "/welkom", ("name", "N"), ("username", "Beheer"));
        Assert.That(faulty.Status, Is.EqualTo(400));
        Assert.That(faulty.Page.QuerySelectorAll("#errors li"), Has.Length.EqualTo(2));
        var done = await browser.SubmitAsync(faulty, "/welkom", ("name", "Nina"), ("username", "nina"));
        Assert.That(done.Location, Is.EqualTo("/o/afval"));
        var cookie = done.SetCookies.Single(
            one => one.StartsWith("plein=", StringComparison.Ordinal)).ToLowerInvariant();
        Assert.That(cookie, Does.Contain("httponly").And.Contain("samesite=lax").And.Contain("secure")
            .And.Contain("path=/").And.Contain("max-age=7776000"));
        Assert.That((await browser.FollowAsync(done)).Text, Does.Contain("Welkom, Nina."));
        using var second = forum.Visitor();
        var used = await second.GetAsync(link);
        Assert.That(used.Status, Is.EqualTo(400));
        Assert.That(used.Text, Does.Contain("Deze link werkt niet meer."));

        var again = await LinkAsync(second, "nieuw@post.example", "//evil.example/");
        var back = await second.SubmitAsync(await second.GetAsync(again), "/inloggen/link/gebruiken");
        Assert.That(back.Location, Is.EqualTo("/"), "only paths of this node");
        Assert.That((await second.FollowAsync(back)).Text, Does.Contain("Nina"));
    }

    [Test]
    public async Task A_link_expires_and_a_made_up_one_is_worth_nothing()
    {
        using var browser = forum.Visitor();
        var link = await LinkAsync(browser, "laat@post.example", "/");
        var page = await browser.GetAsync(link);
        forum.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.That((await browser.SubmitAsync(page, "/inloggen/link/gebruiken")).Status, Is.EqualTo(400));
        Assert.That((await browser.GetAsync("/inloggen/link?token=" + new string('a', 43))).Status, Is.EqualTo(400));
        Assert.That(browser.Cookies, Does.Not.ContainKey(SessionCookie.Name));
    }

    [Test]
    public async Task The_answer_is_the_same_for_known_and_unknown_addresses_and_not_too_often()
    {
        await forum.PersonAsync("Bekend");
        using var browser = forum.Visitor();
        var known = await AskLinkAsync(browser, "bekend@post.example");
        var unknown = await AskLinkAsync(browser, "vreemd@post.example");
        Assert.That(known.Text.Replace("bekend@", "@"), Is.EqualTo(unknown.Text.Replace("vreemd@", "@")));
        for (var time = 0; time < 4; time++)
        {
            Assert.That((await AskLinkAsync(browser, "bekend@post.example")).Status, Is.EqualTo(200));
        }

        Assert.That((await AskLinkAsync(browser, "bekend@post.example")).Status, Is.EqualTo(429));
        forum.Clock.Advance(TimeSpan.FromHours(1));
        Assert.That((await AskLinkAsync(browser, "bekend@post.example")).Status, Is.EqualTo(200));
        Assert.That((await AskLinkAsync(browser, "geen adres")).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task A_password_is_set_used_changed_and_ends_other_sessions()
    {
        var (browser, caller) = await forum.SignedInAsync("Wil");
        var form = await browser.GetAsync("/account/wachtwoord");
        var weak = await browser.SubmitAsync(form, "/account/wachtwoord", ("password", "kort"), ("again", "kort"));
        Assert.That(weak.Status, Is.EqualTo(400));
        const string first = "een lange zin is goed";
        await browser.SubmitAsync(form, "/account/wachtwoord", ("password", first), ("again", first));
        using var other = forum.Visitor();
        var wrong = await PasswordAsync(other, "wil@post.example", "verkeerd wachtwoord");
        Assert.That(wrong.Status, Is.EqualTo(400));
        Assert.That(wrong.Text, Does.Contain("horen niet bij elkaar"));
        Assert.That(
            (await PasswordAsync(other, "wie@post.example", first)).Text, Does.Contain("horen niet bij elkaar"));
        Assert.That((await PasswordAsync(other, "wil@post.example", first)).Status, Is.EqualTo(303));
        Assert.That((await other.GetAsync("/account")).Status, Is.EqualTo(200));
        const string second = "een andere lange zin";
        form = await browser.GetAsync("/account/wachtwoord");
        var refused = await browser.SubmitAsync(
            form, "/account/wachtwoord", ("current", "fout fout fout"), ("password", second), ("again", second));
        Assert.That(refused.Text, Does.Contain("niet uw huidige wachtwoord"));
        await browser.SubmitAsync(
            form, "/account/wachtwoord", ("current", first), ("password", second), ("again", second));
        Assert.That((await browser.GetAsync("/account")).Status, Is.EqualTo(200), "this session stays");
        Assert.That((await other.GetAsync("/account")).Status, Is.EqualTo(303), "the other one ended");
        Assert.That(caller.Account!.PasswordHash, Is.Null);
    }

    [Test]
    public async Task Guessing_passwords_is_stopped()
    {
        await forum.PersonAsync("Doel");
        using var browser = forum.Visitor();
        for (var time = 0; time < 10; time++)
        {
            Assert.That((await PasswordAsync(browser, "doel@post.example", "gok")).Status, Is.EqualTo(400));
        }

        Assert.That((await PasswordAsync(browser, "doel@post.example", "gok")).Status, Is.EqualTo(429));
    }

    [Test]
    public async Task Signing_out_ends_the_session_itself()
    {
        var (browser, _) = await forum.SignedInAsync("Uit");
        var stolen = browser.Cookies[SessionCookie.Name];
        var ended = await browser.SubmitAsync(await browser.GetAsync("/account"), "/uitloggen");
        Assert.That((await browser.FollowAsync(ended)).Text, Does.Contain("U bent uitgelogd."));
        using var thief = forum.Visitor();
        thief.Cookies[SessionCookie.Name] = stolen;
        Assert.That((await thief.GetAsync("/account")).Status, Is.EqualTo(303));
    }

    [Test]
    public async Task The_first_administrator_comes_by_the_printed_link_and_only_the_first()
    {
        var path = await forum.Get<NodeSetup>().AdministratorPathAsync(CancellationToken.None);
        var other = await forum.Get<NodeSetup>().AdministratorPathAsync(CancellationToken.None);
        using var browser = forum.Visitor();
        var welcome = await browser.SubmitAsync(await browser.GetAsync(path!), "/inloggen/link/gebruiken");
        Assert.That(welcome.Text, Does.Contain("U wordt de beheerder van dit plein."));
        var done = await browser.SubmitAsync(
            welcome, "/welkom", ("name", "Baas"), ("username", "baas"), ("email", "baas@post.example"));
        Assert.That(done.Location, Is.EqualTo("/beheer"));
        Assert.That((await browser.FollowAsync(done)).Status, Is.EqualTo(200));
        var question = await forum.AskAsync(await forum.PersonAsync("Vrager"), "Wie spreekt er namens de gemeente?");
        var choices = (await browser.GetAsync($"/q/{question.Id}")).Page.QuerySelector("#f-as");
        Assert.That(choices?.TextContent, Does.Contain("Gemeente Proef"), "speaks for the keeper of the plein");
        using var late = forum.Visitor();
        Assert.That((await late.GetAsync(path!)).Status, Is.EqualTo(400));
        Assert.That((await late.GetAsync(other!)).Status, Is.EqualTo(400), "what another process printed");
        Assert.That(await forum.Get<NodeSetup>().AdministratorPathAsync(CancellationToken.None), Is.Null);
    }

    [TestCase("/q/1?x=y", "/q/1?x=y")]
    [TestCase("//evil.example", "/")]
    [TestCase("/\\evil.example", "/")]
    [TestCase("https://evil.example/", "/")]
    [TestCase("javascript:alert(1)", "/")]
    [TestCase("/a\r\nSet-Cookie: x=y", "/")]
    [TestCase("/inloggen?terug=/inloggen", "/")]
    [TestCase(null, "/")]
    public void Only_local_paths_are_gone_back_to(string? given, string expected) =>
        Assert.That(ReturnPath.Of(given), Is.EqualTo(expected));

    private static async Task<Seen> PasswordAsync(Browser browser, string email, string password) =>
        await browser.SubmitAsync(
            await browser.GetAsync("/inloggen"), "/inloggen/wachtwoord", ("email", email), ("password", password));

    private static async Task<Seen> AskLinkAsync(Browser browser, string email, string back = "/") =>
        await browser.SubmitAsync(
            await browser.GetAsync("/inloggen?terug=" + Uri.EscapeDataString(back)), "/inloggen/link",
            ("email", email));

    private async Task<string> LinkAsync(Browser browser, string email, string back)
    {
        Assert.That((await AskLinkAsync(browser, email, back)).Status, Is.EqualTo(200));
        var count = 1;
        while (true)
        {
            var mails = await forum.MailsAsync(email, count);
            var link = Link().Matches(mails[^1])[0].Value["https://plein.example".Length..];
            if (link != lastLink)
            {
                return lastLink = link;
            }

            count++;
        }
    }

    private string? lastLink;

    [GeneratedRegex(@"https://plein\.example/inloggen/link\?token=[\w-]+")]
    private static partial Regex Link();
}

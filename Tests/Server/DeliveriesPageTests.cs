using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>The administrator's page about other servers.</summary>
internal sealed class DeliveriesPageTests
{
    private const string Page = "/beheer/servers";
    private TestForum forum = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => forum = await TestForum.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await forum.DisposeAsync();

    [Test]
    public async Task An_administrator_sees_each_server_and_parks_retries_and_forgets_it_with_forms()
    {
        var (admin, _) = await forum.SignedInAsync("Beheerder", Role.Administrator);
        const string Host = "forum.example";
        await forum.Get<PeerStore>().LearnSchemeAsync(Host, 2);
        await forum.Get<Database>().WriteAsync(w => PeerStore.LearnKind(w, Host, isForum: true, speaksProfile: false));
        var waiting = await admin.GetAsync(Page);
        Assert.That(waiting.Text, Does.Not.Contain(Host));
        var shown = await admin.GetAsync(Page + "?toon=alle");
        Assert.That(shown.Text, Does.Contain(Host).And.Contain("Forum").And.Contain("Ed25519"));

        var parked = await admin.FollowAsync(await SubmitAsync(admin, shown, "parkeren", Host));
        Assert.That(parked.Text, Does.Contain("Deze server staat stil").And.Contain("Staat stil"));
        Assert.That((await forum.Get<PeerStore>().FindAsync(Host))!.ParkedAt, Is.Not.Null);
        var retried = await admin.FollowAsync(await SubmitAsync(admin, parked, "opnieuw", Host));
        Assert.That(retried.Text, Does.Contain("We proberen deze server nu opnieuw"));
        Assert.That((await forum.Get<PeerStore>().FindAsync(Host))!.ParkedAt, Is.Null);
        await admin.FollowAsync(await SubmitAsync(admin, retried, "vergeten", Host));
        Assert.That((await forum.Get<PeerStore>().FindAsync(Host))!.Scheme, Is.Null);
    }

    [Test]
    public async Task A_server_that_is_unknown_and_an_order_that_there_is_not_are_answered_clearly()
    {
        var (admin, _) = await forum.SignedInAsync("Bea", Role.Administrator);
        await forum.Get<PeerStore>().LearnSchemeAsync("known.example", 1);
        var shown = await admin.GetAsync(Page + "?toon=alle");
        Assert.That((await SubmitAsync(admin, shown, "parkeren", "nobody.example")).Status, Is.EqualTo(400));
        Assert.That((await SubmitAsync(admin, shown, "slopen", "known.example")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task More_servers_than_fit_are_on_the_next_page()
    {
        var (admin, _) = await forum.SignedInAsync("Boris", Role.Administrator);
        for (var number = 10; number < 35; number++)
            await forum.Get<PeerStore>().LearnSchemeAsync($"s{number}.example", 1);
        var first = await admin.GetAsync(Page + "?toon=alle&na=s");
        Assert.That(first.Text, Does.Contain("s29.example").And.Not.Contain("s30.example"));
        var next = first.Page.QuerySelector("a[rel=next]")!.GetAttribute("href")!;
        Assert.That((await admin.GetAsync(next)).Text, Does.Contain("s30.example").And.Not.Contain("s29.example"));
    }

    [Test]
    public async Task Nobody_else_sees_the_page_or_gives_orders()
    {
        await forum.Get<PeerStore>().LearnSchemeAsync("secret.example", 1);
        var (member, _) = await forum.SignedInAsync("Mies");
        foreach (var browser in new[] { member, forum.Visitor() })
        {
            var seen = await browser.GetAsync(Page + "?toon=alle");
            Assert.That(seen.Status, Is.Not.EqualTo(200));
            Assert.That(seen.Html, Does.Not.Contain("secret.example"));
            var form = await member.GetAsync("/account");
            Assert.That((await SubmitAsync(browser, form, "parkeren", "secret.example")).Status, Is.Not.EqualTo(200));
        }

        Assert.That((await forum.Get<PeerStore>().FindAsync("secret.example"))!.ParkedAt, Is.Null);
    }

    private static Task<Seen> SubmitAsync(Browser browser, Seen page, string order, string host) =>
        browser.PostAsync($"{Page}/{order}", new Dictionary<string, string>
        {
            ["host"] = host,
            ["all"] = "true",
            ["__RequestVerificationToken"] =
                page.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!,
        });
}

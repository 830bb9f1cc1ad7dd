using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>The administrator's page about organisations, as a browser uses it.</summary>
internal sealed class OrganisationPageTests
{
    private const string Path = "/beheer/organisaties";

    private TestForum forum = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => forum = await TestForum.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await forum.DisposeAsync();

    [Test]
    public async Task Outsiders_see_nothing_of_it()
    {
        using var visitor = forum.Visitor();
        var (member, _) = await forum.SignedInAsync("Lid");
        Assert.That((await visitor.GetAsync(Path)).Text, Does.Not.Contain("Overheidsregister"));
        var seen = await member.GetAsync(Path);
        Assert.That((seen.Status, seen.Text.Contains("Overheidsregister", StringComparison.Ordinal)),
            Is.EqualTo((403, false)));
        var token = (await member.GetAsync("/vraag-stellen")).Page
            .QuerySelector("input[name=__RequestVerificationToken]")?.GetAttribute("value") ?? "";
        foreach (var action in new[]
            {
                "", "/register", "/1", "/1/stoppen", "/1/controleren", "/1/bevestigen", "/1/tonen",
                "/bevestigd/1/intrekken",
            })
        {
            var posted = await member.PostAsync(
                Path + action, new Dictionary<string, string> { ["__RequestVerificationToken"] = token });
            Assert.That(posted.Status, Is.EqualTo(403), action);
        }
    }

    [Test]
    public async Task What_cannot_be_used_is_said_beside_the_field_and_what_was_typed_stays()
    {
        var (admin, _) = await forum.SignedInAsync("Bea", Role.Administrator);
        var page = await admin.GetAsync(Path);
        var here = await admin.SubmitAsync(page, Path, ("organisation", "@gemeente_proef@plein.example"));
        Assert.That(here.Status, Is.EqualTo(400));
        Assert.That(here.Text, Does.Contain("Deze organisatie is van dit plein zelf."));
        Assert.That(
            here.Page.QuerySelector("#f-admit-organisation")!.GetAttribute("value"),
            Is.EqualTo("@gemeente_proef@plein.example"));
        var empty = await admin.SubmitAsync(page, Path + "/register", ("list", "geen lijst"));
        Assert.That(empty.Status, Is.EqualTo(400));
        Assert.That(empty.Text, Does.Contain("Vul een lijst in, of kies een bestand."));
        var broken = await admin.SubmitAsync(
            page, Path + "/register", ("list", "a.nl;https://r.example/1;A\nkapot"));
        Assert.That(broken.Text, Does.Contain("Deze regel begrijpen we niet: kapot"));
        Assert.That(broken.Page.QuerySelector("textarea[name=list]")!.TextContent, Does.Contain("kapot"));

        var attest = page.Page.QuerySelector($"form[action*='/bevestigen']")!.GetAttribute("action")!;
        var refused = await admin.SubmitAsync(
            page, attest, ("subject", ""), ("register", "gm1"), ("until", "2020-01-01"));
        Assert.That(
            refused.Page.QuerySelectorAll("[aria-invalid=true]").Select(field => field.GetAttribute("name")),
            Is.EqualTo(new[] { "subject", "register", "until" }));
        var hold = page.Page.QuerySelector($"form[action*='/tonen']")!.GetAttribute("action")!;
        Assert.That(
            (await admin.SubmitAsync(page, hold, ("attestation", "geen adres"))).Text,
            Does.Contain("Vul een link in die begint met https://"));
        Assert.That((await admin.PostAsync(Path + "/1/stoppen", Token(page))).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task The_website_is_kept_and_the_file_for_it_is_shown_and_checked()
    {
        var (admin, _) = await forum.SignedInAsync("Cor", Role.Administrator);
        var page = await admin.GetAsync(Path);
        var form = page.Page.QuerySelectorAll("form").First(one => one.QuerySelector("[name=website]") is not null);
        var about = form.GetAttribute("action")!.Split('#')[0];
        var wrong = await admin.SubmitAsync(page, about, ("website", "dit is geen website"));
        Assert.That(wrong.Status, Is.EqualTo(400));
        Assert.That(
            wrong.Page.QuerySelector("input[name=website]")!.GetAttribute("value"), Is.EqualTo("dit is geen website"));
        page = await admin.FollowAsync(await admin.SubmitAsync(
            wrong, about, ("website", "www.proef.invalid"), ("register", "https://r.example/gm1")));
        Assert.That(page.Text, Does.Contain("De gegevens van de organisatie zijn bewaard."));
        Assert.That(page.Page.QuerySelector("pre")!.TextContent,
            Does.Contain("\"actor\": \"https://plein.example/p/gemeente_proef\"").And.Contain("z6Mk")
                .And.Contain("\"organisation\": \"https://r.example/gm1\""));
        Assert.That(page.Text, Does.Contain("https://www.proef.invalid/.well-known/ontmoetingsplein.json"));
        page = await admin.SubmitAsync(page, about + "/controleren");
        Assert.That(page.Page.QuerySelectorAll(".pl-steps li").Select(step => step.TextContent.Trim()),
            Has.Exactly(3).Items.And.Some.StartsWith("Het plein noemt de website."));
        using var visitor = forum.Visitor();
        visitor.Headers["Accept"] = "application/activity+json";
        Assert.That(
            (await visitor.GetAsync("/p/gemeente_proef")).Html,
            Does.Contain("PropertyValue").And.Contain("https://www.proef.invalid/"));
        Assert.That((await visitor.GetAsync("/p/gemeente_proef/revoked")).Status, Is.EqualTo(200));
        Assert.That((await visitor.GetAsync("/p/gemeente_proef/attestations/1")).Status, Is.EqualTo(404));
        Assert.That((await visitor.GetAsync("/p/niemand/revoked")).Status, Is.EqualTo(404));
    }

    private static Dictionary<string, string> Token(Seen page) => new()
    {
        ["__RequestVerificationToken"] =
            page.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!,
    };
}

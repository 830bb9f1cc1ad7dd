using Ontmoetingsplein.Forum.Moderation;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Tests.Support;
using PuppeteerSharp;

namespace Ontmoetingsplein.Tests.Chromium;

/// <summary>All pages in a real browser: how they fit, what axe says, what the keyboard reaches.</summary>
internal sealed class PagesInChromiumTests
{
    private ChromiumBrowser chromium = null!;
    private TestForum forum = null!;
    private long question;
    private string administrator = "";

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        chromium = await ChromiumBrowser.StartAsync();
        forum = await TestForum.StartInBrowserAsync();
        var asker = await forum.PersonAsync("Bram");
        var official = await forum.PersonAsync("Gerda", forOrganisation: true);
        var asked = await forum.AskAsync(asker, "Waar kan ik oude verf en andere chemische resten kwijt?");
        var answer = await forum.AnswerAsync(official, asked, "Breng die naar de milieustraat aan de Havenweg.");
        await forum.AnswerAsync(asker, asked, "Dank u, is die ook op zaterdag open?", answer);
        question = asked.Id.Value;
        var report = forum.Get<ReportPost>();
        Assert.That((await report.ExecuteAsync(asked.Id, "Dit is reclame.", official, default)).Refusal, Is.Null);
        Assert.That((await report.ExecuteAsync(answer.Id, "Dit klopt niet.", asker, default)).Refusal, Is.Null);
        await forum.Get<PeerStore>().LearnSchemeAsync("plein.debrug.example", 1);
        await forum.Get<Database>().WriteAsync(w =>
        {
            w.Execute(
                """
                insert into peers (host, created_at, failing_since, failures, last_failure_at, last_status, last_error)
                values ('een-heel-lange-naam-van-een-server.samenwerkende-gemeenten-in-het-zuiden.example', 0,
                  @Now, 3, @Now, 503, 'The host answered 503.')
                """, new { w.Now });
            PeerStore.Park(w, "plein.debrug.example");
        });
        var (browser, _) = await forum.SignedInAsync("Anna", Role.Administrator, forOrganisation: true);
        administrator = browser.Cookies[SessionCookie.Name];
        browser.Dispose();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (forum is not null)
            await forum.DisposeAsync();
        if (chromium is not null)
            await chromium.DisposeAsync();
    }

    [Test]
    public async Task No_page_has_a_barrier_or_is_wider_than_the_screen(
        [Values(320, 390, 1280)] int width, [Values] bool signedIn)
    {
        var page = await chromium.OpenAsync(width);
        if (signedIn)
        {
            await SignInAsync(page);
        }

        var faults = new List<string>();
        foreach (var path in Pages(signedIn))
        {
            var response = await page.GoToAsync(new Uri(forum.Address, path).AbsoluteUri);
            Assert.That((int)response.Status, Is.EqualTo(200), path);
            var wide = await page.EvaluateExpressionAsync<int>(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if (wide > 0)
            {
                faults.Add($"{path}: {wide} px too wide");
            }

            // A narrower screen than a phone of today stands for a page that is enlarged: it must still fit.
            if (width == 320)
            {
                continue;
            }

            faults.AddRange((await ChromiumBrowser.BarriersAsync(page)).Select(barrier => $"{path}: {barrier}"));
        }

        await page.BrowserContext.CloseAsync();
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public async Task A_page_with_a_barrier_is_told_apart()
    {
        var page = await chromium.OpenAsync();
        await page.GoToAsync(forum.Address.AbsoluteUri);
        await page.EvaluateExpressionAsync(
            "document.querySelector('main').append(document.createElement('img'), document.createElement('button'))");
        Assert.That(
            string.Join(' ', await ChromiumBrowser.BarriersAsync(page)),
            Does.Contain("image-alt").And.Contain("button-name"));
        await page.BrowserContext.CloseAsync();
    }

    [Test]
    public async Task The_keyboard_reaches_all_that_the_mouse_does_and_shows_where_it_is()
    {
        var page = await chromium.OpenAsync();
        await SignInAsync(page);
        foreach (var path in Pages(signedIn: true))
        {
            await page.GoToAsync(new Uri(forum.Address, path).AbsoluteUri);
            var todo = await page.EvaluateExpressionAsync<int>(
                """
                [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
                  .filter(one => one.checkVisibility() && !one.disabled)
                  .map(one => one.type === 'radio' ? one.form.action + one.name : one)
                  .filter((one, at, all) => all.indexOf(one) === at).length
                """);
            // One field for a day has four stops: day, month, year, calendar.
            var stops = todo + (3 * await page.EvaluateExpressionAsync<int>(
                "[...document.querySelectorAll('input[type=date]')].filter(one => one.checkVisibility()).length"));
            var reached = 0;
            var hidden = new List<string>();
            for (var step = 0; step <= stops; step++)
            {
                await page.Keyboard.PressAsync("Tab");
                var at = await page.EvaluateExpressionAsync<string>(
                    """
                    (() => {
                      const one = document.activeElement;
                      if (one === document.body || one.dataset.seen) return '';
                      one.dataset.seen = 'yes';
                      const style = getComputedStyle(one), box = one.getBoundingClientRect();
                      const shows = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
                      return (shows && box.width > 0 ? '' : 'hidden: ') + one.outerHTML.slice(0, 100);
                    })()
                    """);
                reached += at.Length > 0 ? 1 : 0;
                if (at.StartsWith("hidden", StringComparison.Ordinal))
                {
                    hidden.Add(at);
                }
            }

            Assert.That(hidden, Is.Empty, path);
            Assert.That(todo, Is.GreaterThan(5), path);
            Assert.That(reached, Is.EqualTo(todo), path);
        }

        await page.BrowserContext.CloseAsync();
    }

    [Test]
    public async Task The_first_tab_leads_past_the_head_of_the_page()
    {
        var page = await chromium.OpenAsync();
        await page.GoToAsync(forum.Address.AbsoluteUri);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        Assert.That(
            await page.EvaluateExpressionAsync<string>("document.activeElement.id"), Is.EqualTo("content"));
        await page.BrowserContext.CloseAsync();
    }

    [Test]
    public async Task Without_scripts_somebody_signs_up_asks_is_told_what_is_wrong_and_reads_the_answer()
    {
        var page = await chromium.OpenAsync(390);
        await page.SetJavaScriptEnabledAsync(false);
        await page.GoToAsync(new Uri(forum.Address, "/stel-een-vraag").AbsoluteUri);
        await GoAsync(page, "main a[href^='/inloggen']");
        await page.TypeAsync("#link-email, input[name=email]", "noor@post.example");
        await GoAsync(page, "form[action='/inloggen/link#form-link'] button");
        var mail = (await forum.MailsAsync("noor@post.example", 1))[0];
        var link = mail.Split((char[]?)null).First(word => word.Contains("/inloggen/link?", StringComparison.Ordinal));
        await page.GoToAsync(link);
        await GoAsync(page, "form[action='/inloggen/link/gebruiken'] button");
        await page.TypeAsync("input[name=name]", "Noor");
        await page.TypeAsync("input[name=username]", "noor");
        await GoAsync(page, "form[action='/welkom'] button");
        Assert.That(new Uri(page.Url).AbsolutePath, Is.EqualTo("/stel-een-vraag"), "back to where it began");

        await page.TypeAsync("textarea[name=body]", "Ik woon in de Vaartstraat.");
        await GoAsync(page, "main form[action='/stel-een-vraag'] button[type=submit]");
        Assert.That(await page.GetTitleAsync(), Does.StartWith("Fout"));
        Assert.That(
            await page.EvaluateExpressionAsync<string>("document.querySelector('textarea[name=body]').value"),
            Is.EqualTo("Ik woon in de Vaartstraat."), "what was typed is still there");

        await page.TypeAsync("input[name=title]", "Wanneer wordt het oud papier opgehaald?");
        await page.SelectAsync("select[name=topic]", await page.EvaluateExpressionAsync<string>(
            "document.querySelector('select[name=topic] option:last-child').value"));
        await GoAsync(page, "main form[action='/stel-een-vraag'] button[type=submit]");
        Assert.That(new Uri(page.Url).AbsolutePath, Does.StartWith("/q/"));
        await page.TypeAsync("textarea[name=text]", "Elke eerste maandag.");
        await GoAsync(page, "#answer form button[type=submit]");
        await page.ReloadAsync();
        Assert.That(
            await page.EvaluateExpressionAsync<string>("document.querySelector('main').innerText"),
            Does.Contain("Wanneer wordt het oud papier opgehaald?").And.Contain("Elke eerste maandag."));
        await page.BrowserContext.CloseAsync();
    }

    private string[] Pages(bool signedIn) =>
    [
        "/", "/vragen", "/vragen/zonder-antwoord", "/zoeken?q=verf", "/onderwerpen", "/o/afval", "/p/bram",
        $"/q/{question}", "/stel-een-vraag", "/over", "/spelregels", "/privacy", "/toegankelijkheid",
        .. signedIn
            ? (string[])
            ["/account", "/account/wachtwoord", "/account/verhuizen", "/beheer", "/beheer/servers?toon=alle",
                "/meldingen", "/meldingen?toon=klaar"]
            : ["/inloggen"],
    ];

    private Task SignInAsync(IPage page) => page.SetCookieAsync(new CookieParam
    {
        Name = SessionCookie.Name,
        Value = administrator,
        Url = forum.Address.AbsoluteUri,
        HttpOnly = true,
    });

    private static Task GoAsync(IPage page, string selector) =>
        Task.WhenAll(page.WaitForNavigationAsync(), page.ClickAsync(selector));
}

using System.Globalization;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>The limits on signing in stop who guesses and floods, and shut nobody else out.</summary>
internal sealed partial class SignInLimitTests
{
    private const string Password = "een lange zin is goed";
    private const string Target = "doel@post.example";
    private const string Attacker = "192.0.2.66";
    private const string Home = "198.51.100.7";

    private static readonly string PasswordHash = Passwords.Hash(Password);

    private TestForum forum = null!;

    [SetUp]
    public async Task StartAsync()
    {
        forum = await TestForum.StartAsync();
        var person = await forum.PersonAsync("Doel", Role.Administrator);
        await forum.Get<Database>().WriteAsync(
            writing => AccountStore.SetPassword(writing, person.Account!.ActorId, PasswordHash, null));
    }

    [TearDown]
    public async Task StopAsync() => await forum.DisposeAsync();

    [Test]
    public async Task Who_guesses_at_one_address_is_stopped_and_told_when_to_come_back()
    {
        var attacker = await VisitorAsync(Attacker);
        for (var time = 0; time < 10; time++)
        {
            Assert.That((await GuessAsync(attacker, Target)).Status, Is.EqualTo(400));
        }

        var stopped = await GuessAsync(attacker, Target);
        Assert.That((stopped.Status, stopped.Header("Retry-After")), Is.EqualTo((429, "360")));
        Assert.That(stopped.Text, Does.Contain("U kunt het over 6 minuten opnieuw proberen.").And.Contain("e-mail"));
        Assert.That(
            stopped.Page.QuerySelector("#f-pw-email, input[name=email][value]")!.GetAttribute("value"),
            Is.EqualTo(Target), "what was typed stays");
        var right = await PasswordAsync(attacker, Target, Password);
        Assert.That(right.Status, Is.EqualTo(429), "nobody learns by it which one was right");
        forum.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.That((await PasswordAsync(attacker, Target, Password)).Status, Is.EqualTo(303));
    }

    [Test]
    public async Task Nobody_is_shut_out_by_attempts_from_elsewhere_in_either_way()
    {
        await UseUpAsync(Attacker);
        var home = await VisitorAsync(Home);
        Assert.That((await PasswordAsync(home, Target, Password)).Status, Is.EqualTo(303));
        var other = await VisitorAsync("198.51.100.8");
        Assert.That((await AskLinkAsync(other, Target)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_device_that_signed_in_before_passes_on_the_network_of_the_attacker_too()
    {
        var device = await VisitorAsync(Attacker);
        await PasswordAsync(device, Target, Password);
        var ended = await device.SubmitAsync(await device.GetAsync("/account"), "/uitloggen");
        Assert.That(ended.Status, Is.EqualTo(303));
        Assert.That(device.Cookies, Does.ContainKey(KnownDevice.CookieName), "it stays when somebody signs out");
        await UseUpAsync(Attacker);
        await UseUpNetworkAsync(Attacker);
        Assert.That((await AskLinkAsync(device, Target)).Status, Is.EqualTo(200));
        Assert.That((await PasswordAsync(device, Target, Password)).Status, Is.EqualTo(303));
        Assert.That((await AskLinkAsync(await VisitorAsync(Attacker), Target)).Status, Is.EqualTo(429));
    }

    [Test]
    public async Task The_device_cookie_signs_nobody_in_and_is_no_free_pass()
    {
        var device = await VisitorAsync(Home);
        var signedIn = await PasswordAsync(device, Target, Password);
        var cookie = signedIn.SetCookies.Single(
            one => one.StartsWith(KnownDevice.CookieName + "=", StringComparison.Ordinal)).ToLowerInvariant();
        Assert.That(cookie, Does.Contain("httponly").And.Contain("samesite=lax").And.Contain("secure")
            .And.Contain("path=/").And.Contain("max-age=31536000"));
        Assert.That(cookie, Does.Not.Contain("doel"));
        device.Cookies.Remove(SessionCookie.Name);
        Assert.That((await device.GetAsync("/account")).Status, Is.EqualTo(303));

        // A thief of the cookie guesses ten times an hour, and no more.
        for (var time = 0; time < 10; time++)
        {
            Assert.That((await GuessAsync(device, Target)).Status, Is.EqualTo(400));
        }

        Assert.That((await GuessAsync(device, Target)).Status, Is.EqualTo(429));
        var owner = await VisitorAsync("198.51.100.8");
        Assert.That((await PasswordAsync(owner, Target, Password)).Status, Is.EqualTo(303));

        var forger = await VisitorAsync(Attacker);
        await UseUpAsync(Attacker);
        var stolen = device.Cookies[KnownDevice.CookieName];
        foreach (var made in new[] { "x", "a b c", stolen[..^2] + "xx", new string('a', 3_000) })
        {
            forger.Cookies[KnownDevice.CookieName] = made;
            Assert.That((await GuessAsync(forger, Target)).Status, Is.EqualTo(429), made);
        }

        // It counts for who signed in on it only.
        forger.Cookies[KnownDevice.CookieName] = stolen;
        for (var time = 0; time < 10; time++)
        {
            await GuessAsync(forger, "ander@post.example");
        }

        Assert.That((await GuessAsync(forger, "ander@post.example")).Status, Is.EqualTo(429));
    }

    [Test]
    public async Task A_device_of_several_people_knows_them_all()
    {
        var person = await forum.PersonAsync("Gezin");
        await forum.Get<Database>().WriteAsync(
            writing => AccountStore.SetPassword(writing, person.Account!.ActorId, PasswordHash, null));
        var device = await VisitorAsync(Home);
        await PasswordAsync(device, Target, Password);
        device.Cookies.Remove(SessionCookie.Name);
        await PasswordAsync(device, "gezin@post.example", Password);
        device.Cookies.Remove(SessionCookie.Name);
        await UseUpNetworkAsync(Home);
        Assert.That((await PasswordAsync(device, Target, Password)).Status, Is.EqualTo(303));
        device.Cookies.Remove(SessionCookie.Name);
        Assert.That((await PasswordAsync(device, "gezin@post.example", Password)).Status, Is.EqualTo(303));
    }

    [Test]
    public async Task Guessing_at_one_person_from_everywhere_is_bounded_and_the_mailed_link_still_works()
    {
        var tried = 0;
        for (var address = 1; address <= 100; address++)
        {
            tried += await TakePasswordAsync(Target, $"203.0.113.{address}") is null ? 1 : 0;
        }

        Assert.That(tried, Is.EqualTo(60));
        var home = await VisitorAsync(Home);
        var refused = await PasswordAsync(home, Target, Password);
        Assert.That((refused.Status, refused.Header("Retry-After")), Is.EqualTo((429, "1440")));
        Assert.That(refused.Text, Does.Contain("Of log in met een link in uw e-mail."));
        Assert.That((await SignInByMailAsync(home)).Status, Is.EqualTo(303));
        home.Cookies.Remove(SessionCookie.Name);
        Assert.That((await PasswordAsync(home, Target, Password)).Status, Is.EqualTo(303), "now the device is known");
    }

    [Test]
    public async Task Flooding_a_person_with_links_is_bounded_and_always_leaves_one_that_works()
    {
        var mailed = 0;
        for (var minute = 0; minute < 120; minute++)
        {
            for (var burst = 0; burst < 3; burst++)
            {
                mailed += await TakeLinkAsync(Target, $"203.0.{minute}.{burst}") is null ? 1 : 0;
            }

            forum.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.That(mailed, Is.InRange(12, 18), "in two hours");

        // The owner is told to look in the mailbox, where the newest link, whoever asked for it, lets them in.
        forum.Clock.Advance(TimeSpan.FromMinutes(15));
        var attacker = await VisitorAsync(Attacker);
        Assert.That((await AskLinkAsync(attacker, Target)).Status, Is.EqualTo(200));
        while (await TakeLinkAsync(Target, "203.0.113.9") is null)
        {
        }

        var home = await VisitorAsync(Home);
        var refused = await AskLinkAsync(home, Target);
        Assert.That(refused.Status, Is.EqualTo(429));
        Assert.That(int.Parse(refused.Header("Retry-After"), CultureInfo.InvariantCulture), Is.InRange(1, 600));
        Assert.That(refused.Text, Does.Contain("de nieuwste link werkt nog"));
        var link = await home.GetAsync(await LinkAsync());
        Assert.That((await home.SubmitAsync(link, "/inloggen/link/gebruiken")).Status, Is.EqualTo(303));
    }

    [Test]
    public async Task Sixty_people_of_one_library_sign_in_within_an_hour_and_mistype_once()
    {
        for (var person = 0; person < 60; person++)
        {
            var email = string.Create(CultureInfo.InvariantCulture, $"lezer{person}@post.example");
            Assert.That(await TakeLinkAsync(email, Home), Is.Null, email);
            Assert.That(await TakeLinkAsync(email, Home), Is.Null, email);
            Assert.That(await TakePasswordAsync(email, Home), Is.Null, email);
            Assert.That(await TakePasswordAsync(email, Home), Is.Null, email);
        }
    }

    [Test]
    public async Task Right_passwords_are_not_counted()
    {
        for (var time = 0; time < 15; time++)
        {
            var browser = await VisitorAsync(Home);
            Assert.That((await PasswordAsync(browser, Target, Password)).Status, Is.EqualTo(303));
        }
    }

    [Test]
    public async Task What_is_refused_tells_nothing_of_who_has_an_account()
    {
        var browser = await VisitorAsync(Attacker);
        const string unknown = "vreemd@post.example";
        for (var time = 0; time < 11; time++)
        {
            var (one, other) = (await GuessAsync(browser, Target), await GuessAsync(browser, unknown));
            Assert.That(
                (other.Status, other.Header("Retry-After"), other.Text), Is.EqualTo(
                    (one.Status, one.Header("Retry-After"), one.Text)));
            (one, other) = (await AskLinkAsync(browser, Target), await AskLinkAsync(browser, unknown));
            Assert.That(
                (other.Status, other.Header("Retry-After"), other.Text.Replace("vreemd@", "doel@")), Is.EqualTo(
                    (one.Status, one.Header("Retry-After"), one.Text)));
        }
    }

    [Test]
    public async Task Whoever_got_at_an_open_session_does_not_find_the_password_with_it()
    {
        var browser = await VisitorAsync(Home);
        await PasswordAsync(browser, Target, Password);
        var form = await browser.GetAsync("/account/wachtwoord");
        Task<Seen> GuessOwnAsync() => browser.SubmitAsync(
            form, "/account/wachtwoord", ("current", "geraden zin"), ("password", Password), ("again", Password));
        for (var time = 0; time < 10; time++)
        {
            Assert.That((await GuessOwnAsync()).Status, Is.EqualTo(400));
        }

        var stopped = await GuessOwnAsync();
        Assert.That((stopped.Status, stopped.Header("Retry-After")), Is.EqualTo((429, "360")));
        Assert.That(stopped.Text, Does.Contain("over 6 minuten"));
        var other = await VisitorAsync(Attacker);
        Assert.That(
            (await PasswordAsync(other, Target, Password)).Status, Is.EqualTo(303), "signing in is another matter");
    }

    // Both ways, for one person from one network.
    private async Task UseUpAsync(string network)
    {
        while (await TakePasswordAsync(Target, network) is null)
        {
        }

        while (await TakeLinkAsync(Target, network) is null)
        {
        }
    }

    private async Task UseUpNetworkAsync(string network)
    {
        for (var n = 0; n < 200; n++)
        {
            await TakePasswordAsync($"iemand{n}@post.example", network);
            await TakeLinkAsync($"iemand{n}@post.example", network);
        }

        Assert.That(await TakePasswordAsync("nog@post.example", network), Is.Not.Null);
        Assert.That(await TakeLinkAsync("nog@post.example", network), Is.Not.Null);
    }

    private Task<Refusal?> TakePasswordAsync(string email, string network) =>
        forum.Get<SignInLimits>().TakePasswordAsync(email, new SignInFrom(network, null), default);

    private Task<Refusal?> TakeLinkAsync(string email, string network) => forum.Get<Database>().WriteAsync(
        writing => SignInLimits.TakeLink(writing, email, new SignInFrom(network, null)));

    private async Task<Seen> SignInByMailAsync(Browser browser)
    {
        Assert.That((await AskLinkAsync(browser, Target)).Status, Is.EqualTo(200));
        return await browser.SubmitAsync(await browser.GetAsync(await LinkAsync()), "/inloggen/link/gebruiken");
    }

    private async Task<string> LinkAsync() =>
        Link().Match((await forum.MailsAsync(Target, 1))[^1]).Value["https://plein.example".Length..];

    private async Task<Browser> VisitorAsync(string address)
    {
        var browser = forum.Visitor();
        browser.Headers["X-Forwarded-For"] = address;
        await browser.GetAsync("/inloggen");
        return browser;
    }

    private static Task<Seen> GuessAsync(Browser browser, string email) => PasswordAsync(browser, email, "geraden");

    private static async Task<Seen> PasswordAsync(Browser browser, string email, string password) =>
        await browser.SubmitAsync(
            await browser.GetAsync("/inloggen"), "/inloggen/wachtwoord", ("email", email), ("password", password));

    private static async Task<Seen> AskLinkAsync(Browser browser, string email) =>
        await browser.SubmitAsync(await browser.GetAsync("/inloggen"), "/inloggen/link", ("email", email));

    [System.Text.RegularExpressions.GeneratedRegex(@"https://plein\.example/inloggen/link\?token=[\w-]+")]
    private static partial System.Text.RegularExpressions.Regex Link();
}

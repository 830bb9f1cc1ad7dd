using Ontmoetingsplein.Forum.Mail;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.SetAside;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>Mail that can never be sent is set aside and stops nothing; other mail is tried again.</summary>
internal sealed class MailTests
{
    private const string Page = "/beheer/apart";
    // As long as the mail worker sleeps when nothing wakes it.
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(31);

    private MailServer server = null!;

    [SetUp]
    public void Start() => server = new MailServer();

    [TearDown]
    public async Task StopAsync() => await server.DisposeAsync();

    [TestCase("a.@voorbeeld.nl")]
    [TestCase("a..b@voorbeeld.nl")]
    [TestCase("Anna <anna@voorbeeld.nl>")]
    [TestCase("anna@voorbeeld.nl\r\nBcc: all@voorbeeld.nl")]
    [TestCase("anna@voorbeeld.nl, bram@voorbeeld.nl")]
    [TestCase("")]
    public async Task An_address_that_is_none_is_set_aside_with_the_reason_and_the_next_mail_goes_out(string address)
    {
        await using var forum = await TestForum.StartAsync(server.Settings());
        await AddAsync(forum, address);
        var aside = await AsideAsync(forum);
        Assert.That((aside.Kind, aside.Attempts), Is.EqualTo((SetAsideKind.Mail, 1)));
        Assert.That(aside.Reason, Does.Contain("address"));
        await AddAsync(forum, "anna@bücher.example");
        await ArrivedAsync(forum, 1);
        Assert.That(server.Said, Does.Contain("RCPT TO:<anna@xn--bcher-kva.example>"));
        Assert.That(server.Said.Where(line => line.StartsWith("RCPT", StringComparison.Ordinal)), Has.Exactly(1).Items);
        Assert.That((await forum.Visitor().GetAsync("/healthz")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_mail_server_without_TLS_stops_nothing_and_is_tried_for_two_days()
    {
        await using var forum = await TestForum.StartAsync(server.Settings("starttls"));
        await AddAsync(forum, "anna@voorbeeld.nl");
        await SaidAsync("EHLO", 1);
        await TriedAsync(forum, 1);
        Assert.That(await forum.Get<SetAsideStore>().CountAsync(10), Is.Zero, "another attempt may do better");
        var aside = await PassAsync(forum, TimeSpan.FromHours(6), 9);
        Assert.That(aside.Reason, Does.StartWith("Given up after a while.").And.Contain("STARTTLS"));
        Assert.That(server.Mails, Is.Empty);
    }

    [Test]
    public async Task A_way_to_sign_in_that_we_lack_stops_nothing()
    {
        server.Script = line => line.StartsWith("EHLO", StringComparison.Ordinal)
            ? "250-mail.example\r\n250 AUTH GSSAPI-STRANGE" : null;
        await using var forum = await TestForum.StartAsync(
            [.. server.Settings(), ("Mail:User", "plein"), ("Mail:Password", "geheim")]);
        await AddAsync(forum, "anna@voorbeeld.nl");
        await TriedAsync(forum, 1);
        server.Script = line => line.StartsWith("EHLO", StringComparison.Ordinal)
            ? "250-mail.example\r\n250 AUTH PLAIN"
            : line.StartsWith("AUTH", StringComparison.Ordinal) ? "235 in" : null;
        await ArrivedAsync(forum, 1);
    }

    [TestCase("MAIL", "550 not you")]
    [TestCase("RCPT", "550 5.1.1 no such user")]
    [TestCase("DATA", "554 no")]
    [TestCase(".", "552 too large")]
    public async Task What_the_mail_server_refuses_for_good_is_asked_once_and_set_aside(string command, string answer)
    {
        server.Script = line => line.StartsWith(command, StringComparison.Ordinal) ? answer : null;
        await using var forum = await TestForum.StartAsync(server.Settings());
        await AddAsync(forum, "weg@voorbeeld.nl");
        Assert.That((await AsideAsync(forum)).Reason, Does.Contain(answer[4..]));
        forum.Clock.Advance(TimeSpan.FromDays(3));
        await AddAsync(forum, "weg@voorbeeld.nl");
        await SaidAsync("MAIL", 2);
        Assert.That(server.Mails, Is.Empty);
    }

    [Test]
    public async Task What_the_mail_server_cannot_take_now_is_tried_again_and_arrives_once()
    {
        server.Script = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "451 later" : null;
        await using var forum = await TestForum.StartAsync(server.Settings());
        await AddAsync(forum, "anna@voorbeeld.nl");
        await TriedAsync(forum, 1);
        server.Script = _ => null;
        await ArrivedAsync(forum, 1);
        forum.Clock.Advance(TimeSpan.FromDays(1));
        Assert.That(server.Mails, Has.Count.EqualTo(1));
        Assert.That(await forum.Get<SetAsideStore>().CountAsync(10), Is.Zero);
    }

    [Test]
    public async Task A_server_that_hangs_up_after_it_took_a_mail_does_not_get_it_twice()
    {
        server.Script = line => line.StartsWith("QUIT", StringComparison.Ordinal) ? "421 nonsense" : null;
        await using var forum = await TestForum.StartAsync(server.Settings());
        await AddAsync(forum, "anna@voorbeeld.nl");
        await ArrivedAsync(forum, 1);
        await Until.TrueAsync(
            async () => await forum.Get<Database>().FirstAsync<long>("select count(*) from mails", null, default) == 0,
            "it is noted");
    }

    [Test]
    public async Task A_mail_to_sign_in_is_not_sent_after_its_link_expired()
    {
        server.Script = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "451 later" : null;
        await using var forum = await TestForum.StartAsync(server.Settings());
        using var browser = forum.Visitor();
        await browser.SubmitAsync(
            await browser.GetAsync("/inloggen"), "/inloggen/link", ("email", "anna@voorbeeld.nl"));
        await TriedAsync(forum, 1);
        var aside = await PassAsync(forum, TimeSpan.FromMinutes(5), 8);
        Assert.That(server.Said.Count(line => line.StartsWith("RCPT", StringComparison.Ordinal)), Is.GreaterThan(2));
        forum.Clock.Advance(TimeSpan.FromMinutes(31));
        server.Script = _ => null;
        var (admin, _) = await forum.SignedInAsync("Beheerder", Role.Administrator);
        var page = await admin.GetAsync(Page);
        Assert.That(page.Text, Does.Contain("De link in deze mail werkt niet meer"));
        Assert.That(page.Page.QuerySelector($"form[action='{Page}/{aside.Id}/opnieuw']"), Is.Null);
        var tried = await admin.SubmitAsync(page, $"{Page}/opnieuw");
        Assert.That(tried.Status, Is.EqualTo(303));
        Assert.That(await forum.Get<SetAsideStore>().CountAsync(10), Is.EqualTo(1), "it is not tried all the same");
        Assert.That(server.Mails, Is.Empty);
    }

    [Test]
    public async Task An_administrator_sees_how_much_is_set_aside_and_tries_it_again_or_drops_it()
    {
        server.Script = line => line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null;
        await using var forum = await TestForum.StartAsync(server.Settings());
        var (admin, _) = await forum.SignedInAsync("Beheerder", Role.Administrator);
        var (member, _) = await forum.SignedInAsync("Mies");
        Assert.That((await admin.GetAsync(Page)).Text, Does.Contain("Er is niets opzij gezet."));
        await AddAsync(forum, "eerste@voorbeeld.nl");
        await AddAsync(forum, "tweede@voorbeeld.nl");
        await Until.TrueAsync(
            async () => await forum.Get<SetAsideStore>().CountAsync(10) == 2, "both are set aside");

        var page = await admin.GetAsync(Page);
        Assert.That(page.Text, Does.Contain("Beheer 2 opzij gezet").And.Contain("eerste@voorbeeld.nl")
            .And.Contain("no such user").And.Not.Contain("inhoud van de mail"));
        Assert.That((await admin.GetAsync("/beheer")).Text, Does.Contain("Er zijn 2 mails en berichten opzij gezet"));
        Assert.That((await member.GetAsync("/")).Text, Does.Not.Contain("opzij gezet"));
        var refused = await member.GetAsync(Page);
        Assert.That(
            (refused.Status, refused.Html.Contains("eerste@", StringComparison.Ordinal)), Is.EqualTo((403, false)));

        server.Script = _ => null;
        var items = (await forum.Get<SetAsideStore>().ListAsync(PageRequest.Newest(10))).Items;
        var retried = await admin.FollowAsync(
            await admin.SubmitAsync(page, $"{Page}/{items[1].Id}/opnieuw"));
        Assert.That(retried.Text, Does.Contain("We proberen het nu opnieuw.").And.Contain("Beheer 1 opzij gezet"));
        await ArrivedAsync(forum, 1);
        Assert.That(server.Mails.Single(), Does.Contain("eerste@voorbeeld.nl"));
        var dropped = await admin.FollowAsync(await admin.SubmitAsync(retried, $"{Page}/{items[0].Id}/weg"));
        Assert.That(dropped.Text, Does.Contain("Het is weggegooid.").And.Not.Contain("(1"));
        Assert.That((await admin.SubmitAsync(page, $"{Page}/{items[0].Id}/weg")).Status, Is.EqualTo(404));
        await Until.TrueAsync(
            async () => await forum.Get<Database>().FirstAsync<long>("select count(*) from mails", null, default) == 0,
            "nothing is left");
        Assert.That(
            (await admin.SubmitAsync(page, $"{Page}/weg")).Status, Is.EqualTo(303), "all, though there is nothing");
    }

    [Test]
    public void A_mail_is_tried_ever_less_often_and_for_a_bounded_time()
    {
        var start = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var mail = new QueuedMail
        {
            Id = IdSource.FirstAt(start),
            Recipient = "",
            Subject = "",
            Body = "",
        };
        foreach (var life in new TimeSpan?[] { null, TimeSpan.FromMinutes(30), TimeSpan.FromDays(5) })
        {
            var (now, attempts) = (start, 0);
            var one = mail with { ExpiresAt = start + life };
            while (MailSchedule.Next(one with { Attempts = attempts }, now) is { } next)
            {
                Assert.That(next - now, Is.InRange(TimeSpan.FromSeconds(59), TimeSpan.FromHours(6)));
                (now, attempts) = (next, attempts + 1);
            }

            Assert.That(attempts, Is.InRange(5, 20));
            Assert.That(now, Is.LessThan(start + (life < MailSchedule.Longest ? life.Value : MailSchedule.Longest)));
        }
    }

    private static Task AddAsync(TestForum forum, string address) => forum.Get<Database>().WriteAsync(
        writing => MailStore.Add(writing, address, "Onderwerp", "de inhoud van de mail"));

    private static Task<SetAsideItem> AsideAsync(TestForum forum) => Until.FoundAsync(
        async () => (await forum.Get<SetAsideStore>().ListAsync(PageRequest.Newest(10))).Items is [var item, ..]
            ? item
            : null,
        "it is set aside");

    // Time passes in steps, each as long as it takes until the mail was tried in it.
    private static async Task<SetAsideItem> PassAsync(TestForum forum, TimeSpan step, int atLeast)
    {
        for (var passed = 0; passed < atLeast * 20; passed++)
        {
            var items = (await forum.Get<SetAsideStore>().ListAsync(PageRequest.Newest(10))).Items;
            if (items.Count > 0)
            {
                return items[0];
            }

            forum.Clock.Advance(step);
            await Until.TrueAsync(
                async () =>
                {
                    var now = forum.Clock.GetUtcNow();
                    forum.Clock.Advance(Glance);
                    return await forum.Get<Database>().FirstAsync<long>(
                        "select count(*) from mails where due_at <= @now", new { now }, default) == 0;
                }, "what is due is tried");
        }

        throw new AssertionException("It is tried for ever.");
    }

    private static Task TriedAsync(TestForum forum, int times) => Until.TrueAsync(
        async () => await forum.Get<Database>().FirstAsync<long>(
            "select count(*) from mails where attempts = @times and last_error is not null", new { times }, default)
            == 1,
        $"it was tried {times} times");

    // Meanwhile time passes, so that what waits for its next attempt gets it.
    private Task ArrivedAsync(TestForum forum, int count) => Until.TrueAsync(
        () =>
        {
            forum.Clock.Advance(Glance);
            return Task.FromResult(server.Mails.Count == count);
        }, $"{count} mails arrived");

    private Task SaidAsync(string word, int times) => Until.TrueAsync(
        () => Task.FromResult(server.Said.Count(line => line.StartsWith(word, StringComparison.Ordinal)) == times),
        $"{word} was said {times} times");
}

using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>One form makes one post, however often it is sent.</summary>
internal sealed partial class OncePostedTests
{
    private TestForum forum = null!;

    [SetUp]
    public async Task StartAsync() => forum = await TestForum.StartAsync();

    [TearDown]
    public async Task StopAsync() => await forum.DisposeAsync();

    [Test]
    public async Task A_question_that_is_sent_three_times_at_once_and_again_later_is_asked_once()
    {
        var (browser, _) = await forum.SignedInAsync("Dubbel");
        var form = await browser.GetAsync("/stel-een-vraag?topic=afval");
        Task<Seen> SendAsync(string title) => browser.SubmitAsync(form, "/stel-een-vraag", ("title", title));
        const string title = "Waar kan ik oude verf inleveren?";
        var seen = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => SendAsync(title)));
        Assert.That(seen.Select(one => one.Status), Is.All.EqualTo(303));
        forum.Clock.Advance(TimeSpan.FromHours(1));
        var later = await SendAsync(title);
        forum.Clock.Advance(TimeSpan.FromDays(3));
        var restored = await SendAsync(title);
        Assert.That(
            seen.Append(later).Append(restored).Select(one => one.Location).Distinct().Count(), Is.EqualTo(1),
            "all lead to the one that was made");
        Assert.That(await RowsAsync("questions"), Is.EqualTo(1));
        Assert.That((await browser.FollowAsync(restored)).Text, Does.Contain(title));

        var other = await SendAsync("Waar kan ik oude lampen inleveren?");
        Assert.That((other.Status, await RowsAsync("questions")), Is.EqualTo((303, 2L)), "another text, another post");
        Assert.That(other.Location, Is.Not.EqualTo(later.Location));
        await SendAsync("Waar kan ik oude lampen inleveren?");
        Assert.That(await RowsAsync("questions"), Is.EqualTo(2), "also once");
        await browser.SubmitAsync(
            await browser.GetAsync("/stel-een-vraag?topic=afval"), "/stel-een-vraag", ("title", title));
        Assert.That(await RowsAsync("questions"), Is.EqualTo(3), "who opens the form again means it");
        browser.Dispose();
    }

    [Test]
    public async Task Answers_and_comments_are_given_once_also_when_the_question_was_closed_meanwhile()
    {
        var (browser, _) = await forum.SignedInAsync("Ans");
        var asker = await forum.PersonAsync("Vrager");
        var question = await forum.AskAsync(asker, "Wanneer komt de grijze bak?");
        var page = await browser.GetAsync($"/q/{question.Id}");
        Task<Seen> AnswerAsync() =>
            browser.SubmitAsync(page, $"/q/{question.Id}/antwoorden", ("text", "Op dinsdag."));
        var given = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AnswerAsync()));
        Assert.That(given.Select(one => one.Location).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await RowsAsync("answers"), Is.EqualTo(1));

        page = await browser.GetAsync($"/q/{question.Id}");
        var id = given[0].Location!.Split("#r")[1];
        Task<Seen> CommentAsync() => browser.SubmitAsync(page, $"/r/{id}/reacties", ("comment", "Om acht uur."));
        var said = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CommentAsync()));
        Assert.That(said.Select(one => one.Location).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await RowsAsync("answers"), Is.EqualTo(2));

        await forum.Get<Database>().WriteAsync(writing => writing.Execute("update questions set locked_at = 1"));
        Assert.That((await CommentAsync()).Location, Is.EqualTo(said[0].Location), "it was said before that");
        browser.Dispose();
    }

    [Test]
    public async Task A_key_is_worth_something_to_who_got_the_form_only()
    {
        const string key = "een sleutel van een ander";
        var form = new AskQuestion.Form("Wanneer komt de grijze bak?", "", forum.Waste, Key: key);
        var ask = forum.Get<AskQuestion>();
        var anna = await forum.PersonAsync("Anna");
        var bram = await forum.PersonAsync("Bram");
        var first = (await ask.ExecuteAsync(form, anna, default)).Value!;
        Assert.That((await ask.ExecuteAsync(form, anna, default)).Value!.Id, Is.EqualTo(first.Id));
        Assert.That((await ask.ExecuteAsync(form, bram, default)).Value!.Id, Is.Not.EqualTo(first.Id));
        Assert.That((await ask.ExecuteAsync(form with { Key = "kort" }, anna, default)).Value!.Id,
            Is.Not.EqualTo(first.Id), "what is no key is none");
    }

    [Test]
    public async Task What_was_refused_can_be_sent_again()
    {
        var ask = forum.Get<AskQuestion>();
        var anna = await forum.PersonAsync("Anna");
        for (var n = 0; n < 5; n++)
        {
            await forum.AskAsync(anna, $"Wanneer komt de grijze bak, keer {n}?");
        }

        var form = new AskQuestion.Form("Wanneer komt de groene bak?", "", forum.Waste, Key: "sleutel sleutel 1");
        Assert.That((await ask.ExecuteAsync(form, anna, default)).Refusal?.Kind, Is.EqualTo(RefusalKind.TooMany));
        forum.Clock.Advance(TimeSpan.FromHours(2));
        Assert.That((await ask.ExecuteAsync(form, anna, default)).Refusal, Is.Null);
        Assert.That(await RowsAsync("questions"), Is.EqualTo(6));
    }

    [Test]
    public async Task A_repeat_of_what_is_gone_says_so()
    {
        var (browser, caller) = await forum.SignedInAsync("Weg");
        var form = await browser.GetAsync("/stel-een-vraag?topic=afval");
        Task<Seen> SendAsync() =>
            browser.SubmitAsync(form, "/stel-een-vraag", ("title", "Wanneer komt de grijze bak?"));
        var posted = await SendAsync();
        var id = new QuestionId(long.Parse(posted.Location!["/q/".Length..], null));
        await forum.Get<ReviseQuestion>().DeleteAsync(id, caller, default);
        Assert.That((await browser.FollowAsync(await SendAsync())).Status, Is.EqualTo(410));
        Assert.That(await RowsAsync("questions where deleted_at is null"), Is.Zero);
        browser.Dispose();
    }

    [Test]
    public async Task A_report_and_a_topic_are_made_once_and_nobody_is_told_of_a_name_that_is_taken()
    {
        var (browser, _) = await forum.SignedInAsync("Baas", Role.Administrator);
        var question = await forum.AskAsync(await forum.PersonAsync("Vrager"), "Wanneer komt de grijze bak?");
        var page = await browser.GetAsync($"/q/{question.Id}");
        var reports = await Task.WhenAll(Enumerable.Range(0, 3).Select(
            _ => browser.SubmitAsync(page, $"/q/{question.Id}/melden", ("reason", "Dit is reclame."))));
        Assert.That(reports.Select(one => one.Status), Is.All.EqualTo(303));
        Assert.That(await RowsAsync("reports"), Is.EqualTo(1));
        var before = await RowsAsync("topics");
        page = await browser.GetAsync("/beheer");
        var topics = await Task.WhenAll(Enumerable.Range(0, 3).Select(
            _ => browser.SubmitAsync(page, "/beheer/onderwerpen", ("name", "Groen in de wijk"))));
        Assert.That(topics.Select(one => (one.Status, one.Location)), Is.All.EqualTo((303, "/beheer#top")));
        Assert.That(await RowsAsync("topics"), Is.EqualTo(before + 1));
        var other = await browser.SubmitAsync(
            await browser.GetAsync("/beheer"), "/beheer/onderwerpen", ("name", "Groen in de wijk"));
        Assert.That(other.Status, Is.EqualTo(400), "another form finds the name taken");
        browser.Dispose();
    }

    [Test]
    public async Task Who_presses_twice_at_making_an_account_or_signing_in_is_signed_in()
    {
        using var browser = forum.Visitor();
        var form = await browser.GetAsync("/inloggen?terug=/o/afval");
        for (var time = 0; time < 3; time++)
        {
            var sent = await browser.SubmitAsync(form, "/inloggen/link", ("email", "nieuw@post.example"));
            Assert.That(sent.Status, Is.EqualTo(200));
        }

        var path = await LinkAsync(1);
        Assert.That(await RowsAsync("sign_in_links"), Is.EqualTo(1), "one mail for one form");
        var button = await browser.GetAsync(path);
        var welcome = await browser.SubmitAsync(button, "/inloggen/link/gebruiken");
        var done = new List<Seen>();
        for (var time = 0; time < 3; time++)
        {
            done.Add(await browser.SubmitAsync(welcome, "/welkom", ("name", "Nina"), ("username", "nina")));
        }

        Assert.That(done.Select(one => (one.Status, one.Location)), Is.All.EqualTo((303, "/o/afval")));
        Assert.That(await RowsAsync("accounts"), Is.EqualTo(1));
        Assert.That((await browser.GetAsync("/account")).Status, Is.EqualTo(200));

        using var second = forum.Visitor();
        forum.Clock.Advance(TimeSpan.FromMinutes(2));
        await second.SubmitAsync(form, "/inloggen/link", ("email", "nieuw@post.example"));
        second.Cookies["formulier"] = browser.Cookies["formulier"];
        Assert.That(
            (await second.SubmitAsync(form, "/inloggen/link", ("email", "nieuw@post.example"))).Status,
            Is.EqualTo(200), "a while later it is another one");
        path = await LinkAsync(2);
        button = await second.GetAsync(path);
        var first = await second.SubmitAsync(button, "/inloggen/link/gebruiken");
        var again = await second.SubmitAsync(button, "/inloggen/link/gebruiken");
        Assert.That((first.Status, again.Status), Is.EqualTo((303, 303)));
        Assert.That((await second.GetAsync("/account")).Status, Is.EqualTo(200));
        forum.Clock.Advance(TimeSpan.FromMinutes(6));
        using var thief = forum.Visitor();
        thief.Cookies["formulier"] = second.Cookies["formulier"];
        Assert.That(
            (await thief.SubmitAsync(button, "/inloggen/link/gebruiken")).Status, Is.EqualTo(400),
            "the link has had its use");
    }

    private async Task<string> LinkAsync(int number) => LinkPattern().Match(
        (await forum.MailsAsync("nieuw@post.example", number))[number - 1]).Value["https://plein.example".Length..];

    private async Task<long> RowsAsync(string table) => await forum.Get<Database>()
        .FirstAsync<long>($"select count(*) from {table}", null, default);

    [System.Text.RegularExpressions.GeneratedRegex(@"https://plein\.example/inloggen/link\?token=[\w-]+")]
    private static partial System.Text.RegularExpressions.Regex LinkPattern();
}

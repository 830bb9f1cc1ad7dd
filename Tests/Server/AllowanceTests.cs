using System.Globalization;
using System.Net;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Moderation;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Topics;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>How much one person and one network may post in a while.</summary>
internal sealed class AllowanceTests
{
    private TestForum forum = null!;
    private Caller writer = null!;
    private Question question = null!;
    private Answer answer = null!;

    [SetUp]
    public async Task StartAsync()
    {
        forum = await TestForum.StartAsync();
        writer = await forum.PersonAsync("Schrijver");
        question = await forum.AskAsync(writer, "Wanneer komt de grijze bak?");
        answer = await forum.AnswerAsync(writer, question, "Op dinsdag.");
    }

    [TearDown]
    public async Task StopAsync() => await forum.DisposeAsync();

    [Test]
    public async Task A_hundred_and_fifty_questions_in_a_row_are_not_asked_and_nothing_typed_is_lost()
    {
        var (browser, _) = await forum.SignedInAsync("Veel");
        var form = await browser.GetAsync("/stel-een-vraag?topic=afval");
        var seen = new List<Seen>();
        for (var n = 0; n < 150; n++)
        {
            seen.Add(await browser.SubmitAsync(
                form, "/stel-een-vraag", ("title", $"Hoe vaak komt de wagen, keer {n}?"), ("body", "Twee *woorden*.")));
        }

        Assert.That(seen.Count(one => one.Status == 303), Is.EqualTo(5));
        Assert.That(seen.Skip(5).Select(one => one.Status), Is.All.EqualTo(429));
        var last = seen[^1];
        Assert.That(last.Page.QuerySelector("#f-title")!.GetAttribute("value"), Does.EndWith("keer 149?"));
        Assert.That(last.Page.QuerySelector("#f-body")!.TextContent.Trim(), Is.EqualTo("Twee *woorden*."));
        Assert.That(
            last.Page.QuerySelector("#errors")!.TextContent, Does.Contain("U kunt over 72 minuten weer verder."));
        Assert.That(last.Page.QuerySelector("#errors a"), Is.Null, "it is about no field");
        var wait = int.Parse(last.Header("Retry-After"), CultureInfo.InvariantCulture);
        Assert.That(wait, Is.EqualTo(72 * 60));
        forum.Clock.Advance(TimeSpan.FromSeconds(wait));
        var again = await browser.SubmitAsync(last, "/stel-een-vraag");
        Assert.That(again.Status, Is.EqualTo(303));
        Assert.That((await browser.SubmitAsync(last, "/stel-een-vraag", ("title", "Nog een lange vraag?"))).Status,
            Is.EqualTo(429));
        browser.Dispose();
    }

    [Test]
    public async Task When_to_come_back_is_said_in_right_words()
    {
        var (browser, _) = await forum.SignedInAsync("Woord");
        var form = await browser.GetAsync("/stel-een-vraag?topic=afval");
        await AskManyAsync(browser, form, 5);
        Assert.That(await SaidAsync(), Does.Contain("over 72 minuten"));
        forum.Clock.Advance(TimeSpan.FromSeconds((71 * 60) + 30));
        Assert.That(await SaidAsync(), Does.Contain("over 1 minuut"));
        browser.Cookies["taal"] = "en";
        Assert.That(await SaidAsync(), Does.Contain("You can go on in 1 minute."));
        browser.Dispose();

        async Task<string> SaidAsync() => (await browser.SubmitAsync(
            form, "/stel-een-vraag", ("title", "Nog een lange vraag?"))).Page.QuerySelector("#errors")!.TextContent;
    }

    [Test]
    public async Task Who_is_no_newcomer_may_ask_more_and_who_works_here_more_again()
    {
        var member = Old(await forum.PersonAsync("Oudgediende"));
        Assert.That(await CountAsync(member, AskAsync, 40), Is.EqualTo(10));
        var officer = await forum.PersonAsync("Ambtenaar", forOrganisation: true);
        Assert.That(await CountAsync(officer, AskAsync, 40), Is.EqualTo(40));
        var moderator = await forum.PersonAsync("Wachter", Role.Moderator);
        Assert.That(await CountAsync(moderator, AskAsync, 40), Is.EqualTo(40));
    }

    [Test]
    public async Task Many_new_accounts_of_one_network_get_no_further_than_a_few_and_shut_out_nobody_else()
    {
        const string attacker = "192.0.2.66";
        var asked = 0;
        for (var n = 0; n < 12; n++)
        {
            var sock = await forum.PersonAsync($"Sok{n}") with { Network = attacker };
            asked += await CountAsync(sock, AskAsync, 6);
        }

        Assert.That(asked, Is.EqualTo(40));
        var neighbour = Old(await forum.PersonAsync("Buur")) with { Network = attacker };
        Assert.That(await CountAsync(neighbour, AskAsync, 3), Is.EqualTo(3), "who is known is not kept off");
        var elsewhere = await forum.PersonAsync("Elders") with { Network = "198.51.100.7" };
        Assert.That(await CountAsync(elsewhere, AskAsync, 3), Is.EqualTo(3));
    }

    [Test]
    public async Task The_network_of_a_request_is_what_a_trusted_proxy_says()
    {
        var (browser, caller) = await forum.SignedInAsync("Proxy");
        var home = ClientNetwork.Of(IPAddress.Parse("2001:db8::1"));
        for (var n = 0; n < 8; n++)
        {
            // Eight new neighbours use up what their network may ask.
            var sock = await forum.PersonAsync($"Sok{n}") with { Network = home };
            await CountAsync(sock, AskAsync, 5);
        }

        browser.Headers["X-Forwarded-For"] = "2001:db8::ffff:2";
        var form = await browser.GetAsync("/stel-een-vraag?topic=afval");
        Assert.That((await AskManyAsync(browser, form, 1))[0], Is.EqualTo(429));
        browser.Headers["X-Forwarded-For"] = "2001:db8:0:1::2";
        Assert.That((await AskManyAsync(browser, form, 1))[0], Is.EqualTo(303));
        Assert.That(caller.Network, Is.Null);
        browser.Dispose();
    }

    [TestCase("192.0.2.7", "192.0.2.7")]
    [TestCase("::ffff:192.0.2.7", "192.0.2.7")]
    [TestCase("2001:db8:1:2:3:4:5:6", "20010DB800010002")]
    [TestCase("2001:db8:1:2::", "20010DB800010002")]
    public void A_home_is_one_network(string address, string network) =>
        Assert.That(ClientNetwork.Of(IPAddress.Parse(address)), Is.EqualTo(network));

    [Test]
    public async Task Answers_and_comments_are_bounded_together_and_the_text_stays()
    {
        var (browser, caller) = await forum.SignedInAsync("Praat");
        Assert.That(await CountAsync(caller, ReplyAsync, 14), Is.EqualTo(14));
        Assert.That(await CountAsync(caller, CommentAsync, 6), Is.EqualTo(1));
        var page = await browser.GetAsync($"/q/{question.Id}");
        var refused = await browser.SubmitAsync(page, $"/q/{question.Id}/antwoorden", ("text", "Nog een antwoord."));
        Assert.That((refused.Status, refused.Header("Retry-After")), Is.EqualTo((429, "720")));
        Assert.That(refused.Page.QuerySelector("#f-text")!.TextContent.Trim(), Is.EqualTo("Nog een antwoord."));
        Assert.That(refused.Page.QuerySelector("#errors")!.TextContent, Does.Contain("over 12 minuten"));
        refused = await browser.SubmitAsync(page, $"/r/{answer.Id}/reacties", ("comment", "Nog een reactie."));
        Assert.That((refused.Status, refused.Header("Retry-After")), Is.EqualTo((429, "720")));
        Assert.That(refused.Page.QuerySelector($"#f-r{answer.Id}-comment")!.TextContent.Trim(),
            Is.EqualTo("Nog een reactie."));
        Assert.That(refused.Text, Does.Contain("over 12 minuten"));
        browser.Dispose();
    }

    [Test]
    public async Task Reports_votes_follows_edits_profiles_and_look_ups_are_bounded_too()
    {
        var caller = await forum.PersonAsync("Druk");
        Assert.Multiple(async () =>
        {
            Assert.That(await CountAsync(caller, ReportAsync, 30), Is.EqualTo(10), "reports");
            Assert.That(await CountAsync(caller, WantAsync, 50), Is.EqualTo(50), "votes");
            Assert.That(await CountAsync(caller, FollowAsync, 50), Is.EqualTo(10), "votes and follows");
            Assert.That(await CountAsync(caller, HelpfulAsync, 3), Is.Zero, "votes for answers");
            Assert.That(await CountAsync(caller, FollowTopicAsync, 3), Is.Zero, "follows of topics");
            Assert.That(await CountAsync(writer, EditAsync, 40), Is.EqualTo(20), "edits");
            Assert.That(await CountAsync(writer, EditAnswerAsync, 3), Is.Zero, "edits of answers");
            Assert.That(await CountAsync(caller, ProfileAsync, 30), Is.EqualTo(10), "profiles");
            Assert.That(await CountAsync(caller, FollowElsewhereAsync, 20), Is.EqualTo(10), "look-ups");
        });
    }

    [Test]
    public async Task A_refused_report_and_edit_keep_what_was_typed()
    {
        var (browser, caller) = await forum.SignedInAsync("Meld");
        await CountAsync(caller, ReportAsync, 10);
        var page = await browser.GetAsync($"/q/{question.Id}");
        var refused = await browser.SubmitAsync(page, $"/q/{question.Id}/melden", ("reason", "Dit is reclame."));
        Assert.That(refused.Status, Is.EqualTo(429));
        Assert.That(refused.Html, Does.Contain("Dit is reclame.").And.Contain("U kunt over 18 minuten"));

        await CountAsync(caller, FollowElsewhereAsync, 10);
        refused = await browser.SubmitAsync(
            await browser.GetAsync("/onderwerpen"), "/onderwerpen/volgen", ("handle", "@groen@elders.example"));
        Assert.That(refused.Status, Is.EqualTo(429));
        Assert.That(refused.Html, Does.Contain("@groen@elders.example").And.Contain("U kunt over 6 minuten"));

        await CountAsync(caller, ProfileAsync, 10);
        refused = await browser.SubmitAsync(await browser.GetAsync("/account"), "/account", ("name", "Andere Naam"));
        Assert.That(refused.Status, Is.EqualTo(429));
        Assert.That(refused.Html, Does.Contain("Andere Naam").And.Contain("U kunt over 12 minuten"));
        browser.Dispose();
    }

    private static Caller Old(Caller caller) =>
        caller with { Account = caller.Account! with { CreatedAt = DateTimeOffset.UnixEpoch } };

    private static async Task<int> CountAsync(Caller caller, Func<Caller, int, Task<Refusal?>> act, int times)
    {
        var done = 0;
        for (var n = 0; n < times; n++)
        {
            var refusal = await act(caller, n);
            Assert.That(refusal?.Kind, Is.Null.Or.EqualTo(RefusalKind.TooMany).Or.EqualTo(RefusalKind.Invalid));
            done += refusal is { Kind: RefusalKind.TooMany } ? 0 : 1;
        }

        return done;
    }

    private static async Task<List<int>> AskManyAsync(Browser browser, Seen form, int times)
    {
        var statuses = new List<int>();
        for (var n = 0; n < times; n++)
        {
            statuses.Add((await browser.SubmitAsync(
                form, "/stel-een-vraag", ("title", $"Hoe vaak komt de wagen, keer {n}?"))).Status);
        }

        return statuses;
    }

    private async Task<Refusal?> AskAsync(Caller caller, int n) => (await forum.Get<AskQuestion>().ExecuteAsync(
        new AskQuestion.Form($"Hoe laat komt de wagen, keer {n}?", "", forum.Waste), caller, default)).Refusal;

    private async Task<Refusal?> ReplyAsync(Caller caller, int n) => (await forum.Get<GiveAnswer>().ExecuteAsync(
        new GiveAnswer.Form(question.Id, $"Antwoord {n}"), caller, default)).Refusal;

    private async Task<Refusal?> CommentAsync(Caller caller, int n) => (await forum.Get<GiveAnswer>().ExecuteAsync(
        new GiveAnswer.Form(question.Id, $"Reactie {n}", answer.Id), caller, default)).Refusal;

    private async Task<Refusal?> ReportAsync(Caller caller, int n) =>
        (await forum.Get<ReportPost>().ExecuteAsync(question.Id, $"Reden {n}", caller, default)).Refusal;

    private async Task<Refusal?> WantAsync(Caller caller, int n) =>
        (await forum.Get<WantToKnow>().ExecuteAsync(question.Id, n % 2 == 0, caller, default)).Refusal;

    private async Task<Refusal?> FollowAsync(Caller caller, int n) =>
        (await forum.Get<WantToKnow>().FollowAsync(question.Id, n % 2 == 0, caller, default)).Refusal;

    private async Task<Refusal?> HelpfulAsync(Caller caller, int n) =>
        (await forum.Get<FindHelpful>().ExecuteAsync(answer.Id, n % 2 == 0, caller, default)).Refusal;

    private async Task<Refusal?> FollowTopicAsync(Caller caller, int n) =>
        (await forum.Get<FollowTopic>().ExecuteAsync(forum.Waste, n % 2 == 0, caller, default)).Refusal;

    private async Task<Refusal?> EditAsync(Caller caller, int n) => (await forum.Get<ReviseQuestion>().ExecuteAsync(
        question.Id, $"Wanneer komt de bak, keer {n}?", "", caller, default)).Refusal;

    private async Task<Refusal?> EditAnswerAsync(Caller caller, int n) =>
        (await forum.Get<ReviseAnswer>().ExecuteAsync(answer.Id, $"Op dag {n}.", null, caller, default)).Refusal;

    private Task<Refusal?> ProfileAsync(Caller caller, int n) => forum.Get<ReviseAccount>().ExecuteAsync(
        $"Naam {n}", "", "nl", true, false, caller, default);

    private async Task<Refusal?> FollowElsewhereAsync(Caller caller, int n) =>
        (await forum.Get<FollowTopic>().FollowRemoteAsync("@geen handle", caller, default)).Refusal;
}

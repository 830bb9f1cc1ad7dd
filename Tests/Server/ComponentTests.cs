using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Components;
using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Server.Web.Accounts;
using Ontmoetingsplein.Server.Web.Home;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Questions;
using Ontmoetingsplein.Server.Web.Topics;

namespace Ontmoetingsplein.Tests.Server;

internal sealed class ComponentTests
{
    private const string Hostile = "<script>alert(1)</script>\" onmouseover=\"alert(2)\" '>{n}";

    private static PersonView Attacker => new(Hostile, PersonKind.Remote)
    {
        Handle = Hostile,
        Via = Hostile,
        Profile = "https://peer.example/\"onmouseover=alert(3)",
    };

    [TestCase("<p>kort</p>", "<p>kort</p>")]
    [TestCase("<pre><code>a &lt;pre></code></pre>", "<pre tabindex=\"0\"><code>a &lt;pre></code></pre>")]
    [TestCase("<pre lang=\"nl\">a</pre>", "<pre tabindex=\"0\" lang=\"nl\">a</pre>")]
    [TestCase(
        "<p>x</p><table><tbody></tbody></table>y",
        "<p>x</p><div class=\"pl-tablewrap\" role=\"group\" tabindex=\"0\" aria-label=\"T &quot;&lt;\"><table><tbody>"
        + "</tbody></table></div>y")]
    [TestCase("<p lang=\"<pre onclick=x>\">a</p><pre>b", "<p lang=\"<pre onclick=x>\">a</p><pre tabindex=\"0\">b")]
    [TestCase("<p lang='<table>'>a</p>", "<p lang='<table>'>a</p>")]
    [TestCase("<pre", "<pre")]
    public void What_may_be_wider_than_the_page_can_be_scrolled_with_the_keyboard(string html, string shown) =>
        Assert.That(WideContent.Reachable(new MarkupString(html), "T \"<").Value, Is.EqualTo(shown));

    [Test]
    public async Task Hostile_words_in_a_question_stay_words()
    {
        var answer = new AnswerView(2, 1, Attacker, new MarkupString("<p>ok</p>"), SamplePages.Now)
        {
            Accepted = true,
            AcceptedBy = Hostile,
            Comments = [new(3, Attacker, new MarkupString("<p>ok</p>"), SamplePages.Now)],
            Draft = new TextDraft(Hostile, new Dictionary<string, string> { ["comment"] = Hostile }),
        };
        var official = answer with
        {
            Id = 4,
            Official = new OfficialView(Hostile, SenderProof.Register)
            {
                Lead = Hostile,
                SourceTitle = Hostile,
                Source = new Uri("https://peer.example/"),
                CheckedBy = Hostile,
                CheckedOn = new DateOnly(2026, 1, 1),
                Website = Hostile,
                RegisterNumber = Hostile,
            },
            Comments = [],
            Draft = null,
        };
        var model = new QuestionModel(1, Hostile, new MarkupString("<p>ok</p>"), Attacker, SamplePages.Now)
        {
            Topic = new("/o/x", Hostile),
            Origin = new("https://peer.example/", Hostile),
            TopicHandle = Hostile,
            Similar = [new("/q/5", Hostile)],
            Answers = [answer, official],
            Draft = new AnswerForm { Text = "</textarea>" + Hostile, Source = Hostile },
        };
        await NothingRuns(SamplePages.RenderAsync<QuestionPage, QuestionModel>(Frame(), model), atLeast: 20);
    }

    [Test]
    public async Task Hostile_words_in_lists_and_forms_stay_words()
    {
        QuestionRowView[] rows = [new(1, Hostile, Hostile, SamplePages.Now) { Origin = Hostile }];
        await NothingRuns(SamplePages.RenderAsync<SearchPage, SearchModel>(
            Frame(), new(Hostile, 1, rows, null)), atLeast: 4);
        await NothingRuns(SamplePages.RenderAsync<TopicsPage, TopicsModel>(
            Frame(), new([], [new("x", Hostile, Hostile, Hostile, 1) { Origin = Hostile }])), atLeast: 3);
        await NothingRuns(SamplePages.RenderAsync<HomePage, HomeModel>(
            Frame(), new() { Latest = rows }), atLeast: 3);
        await NothingRuns(SamplePages.RenderAsync<ProfilePage, ProfileModel>(
            Frame(), new(Attacker, default) { Answers = [new(1, 2, Hostile, Hostile, SamplePages.Now)] }), atLeast: 5);
        await NothingRuns(SamplePages.RenderAsync<AskQuestionPage, AskQuestionModel>(
            Frame(), new([new(Hostile, Hostile)]) { Title = Hostile, Body = Hostile, Topic = Hostile }), atLeast: 3);
    }

    [Test]
    public async Task A_visitor_gets_links_to_sign_in_and_come_back_instead_of_forms()
    {
        var html = await SamplePages.RenderAsync("question", SamplePages.Frame(signedIn: false));
        using var page = await new HtmlParser().ParseDocumentAsync(html);
        Assert.That(page.QuerySelectorAll("form"), Is.Empty);
        Assert.That(
            page.QuerySelectorAll("a.utrecht-button[href='/inloggen?terug=%2Fq%2F1']"), Has.Length.GreaterThan(5));
    }

    [Test]
    public async Task A_switch_sends_the_state_it_will_have_and_says_the_one_it_has()
    {
        var html = await SamplePages.RenderAsync("question", SamplePages.Frame(signedIn: true));
        using var page = await new HtmlParser().ParseDocumentAsync(html);
        var same = page.QuerySelector("form[action='/q/1/ook']")!;
        Assert.That(same.QuerySelector("input[name=on]")!.GetAttribute("value"), Is.EqualTo("false"));
        Assert.That(same.QuerySelector("button")!.GetAttribute("aria-pressed"), Is.EqualTo("true"));
        var follow = page.QuerySelector("form[action='/q/1/volgen']")!;
        Assert.That(follow.QuerySelector("input[name=on]")!.GetAttribute("value"), Is.EqualTo("true"));
        Assert.That(follow.QuerySelector("button")!.HasAttribute("aria-pressed"), Is.False);
    }

    [Test]
    public async Task A_refused_form_keeps_the_words_and_ties_each_fault_to_its_field()
    {
        var html = await SamplePages.RenderAsync("ask-errors", SamplePages.Frame(signedIn: true));
        using var page = await new HtmlParser().ParseDocumentAsync(html);
        Assert.That(page.Title, Does.StartWith("Fout: "));
        Assert.That(page.QuerySelector("[role=alert] h2")!.TextContent, Is.EqualTo("Er gaan 2 dingen nog niet goed"));
        var title = page.QuerySelector("#f-title")!;
        Assert.That(title.GetAttribute("value"), Is.EqualTo("Grofvuil?"));
        Assert.That(title.GetAttribute("aria-invalid"), Is.EqualTo("true"));
        Assert.That(title.GetAttribute("aria-describedby"), Is.EqualTo("f-title-help f-title-error"));
        Assert.That(page.QuerySelector("#f-body")!.TextContent, Is.EqualTo("De bank past niet in mijn auto."));
    }

    [Test]
    public async Task An_answer_whose_sender_is_not_proven_is_not_called_official()
    {
        var html = await SamplePages.RenderAsync("question-remote", SamplePages.Frame(signedIn: false));
        using var page = await new HtmlParser().ParseDocumentAsync(html);
        Assert.That(page.QuerySelectorAll(".pl-answer--official, .pl-facts, .pl-answer__flag"), Is.Empty);
        var answer = page.QuerySelector(".pl-answer")!;
        Assert.That(answer.TextContent, Does.Not.Contain("Officieel").And.Not.Contain("Gecontroleerd"));
        Assert.That(answer.TextContent, Does.Contain("@hans@mastodon.example"));
        Assert.That(answer.TextContent, Does.Contain("Let op: wij weten niet of dit de overheid is"));
        Assert.That(
            answer.TextContent, Does.Contain("We konden niet controleren of dit echt woningcorporatie De Brug is."));
        Assert.That(answer.TextContent, Does.Contain("De schrijver heeft dit antwoord ingetrokken."));
    }

    [Test]
    public async Task What_was_typed_with_a_blank_first_line_keeps_it()
    {
        var model = new AskQuestionModel([]) { Body = "\nTweede regel" };
        var html = await SamplePages.RenderAsync<AskQuestionPage, AskQuestionModel>(Frame(), model);
        using var page = await new HtmlParser().ParseDocumentAsync(html);
        Assert.That(page.QuerySelector("#f-body")!.TextContent, Is.EqualTo("\nTweede regel"));
    }

    [TestCase("/q/1", "/q/1?lang=en")]
    [TestCase("/zoeken?q=afval&lang=nl", "/zoeken?q=afval&lang=en")]
    [TestCase("/?langs=x#h", "/?langs=x&lang=en")]
    public void The_language_link_keeps_the_rest_of_the_address(string path, string expected) =>
        Assert.That(Paths.In("en", path), Is.EqualTo(expected));

    private static PageFrame Frame() => SamplePages.Frame(signedIn: true) with
    {
        NodeName = Hostile,
        Organisation = Hostile,
        Path = "/zoeken?q=\"><script>",
        Notice = Hostile,
    };

    /// <summary>The words are there as words; no element and no attribute came out of them.</summary>
    private static async Task NothingRuns(Task<string> rendering, int atLeast)
    {
        using var page = await new HtmlParser().ParseDocumentAsync(await rendering);
        Assert.That(page.QuerySelectorAll("script"), Is.Empty);
        Assert.That(page.QuerySelectorAll("[onmouseover]"), Is.Empty);
        var words = page.DocumentElement.OuterHtml.Split("alert(1)").Length - 1;
        Assert.That(words, Is.GreaterThanOrEqualTo(atLeast), "the hostile words are not shown at all");
    }
}

using System.Text.Json.Nodes;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Administration;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Moderation;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Topics;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>One rule for what people read, at every door: forms, commands, other servers.</summary>
internal sealed class WrittenTextTests
{
    private const string Unseen =
        "\u200B\u3164\u2800\u00A0\u00AD\u202E\uFE0F\U000E0041\u0301\u200B\u200B\u3164\u3164\u3164";

    private Plein plein = null!;
    private ScriptedPeer peer = null!;
    private Topic topic = null!;
    private Caller anna = null!;

    [OneTimeSetUp]
    public async Task SetUpAsync()
    {
        plein = await Plein.StartAsync(TestKeys.Node, ["afval"]);
        peer = await ScriptedPeer.StartAsync(plein);
        topic = await plein.TopicAsync("afval");
        anna = await plein.PersonAsync("Anna");
    }

    [OneTimeTearDown]
    public async Task TearDownAsync()
    {
        await plein.DisposeAsync();
        await peer.DisposeAsync();
    }

    [Test]
    public async Task What_nobody_sees_is_taken_for_no_text_by_any_form_or_command()
    {
        var question = await AskAsync("Wie ziet deze vraag hier staan?", "");
        Assert.That(Fields((await Ask.ExecuteAsync(
            new AskQuestion.Form(Unseen, "", topic.Id), anna, default)).Refusal), Is.EqualTo(new[] { "title" }));
        Assert.That(Fields((await plein.Get<GiveAnswer>().ExecuteAsync(
            new GiveAnswer.Form(question.Id, Unseen), anna, default)).Refusal), Is.EqualTo(new[] { "body" }));
        Assert.That(Fields((await plein.Get<ReportPost>().ExecuteAsync(
            question.Id, Unseen, anna, default)).Refusal), Is.EqualTo(new[] { "reason" }));
        Assert.That(Fields(await plein.Get<ReviseAccount>().ExecuteAsync(
            Unseen, "", "nl", false, true, anna, default)), Is.EqualTo(new[] { "displayName" }));
        Assert.That(
            Fields(await plein.Get<DescribeNode>().ExecuteAsync(new DescribeNode.Form(Unseen, "", "", ""), default)),
            Is.EqualTo(new[] { "name" }));
        Assert.That(Fields((await plein.Get<CreateTopic>().ExecuteAsync(
            new CreateTopic.Form("leeg", Unseen, "", null), Plein.Operator, default)).Refusal),
            Is.EqualTo(new[] { "name" }));
    }

    [Test]
    public async Task Line_ends_of_a_browser_count_once_and_stay_line_ends()
    {
        var lines = string.Join("\r\n", Enumerable.Repeat("abcd", 2_000));
        Assert.That(lines, Has.Length.EqualTo(11_998));
        var question = await AskAsync("Telt een regeleinde hier een keer?", lines);
        Assert.That(question.BodySource, Has.Length.EqualTo(9_999));
        Assert.That(question.BodyHtml.Split("<br>").Length, Is.GreaterThan(1_000));
        Assert.That(Fields((await Ask.ExecuteAsync(
            new AskQuestion.Form("Telt een regeleinde hier een keer?", lines + "\r\nab", topic.Id), anna, default))
            .Refusal), Is.EqualTo(new[] { "body" }));
    }

    [Test]
    public async Task What_nests_too_deep_is_posted_as_text()
    {
        foreach (var typed in new[] { new string('[', 300), new string('>', 400) })
        {
            var question = await AskAsync("Wordt dit gewoon getoond op het plein?", typed);
            var page = await plein.Http.GetStringAsync($"/q/{question.Id}");
            Assert.That(page, Does.Contain(System.Net.WebUtility.HtmlEncode(typed)));
        }
    }

    [Test]
    public async Task A_name_elsewhere_that_nobody_sees_gives_way_to_the_handle()
    {
        var nameless = peer.Server.ServeActor("naamloos", TestKeys.Bram, actor => actor["name"] = Unseen);
        await ReceiveAsync(nameless, peer.Note(nameless, "<p>Wie heeft deze vraag gesteld?</p>", topic.Uri));
        var actor = await plein.Get<ActorStore>().FindByUriAsync(nameless.AbsoluteUri);
        Assert.That(actor!.DisplayName, Is.EqualTo("naamloos"));
    }

    [Test]
    public async Task A_title_elsewhere_that_nobody_sees_gives_way_to_the_first_line()
    {
        var bram = peer.Person("bram");
        var note = peer.Note(bram, "<p>Wanneer komt de wagen?</p><p>Morgen?</p>", topic.Uri);
        note["type"] = "Article";
        note["name"] = Unseen;
        Assert.That((await ReceiveAsync(bram, note))!.Title, Is.EqualTo("Wanneer komt de wagen?"));
    }

    [Test]
    public async Task Links_in_a_text_from_elsewhere_never_point_at_us()
    {
        var bram = peer.Person("bram");
        var note = peer.Note(
            bram, "<p>Vraag</p><p><a href=\"/uitloggen\">a</a> <a href=\"//evil.example\">b</a></p>", topic.Uri);
        note["url"] = $"{plein.Origin}beheer";
        var question = (await ReceiveAsync(bram, note))!;
        Assert.That(
            question.BodyHtml,
            Does.Contain($"href=\"{peer.Server.Origin}/uitloggen\"").And.Contain("://evil.example/\""));
        Assert.That(question.BodyHtml, Does.Not.Contain(plein.Origin.Authority));
    }

    [Test]
    public async Task Links_of_ours_go_out_absolute()
    {
        var question = await AskAsync("Staat het antwoord daar misschien al?", "Zie [deze](/q/3) en [die](#r4).");
        var sent = (await plein.GetActivityAsync($"/q/{question.Id}")).Body!;
        Assert.That(
            (string)sent["content"]!,
            Does.Contain($"href=\"{plein.Origin}q/3\"").And.Contain($"href=\"{question.Url}#r4\""));
    }

    private AskQuestion Ask => plein.Get<AskQuestion>();

    private async Task<Question> AskAsync(string title, string body)
    {
        var outcome = await Ask.ExecuteAsync(new AskQuestion.Form(title, body, topic.Id), anna, default);
        Assert.That(outcome.Refusal?.ToString(), Is.Null);
        return outcome.Value!;
    }

    private async Task<Question?> ReceiveAsync(Uri author, JsonObject note)
    {
        await peer.TellAsync(author, peer.Activity("Create", author, note));
        return await plein.Get<QuestionStore>().FindByUriAsync((string)note["id"]!, Viewer.Node);
    }

    private static string[] Fields(Refusal? refusal) => [.. (refusal?.Faults ?? []).Select(fault => fault.Field)];
}

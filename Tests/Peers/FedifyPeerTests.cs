using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Peers;

/// <summary>
/// A server that others wrote follows a topic and takes part, over both kinds of signatures (CONTRACT.md §9).
/// </summary>
[TestFixture("rfc9421")]
[TestFixture("draft-cavage-http-signatures-12")]
internal sealed class FedifyPeerTests(string scheme)
{
    private int number;
    private FedifyPeer fedify = null!;
    private Plein plein = null!;
    private Topic topic = null!;
    private Caller anna = null!;
    private string author = "";

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        fedify = await FedifyPeer.StartAsync(scheme);
        plein = await Plein.StartAsync(TestKeys.Node, ["afval"]);
        topic = await plein.TopicAsync("afval");
        anna = await plein.PersonAsync("Anna");
        author = (await plein.Get<ActorStore>().FindAsync(anna.Account!.ActorId))!.Uri;
        var (follow, _) = await fedify.DoAsync("follow", topic.Uri, ("object", topic.Uri));
        Assert.That(await plein.OutcomeAsync(follow), Is.EqualTo((InboxState.Done, (string?)null)));
        await fedify.ReceivedAsync(
            one => (string?)one["type"] == "Accept" && (string?)one["objectId"] == follow, "the acceptance");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (plein is not null)
            await plein.DisposeAsync();
        if (fedify is not null)
            await fedify.DisposeAsync();
    }

    [Test]
    public async Task A_follower_receives_a_question_and_its_reply_becomes_an_answer()
    {
        var asked = await AskAsync();
        var told = await fedify.ReceivedAsync(
            one => (string?)one["type"] == "Announce" && (string?)one["objectId"] == asked.Uri, "the question");
        Assert.That(
            ((string?)told["actor"], (string?)told["objectType"]), Is.EqualTo((topic.Uri, "Note")));
        Assert.That((string?)told["content"], Does.Contain(asked.Title).And.Contain("<em>straat</em>"));

        var answer = await AnswerAsync(asked, "<p>Op dinsdag.</p><script>kwaad()</script>");
        Assert.Multiple(() =>
        {
            Assert.That((answer.Kind, answer.QuestionId), Is.EqualTo((AnswerKind.Answer, asked.Id)));
            Assert.That(answer.BodyHtml, Is.EqualTo("<p>Op dinsdag.</p>"));
            Assert.That(answer.IsLocal, Is.False);
        });
        Assert.That((await QuestionAsync(asked)).AnswerCount, Is.EqualTo(1));
    }

    [Test]
    public async Task A_comment_from_here_reaches_the_one_who_answered_with_a_mention()
    {
        var asked = await AskAsync();
        var answer = await AnswerAsync(asked, "<p>Op woensdag.</p>");
        var given = await plein.Get<GiveAnswer>().ExecuteAsync(
            new GiveAnswer.Form(asked.Id, "Ook in de zomer?", answer.Id), anna, default);
        var told = await fedify.ReceivedAsync(
            one => (string?)one["type"] == "Create" && (string?)one["objectId"] == given.Value!.Uri, "the comment");
        Assert.That((string?)told["content"], Does.Contain("Ook in de zomer?"));
        Assert.That(told["mentions"]!.AsArray().Select(one => (string?)one), Has.Member(Fenna));
    }

    [Test]
    public async Task A_like_counts_once_however_often_it_is_sent_and_can_be_undone()
    {
        var asked = await AskAsync();
        var (like, _) = await fedify.DoAsync("like", author, ("object", asked.Uri));
        await DoneAsync(like);
        await fedify.DoAsync("again", author, ("activity", like));
        var (second, _) = await fedify.DoAsync("like", author, ("object", asked.Uri));
        Assert.That((await plein.OutcomeAsync(second)).State, Is.EqualTo(InboxState.Ignored));
        Assert.That((await QuestionAsync(asked)).SameCount, Is.EqualTo(1));
        var (undo, _) = await fedify.DoAsync("undo", author, ("activity", like));
        await DoneAsync(undo);
        Assert.That((await QuestionAsync(asked)).SameCount, Is.Zero);
    }

    [Test]
    public async Task An_answer_that_is_edited_and_deleted_there_changes_and_goes_here()
    {
        var asked = await AskAsync();
        var answer = await AnswerAsync(asked, "<p>Op donderdag.</p>");
        var (edit, _) = await fedify.DoAsync(
            "edit", topic.Uri, ("note", answer.Uri), ("text", "<p>Toch op vrijdag.</p>"));
        await DoneAsync(edit);
        Assert.That((await AnswerAsync(answer.Uri))!.BodyHtml, Is.EqualTo("<p>Toch op vrijdag.</p>"));
        var (delete, _) = await fedify.DoAsync("delete", topic.Uri, ("note", answer.Uri));
        await DoneAsync(delete);
        var gone = await AnswerAsync(answer.Uri);
        Assert.That((gone!.DeletedAt is not null, gone.BodyHtml), Is.EqualTo((true, "")));
        Assert.That((await QuestionAsync(asked)).AnswerCount, Is.Zero);
    }

    [Test]
    public async Task Somebody_else_of_the_same_server_cannot_edit_or_delete_it()
    {
        var answer = await AnswerAsync(await AskAsync(), "<p>Op zaterdag.</p>");
        foreach (var verb in new[] { "edit", "delete" })
        {
            var (activity, _) = await fedify.DoAsync(
                verb, topic.Uri, ("as", FedifyPeer.Stranger), ("note", answer.Uri), ("text", "<p>Nooit.</p>"));
            Assert.That((await plein.OutcomeAsync(activity)).State, Is.Not.EqualTo(InboxState.Done), verb);
            var still = await AnswerAsync(answer.Uri);
            Assert.That((still!.BodyHtml, still.DeletedAt), Is.EqualTo(("<p>Op zaterdag.</p>", (DateTimeOffset?)null)));
        }
    }

    [Test]
    public async Task Each_side_signs_as_the_other_does_and_each_request_from_here_is_verified_there()
    {
        await AnswerAsync(await AskAsync(), "<p>Op zondag.</p>");
        var asked = await AskAsync();
        await fedify.ReceivedAsync(one => (string?)one["objectId"] == asked.Uri, "another question");
        var requests = (await fedify.SeenAsync()).Where(one => (string?)one["type"] == "Request").ToList();
        Assert.That(requests.Select(one => (bool)one["verified"]!), Is.All.True, fedify.Output);
        Assert.That((string?)requests[^1]["scheme"], Is.EqualTo(scheme));
        Assert.That(
            plein.Texts("select distinct cast(scheme as text) from inbox"),
            Is.EqualTo(new[] { scheme == "rfc9421" ? "1" : "0" }));
    }

    private string Fenna => fedify.Person(FedifyPeer.Fenna);

    private async Task DoneAsync(string activity) =>
        Assert.That(await plein.OutcomeAsync(activity), Is.EqualTo((InboxState.Done, (string?)null)));

    private async Task<Question> AskAsync()
    {
        var asked = await plein.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form($"Wanneer komt de wagen, keer {++number}?", "In onze *straat*.", topic.Id),
            anna, default);
        Assert.That(asked.Refusal?.ToString(), Is.Null);
        return asked.Value!;
    }

    private async Task<Answer> AnswerAsync(Question asked, string text)
    {
        var (create, note) = await fedify.DoAsync(
            "reply", author, ("object", asked.Uri), ("author", author), ("topic", topic.Uri), ("text", text));
        await DoneAsync(create);
        return (await AnswerAsync(note))!;
    }

    private Task<Answer?> AnswerAsync(string uri) => plein.Get<AnswerStore>().FindByUriAsync(uri, Viewer.Anyone);

    private async Task<Question> QuestionAsync(Question asked) =>
        (await plein.Get<QuestionStore>().FindByUriAsync(asked.Uri, Viewer.Anyone))!;
}

using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>
/// Three nodes on loopback: the topics are Anna's, Bram's node follows them, and so does a third that knows of Bram
/// only by what the topic passes on.
/// </summary>
[TestFixtureSource(typeof(TestEngines), nameof(TestEngines.All))]
public partial class FederatingTests(TestEngine engine)
{
    private static int _number;

    private Plein _a = null!;
    private Plein _b = null!;
    private Plein _c = null!;
    private Topic _topic = null!;
    private Topic _topicAtB = null!;
    private Caller _anna = null!;
    private Caller _bram = null!;

    [OneTimeSetUp]
    public async Task SetUpAsync()
    {
        _a = await Plein.StartAsync(
            TestKeys.Node, ["afval", "wonen", "oud", "sport", "nu", "druk"], engine: engine);
        _b = await Plein.StartAsync(TestKeys.Bram, ["buurt"], engine: engine);
        _c = await Plein.StartAsync(TestKeys.Other, [], engine: engine);
        _topic = await _a.TopicAsync("afval");
        _topicAtB = await _b.FollowAsync(_topic.Uri);
        await _c.FollowAsync(_topic.Uri);
        _anna = await _a.PersonAsync("Anna", forOrganisation: true);
        _bram = await _b.PersonAsync("Bram");
    }

    [OneTimeTearDown]
    public async Task TearDownAsync()
    {
        foreach (var plein in new[] { _c, _b, _a })
            await plein.DisposeAsync();
    }

    [Test]
    public async Task A_question_stands_in_the_topic_of_the_other_node_within_two_seconds()
    {
        var asked = await AskAsync(_b, _topicAtB, _bram);
        var copy = await CopyAsync(_a, asked, TimeSpan.FromSeconds(2));
        Assert.Multiple(() =>
        {
            Assert.That(copy.IsLocal, Is.False);
            Assert.That(copy.Title, Is.EqualTo(asked.Title));
            Assert.That(copy.BodyHtml, Is.EqualTo(asked.BodyHtml));
            Assert.That(copy.TopicId, Is.EqualTo(_topic.Id));
            Assert.That(copy.Audience, Is.EqualTo(Audience.Everyone));
        });
    }

    [Test]
    public async Task An_answer_comes_back_and_a_comment_on_it_goes_there_again()
    {
        var asked = await AskAsync(_b, _topicAtB, _bram);
        var copy = await CopyAsync(_a, asked);
        var answered = await AnswerAsync(_a, copy, _anna, "Op dinsdag, voor half acht.");
        var back = await CopyAsync(_b, answered, TimeSpan.FromSeconds(2));
        Assert.That((back.QuestionId, back.Kind), Is.EqualTo((asked.Id, AnswerKind.Answer)));
        Assert.That(back.BodyHtml, Is.EqualTo(answered.BodyHtml));

        var comment = await AnswerAsync(_b, asked, _bram, "Ook in de zomer?", back.Id);
        foreach (var plein in new[] { _a, _c })
        {
            var there = await CopyAsync(plein, comment);
            var parent = await CopyAsync(plein, answered);
            Assert.That((there.Kind, there.ParentId), Is.EqualTo((AnswerKind.Comment, (AnswerId?)parent.Id)));
        }
    }

    [Test]
    public async Task The_answer_that_helped_is_known_everywhere_and_can_be_taken_back()
    {
        var (asked, answered) = await ConversationAsync();
        var revise = _b.Get<ReviseQuestion>();
        var back = await CopyAsync(_b, answered);
        await revise.AcceptAsync(asked.Id, back.Id, _bram, default);
        foreach (var plein in new[] { _a, _c })
        {
            var answer = await CopyAsync(plein, answered);
            await UntilAsync(plein, asked, q => q.AcceptedAnswerId == answer.Id, "it is accepted");
        }

        await revise.AcceptAsync(asked.Id, null, _bram, default);
        foreach (var plein in new[] { _a, _c })
            await UntilAsync(plein, asked, q => q is { AcceptedAnswerId: null, AcceptedBy: null }, "it no longer is");
    }

    [Test]
    public async Task New_texts_of_question_and_answer_cross()
    {
        var (asked, answered) = await ConversationAsync();
        var title = asked.Title + " Nu met meer woorden";
        await _b.Get<ReviseQuestion>().ExecuteAsync(asked.Id, title, "Er staat **nu** meer.", _bram, default);
        await _a.Get<ReviseAnswer>().ExecuteAsync(answered.Id, "Toch op woensdag.", null, _anna, default);
        foreach (var plein in new[] { _a, _c })
        {
            await UntilAsync(
                plein, asked,
                q => q.Title == title && q.BodyHtml.Contains("<strong>nu</strong>", StringComparison.Ordinal)
                    && q.EditedAt is not null, "the question has its new text");
        }

        foreach (var plein in new[] { _b, _c })
        {
            await UntilAsync(
                plein, answered, a => a.BodyHtml.Contains("woensdag", StringComparison.Ordinal),
                "the answer has its new text");
        }
    }

    [Test]
    public async Task Who_takes_another_name_is_shown_under_it_where_posts_arrived_though_nobody_follows_there()
    {
        var carla = await _b.PersonAsync("Carla");
        var asked = await AskAsync(_b, _topicAtB, carla);
        await CopyAsync(_a, asked);
        var refusal = await _b.Get<ReviseAccount>().ExecuteAsync(
            "Anoniem", "", "nl", mail: true, discoverable: false, carla, default);
        Assert.That(refusal, Is.Null);
        await Until.TrueAsync(
            async () => (await _a.Get<ActorStore>().FindAsync((await CopyAsync(_a, asked)).AuthorId))?.DisplayName
                == "Anoniem", "the new name is known");
    }

    [Test]
    public async Task What_is_deleted_is_gone_everywhere_and_leaves_tombstones()
    {
        var (asked, answered) = await ConversationAsync();
        await _a.Get<ReviseAnswer>().DeleteAsync(answered.Id, _anna, default);
        foreach (var plein in new[] { _a, _b, _c })
        {
            await UntilAsync(plein, answered, a => a.DeletedAt is not null && a.BodyHtml == "", "the answer is gone");
            await GoneAsync(plein, $"/r/{(await CopyAsync(plein, answered)).Id}", answered.Uri);
        }

        await _b.Get<ReviseQuestion>().DeleteAsync(asked.Id, _bram, default);
        foreach (var plein in new[] { _b, _a, _c })
        {
            await UntilAsync(
                plein, asked, q => q is { DeletedAt: not null, Title: "", BodyHtml: "" }, "the question is gone");
            await GoneAsync(plein, $"/q/{(await CopyAsync(plein, asked)).Id}", asked.Uri);
        }
    }

    [Test]
    public async Task A_vote_counts_once_and_can_be_undone()
    {
        var asked = await AskAsync(_a, _topic, _anna);
        var copy = await CopyAsync(_b, asked);
        var want = _b.Get<WantToKnow>();
        foreach (var on in new[] { true, true, false, true })
            await want.ExecuteAsync(copy.Id, on, _bram, default);
        var last = await AskAsync(_b, _topicAtB, _bram);
        foreach (var plein in new[] { _a, _c })
        {
            await CopyAsync(plein, last);
            await UntilAsync(plein, asked, q => q.SameCount == 1, "one person wants to know");
        }

        await want.ExecuteAsync(copy.Id, false, _bram, default);
        foreach (var plein in new[] { _a, _c })
            await UntilAsync(plein, asked, q => q.SameCount == 0, "nobody does");
    }

    [Test]
    public async Task What_the_topic_passes_on_is_believed_by_its_proof_without_asking_its_author()
    {
        _b.Seen.Clear();
        var (asked, answered) = await ConversationAsync();
        await CopyAsync(_c, asked);
        await CopyAsync(_c, answered);
        Assert.That(
            _b.Seen.Where(line => line.StartsWith("GET /x/", StringComparison.Ordinal)
                || line.StartsWith($"GET /q/{asked.Id}", StringComparison.Ordinal)), Is.Empty);
        Assert.That(
            _c.Count("select count(*) from inbox where type not in ('Announce', 'Accept', 'Delete')"), Is.Zero,
            "the third node hears of Bram by the topic only");
    }

    private static async Task GoneAsync(Plein plein, string path, string uri)
    {
        var (status, body) = await plein.GetActivityAsync(path);
        Assert.That(
            (status, (string?)body?["type"], (string?)body?["id"]), Is.EqualTo((410, "Tombstone", uri)));
    }

    private async Task<(Question Asked, Answer Answered)> ConversationAsync()
    {
        var asked = await AskAsync(_b, _topicAtB, _bram);
        var answered = await AnswerAsync(_a, await CopyAsync(_a, asked), _anna, "Op dinsdag, voor half acht.");
        await CopyAsync(_b, answered);
        await CopyAsync(_c, answered);
        return (asked, answered);
    }

    private static async Task<Question> AskAsync(
        Plein plein, Topic topic, Caller who, Audience audience = Audience.Everyone)
    {
        var title = $"Wanneer komt de afvalwagen, keer {Interlocked.Increment(ref _number)}?";
        var asked = await plein.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form(
                title, "In onze *straat*.", topic.Id, audience,
                Organisation: audience == Audience.Organisation ? who.Organisations[0].Id : null),
            who, default);
        Assert.That(asked.Refusal?.ToString(), Is.Null);
        return asked.Value!;
    }

    private static async Task<Answer> AnswerAsync(
        Plein plein, Question question, Caller who, string body, AnswerId? parent = null, Reach? reach = null)
    {
        var given = await plein.Get<GiveAnswer>().ExecuteAsync(
            new GiveAnswer.Form(question.Id, body, parent, Reach: reach), who, default);
        Assert.That(given.Refusal?.ToString(), Is.Null);
        return given.Value!;
    }

    private static Task<Question> CopyAsync(Plein plein, Question original, TimeSpan? within = null) =>
        Until.FoundAsync(
            () => plein.Get<QuestionStore>().FindByUriAsync(original.Uri, Viewer.Anyone),
            $"{original.Uri} at {plein.Origin}", within);

    private static Task<Answer> CopyAsync(Plein plein, Answer original, TimeSpan? within = null) =>
        Until.FoundAsync(
            () => plein.Get<AnswerStore>().FindByUriAsync(original.Uri, Viewer.Anyone),
            $"{original.Uri} at {plein.Origin}", within);

    private static Task UntilAsync(Plein plein, Question original, Func<Question, bool> isSo, string what) =>
        Until.TrueAsync(async () => isSo(await CopyAsync(plein, original)), $"{what} at {plein.Origin}");

    private static Task UntilAsync(Plein plein, Answer original, Func<Answer, bool> isSo, string what) =>
        Until.TrueAsync(async () => isSo(await CopyAsync(plein, original)), $"{what} at {plein.Origin}");
}

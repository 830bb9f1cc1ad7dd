using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Moderation;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>
/// Two nodes on loopback: what moderators of a topic decide at one has its effect at the other, whichever the node of
/// the moderator (CONTRACT.md §4.6).
/// </summary>
public class ModeratingTests
{
    private static int _number;

    private Plein _a = null!;
    private Plein _b = null!;
    private Topic _topic = null!;
    private Topic _other = null!;
    private Topic _topicAtB = null!;
    private Caller _anna = null!;
    private Caller _iris = null!;
    private Caller _bram = null!;
    private Caller _mo = null!;

    [OneTimeSetUp]
    public async Task SetUpAsync()
    {
        _a = await Plein.StartAsync(TestKeys.Node, ["afval", "wonen"]);
        _b = await Plein.StartAsync(TestKeys.Bram, []);
        _topic = await _a.TopicAsync("afval");
        _other = await _a.TopicAsync("wonen");
        _topicAtB = await _b.FollowAsync(_topic.Uri);
        _anna = await _a.PersonAsync("Anna");
        _iris = await _a.PersonAsync("Iris", Role.Moderator);
        _bram = await _b.PersonAsync("Bram");
        _mo = await _b.PersonAsync("Mo");
        var appointed = await _a.Get<AppointModerator>().ExecuteAsync(
            "afval", $"{_b.Origin}p/mo", on: true, await _a.PersonAsync("Bea", Role.Administrator), default);
        Assert.That(appointed.Refusal?.ToString(), Is.Null);
        await Until.TrueAsync(
            () => _b.Get<ModeratorStore>().HasAsync(_topicAtB.Id, _mo.Account!.ActorId),
            "the other node knows its moderator");
    }

    [OneTimeTearDown]
    public async Task TearDownAsync()
    {
        await _b.DisposeAsync();
        await _a.DisposeAsync();
    }

    [Test]
    public async Task A_question_that_is_closed_is_closed_everywhere_and_takes_no_answer_until_it_is_opened()
    {
        var (asked, copy) = await AskAsync();
        await DoneAsync(Moderate(_a).LockAsync(asked.Id, on: true, "Opgelost", _iris, default));
        await UntilAsync(_b, asked, q => q.LockedAt is not null, "it is closed");
        var given = await _b.Get<GiveAnswer>().ExecuteAsync(
            new GiveAnswer.Form(copy.Id, "Toch nog iets."), _bram, default);
        Assert.That(given.Refusal?.TextKey, Is.EqualTo("error.locked"));

        await DoneAsync(Moderate(_a).LockAsync(asked.Id, on: false, null, _iris, default));
        await UntilAsync(_b, asked, q => q.LockedAt is null, "it is open");
    }

    [Test]
    public async Task A_moderator_that_the_topic_appointed_on_another_node_closes_a_question_for_all()
    {
        var (asked, copy) = await AskAsync();
        await DoneAsync(Moderate(_b).LockAsync(copy.Id, on: true, null, _mo, default));
        await UntilAsync(_a, asked, q => q.LockedAt is not null, "it is closed");
        await DoneAsync(Moderate(_b).LockAsync(copy.Id, on: false, null, _mo, default));
        await UntilAsync(_a, asked, q => q.LockedAt is null, "it is open");
    }

    [Test]
    public async Task Who_moderates_nothing_decides_nothing_by_any_door()
    {
        var (asked, copy) = await AskAsync();
        foreach (var (plein, question, who) in new[] { (_a, asked, _anna), (_b, copy, _bram) })
        {
            foreach (var outcome in new[]
                {
                    await Moderate(plein).LockAsync(question.Id, on: true, null, who, default),
                    await Moderate(plein).PinAsync(question.Id, on: true, who, default),
                    await Moderate(plein).MoveAsync(question.Id, _other.Id, who, default),
                })
            {
                Assert.That(outcome.Refusal?.Kind, Is.EqualTo(RefusalKind.Forbidden));
            }
        }

        // A moderator of a whole node does not moderate the topics of another.
        var hugo = await _b.PersonAsync("Hugo", Role.Moderator);
        var locked = await Moderate(_b).LockAsync(copy.Id, on: true, null, hugo, default);
        Assert.That(locked.Refusal?.Kind, Is.EqualTo(RefusalKind.Forbidden));
    }

    [Test]
    public async Task A_pinned_question_stands_first_everywhere_and_in_the_featured_collection()
    {
        var (asked, _) = await AskAsync();
        await DoneAsync(Moderate(_a).PinAsync(asked.Id, on: true, _iris, default));
        await UntilAsync(_b, asked, q => q.PinnedAt is not null, "it is pinned");
        var (_, featured) = await _a.GetActivityAsync("/o/afval/featured");
        var pinned = featured!["orderedItems"]!.AsArray().Single(item => (string?)item!["id"] == asked.Uri);
        Assert.That((string?)pinned!["omp:title"], Is.EqualTo(asked.Title), "in full: Lemmy takes no ids");
        await DoneAsync(Moderate(_a).PinAsync(asked.Id, on: false, _iris, default));
        await UntilAsync(_b, asked, q => q.PinnedAt is null, "it is not");
    }

    [Test]
    public async Task A_question_moves_with_its_topic_known_or_not_on_the_other_node()
    {
        var (asked, _) = await AskAsync();
        await DoneAsync(Moderate(_a).MoveAsync(asked.Id, _other.Id, _iris, default));
        await Until.TrueAsync(
            async () =>
            {
                var topic = (await _b.Get<TopicStore>().FindAsync((await CopyAsync(_b, asked)).TopicId))!;
                return topic.Uri == _other.Uri && topic.ArchivedAt is not null;
            }, "it stands in the other topic, which is not followed");
        Assert.That((await CopyAsync(_a, asked)).TopicId, Is.EqualTo(_other.Id));
    }

    [Test]
    public async Task A_question_that_was_asked_before_is_closed_everywhere_and_points_to_the_first_one()
    {
        var (first, _) = await AskAsync();
        var (asked, _) = await AskAsync();
        await DoneAsync(Moderate(_a).MarkDuplicateAsync(asked.Id, first.Id, _iris, default));
        await UntilAsync(
            _b, asked, q => q.DuplicateOf == first.Uri && q.LockedAt is not null, "it points to the first one");
        var news = (await _a.Get<NoticeStore>().ListAsync(asked.AuthorId, PageRequest.Newest(5))).Items;
        Assert.That(
            news.Where(one => one.Kind == NoticeKind.AskedBefore).Select(one => (one.QuestionId, one.ActorName)),
            Is.EqualTo(new[] { (asked.Id, _iris.Account!.DisplayName) }), "the asker hears of it, once");
        var (_, thread) = await _a.GetActivityAsync($"/q/{asked.Id}/context");
        Assert.That((string?)thread!["omp:status"], Is.EqualTo("duplicate"));
        var remark = (await _a.Get<AnswerStore>().ListAsync(asked.Id, Viewer.Anyone, 0, 10)).Single();
        var (_, note) = await _a.GetActivityAsync(new Uri(remark.Uri).AbsolutePath);
        Assert.That((string?)note!["content"], Does.Contain($"<a href=\"{first.Url}\">"));
        Assert.That(
            ((string?)note["omp:kind"], (string?)note["inReplyTo"]), Is.EqualTo(("comment", asked.Uri)));
        var there = await CopyAsync(_b, remark);
        Assert.That((there.Kind, there.ParentId), Is.EqualTo((AnswerKind.Comment, (AnswerId?)null)));
        await UntilAsync(_b, asked, q => q.AnswerCount == 0, "a remark is no answer");
        await DoneAsync(Moderate(_a).LockAsync(asked.Id, on: false, null, _iris, default));
        await UntilAsync(_b, asked, q => q is { DuplicateOf: null, LockedAt: null }, "it is open");
        await Until.TrueAsync(
            async () => await _b.Get<AnswerStore>().FindByUriAsync(remark.Uri, Viewer.Anyone) is
                null or { DeletedAt: not null },
            "the remark is gone");
    }

    [Test]
    public async Task A_moderator_says_which_answer_helped_as_long_as_the_asker_does_not()
    {
        var (asked, copy) = await AskAsync();
        var answered = await AnswerAsync(_b, copy, _bram);
        var there = await CopyAsync(_a, answered);
        await DoneAsync(Moderate(_a).AcceptAsync(asked.Id, there.Id, _iris, default));
        await UntilAsync(
            _b, asked, q => q.AcceptedAnswerId == answered.Id && q.AcceptedBy != q.AuthorId, "a moderator chose it");
        var (_, document) = await _a.GetActivityAsync($"/q/{asked.Id}");
        Assert.That(document!["omp:acceptedAnswer"], Is.Null, "the asker did not say so");

        await DoneAsync(Moderate(_a).AcceptAsync(asked.Id, null, _iris, default));
        await UntilAsync(_b, asked, q => q.AcceptedAnswerId is null, "nobody chose it");
        await DoneAsync(_a.Get<ReviseQuestion>().AcceptAsync(asked.Id, there.Id, _anna, default));
        var refused = await Moderate(_a).AcceptAsync(asked.Id, null, _iris, default);
        Assert.That(refused.Refusal?.TextKey, Is.EqualTo("error.chosenByAsker"));
    }

    [Test]
    public async Task What_a_moderator_takes_away_is_gone_where_it_was_written_too()
    {
        var (_, copy) = await AskAsync();
        var answered = await AnswerAsync(_b, copy, _bram);
        var there = await CopyAsync(_a, answered);
        var taken = await _a.Get<ReviseAnswer>().DeleteAsync(there.Id, _iris, default);
        Assert.That(taken.Refusal?.ToString(), Is.Null);
        await Until.TrueAsync(
            async () => (await CopyAsync(_b, answered)) is { DeletedAt: not null, BodyHtml: "" }, "the answer is gone");
        var (status, body) = await _b.GetActivityAsync($"/r/{answered.Id}");
        Assert.That((status, (string?)body!["type"]), Is.EqualTo((410, "Tombstone")));
    }

    [Test]
    public async Task A_report_reaches_the_node_of_the_topic_without_the_name_of_who_reports()
    {
        var (asked, copy) = await AskAsync();
        await DoneAsync(_b.Get<ReportPost>().ExecuteAsync(copy.Id, "Er staat een telefoonnummer in.", _bram, default));
        await Until.TrueAsync(
            () => Task.FromResult(_a.Count(
                "select count(*) from reports where object_uri = @id and reporter_host <> ''", asked.Uri) == 1),
            "the report is there");
        Assert.That(
            _a.Texts("select a.uri from reports r join actors a on a.id = r.reporter_id where r.object_uri = @id",
                asked.Uri),
            Is.EqualTo(new[] { _b.Origin + "p/meldpunt" }));
        Assert.That(
            _a.Texts("select reason from reports where object_uri = @id", asked.Uri),
            Is.EqualTo(new[] { "Er staat een telefoonnummer in." }));
        await DoneAsync(_b.Get<ReportPost>().ExecuteAsync(copy.Id, "Nog eens hetzelfde.", _bram, default));
        Assert.That(
            _b.Count("select count(*) from activities where type = 'Flag' and object_uri = @id", asked.Uri),
            Is.EqualTo(1), "told once");
    }

    private static ModerateQuestion Moderate(Plein plein) => plein.Get<ModerateQuestion>();

    private static async Task DoneAsync(Task<Outcome<Question>> outcome) =>
        Assert.That((await outcome).Refusal?.ToString(), Is.Null);

    private async Task<(Question Asked, Question Copy)> AskAsync()
    {
        var asked = await _a.Get<AskQuestion>().ExecuteAsync(
            new AskQuestion.Form(
                $"Waar staat de container, keer {Interlocked.Increment(ref _number)}?", "Bij ons.", _topic.Id,
                Audience.Everyone),
            _anna, default);
        Assert.That(asked.Refusal?.ToString(), Is.Null);
        return (asked.Value!, await CopyAsync(_b, asked.Value!));
    }

    private static async Task<Answer> AnswerAsync(Plein plein, Question question, Caller who)
    {
        var given = await plein.Get<GiveAnswer>().ExecuteAsync(
            new GiveAnswer.Form(question.Id, "Naast de winkel."), who, default);
        Assert.That(given.Refusal?.ToString(), Is.Null);
        return given.Value!;
    }

    private static Task<Question> CopyAsync(Plein plein, Question original) => Until.FoundAsync(
        () => plein.Get<QuestionStore>().FindByUriAsync(original.Uri, Viewer.Anyone),
        $"{original.Uri} at {plein.Origin}");

    private static Task<Answer> CopyAsync(Plein plein, Answer original) => Until.FoundAsync(
        () => plein.Get<AnswerStore>().FindByUriAsync(original.Uri, Viewer.Anyone),
        $"{original.Uri} at {plein.Origin}");

    private static Task UntilAsync(Plein plein, Question original, Func<Question, bool> isSo, string what) =>
        Until.TrueAsync(async () => isSo(await CopyAsync(plein, original)), $"{what} at {plein.Origin}");
}

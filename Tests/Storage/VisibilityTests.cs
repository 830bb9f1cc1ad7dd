using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

/// <summary>The one gate: each way to read a question or answer, for each audience and each kind of viewer.</summary>
public sealed class VisibilityTests(TestEngine engine) : StorageTest(engine)
{
    private static Viewer[] Viewers(Plein plein) =>
    [
        Viewer.Anyone, Viewer.Member(plein.Other), Viewer.Member(plein.Member), Viewer.Member(plein.Asker), Viewer.Node,
    ];

    // In the order of Viewers: visitor, member, member of the organisation, author, the node itself.
    private static bool[] Allowed(Audience audience) => audience switch
    {
        Audience.Everyone => [true, true, true, true, true],
        Audience.Plein => [false, true, true, true, true],
        _ => [false, false, true, true, true],
    };

    [Test]
    public async Task Each_way_to_read_a_question_hides_it([Values] Audience audience)
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Wanneer komt de speeltuin", audience, "wipkip");
        var store = new QuestionStore(Db);
        var search = new QuestionSearch(Db);
        var all = PageRequest.Newest(10);
        (string Name, Func<Viewer, Task<bool>> Reads)[] ways =
        [
            ("number", async v => await store.FindAsync(question.Id, v) is not null),
            ("id", async v => await store.FindByUriAsync(question.Uri, v) is not null),
            ("list", async v => (await store.ListAsync(default, v, all)).Items.Count == 1),
            ("topic", async v => (await store.ListAsync(new(Topic: plein.Topic), v, all)).Items.Count == 1),
            ("open", async v => (await store.ListAsync(new(Unanswered: true), v, all)).Items.Count == 1),
            ("author", async v => (await store.ListAsync(new(Author: plein.Asker), v, all)).Items.Count == 1),
            ("title", async v => (await search.FindAsync("speeltuin", v, 10)).Count == 1),
            ("body", async v => (await search.FindAsync("wipkip", v, 10)).Count == 1),
        ];
        foreach (var (name, reads) in ways)
        {
            var seen = await Task.WhenAll(Viewers(plein).Select(reads));
            Assert.That(seen, Is.EqualTo(Allowed(audience)), name);
        }
    }

    [Test]
    public async Task Each_way_to_read_an_answer_hides_it([Values] Audience audience)
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Wanneer komt de speeltuin");
        var answer = await AnswerAsync(plein, question, "<p>glijbaan</p>", audience, author: plein.Asker);
        await ExpectAsync(plein, question, answer, Allowed(audience));
    }

    [Test]
    public async Task An_answer_is_hidden_with_its_question()
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Wanneer komt de speeltuin", Audience.Organisation);
        var answer = await AnswerAsync(plein, question, "<p>glijbaan</p>", author: plein.Asker);
        await ExpectAsync(plein, question, answer, Allowed(Audience.Organisation));
    }

    private async Task ExpectAsync(Plein plein, Question question, Answer answer, bool[] allowed)
    {
        var store = new AnswerStore(Db);
        (string Name, Func<Viewer, Task<bool>> Reads)[] ways =
        [
            ("number", async v => await store.FindAsync(answer.Id, v) is not null),
            ("id", async v => await store.FindByUriAsync(answer.Uri, v) is not null),
            ("list", async v => (await store.ListAsync(question.Id, v, 0, 10)).Count == 1),
            ("author", async v =>
                (await store.ListByAuthorAsync(plein.Asker, v, PageRequest.Newest(10))).Items.Count == 1),
        ];
        foreach (var (name, reads) in ways)
        {
            var seen = await Task.WhenAll(Viewers(plein).Select(reads));
            Assert.That(seen, Is.EqualTo(allowed), name);
        }
    }

    [Test]
    public async Task A_search_never_tells_what_an_answer_for_fewer_says()
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Wanneer komt de speeltuin");
        await AnswerAsync(plein, question, "<p>begroting</p>", Audience.Organisation);
        await AnswerAsync(plein, question, "<p>vergunning</p>", Audience.Plein);
        await AnswerAsync(plein, question, "<p>voorjaar</p>");
        var search = new QuestionSearch(Db);
        foreach (var viewer in Viewers(plein))
        {
            Assert.That(await search.FindAsync("begroting", viewer, 10), Is.Empty);
            Assert.That(await search.FindAsync("vergunning", viewer, 10), Is.Empty);
            Assert.That(await search.FindAsync("voorjaar", viewer, 10), Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task Hidden_answers_and_questions_are_not_counted()
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Een");
        await AskAsync(plein, "Twee", Audience.Organisation);
        await AnswerAsync(plein, question, "<p>x</p>", Audience.Organisation, AnswerKind.Official);
        var row = (await new QuestionStore(Db).ListAsync(default, Viewer.Anyone, PageRequest.Newest(9))).Items.Single();
        Assert.That((row.AnswerCount, row.OfficialCount), Is.EqualTo((0, 0)));
        var topic = await new Ontmoetingsplein.Storage.Topics.TopicStore(Db).FindAsync(plein.Topic);
        Assert.That(topic!.QuestionCount, Is.EqualTo(1));
    }

    [Test]
    public async Task News_of_what_somebody_may_no_longer_see_is_hidden()
    {
        var plein = await AddPleinAsync();
        var hidden = await AskAsync(plein, "Intern", Audience.Organisation);
        var open = await AskAsync(plein, "Open");
        var secret = await AnswerAsync(plein, open, "<p>x</p>", Audience.Organisation);
        var plain = await AnswerAsync(plein, open, "<p>y</p>");
        foreach (var account in new[] { plein.Member, plein.Asker })
        {
            await WriteAsync(w =>
            {
                NoticeStore.Add(w, account, NoticeKind.Asked, hidden.Id, null, plein.Other);
                NoticeStore.Add(w, account, NoticeKind.Answered, open.Id, secret.Id, plein.Other);
                NoticeStore.Add(w, account, NoticeKind.Answered, open.Id, plain.Id, plein.Other);
            });
        }

        var store = new NoticeStore(Db);
        Assert.That((await store.ListAsync(plein.Member, PageRequest.Newest(9))).Items, Has.Count.EqualTo(3));
        await WriteAsync(w => w.Execute("delete from memberships"));
        var left = (await store.ListAsync(plein.Member, PageRequest.Newest(9))).Items;
        Assert.That(left.Select(n => n.AnswerId), Is.EqualTo(new AnswerId?[] { plain.Id }));
    }
}

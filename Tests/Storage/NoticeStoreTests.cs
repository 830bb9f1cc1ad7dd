using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class NoticeStoreTests(TestEngine engine) : StorageTest(engine)
{
    [Test]
    public async Task News_runs_from_new_to_old_is_marked_read_and_goes_with_its_question()
    {
        var plein = await AddPleinAsync();
        var store = new NoticeStore(Db);
        var question = await AskAsync(plein, "Een");
        var answer = await AnswerAsync(plein, question, "<p>x</p>");
        await WriteAsync(w =>
        {
            NoticeStore.Add(w, plein.Asker, NoticeKind.Answered, question.Id, answer.Id, plein.Other);
            NoticeStore.Add(w, plein.Asker, NoticeKind.Asked, question.Id, null, null);
            NoticeStore.Add(w, plein.Other, NoticeKind.Asked, question.Id, null, null);
        });
        var page = await store.ListAsync(plein.Asker, PageRequest.Newest(1));
        Assert.That((page.Items.Single().Kind, page.Items[0].ActorName), Is.EqualTo((NoticeKind.Asked, (string?)null)));
        var older = await store.ListAsync(plein.Asker, new PageRequest(page.Next, 5));
        Assert.That(
            (older.Items.Single().Title, older.Items[0].ActorName, older.Items[0].AnswerId, older.Items[0].ReadAt,
                older.Next),
            Is.EqualTo(("Een", "BRAM", (AnswerId?)answer.Id, (DateTimeOffset?)null, (long?)null)));
        await WriteAsync(w => NoticeStore.MarkRead(w, plein.Asker));
        Assert.That(await CountAsync("notices", "read_at is not null"), Is.EqualTo(2));
        await WriteAsync(w => QuestionStore.Delete(w, question));
        Assert.That((await store.ListAsync(plein.Asker, PageRequest.Newest(9))).Items, Is.Empty);
    }

    [Test]
    public async Task What_has_to_wait_is_taken_once_when_the_pause_is_over()
    {
        var pause = TimeSpan.FromHours(1);
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Een");
        var first = await AnswerAsync(plein, question, "<p>x</p>");
        var gone = await AnswerAsync(plein, question, "<p>y</p>");
        var last = await AnswerAsync(plein, question, "<p>z</p>");
        Assert.That(await TurnAsync(), Is.True);
        await WriteAsync(w => HeldAnswerStore.Hold(w, question.Id, plein.Asker, first.Id, pause));
        Assert.That(await TurnAsync(), Is.False);
        Assert.That(await DueAsync(), Is.Empty);
        Clock.Advance(pause);
        Assert.That(await TurnAsync(), Is.False, "what waits goes first");
        await WriteAsync(w =>
        {
            HeldAnswerStore.Hold(w, question.Id, plein.Asker, gone.Id, pause);
            HeldAnswerStore.Hold(w, question.Id, plein.Asker, last.Id, pause);
            HeldAnswerStore.Hold(w, question.Id, plein.Asker, last.Id, pause);
            AnswerStore.Delete(w, gone);
        });
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(DueAsync)));
        var (title, news) = taken.SelectMany(some => some).Single();
        Assert.That(title, Is.EqualTo("Een"));
        Assert.That(news.Select(one => one.Id), Is.EqualTo(new[] { first.Id, last.Id }));
        Assert.That(news.Select(one => (one.AuthorName, one.IsComment)), Is.All.EqualTo(("BRAM", false)));
        Assert.That(await CountAsync("held_answers"), Is.Zero);
        Assert.That(await TurnAsync(), Is.False, "that was a mail too");
        Clock.Advance(pause);
        Assert.That(await DueAsync(), Is.Empty);
        Assert.That(await TurnAsync(), Is.True);
        Clock.Advance(TimeSpan.FromDays(2));
        Assert.That(await WriteAsync(HeldAnswerStore.Sweep), Is.EqualTo(1));

        Task<bool> TurnAsync() =>
            WriteAsync(w => HeldAnswerStore.TakeTurn(w, question.Id, plein.Asker, pause));

        Task<List<(string Title, IReadOnlyList<HeldAnswer> News)>> DueAsync() => WriteAsync(
            w => HeldAnswerStore.TakeDue(w, 10).Select(held => (held.Title, HeldAnswerStore.Take(w, held))).ToList());
    }
}

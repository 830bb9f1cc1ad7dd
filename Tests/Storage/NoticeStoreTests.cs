using Ontmoetingsplein.Storage;
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
}

using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class QuestionStoreTests(TestEngine engine) : StorageTest(engine)
{
    private QuestionStore Store => new(Db);

    [Test]
    public async Task A_question_comes_back_as_it_was_kept_and_only_once()
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Wanneer komt de speeltuin?", Audience.Organisation, "Bij de school.");
        Assert.That(await Store.FindAsync(question.Id, Viewer.Node), Is.EqualTo(question));
        Assert.That(await Store.FindByUriAsync(question.Uri, Viewer.Node), Is.EqualTo(question));
        var again = await WriteAsync(w => QuestionStore.Add(w, question with { Id = new QuestionId(w.Ids.Next()) }));
        Assert.That(again, Is.False);
        Assert.That(await CountAsync("questions"), Is.EqualTo(1));
    }

    [Test]
    public async Task Lists_run_from_new_to_old_without_gap_or_overlap()
    {
        var plein = await AddPleinAsync();
        var other = plein with { Topic = await AddTopicAsync("verkeer") };
        var asked = new List<Question>();
        for (var i = 0; i < 11; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            asked.Add(
                await AskAsync(i % 3 == 0 ? other : plein, $"Vraag {i}", author: i % 2 == 0 ? null : plein.Other));
        }

        await AnswerAsync(plein, asked[1], "<p>x</p>");
        await ExpectAsync(default, _ => true);
        await ExpectAsync(new(Topic: other.Topic), q => q.TopicId == other.Topic);
        await ExpectAsync(new(Unanswered: true), q => q.Id != asked[1].Id);
        await ExpectAsync(new(Author: plein.Other), q => q.AuthorId == plein.Other);
        await ExpectAsync(
            new(plein.Topic, Unanswered: true, plein.Other),
            q => q.TopicId == plein.Topic && q.AuthorId == plein.Other && q.Id != asked[1].Id);

        async Task ExpectAsync(QuestionFilter filter, Func<Question, bool> belongs)
        {
            var ids = new List<QuestionId>();
            PageRequest? next = PageRequest.Newest(2);
            while (next is { } page)
            {
                var part = await Store.ListAsync(filter, Viewer.Anyone, page);
                Assert.That(part.Items, Has.Count.InRange(1, 2));
                ids.AddRange(part.Items.Select(row => row.Id));
                next = part.Next is { } before ? new PageRequest(before, 2) : null;
            }

            Assert.That(ids, Is.EqualTo(asked.Where(belongs).Select(q => q.Id).Reverse()), filter.ToString());
        }
    }

    [Test]
    public async Task A_row_tells_names_counts_and_whether_an_answer_helped()
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Een");
        var answer = await AnswerAsync(plein, question, "<p>x</p>");
        await WriteAsync(w => QuestionStore.Accept(w, question.Id, answer.Id, plein.Asker, null));
        var row = (await Store.ListAsync(default, Viewer.Anyone, PageRequest.Newest(1))).Items.Single();
        Assert.That(
            (row.TopicName, row.TopicSlug, row.TopicHost, row.AuthorName, row.AnswerCount, row.IsAccepted,
                row.PublishedAt),
            Is.EqualTo(("GROEN", "groen", (string?)null, "ANNA", 1, true, question.PublishedAt)));
        await WriteAsync(w => QuestionStore.Accept(w, question.Id, null, null, w.Now.AddHours(1)));
        var found = (await Store.FindAsync(question.Id, Viewer.Anyone))!;
        Assert.That(
            (found.AcceptedAnswerId, found.AcceptedBy, found.UpdatedAt),
            Is.EqualTo(((AnswerId?)null, (ActorId?)null, Clock.GetUtcNow().AddHours(1))));
    }

    [Test]
    public async Task Of_two_who_revise_the_same_text_one_wins_and_the_old_text_is_kept()
    {
        var plein = await AddPleinAsync();
        var before = await AskAsync(plein, "Oude titel", body: "oud");
        Clock.Advance(TimeSpan.FromMinutes(1));
        var after = before with { Title = "Nieuwe titel", BodyHtml = "<p>nieuw</p>", UpdatedAt = Clock.GetUtcNow() };
        var won = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(
            () => WriteAsync(w => QuestionStore.Revise(w, before, after)))));
        Assert.That(won.Count(did => did), Is.EqualTo(1));
        var found = (await Store.FindAsync(before.Id, Viewer.Anyone))!;
        Assert.That(
            (found.Title, found.Revision, found.EditedAt, found.ActiveAt),
            Is.EqualTo(("Nieuwe titel", 2, Clock.GetUtcNow(), Clock.GetUtcNow())));
        Assert.That(
            await CountAsync("revisions", "revision = 1 and title = 'Oude titel' and body_html = '<p>oud</p>'"),
            Is.EqualTo(1));
        var search = new QuestionSearch(Db);
        Assert.That(await search.FindAsync("oude", Viewer.Anyone, 9), Is.Empty);
        Assert.That(await search.FindAsync("nieuw", Viewer.Anyone, 9), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_deleted_question_keeps_its_address_and_nothing_else()
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Geheim woord", body: "tekst");
        await WriteAsync(w => QuestionStore.Revise(w, question, question with { Title = "Ander", UpdatedAt = w.Now }));
        await WriteAsync(w => QuestionStore.Delete(w, question));
        await WriteAsync(w => QuestionStore.Delete(w, question));
        var found = (await Store.FindAsync(question.Id, Viewer.Anyone))!;
        Assert.That(
            (found.Title, found.BodyHtml, found.BodySource, found.DeletedAt),
            Is.EqualTo(("", "", (string?)null, Clock.GetUtcNow())));
        Assert.That(await CountAsync("revisions"), Is.Zero);
        Assert.That((await Store.ListAsync(default, Viewer.Node, PageRequest.Newest(9))).Items, Is.Empty);
        Assert.That(await new QuestionSearch(Db).FindAsync("ander", Viewer.Node, 9), Is.Empty);
        Assert.That((await new TopicStore(Db).FindAsync(plein.Topic))!.QuestionCount, Is.Zero);
        Assert.That(
            await WriteAsync(w => QuestionStore.Revise(w, found, found with { Title = "Terug", UpdatedAt = w.Now })),
            Is.False);
    }

    [Test]
    public async Task A_question_is_closed_followed_and_counted()
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Een");
        await WriteAsync(w => QuestionStore.Lock(w, question.Id, locked: true));
        Assert.That((await Store.FindAsync(question.Id, Viewer.Anyone))!.LockedAt, Is.EqualTo(Clock.GetUtcNow()));
        await WriteAsync(w => QuestionStore.Lock(w, question.Id, locked: false));
        Assert.That((await Store.FindAsync(question.Id, Viewer.Anyone))!.LockedAt, Is.Null);

        await WriteAsync(w => QuestionStore.Follow(w, question.Id, plein.Other, on: true));
        await WriteAsync(w => QuestionStore.Follow(w, question.Id, plein.Other, on: true));
        Assert.That(await Store.IsFollowedAsync(question.Id, plein.Other), Is.True);
        Assert.That(
            await WriteAsync(w => QuestionStore.ListFollowers(w, question.Id)), Is.EqualTo(new[] { plein.Other }));
        await WriteAsync(w => QuestionStore.Follow(w, question.Id, plein.Other, on: false));
        Assert.That(await Store.IsFollowedAsync(question.Id, plein.Other), Is.False);
        Assert.That((await new TopicStore(Db).FindAsync(plein.Topic))!.QuestionCount, Is.EqualTo(1));
    }
}

using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Votes;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class AnswerStoreTests(TestEngine engine) : StorageTest(engine)
{
    private AnswerStore Store => new(Db);

    private async Task<Question> QuestionAsync(QuestionId id) =>
        (await new QuestionStore(Db).FindAsync(id, Viewer.Node))!;

    [Test]
    public async Task Who_answers_does_not_wait_for_another_answer_to_the_same_question()
    {
        if (Engine == TestEngine.Sqlite)
        {
            Assert.Ignore("SQLite makes one change at a time.");
        }

        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Wanneer komt de snoeiploeg?");
        using var arrived = new SemaphoreSlim(0);
        using var ended = new SemaphoreSlim(0);
        var slow = WriteAsync(w =>
        {
            AnswerStore.Add(w, Some.Answer(w, question, plein.Member, "<p>In maart.</p>"));
            arrived.Release();
            Assert.That(ended.Wait(TimeSpan.FromSeconds(20)), Is.True);
        });
        await arrived.WaitAsync();
        await WriteAsync(w => AnswerStore.Add(w, Some.Answer(w, question, plein.Other, "<p>In april.</p>")));
        ended.Release();
        await slow;
        Assert.That(
            (await new QuestionStore(Db).FindAsync(question.Id, Viewer.Anyone))!.AnswerCount, Is.EqualTo(2));
    }

    [Test]
    public async Task An_official_answer_comes_back_with_its_facts_and_its_author()
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Een");
        var answer = await WriteAsync(w =>
        {
            var full = Some.Answer(w, question, plein.Organisation, "<p>Ja.</p>") with
            {
                Kind = AnswerKind.Official,
                SourceTitle = "Verordening",
                SourceUrl = "https://gemeente.example/v",
                ValidUntil = w.Now.AddYears(1),
                ReviewedAt = w.Now,
                ReviewedBy = "Afdeling groen",
            };
            AnswerStore.Add(w, full);
            Assert.That(AnswerStore.Add(w, full with { Id = new AnswerId(w.Ids.Next()) }), Is.False);
            return full;
        });
        var expected = answer with
        {
            AuthorName = "GEMEENTE",
            AuthorHandle = "gemeente",
            AuthorKind = Ontmoetingsplein.Storage.Actors.ActorKind.Organisation,
            AuthorUri = "https://plein.example/u/gemeente",
            ParentUri = question.Uri,
        };
        Assert.That(await Store.FindAsync(answer.Id, Viewer.Anyone), Is.EqualTo(expected));
        Assert.That(await Store.FindByUriAsync(answer.Uri, Viewer.Anyone), Is.EqualTo(expected));
        var counted = await QuestionAsync(question.Id);
        Assert.That((counted.AnswerCount, counted.OfficialCount), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Answers_and_comments_are_listed_in_order_and_comments_not_counted()
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Een");
        var first = await AnswerAsync(plein, question, "<p>1</p>");
        var comment = await AnswerAsync(plein, question, "<p>2</p>", kind: AnswerKind.Comment, parent: first.Id);
        var second = await AnswerAsync(plein, question, "<p>3</p>");
        var listed = await Store.ListAsync(question.Id, Viewer.Anyone, 0, 10);
        Assert.That(listed.Select(a => a.Id), Is.EqualTo(new[] { first.Id, comment.Id, second.Id }));
        Assert.That(listed[1].ParentUri, Is.EqualTo(first.Uri));
        var rest = await Store.ListAsync(question.Id, Viewer.Anyone, first.Id.Value, 1);
        Assert.That(rest.Single().Id, Is.EqualTo(comment.Id));
        Assert.That((await QuestionAsync(question.Id)).AnswerCount, Is.EqualTo(2));
        var mine = await Store.ListByAuthorAsync(plein.Other, Viewer.Anyone, PageRequest.Newest(1));
        Assert.That((mine.Items.Single().Id, mine.Next), Is.EqualTo((second.Id, (long?)second.Id.Value)));
        var older = await Store.ListByAuthorAsync(plein.Other, Viewer.Anyone, new PageRequest(mine.Next, 5));
        Assert.That(older.Items.Select(a => a.Id), Is.EqualTo(new[] { first.Id }));
    }

    [Test]
    public async Task A_revision_needs_the_text_it_was_made_from()
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Een");
        var answer = await AnswerAsync(plein, question, "<p>oud</p>");
        var after = answer with { BodyHtml = "<p>nieuw</p>", UpdatedAt = Clock.GetUtcNow().AddMinutes(1) };
        Assert.That(await WriteAsync(w => AnswerStore.Revise(w, answer, after)), Is.True);
        Assert.That(await WriteAsync(w => AnswerStore.Revise(w, answer, after)), Is.False);
        var found = (await Store.FindAsync(answer.Id, Viewer.Anyone))!;
        Assert.That(
            (found.BodyHtml, found.Revision, found.EditedAt),
            Is.EqualTo(("<p>nieuw</p>", 2, (DateTimeOffset?)after.UpdatedAt)));
        Assert.That(await CountAsync("revisions", "body_html = '<p>oud</p>'"), Is.EqualTo(1));
    }

    [Test]
    public async Task Deleting_an_answer_takes_its_text_its_count_and_its_acceptance()
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Een");
        var answer = await AnswerAsync(plein, question, "<p>x</p>", kind: AnswerKind.Official);
        await WriteAsync(w => QuestionStore.Accept(w, question.Id, answer.Id, plein.Asker, null));
        await WriteAsync(w => AnswerStore.Delete(w, answer));
        await WriteAsync(w => AnswerStore.Delete(w, answer));
        var after = await QuestionAsync(question.Id);
        Assert.That(
            (after.AnswerCount, after.OfficialCount, after.AcceptedAnswerId), Is.EqualTo((0, 0, (AnswerId?)null)));
        var found = (await Store.FindAsync(answer.Id, Viewer.Anyone))!;
        Assert.That((found.BodyHtml, found.DeletedAt), Is.EqualTo(("", (DateTimeOffset?)Clock.GetUtcNow())));
        Assert.That(await Store.ListAsync(question.Id, Viewer.Anyone, 0, 10), Is.Empty);
    }

    [Test]
    public async Task Everybody_votes_once_and_may_take_it_back()
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Een");
        var answer = await AnswerAsync(plein, question, "<p>x</p>");
        var votes = new VoteStore(Db);
        Assert.That(await WriteAsync(w => VoteStore.Vote(w, question.Id, plein.Other, 1, "https://x/1")), Is.True);
        Assert.That(await WriteAsync(w => VoteStore.Vote(w, question.Id, plein.Other, 1, "https://x/2")), Is.False);
        Assert.That(await WriteAsync(w => VoteStore.Vote(w, question.Id, plein.Member, 1, null)), Is.True);
        Assert.That((await QuestionAsync(question.Id)).SameCount, Is.EqualTo(2));
        Assert.That(await votes.FindActivityAsync(plein.Other, question.Id.Value), Is.EqualTo("https://x/1"));

        Assert.That(await WriteAsync(w => VoteStore.Vote(w, question.Id, plein.Other, -1, "https://x/3")), Is.True);
        Assert.That((await QuestionAsync(question.Id)).SameCount, Is.EqualTo(1));
        Assert.That(await CountAsync("questions", "unlike_count = 1"), Is.EqualTo(1));
        Assert.That(await WriteAsync(w => VoteStore.Vote(w, question.Id, plein.Other, 0, null)), Is.True);
        Assert.That(await WriteAsync(w => VoteStore.Vote(w, question.Id, plein.Other, 0, null)), Is.False);
        Assert.That(await CountAsync("questions", "unlike_count = 0 and same_count = 1"), Is.EqualTo(1));

        await WriteAsync(w => VoteStore.Vote(w, answer.Id, question.Id, plein.Member, 1, null));
        await WriteAsync(w => VoteStore.Vote(w, answer.Id, question.Id, plein.Other, -1, null));
        var found = (await Store.FindAsync(answer.Id, Viewer.Anyone))!;
        Assert.That((found.HelpfulCount, found.UnhelpfulCount), Is.EqualTo((1, 1)));
        Assert.That(
            await votes.ListAsync(plein.Member, [question.Id.Value, answer.Id.Value, 5]),
            Is.EquivalentTo(new[] { question.Id.Value, answer.Id.Value }));
        Assert.That(await votes.ListAsync(plein.Other, [answer.Id.Value]), Is.Empty);
        Assert.That(await votes.ListAsync(plein.Other, []), Is.Empty);
    }

    [Test]
    public async Task Votes_of_many_at_once_are_counted_exactly()
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Een");
        ActorId[] voters = [plein.Asker, plein.Other, plein.Member];
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(() => WriteAsync(
            w => VoteStore.Vote(w, question.Id, voters[i % 3], i % 7 < 4 ? 1 : 0, null)))));
        Assert.That(
            (await QuestionAsync(question.Id)).SameCount, Is.EqualTo(await CountAsync("votes", "value = 1")));
    }
}

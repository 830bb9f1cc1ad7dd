using Microsoft.Extensions.Hosting;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>Many answers make few mails, and nobody misses one.</summary>
internal sealed class HeldMailTests
{
    private const string Asker = "vrager@post.example";

    private TestForum forum = null!;
    private Caller asker = null!;
    private Caller stranger = null!;
    private Question question = null!;

    [SetUp]
    public async Task StartAsync()
    {
        forum = await TestForum.StartAsync(("PostingFactor", "1000"));
        asker = await forum.PersonAsync("Vrager");
        stranger = await forum.PersonAsync("Vreemd");
        question = await forum.AskAsync(asker, "Wanneer komt de grijze bak?");
    }

    [TearDown]
    public async Task StopAsync() => await forum.DisposeAsync();

    [Test]
    public async Task A_hundred_and_twenty_replies_make_one_mail_now_and_one_an_hour_later()
    {
        var first = await forum.AnswerAsync(stranger, question, "Antwoord 0.");
        Answer last = first;
        for (var n = 1; n < 120; n++)
        {
            last = n % 2 == 0
                ? await forum.AnswerAsync(stranger, question, $"Antwoord {n}.")
                : await forum.AnswerAsync(stranger, question, $"Reactie {n}.", first);
        }

        var mails = await MailsAsync();
        Assert.That(mails, Has.Count.EqualTo(1));
        Assert.That(mails[0], Does.Contain($"/q/{question.Id}#r{first.Id}").And.Contain("Nieuw antwoord:"));
        forum.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.That(await MailsAsync(), Has.Count.EqualTo(1));
        forum.Clock.Advance(TimeSpan.FromMinutes(2));
        mails = await MailsAsync();
        Assert.That(mails, Has.Count.EqualTo(2));
        Assert.That(mails[1], Does.Contain("119 nieuwe berichten: Wanneer komt de grijze bak?")
            .And.Contain("kwamen 119 nieuwe berichten").And.Contain("Reactie van Vreemd:")
            .And.Contain("Antwoord van Vreemd:").And.Contain("En nog 89 berichten:").And.Contain("/account"));
        forum.Clock.Advance(TimeSpan.FromHours(3));
        Assert.That(await MailsAsync(), Has.Count.EqualTo(2), "it is told once");
        await forum.AnswerAsync(stranger, question, "Nog een antwoord.");
        Assert.That(await MailsAsync(), Has.Count.EqualTo(3), "after a quiet hour at once");
        await forum.AnswerAsync(stranger, question, "Nog een laatste antwoord.");
        Assert.That(await MailsAsync(), Has.Count.EqualTo(3));
        forum.Clock.Advance(TimeSpan.FromMinutes(61));
        mails = await MailsAsync();
        Assert.That(mails, Has.Count.EqualTo(4));
        Assert.That(mails[3], Does.Contain("Nieuw antwoord:").And.Contain("Vreemd gaf antwoord"), "one is told as one");
    }

    [Test]
    public async Task Official_answers_and_links_to_sign_in_are_not_held_up_and_other_questions_neither()
    {
        await forum.AnswerAsync(stranger, question, "Antwoord 1.");
        await forum.AnswerAsync(stranger, question, "Antwoord 2.");
        var officer = await forum.PersonAsync("Ambtenaar", forOrganisation: true);
        var given = await forum.Get<GiveAnswer>().ExecuteAsync(
            new GiveAnswer.Form(question.Id, "Op dinsdag.", OnBehalfOf: officer.Organisations[0].Id), officer, default);
        Assert.That(given.Value?.Kind, Is.EqualTo(AnswerKind.Official));
        Assert.That(await MailsAsync(), Has.Count.EqualTo(2));
        var other = await forum.AskAsync(asker, "Wanneer komt de groene bak?");
        await forum.AnswerAsync(stranger, other, "Antwoord 3.");
        Assert.That(await MailsAsync(), Has.Count.EqualTo(3));
        using var browser = forum.Visitor();
        await browser.SubmitAsync(await browser.GetAsync("/inloggen"), "/inloggen/link", ("email", Asker));
        Assert.That(await MailsAsync(), Has.Count.EqualTo(4));
        forum.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.That(await MailsAsync(), Has.Count.EqualTo(5));
    }

    [Test]
    public async Task What_was_deleted_or_is_not_wanted_any_more_is_not_mailed()
    {
        await forum.AnswerAsync(stranger, question, "Antwoord 1.");
        var spam = await forum.AnswerAsync(stranger, question, "Koop nu.");
        var more = await forum.AnswerAsync(stranger, question, "Koop meer.");
        await forum.Get<ReviseAnswer>().DeleteAsync(spam.Id, stranger, default);
        await forum.Get<ReviseAnswer>().DeleteAsync(more.Id, stranger, default);
        forum.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.That(await MailsAsync(), Has.Count.EqualTo(1));
        await forum.AnswerAsync(stranger, question, "Antwoord 2.");
        await forum.AnswerAsync(stranger, question, "Antwoord 3.");
        Assert.That(await MailsAsync(), Has.Count.EqualTo(2));
        await forum.Get<Database>().WriteAsync(
            writing => AccountStore.SetPreferences(writing, asker.Account!.ActorId, "", null, mailNotices: false));
        forum.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.That(await MailsAsync(), Has.Count.EqualTo(2));
    }

    // Once nothing waits to be sent.
    private async Task<IReadOnlyList<string>> MailsAsync()
    {
        await forum.Get<IEnumerable<IHostedService>>().OfType<NewsWorker>().Single().RunOnceAsync(default);
        await Until.TrueAsync(
            async () => await forum.Get<Database>().FirstAsync<long>("select count(*) from mails", null, default) == 0,
            "all mail is written");
        return await forum.MailsAsync(Asker, 0);
    }
}

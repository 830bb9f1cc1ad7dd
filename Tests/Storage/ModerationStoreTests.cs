using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Reports;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class ModerationStoreTests(TestEngine engine) : StorageTest(engine)
{
    private static readonly ReportScope Everything = new(default, OfThisNode: true, All: true);

    [Test]
    public async Task A_topic_has_its_own_moderators_of_here_and_elsewhere()
    {
        var plein = await AddPleinAsync();
        var other = await AddTopicAsync("verkeer");
        var vera = await AddActorAsync("vera", host: "b.example");
        var store = new ModeratorStore(Db);
        foreach (var (actor, isNew) in new[] { (vera.Id, true), (plein.Asker, true), (vera.Id, false) })
        {
            Assert.That(await WriteAsync(w => ModeratorStore.Add(w, plein.Topic, actor)), Is.EqualTo(isNew));
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(
            (await store.ListAsync(plein.Topic)).Select(actor => actor.Id),
            Is.EqualTo(new[] { vera.Id, plein.Asker }));
        Assert.That(await store.HasAsync(other, vera.Id), Is.False);
        Assert.That(await store.HasAsync(plein.Topic, vera.Id), Is.True);
        Assert.That(await WriteAsync(w => ModeratorStore.Remove(w, plein.Topic, vera.Id)), Is.True);
        Assert.That(await WriteAsync(w => ModeratorStore.Remove(w, plein.Topic, vera.Id)), Is.False);
        Assert.That(await store.HasAsync(plein.Topic, vera.Id), Is.False);
    }

    [Test]
    public async Task A_topic_has_no_more_moderators_than_it_may()
    {
        var topic = await AddTopicAsync("groen");
        await WriteAsync(w =>
        {
            for (var i = 0; i <= ModeratorStore.Most; i++)
            {
                var actor = Some.Actor(w, $"m{i}");
                ActorStore.Add(w, actor);
                Assert.That(ModeratorStore.Add(w, topic, actor.Id), Is.EqualTo(i < ModeratorStore.Most));
            }
        });
    }

    [Test]
    public async Task The_same_report_counts_once_and_a_long_reason_is_cut()
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Een");
        var bram = await AddActorAsync("bram2");
        var store = new ReportStore(Db);
        var first = await WriteAsync(w => Some.Report(w, bram, question.Uri) with
        {
            QuestionId = question.Id,
            Reason = new string('x', ReportStore.MaxReason + 1),
        });
        Assert.That(await WriteAsync(w => ReportStore.Add(w, first)), Is.True);
        Assert.That(await WriteAsync(w => ReportStore.Add(w, first with { Id = w.Ids.Next() })), Is.False);
        Assert.That(await WriteAsync(w => ReportStore.Add(w, Some.Report(w, bram, bram.Uri))), Is.True);
        var page = await store.ListAsync(Everything, handled: false, PageRequest.Newest(1));
        Assert.That(page.Items.Single().ObjectUri, Is.EqualTo(bram.Uri));
        var older = await store.ListAsync(Everything, handled: false, new PageRequest(page.Next, 1));
        Assert.That(older.Items.Single(), Is.EqualTo(first with
        {
            Reason = first.Reason[..ReportStore.MaxReason],
            ReporterName = older.Items[0].ReporterName,
            ReporterHandle = "bram2",
        }));
    }

    [Test]
    public async Task One_host_cannot_fill_the_desk()
    {
        var vera = await AddActorAsync("vera", host: "b.example");
        var wim = await AddActorAsync("wim", host: "c.example");
        await WriteAsync(w =>
        {
            for (var i = 0; i <= ReportStore.MostPerHost; i++)
            {
                var isKept = ReportStore.Add(w, Some.Report(w, vera, $"https://plein.example/q/{i}"));
                Assert.That(isKept, Is.EqualTo(i < ReportStore.MostPerHost));
            }
        });
        Assert.That(
            await WriteAsync(w => ReportStore.Add(w, Some.Report(w, wim, "https://plein.example/q/1"))), Is.True);
        Assert.That(await new ReportStore(Db).CountAsync(Everything), Is.EqualTo(ReportStore.MostPerHost + 1));
    }

    [Test]
    public async Task What_was_dealt_with_makes_room_is_open_again_when_reported_again_and_goes_after_a_year()
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Twee");
        var vera = await AddActorAsync("vera2", host: "b.example");
        var store = new ReportStore(Db);
        var report = await WriteAsync(w => Some.Report(w, vera, question.Uri) with
        {
            QuestionId = question.Id,
            ReporterHost = "b.example",
        });
        Assert.That(await WriteAsync(w => ReportStore.Add(w, report)), Is.True);
        Assert.That(
            await WriteAsync(w => ReportStore.Close(w, report, vera.Id, ReportOutcome.Other, "Gebeld.")),
            Is.EqualTo(1));
        Assert.That(
            await WriteAsync(w => ReportStore.Close(w, report, vera.Id, ReportOutcome.Nothing, "")), Is.Zero,
            "the first decision stays");
        Assert.That(await store.CountAsync(Everything), Is.Zero);
        var closed = (await store.ListAsync(Everything, handled: true, PageRequest.Newest(5))).Items.Single();
        Assert.That(
            (closed.Outcome, closed.Note, closed.HandledByName, closed.HandledAt is null),
            Is.EqualTo(((ReportOutcome?)ReportOutcome.Other, "Gebeld.", vera.DisplayName, false)));

        Assert.That(
            await WriteAsync(w => ReportStore.Add(w, report with { Id = w.Ids.Next(), Reason = "Weer." })), Is.True);
        var again = (await store.ListAsync(Everything, handled: false, PageRequest.Newest(5))).Items.Single();
        Assert.That(
            (again.Reason, again.Outcome, again.Note),
            Is.EqualTo(("Weer.", (ReportOutcome?)null, (string?)null)));

        await WriteAsync(w => ReportStore.Close(w, report, vera.Id, ReportOutcome.Nothing, ""));
        Clock.Advance(ReportStore.KeptAfterwards - TimeSpan.FromMinutes(1));
        Assert.That(await WriteAsync(ReportStore.Sweep), Is.Zero);
        Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.That(await WriteAsync(ReportStore.Sweep), Is.EqualTo(1));
        Assert.That((await store.ListAsync(Everything, handled: true, PageRequest.Newest(5))).Items, Is.Empty);
    }
}

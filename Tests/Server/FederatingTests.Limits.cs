using Ontmoetingsplein.Forum.Addresses;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Forum.Topics;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>What does not cross, and what crosses only once.</summary>
public partial class FederatingTests
{
    [Test]
    public async Task A_delivery_that_comes_twice_changes_nothing()
    {
        var (asked, _) = await ConversationAsync();
        var sent = _b.Texts(
            "select uri from activities where object_uri = @id and type = 'Create'", asked.Uri).Single();
        var before = _a.Fingerprint();
        var bram = await _b.Get<ActorStore>().FindAsync(_bram.Account!.ActorId);
        await _b.Get<Database>().WriteAsync(writing => OutboxStore.Queue(
            writing, OutboxStore.FindNumber(writing, sent)!.Value, bram!.Uri, asked.Uri,
            [(_a.Origin + "inbox", NodeAddresses.HostOf(_a.Origin.AbsoluteUri))]));
        await Until.TrueAsync(
            () => Task.FromResult(_b.Count("select count(*) from deliveries") == 0), "it is delivered again");
        Assert.That(_a.Fingerprint(), Is.EqualTo(before));
        Assert.That((await CopyAsync(_a, asked)).AnswerCount, Is.EqualTo(1));
    }

    [Test]
    public async Task Whoever_unfollows_gets_nothing_new()
    {
        var topic = await _a.TopicAsync("wonen");
        var atB = await _b.FollowAsync(topic.Uri);
        var before = await AskAsync(_a, topic, _anna);
        await CopyAsync(_b, before);
        await _b.Get<FollowTopic>().UnfollowRemoteAsync(atB.Id, Plein.Operator, default);
        await Until.TrueAsync(
            () => Task.FromResult(
                _a.Count("select count(*) from follows where cast(target_id as text) = @id", topic.Id.ToString()) == 0),
            "the follow is gone");

        var after = await AskAsync(_a, topic, _anna);
        // What goes to one host goes in order: when the later one is there, the earlier one does not come any more.
        await CopyAsync(_b, await AskAsync(_a, _topic, _anna));
        Assert.That(await _b.Get<QuestionStore>().FindByUriAsync(after.Uri, Viewer.Node), Is.Null);
        Assert.That(await _b.Get<QuestionStore>().FindByUriAsync(before.Uri, Viewer.Node), Is.Not.Null);
    }

    [Test]
    public async Task A_new_follower_gets_what_was_asked_and_answered_before()
    {
        var topic = await _a.TopicAsync("oud");
        var asked = await AskAsync(_a, topic, _anna);
        var answered = await AnswerAsync(_a, asked, _anna, "Dat stond er al.");
        var comment = await AnswerAsync(_a, asked, _anna, "En dit ook.", answered.Id);
        await _b.FollowAsync(topic.Uri);
        await CopyAsync(_b, asked);
        await CopyAsync(_b, answered);
        Assert.That((await CopyAsync(_b, comment)).ParentId, Is.EqualTo((await CopyAsync(_b, answered)).Id));
    }

    [Test]
    public async Task A_new_follower_gets_what_stands_there_now_and_not_what_was_deleted()
    {
        var topic = await _a.TopicAsync("nu");
        var (asked, gone) = (await AskAsync(_a, topic, _anna), await AskAsync(_a, topic, _anna));
        var (answered, withdrawn) = (
            await AnswerAsync(_a, asked, _anna, "Op maandag."), await AnswerAsync(_a, asked, _anna, "Nooit."));
        var last = await AskAsync(_a, topic, _anna);
        await _a.Get<ReviseQuestion>().ExecuteAsync(asked.Id, asked.Title, "Nieuwe tekst.", _anna, default);
        await _a.Get<ReviseAnswer>().ExecuteAsync(answered.Id, "Op zondag.", null, _anna, default);
        await _a.Get<ReviseAnswer>().DeleteAsync(withdrawn.Id, _anna, default);
        await _a.Get<ReviseQuestion>().DeleteAsync(gone.Id, _anna, default);

        await _b.FollowAsync(topic.Uri);
        Assert.That((await CopyAsync(_b, asked)).BodyHtml, Does.Contain("Nieuwe tekst."));
        Assert.That((await CopyAsync(_b, answered)).BodyHtml, Does.Contain("Op zondag."));
        await CopyAsync(_b, last);
        Assert.That(await _b.Get<QuestionStore>().FindByUriAsync(gone.Uri, Viewer.Node), Is.Null);
        Assert.That(await _b.Get<AnswerStore>().FindByUriAsync(withdrawn.Uri, Viewer.Node), Is.Null);
    }

    [Test]
    public async Task A_thread_with_many_answers_does_not_hide_the_older_questions_from_a_new_follower()
    {
        var topic = await _a.TopicAsync("druk");
        var older = await AskAsync(_a, topic, _anna);
        var busy = await AskAsync(_a, topic, _anna);
        Answer? latest = null;
        for (var number = 0; number < 60; number++)
            latest = await AnswerAsync(_a, busy, _anna, $"Antwoord {number}.");
        await _b.FollowAsync(topic.Uri);
        await CopyAsync(_b, older);
        await CopyAsync(_b, busy);
        await CopyAsync(_b, latest!);
    }

    [Test]
    public async Task The_text_of_what_was_deleted_can_be_read_in_no_activity_any_more()
    {
        var asked = await AskAsync(_b, _topicAtB, _bram);
        var answered = await AnswerAsync(_b, asked, _bram, "Hier stond mijn telefoonnummer.");
        await CopyAsync(_a, answered);
        var activities = new[] { _a, _b }.SelectMany(plein => plein.Texts(
            "select uri from activities where object_uri = @id", answered.Uri)).ToList();
        Assert.That(activities, Has.Count.GreaterThanOrEqualTo(2), "its author and the topic published it");
        await _b.Get<ReviseAnswer>().DeleteAsync(answered.Id, _bram, default);
        await UntilAsync(_a, answered, a => a.DeletedAt is not null, "the answer is gone");
        foreach (var activity in activities.Select(uri => new Uri(uri)))
        {
            var plein = activity.Authority == _a.Origin.Authority ? _a : _b;
            Assert.That((await plein.GetActivityAsync(activity.AbsolutePath)).Status, Is.EqualTo(404), $"{activity}");
        }

        foreach (var plein in new[] { _a, _b })
            Assert.That(plein.Bodies(), Has.None.Contains("telefoonnummer"));
    }

    [TestCase(Audience.Plein)]
    [TestCase(Audience.Organisation)]
    public async Task What_is_for_this_plein_or_organisation_only_never_leaves(Audience audience)
    {
        var activities = _a.Count("select count(*) from activities");
        var asked = await AskAsync(_a, _topic, _anna, audience);
        var answered = await AnswerAsync(_a, asked, _anna, "Dit blijft binnen.");
        await _a.Get<WantToKnow>().ExecuteAsync(asked.Id, true, await _a.PersonAsync($"Els {audience}"), default);
        await _a.Get<ReviseQuestion>().AcceptAsync(asked.Id, answered.Id, _anna, default);
        await _a.Get<ReviseQuestion>().ExecuteAsync(asked.Id, asked.Title, "Nieuwe tekst.", _anna, default);
        Assert.That(_a.Count("select count(*) from activities"), Is.EqualTo(activities));
        foreach (var path in new[]
            { $"/q/{asked.Id}", $"/q/{asked.Id}/context", $"/q/{asked.Id}/replies", $"/r/{answered.Id}" })
        {
            Assert.That((await _a.GetActivityAsync(path)).Status, Is.EqualTo(404), path);
        }

        await _a.Get<ReviseQuestion>().DeleteAsync(asked.Id, _anna, default);
        Assert.That(_a.Count("select count(*) from activities"), Is.EqualTo(activities));
        Assert.That((await _a.GetActivityAsync($"/q/{asked.Id}")).Status, Is.EqualTo(404));
    }

    [TestCase(Audience.Plein)]
    [TestCase(Audience.Organisation)]
    public async Task An_answer_for_fewer_people_than_its_question_never_leaves(Audience audience)
    {
        var asked = await AskAsync(_a, _topic, _anna);
        await CopyAsync(_b, asked);
        var activities = _a.Count("select count(*) from activities");
        var reach = new Reach(audience, audience == Audience.Organisation ? _anna.Organisations[0].Id : null);
        var answered = await AnswerAsync(_a, asked, _anna, "Dit blijft binnen.", reach: reach);
        var comment = await AnswerAsync(_a, asked, _anna, "En dit ook.", answered.Id);
        Assert.That((comment.Audience, comment.OrganisationId), Is.EqualTo((audience, reach.Organisation)));
        await _a.Get<FindHelpful>().ExecuteAsync(
            answered.Id, true, await _a.PersonAsync($"Fen {audience}", forOrganisation: true), default);
        await _a.Get<ReviseAnswer>().ExecuteAsync(answered.Id, "Dit blijft echt binnen.", null, _anna, default);
        Assert.That(_a.Count("select count(*) from activities"), Is.EqualTo(activities));
        await _a.Get<ReviseQuestion>().AcceptAsync(asked.Id, answered.Id, _anna, default);
        foreach (var path in new[]
            { $"/r/{answered.Id}", $"/r/{answered.Id}/replies", $"/r/{comment.Id}" })
        {
            Assert.That((await _a.GetActivityAsync(path)).Status, Is.EqualTo(404), path);
        }

        foreach (var path in new[] { $"/q/{asked.Id}", $"/q/{asked.Id}/context", $"/q/{asked.Id}/replies" })
        {
            Assert.That(
                (await _a.GetActivityAsync(path)).Body!.ToJsonString(),
                Does.Not.Contain($"/r/{answered.Id}").And.Not.Contain($"/r/{comment.Id}"), path);
        }

        await _a.Get<ReviseQuestion>().AcceptAsync(asked.Id, null, _anna, default);
        await _a.Get<ReviseAnswer>().DeleteAsync(answered.Id, _anna, default);
        Assert.That(_a.Texts("select uri from activities where object_uri = @id", answered.Uri), Is.Empty);
        Assert.That(_a.Bodies(), Has.None.Contains(answered.Uri));
    }
}

using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Processes;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

/// <summary>What several processes on one database know of each other.</summary>
public sealed class ProcessStoreTests(TestEngine engine) : StorageTest(engine)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(20);

    [Test]
    public async Task A_turn_is_for_one_of_all_who_ask_until_its_period_is_over()
    {
        var timers = new TimerStore(Db);
        for (var round = 0; round < 3; round++)
        {
            Assert.That(await timers.IsDueAsync("chore", Clock.GetUtcNow()), Is.True);
            Assert.That(await ManyAsync(12, w => TimerStore.Take(w, "chore", Hour)), Is.EqualTo(1));
            Assert.That(await timers.IsDueAsync("chore", Clock.GetUtcNow()), Is.False);
            Clock.Advance(Hour - TimeSpan.FromSeconds(1));
            Assert.That(await ManyAsync(3, w => TimerStore.Take(w, "chore", Hour)), Is.Zero);
            Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Test]
    public async Task A_turn_whose_work_was_undone_is_still_to_be_taken()
    {
        Assert.That(
            () => WriteAsync(w =>
            {
                TimerStore.Take(w, "chore", Hour);
                throw new InvalidOperationException("It did not work.");
            }), Throws.InvalidOperationException);
        Assert.That(await WriteAsync(w => TimerStore.Take(w, "chore", Hour)), Is.True);
    }

    [Test]
    public async Task An_allowance_holds_for_all_together_and_comes_back_evenly()
    {
        Assert.That(await ManyAsync(20, w => AllowanceStore.Take(w, "a", 5, Hour)), Is.EqualTo(5));
        Assert.That(await ManyAsync(3, w => AllowanceStore.Take(w, "b", 5, Hour)), Is.EqualTo(3), "each has its own");
        Clock.Advance(TimeSpan.FromMinutes(12));
        Assert.That(await ManyAsync(3, w => AllowanceStore.Take(w, "a", 5, Hour)), Is.EqualTo(1));
        Clock.Advance(TimeSpan.FromHours(3));
        Assert.That(await ManyAsync(9, w => AllowanceStore.Take(w, "a", 5, Hour)), Is.EqualTo(5), "never more");
    }

    [Test]
    public async Task What_is_used_up_tells_when_to_come_back_and_what_is_given_back_can_be_used()
    {
        var minute = TimeSpan.FromMinutes(1);
        Assert.That(await WriteAsync(w => AllowanceStore.Spend(w, "a", 2, Hour)), Is.Null);
        Assert.That(await WriteAsync(w => AllowanceStore.Spend(w, "a", 2, Hour)), Is.Null);
        Clock.Advance(10 * minute);
        Assert.That(await WriteAsync(w => AllowanceStore.Spend(w, "a", 2, Hour)), Is.EqualTo(20 * minute));
        Clock.Advance(19 * minute);
        Assert.That(await WriteAsync(w => AllowanceStore.Spend(w, "a", 2, Hour)), Is.EqualTo(minute));
        Clock.Advance(minute);
        Assert.That(await WriteAsync(w => AllowanceStore.Spend(w, "a", 2, Hour)), Is.Null);
        await WriteAsync(w => AllowanceStore.GiveBack(w, "a", 2, Hour));
        Assert.That(await WriteAsync(w => AllowanceStore.Spend(w, "a", 2, Hour)), Is.Null);
    }

    [Test]
    public async Task A_form_is_taken_once_until_it_is_released_or_forgotten()
    {
        var forms = new PostedFormStore(Db);
        var until = Clock.GetUtcNow() + Hour;
        Assert.That(await ManyAsync(10, w =>
        {
            var mine = PostedFormStore.Claim(w, "f", until);
            if (mine)
                PostedFormStore.Settle(w, "f", 7);
            return mine;
        }), Is.EqualTo(1));
        Assert.That(await forms.FindAsync("f", Clock.GetUtcNow()), Is.EqualTo(7));
        await WriteAsync(w => PostedFormStore.Release(w, "f"));
        Assert.That(await forms.FindAsync("f", Clock.GetUtcNow()), Is.Null);
        Assert.That(await WriteAsync(w => PostedFormStore.Claim(w, "f", until)), Is.True);
        Clock.Advance(Hour + TimeSpan.FromSeconds(1));
        Assert.That(await forms.FindAsync("f", Clock.GetUtcNow()), Is.Null);
        Assert.That(
            await WriteAsync(w => PostedFormStore.Claim(w, "f", until + Hour)), Is.True, "what expired is no repeat");
        Clock.Advance(Hour);
        Assert.That(await WriteAsync(PostedFormStore.Sweep), Is.EqualTo(1));
        Assert.That(await WriteAsync(PostedFormStore.Sweep), Is.Zero);
    }

    [Test]
    public async Task Allowances_that_are_whole_again_are_forgotten_and_others_are_not()
    {
        await ManyAsync(5, w => AllowanceStore.Take(w, "old", 5, Hour));
        Clock.Advance(Hour + TimeSpan.FromSeconds(1));
        await ManyAsync(5, w => AllowanceStore.Take(w, "new", 5, Hour));
        Assert.That(await WriteAsync(AllowanceStore.Sweep), Is.EqualTo(1));
        Assert.That(await WriteAsync(AllowanceStore.Sweep), Is.Zero);
        Assert.That(await WriteAsync(w => AllowanceStore.Take(w, "new", 5, Hour)), Is.False);
    }

    [Test]
    public async Task Who_is_silent_for_long_or_leaves_is_no_longer_counted()
    {
        var processes = new ProcessStore(Db);
        Assert.That(await processes.BeatAsync(1, true, Life), Is.EqualTo(1));
        Assert.That(await processes.BeatAsync(2, false, Life), Is.EqualTo(1), "a worker takes no requests");
        Assert.That(await processes.BeatAsync(3, true, Life), Is.EqualTo(2));
        Clock.Advance(TimeSpan.FromSeconds(15));
        Assert.That(await processes.BeatAsync(1, true, Life), Is.EqualTo(2));
        Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.That(await processes.BeatAsync(1, true, Life), Is.EqualTo(1));
        Assert.That(await processes.BeatAsync(3, true, Life), Is.EqualTo(2), "it was only slow");
        await processes.LeaveAsync(1);
        Assert.That(await processes.BeatAsync(3, true, Life), Is.EqualTo(1));
    }

    [Test]
    public async Task Adding_up_the_questions_of_a_topic_changes_nothing_that_anybody_sees()
    {
        var plein = await AddPleinAsync();
        var topics = new TopicStore(Db);
        var gone = await AskAsync(plein, "Wie maait het gras?");
        for (var n = 1; n <= 3; n++)
        {
            await AskAsync(plein, $"Wanneer komt de wagen, keer {n}?");
        }

        await WriteAsync(w => QuestionStore.Delete(w, gone));
        Assert.That((await topics.FindAsync(plein.Topic))!.QuestionCount, Is.EqualTo(3));
        Assert.That(await topics.HasCountChangesAsync(), Is.True);
        var folded = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => WriteAsync(TopicStore.FoldCounts)));
        Assert.That(folded.Sum(), Is.EqualTo(5));
        Assert.That((await topics.FindAsync(plein.Topic))!.QuestionCount, Is.EqualTo(3));
        Assert.That(await topics.HasCountChangesAsync(), Is.False);
    }

    private async Task<int> ManyAsync(int count, Func<Writing, bool> take)
    {
        var had = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(() => WriteAsync(take))));
        return had.Count(one => one);
    }
}

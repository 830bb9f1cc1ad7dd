using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Votes;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class ActorSweepTests(TestEngine engine) : StorageTest(engine)
{
    private Task<ActorId> RememberAsync(string name) => WriteAsync(w =>
    {
        var actor = Some.Actor(w, name, host: "b.example") with { FetchedAt = w.Now };
        return ActorStore.Remember(w, actor, [Some.Key(actor.Id, $"{actor.Uri}#main-key")]);
    });

    private async Task<string[]> LeftAsync() =>
        [.. await Db.QueryAsync<string>("select name from actors where host is not null order by name", null, default)];

    private async Task SweepAsync()
    {
        while (await WriteAsync(ActorSweep.Sweep) > 0)
        {
        }
    }

    [Test]
    public async Task Whom_nothing_here_needs_is_forgotten_with_the_keys()
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Waar kan het glas heen?");
        for (var i = 0; i < 450; i++)
        {
            await RememberAsync($"ruis{i:000}");
        }

        var (author, voter, follower, followed) = (
            await RememberAsync("schrijver"), await RememberAsync("stemmer"), await RememberAsync("volger"),
            await RememberAsync("gevolgd"));
        await AnswerAsync(plein, question, "<p>Naar de bak.</p>", author: author);
        await WriteAsync(w =>
        {
            VoteStore.Vote(w, question.Id, voter, 1, null);
            FollowStore.Put(w, new Follow
            { FollowerId = follower, TargetId = plein.Topic, State = FollowState.Accepted, ActivityUri = "1" });
            FollowStore.Put(w, new Follow
            { FollowerId = plein.Asker, TargetId = followed, State = FollowState.Accepted, ActivityUri = "2" });
        });
        await SweepAsync();
        Assert.That(await LeftAsync(), Has.Length.EqualTo(454), "nobody on the first day");

        Clock.Advance(TimeSpan.FromHours(26));
        await RememberAsync("ruis000");
        await SweepAsync();
        string[] needed = ["gevolgd", "schrijver", "stemmer", "volger"];
        Assert.That(await LeftAsync(), Is.EqualTo(needed.Append("ruis000").Order(StringComparer.Ordinal)));
        Assert.That(await CountAsync("actor_keys", "key_id like 'https://b.example/%'"), Is.EqualTo(5));
        Assert.That(await CountAsync("actors", "host is null"), Is.EqualTo(5), "never one of ours");

        // Looked at again when their time has come, and not before.
        await WriteAsync(w => VoteStore.Vote(w, question.Id, voter, 0, null));
        Clock.Advance(TimeSpan.FromDays(2));
        await SweepAsync();
        Assert.That(await LeftAsync(), Is.EqualTo(needed));
        Clock.Advance(ActorSweep.Needed);
        await SweepAsync();
        Assert.That(await LeftAsync(), Is.EqualTo(needed.Where(name => name != "stemmer")));
    }
}

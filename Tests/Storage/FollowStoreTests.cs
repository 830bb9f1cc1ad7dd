using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class FollowStoreTests(TestEngine engine) : StorageTest(engine)
{
    private FollowStore Store => new(Db);

    private Task FollowAsync(Actor follower, Actor target, FollowState state = FollowState.Accepted) =>
        WriteAsync(w => FollowStore.Put(w, new Follow
        {
            FollowerId = follower.Id,
            TargetId = target.Id,
            State = state,
            ActivityUri = $"https://x.example/{follower.Name}/{target.Name}",
        }));

    [Test]
    public async Task A_follow_is_asked_accepted_and_ended()
    {
        var (anna, topic) = (await AddActorAsync("anna"), await AddActorAsync("groen", ActorKind.Group, "b.example"));
        Assert.That(await WriteAsync(w => FollowStore.Accept(w, anna.Id, topic.Id)), Is.False);
        await FollowAsync(anna, topic, FollowState.Asked);
        Assert.That((await Store.FindAsync(anna.Id, topic.Id))!.State, Is.EqualTo(FollowState.Asked));
        Assert.That(await Store.CountFollowersAsync(topic.Id), Is.Zero);
        Assert.That(await WriteAsync(w => FollowStore.Accept(w, anna.Id, topic.Id)), Is.True);
        Assert.That(await Store.CountFollowersAsync(topic.Id), Is.EqualTo(1));
        Assert.That(await Store.CountFollowingAsync(anna.Id), Is.EqualTo(1));
        var targets = await Store.ListTargetsAsync(anna.Id);
        Assert.That(targets.Single(), Is.EqualTo((topic, FollowState.Accepted)));
        Assert.That(await WriteAsync(w => FollowStore.Remove(w, anna.Id, topic.Id)), Is.True);
        Assert.That(await WriteAsync(w => FollowStore.Remove(w, anna.Id, topic.Id)), Is.False);
        Assert.That(await Store.FindAsync(anna.Id, topic.Id), Is.Null);
    }

    [Test]
    public async Task Followers_of_one_host_share_one_inbox_and_only_accepted_remote_ones_count()
    {
        var topic = await AddActorAsync("groen", ActorKind.Group);
        foreach (var name in new[] { "a", "b", "c" })
        {
            await FollowAsync(await AddActorAsync(name, host: "b.example"), topic);
        }

        await FollowAsync(await AddActorAsync("asked", host: "asked.example"), topic, FollowState.Asked);
        await FollowAsync(await AddActorAsync("lemmy", host: "forum.example"), topic);
        var anna = await AddAccountAsync("anna");
        await FollowAsync((await new ActorStore(Db).FindAsync(anna))!, topic);
        await WriteAsync(w => PeerStore.LearnKind(w, "forum.example", isForum: true, speaksProfile: false));

        var inboxes = await WriteAsync(w => FollowStore.ListInboxes(w, topic.Id));
        Assert.That(
            inboxes.Select(i => (i.Inbox, i.Host, i.IsForum)),
            Is.EquivalentTo(new[]
            {
                ("https://b.example/inbox", "b.example", false), ("https://forum.example/inbox", "forum.example", true),
            }));
        Assert.That(await WriteAsync(w => FollowStore.ListLocalFollowers(w, topic.Id)), Is.EqualTo(new[] { anna }));
    }

    [Test]
    public async Task An_inbox_that_is_gone_takes_its_followers_along_shared_or_not()
    {
        var topic = await AddActorAsync("groen", ActorKind.Group);
        var (own, shared, other) = (await AddActorAsync("own", host: "b.example"),
            await AddActorAsync("shared", host: "c.example"), await AddActorAsync("other", host: "d.example"));
        foreach (var follower in new[] { own, shared, other })
        {
            await FollowAsync(follower, topic);
        }

        await WriteAsync(w =>
        {
            FollowStore.RemoveByInbox(w, own.Inbox);
            FollowStore.RemoveByInbox(w, shared.SharedInbox!);
        });
        Assert.That(await Store.CountFollowersAsync(topic.Id), Is.EqualTo(1));
        Assert.That(await Store.FindAsync(other.Id, topic.Id), Is.Not.Null);
    }

    [Test]
    public async Task An_actor_that_is_gone_follows_nobody_and_is_followed_by_nobody()
    {
        var (anna, bram) = (await AddActorAsync("anna"), await AddActorAsync("bram"));
        await FollowAsync(anna, bram);
        await FollowAsync(bram, anna);
        await WriteAsync(w => ActorStore.MarkDeleted(w, anna.Id));
        Assert.That(await CountAsync("follows"), Is.Zero);
    }
}

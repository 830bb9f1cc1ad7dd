using Ontmoetingsplein.Forum.Upkeep;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Deletions;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.SetAside;
using Ontmoetingsplein.Storage.Settings;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class SmallStoreTests(TestEngine engine) : StorageTest(engine)
{
    [Test]
    public async Task Topics_are_ours_first_in_their_order_and_without_closed_ones()
    {
        var store = new TopicStore(Db);
        async Task<ActorId> AddAsync(string name, int position, string? host = null)
        {
            var actor = await AddActorAsync(name, ActorKind.Group, host);
            await WriteAsync(w => TopicStore.Put(w, actor.Id, $"over {name}", "trees", position));
            return actor.Id;
        }

        var remote = await AddAsync("groen", 0, "b.example");
        var second = await AddAsync("verkeer", 2);
        var first = await AddAsync("groen", 1);
        var closed = await AddAsync("oud", 0);
        await WriteAsync(w => TopicStore.Archive(w, closed, archived: true));

        Assert.That((await store.ListAsync()).Select(t => t.Id), Is.EqualTo(new[] { first, second, remote }));
        Assert.That((await store.FindLocalAsync("GROEN"))!.Id, Is.EqualTo(first));
        Assert.That((await store.FindRemoteAsync("groen", "b.example"))!.Id, Is.EqualTo(remote));
        Assert.That((await store.FindByUriAsync("https://b.example/u/groen"))!.Host, Is.EqualTo("b.example"));
        Assert.That((await store.FindAsync(closed))!.ArchivedAt, Is.EqualTo(Clock.GetUtcNow()));
        await WriteAsync(w =>
        {
            TopicStore.Archive(w, closed, archived: false);
            TopicStore.Put(w, closed, "weer open", "road", 9);
        });
        var open = (await store.FindAsync(closed))!;
        Assert.That(
            (open.Description, open.Icon, open.Position, open.ArchivedAt),
            Is.EqualTo(("weer open", "road", 9, (DateTimeOffset?)null)));
    }

    [Test]
    public async Task Changes_of_a_followed_topic_of_our_kind_are_read_once_a_day_from_where_it_was()
    {
        var store = new ChangeReadStore(Db);
        var (day, lease) = (TimeSpan.FromDays(1), TimeSpan.FromMinutes(15));
        var node = await AddActorAsync("node", ActorKind.Organisation);
        async Task<ActorId> FollowAsync(string name, FollowState state, bool isOurKind = true)
        {
            var group = await WriteAsync(w =>
            {
                var actor = Some.Actor(w, name, ActorKind.Group, "b.example") with { SpeaksProfile = isOurKind };
                ActorStore.Add(w, actor);
                FollowStore.Put(w, new Follow
                {
                    FollowerId = node.Id,
                    TargetId = actor.Id,
                    State = state,
                    ActivityUri = name,
                });
                return actor;
            });
            return group.Id;
        }

        var followed = await FollowAsync("groen", FollowState.Accepted);
        await FollowAsync("gevraagd", FollowState.Asked);
        await FollowAsync("anders", FollowState.Accepted, isOurKind: false);
        var since = Clock.GetUtcNow();
        Assert.That(await store.TakeAsync(node.Id, day, 4, lease), Is.Empty, "it was filled when it was followed");
        Clock.Advance(day);
        var taken = await store.TakeAsync(node.Id, day, 4, lease);
        Assert.That(taken, Is.EqualTo(new[] { new ChangeRead { TopicId = followed, ReadThrough = since } }));
        Assert.That(await store.TakeAsync(node.Id, day, 4, lease), Is.Empty, "another has it");

        var midway = taken[0] with { StartedAt = Clock.GetUtcNow(), NextPage = "https://b.example/2" };
        await WriteAsync(w => ChangeReadStore.Put(w, midway, w.Now));
        Assert.That(await store.TakeAsync(node.Id, day, 4, lease), Is.EqualTo(new[] { midway }));
        Clock.Advance(lease);
        Assert.That(await store.TakeAsync(node.Id, day, 4, lease), Is.EqualTo(new[] { midway }), "who had it died");
        await WriteAsync(w =>
        {
            ChangeReadStore.Put(w, midway, w.Now);
            FollowStore.Remove(w, node.Id, followed);
        });
        Assert.That(await store.TakeAsync(node.Id, day, 4, lease), Is.Empty);
        Assert.That(await CountAsync("change_reads"), Is.Zero, "what is not followed any more is not asked about");
    }

    [Test]
    public async Task Mail_is_taken_once_tried_again_and_gone_when_sent()
    {
        var store = new MailStore(Db);
        var minute = TimeSpan.FromMinutes(1);
        await WriteAsync(w =>
        {
            MailStore.Add(w, "a@example.org", "Een", "tekst");
            MailStore.Add(w, "b@example.org", "Twee", "tekst");
        });
        var taken = await store.TakeAsync(10, minute);
        Assert.That(
            taken.Select(m => (m.Recipient, m.Attempts)),
            Is.EquivalentTo(new[] { ("a@example.org", 0), ("b@example.org", 0) }));
        Assert.That(await store.TakeAsync(10, minute), Is.Empty);
        var (sent, failed) = (taken[0], taken[1]);
        await WriteAsync(w =>
        {
            MailStore.Complete(w, sent.Id);
            MailStore.Postpone(w, failed.Id, w.Now.AddMinutes(5), "busy");
        });
        Clock.Advance(minute);
        Assert.That(await store.TakeAsync(10, minute), Is.Empty);
        Clock.Advance(minute * 4);
        var again = (await store.TakeAsync(10, minute)).Single();
        Assert.That(again, Is.EqualTo(failed with { Attempts = 1 }));
        // Whoever took it died: it comes back.
        Clock.Advance(minute);
        Assert.That((await store.TakeAsync(10, minute)).Single().Attempts, Is.EqualTo(2));
    }

    [Test]
    public async Task Mail_that_is_set_aside_is_listed_counted_tried_again_and_dropped_after_thirty_days()
    {
        var (mails, aside) = (new MailStore(Db), new SetAsideStore(Db));
        var minute = TimeSpan.FromMinutes(1);
        await WriteAsync(w => MailStore.Add(w, "a@example.org", "Een", "tekst", w.Now.AddHours(1)));
        var mail = (await mails.TakeAsync(1, minute)).Single();
        Assert.That((mail.ExpiresAt, mail.Since), Is.EqualTo((Clock.GetUtcNow().AddHours(1), Clock.GetUtcNow())));
        await WriteAsync(w => MailStore.SetAside(w, mail, "no such user"));
        Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.That(await mails.TakeAsync(1, minute), Is.Empty);
        Assert.That(await aside.CountAsync(10), Is.EqualTo(1));
        var item = (await aside.ListAsync(PageRequest.Newest(10))).Items.Single();
        Assert.That(
            (item.Kind, item.Title, item.Party, item.Reason, item.Attempts),
            Is.EqualTo((SetAsideKind.Mail, "Een", "a@example.org", "no such user", 1)));

        Assert.That(await WriteAsync(w => SetAsideItems.TryAgain(w, item.Id)), Is.True);
        Assert.That(await WriteAsync(w => SetAsideItems.TryAgain(w, item.Id)), Is.False);
        var again = (await mails.TakeAsync(1, minute)).Single();
        Assert.That((again.Attempts, again.Since), Is.EqualTo((0, Clock.GetUtcNow())));
        await WriteAsync(w => MailStore.SetAside(w, again, "no such user"));
        item = (await aside.ListAsync(PageRequest.Newest(10))).Items.Single();
        Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.That(await WriteAsync(w => SetAsideItems.TryAgain(w, item.Id)), Is.False, "its link works no more");
        Assert.That(await WriteAsync(SetAsideItems.Sweep), Is.Zero);
        Clock.Advance(TimeSpan.FromDays(31));
        Assert.That(await WriteAsync(SetAsideItems.Sweep), Is.EqualTo(1));
        Assert.That((await CountAsync("mails"), await CountAsync("set_aside")), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task An_activity_that_is_set_aside_is_tried_again_in_its_turn_or_dropped()
    {
        var (inbox, aside) = (new InboxStore(Db), new SetAsideStore(Db));
        var minute = TimeSpan.FromMinutes(1);
        foreach (var drop in new[] { false, true })
        {
            await inbox.KeepAsync(Some.Entry($"https://a.example/{drop}", Clock.GetUtcNow()));
            var batch = (await inbox.TakeAsync(new(1, 10), minute)).Single();
            var id = batch.Entries.Single().Id;
            await WriteAsync(w => InboxStore.SetAside(w, id, "bug"));
            Assert.That(await inbox.ReleaseAsync(batch.Host, batch.Lease, [], 10, minute), Is.Null);
            Assert.That(await inbox.TakeAsync(new(1, 10), minute), Is.Empty);
            var item = (await aside.ListAsync(PageRequest.Newest(10))).Items.Single();
            Assert.That(
                (item.Kind, item.ItemId, item.Reason), Is.EqualTo((SetAsideKind.Activity, id, "bug")));
            if (drop)
            {
                Assert.That(await WriteAsync(w => SetAsideItems.Drop(w, item.Id)), Is.True);
                Assert.That(await CountAsync("inbox", $"id = {id} and state = 3 and body is null"), Is.EqualTo(1));
                continue;
            }

            Assert.That(await WriteAsync(w => SetAsideItems.TryAgain(w, item.Id)), Is.True);
            batch = (await inbox.TakeAsync(new(1, 10), minute)).Single();
            Assert.That(batch.Entries.Single().Id, Is.EqualTo(id));
            await WriteAsync(w => InboxStore.Mark(w, id, InboxState.Done, null));
            await inbox.ReleaseAsync(batch.Host, batch.Lease, [], 10, minute);
        }

        Assert.That(await aside.CountAsync(10), Is.Zero);
    }

    [Test]
    public async Task Settings_are_set_changed_and_removed()
    {
        var store = new SettingStore(Db);
        await WriteAsync(w => SettingStore.Set(w, "name", "Plein"));
        await WriteAsync(w => SettingStore.Set(w, "name", "Plein é"));
        await WriteAsync(w => SettingStore.Set(w, "other", ""));
        Assert.That(await store.FindAsync("name"), Is.EqualTo("Plein é"));
        Assert.That(await store.ListAsync(), Is.EquivalentTo(new Dictionary<string, string>
        {
            ["name"] = "Plein é",
            ["other"] = "",
        }));
        await WriteAsync(w => SettingStore.Set(w, "name", null));
        Assert.That(await store.FindAsync("name"), Is.Null);
    }

    [Test]
    public async Task Data_protection_keys_are_kept_once()
    {
        await WriteAsync(w => SettingStore.AddDataProtectionKey(w, "a", "<a/>"));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await WriteAsync(w =>
        {
            SettingStore.AddDataProtectionKey(w, "b", "<b/>");
            SettingStore.AddDataProtectionKey(w, "a", "<changed/>");
        });
        Assert.That(await new SettingStore(Db).ListDataProtectionKeysAsync(), Is.EqualTo(new[] { "<a/>", "<b/>" }));
    }

    [Test]
    public async Task A_tombstone_stays_and_keeps_what_it_was_first()
    {
        var store = new TombstoneStore(Db);
        await WriteAsync(w => TombstoneStore.Add(w, "https://b.example/1", "Question"));
        await WriteAsync(w => TombstoneStore.Add(w, "https://b.example/1", "Note"));
        Assert.That(await store.HasAsync("https://b.example/1"), Is.True);
        Assert.That(await store.HasAsync("https://b.example/2"), Is.False);
        Assert.That(await WriteAsync(w => TombstoneStore.Has(w, "https://b.example/1", default)), Is.True);
        Assert.That(await CountAsync("tombstones", "former_type = 'Question'"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_peer_is_learned_bit_by_bit()
    {
        var store = new PeerStore(Db);
        await store.LearnSchemeAsync("b.example", 2);
        await WriteAsync(w => PeerStore.LearnKind(w, "b.example", isForum: true, speaksProfile: false));
        await WriteAsync(w => PeerStore.LearnKind(w, "b.example", isForum: false, speaksProfile: true));
        await store.LearnSchemeAsync("b.example", 3);
        var peer = (await store.FindAsync("b.example"))!;
        Assert.That(
            (peer.Scheme, peer.IsForum, peer.SpeaksProfile, peer.SchemeLearnedAt),
            Is.EqualTo((3, true, true, Clock.GetUtcNow())));
        Assert.That(await store.FindAsync("c.example"), Is.Null);
        Assert.That((await store.ListAsync(null, 10)).Single().Host, Is.EqualTo("b.example"));
    }
}

using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class ActorStoreTests(TestEngine engine) : StorageTest(engine)
{
    private ActorStore Store => new(Db);

    [Test]
    public async Task An_actor_comes_back_as_it_was_kept()
    {
        var actor = await WriteAsync(w =>
        {
            var full = Some.Actor(w, "vera", ActorKind.Organisation, "b.example") with
            {
                SummaryHtml = "<p>é</p>",
                IconUrl = "https://b.example/icon",
                Url = "https://b.example/@vera",
                Outbox = "https://b.example/o",
                Followers = "https://b.example/f",
                Moderators = "https://b.example/m",
                Featured = "https://b.example/p",
                ClaimedKind = "organisation",
                SpeaksProfile = true,
                FetchedAt = w.Now,
            };
            ActorStore.Add(w, full);
            return full;
        });
        Assert.That(await Store.FindAsync(actor.Id), Is.EqualTo(actor));
        Assert.That(await Store.FindByUriAsync(actor.Uri), Is.EqualTo(actor));
        Assert.That(await Store.FindByUriAsync("https://b.example/nobody"), Is.Null);
        Assert.That(await Store.ListAsync([actor.Id, new ActorId(1)]), Is.EqualTo(new[] { actor }));
        Assert.That(actor.IsLocal, Is.False);
    }

    [Test]
    public async Task One_name_of_a_host_belongs_to_one_actor_people_and_topics_together()
    {
        await AddActorAsync("groen");
        await AddActorAsync("groen", host: "b.example");
        var clash = await WriteAsync(w => ActorStore.Add(
            w, Some.Actor(w, "groen", ActorKind.Group) with { Uri = "https://plein.example/t/groen" }));
        Assert.That(clash, Is.False);
        var remoteClash = await WriteAsync(w => ActorStore.Add(
            w, Some.Actor(w, "groen", ActorKind.Group, "b.example") with { Uri = "https://b.example/t/groen" }));
        Assert.That(remoteClash, Is.False);
        Assert.That(await CountAsync("actors"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_local_actor_is_found_in_any_case_of_letters_and_a_remote_one_is_not()
    {
        var anna = await AddActorAsync("anna");
        await AddActorAsync("bram", host: "b.example");
        Assert.That(await Store.FindLocalAsync("AnNa"), Is.EqualTo(anna));
        Assert.That(await Store.FindLocalAsync("bram"), Is.Null);
    }

    [Test]
    public async Task Remembering_again_replaces_what_was_known_and_the_keys()
    {
        var first = await WriteAsync(w =>
        {
            var actor = Some.Actor(w, "vera", host: "b.example");
            var id = ActorStore.Remember(w, actor, [Some.Key(actor.Id, "k1"), Some.Key(actor.Id, "k2")]);
            Assert.That(id, Is.EqualTo(actor.Id));
            return actor;
        });
        var again = await WriteAsync(w => ActorStore.Remember(
            w, Some.Actor(w, "vera", host: "b.example") with { DisplayName = "Vera II", FetchedAt = w.Now },
            [Some.Key(default, "k2", 9)]));
        Assert.That(again, Is.EqualTo(first.Id));
        Assert.That((await Store.FindAsync(again))!.DisplayName, Is.EqualTo("Vera II"));
        var keys = await Store.ListKeysAsync(again);
        Assert.That(keys.Select(key => key.KeyId), Is.EqualTo(new[] { "k2" }));
        Assert.That(keys[0].PublicBytes, Is.EqualTo(new byte[] { 9, 2, 3 }));
        Assert.That(await Store.FindByKeyAsync("k1"), Is.Null);
        Assert.That((await Store.FindByKeyAsync("k2"))!.Id, Is.EqualTo(again));
    }

    [Test]
    public async Task A_name_that_was_handed_on_goes_to_the_actor_fetched_last()
    {
        var old = await AddActorAsync("vera", host: "b.example");
        var id = await WriteAsync(w => ActorStore.Remember(
            w, Some.Actor(w, "vera", host: "b.example") with { Uri = "https://b.example/u/2" }, []));
        Assert.That((await Store.FindAsync(id))!.Name, Is.EqualTo("vera"));
        Assert.That((await Store.FindAsync(old.Id))!.Name, Is.EqualTo($"vera~{old.Id}"));
    }

    [Test]
    public async Task A_key_id_cannot_be_taken_over_by_another_actor()
    {
        var vera = await AddActorAsync("vera", host: "b.example");
        var thief = await AddActorAsync("thief", host: "c.example");
        await WriteAsync(w => ActorStore.AddKey(w, Some.Key(vera.Id, "k1")));
        await WriteAsync(w => ActorStore.AddKey(w, Some.Key(thief.Id, "k1", 66)));
        Assert.That((await Store.FindByKeyAsync("k1"))!.Id, Is.EqualTo(vera.Id));
        Assert.That((await Store.ListKeysAsync(vera.Id)).Single().PublicBytes[0], Is.EqualTo(1));
        await WriteAsync(w => ActorStore.AddKey(w, Some.Key(vera.Id, "k1", 7) with { PrivateBox = [1] }));
        var renewed = (await Store.ListKeysAsync(vera.Id)).Single();
        Assert.That((renewed.PublicBytes[0], renewed.PrivateBox), Is.EqualTo((7, new byte[] { 1 })));
    }

    [Test]
    public async Task Local_actors_without_both_keys_are_listed_oldest_first()
    {
        var anna = await AddActorAsync("anna");
        var bram = await AddActorAsync("bram");
        var keyed = await AddActorAsync("keyed");
        await AddActorAsync("vera", host: "b.example");
        await WriteAsync(w =>
        {
            ActorStore.AddKey(w, Some.Key(keyed.Id, "rsa") with { Algorithm = 0 });
            ActorStore.AddKey(w, Some.Key(keyed.Id, "ed25519") with { Algorithm = 1 });
            ActorStore.AddKeyOnce(w, Some.Key(bram.Id, "one") with { Algorithm = 1 });
            ActorStore.AddKeyOnce(w, Some.Key(bram.Id, "another") with { Algorithm = 1 });
        });
        Assert.That((await Store.ListKeysAsync(bram.Id)).Single().KeyId, Is.EqualTo("one"));
        Assert.That((await Store.ListWithoutKeysAsync(10)).Select(a => a.Id), Is.EqualTo(new[] { anna.Id, bram.Id }));
        Assert.That(await Store.ListWithoutKeysAsync(1), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Organisations_of_here_are_listed_until_they_are_gone()
    {
        var gemeente = await AddActorAsync("gemeente", ActorKind.Organisation);
        await AddActorAsync("elders", ActorKind.Organisation, "b.example");
        await AddActorAsync("anna");
        Assert.That((await Store.ListOrganisationsAsync()).Single().Id, Is.EqualTo(gemeente.Id));
        await WriteAsync(w => ActorStore.MarkDeleted(w, gemeente.Id));
        Assert.That(await Store.ListOrganisationsAsync(), Is.Empty);
        Assert.That((await Store.FindAsync(gemeente.Id))!.DeletedAt, Is.EqualTo(Clock.GetUtcNow()));
    }

    [Test]
    public async Task An_actor_presents_itself_anew()
    {
        var anna = await AddActorAsync("anna");
        Clock.Advance(TimeSpan.FromHours(1));
        await WriteAsync(w => ActorStore.Present(w, anna.Id, "Anna B.", "<p>hoi</p>"));
        var found = (await Store.FindAsync(anna.Id))!;
        Assert.That(
            (found.DisplayName, found.SummaryHtml, found.UpdatedAt),
            Is.EqualTo(("Anna B.", "<p>hoi</p>", Clock.GetUtcNow())));
    }
}

using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class AccountStoreTests(TestEngine engine) : StorageTest(engine)
{
    private AccountStore Store => new(Db);

    [Test]
    public async Task An_account_is_found_by_number_name_and_address_in_any_case()
    {
        var actor = await AddActorAsync("anna");
        var account = new Account
        {
            ActorId = actor.Id,
            Email = "Anna@Example.ORG",
            Role = Role.Administrator,
            PasswordHash = "$argon2id$",
            Language = "en",
            About = "hoi",
            MailNotices = false,
        };
        Assert.That(await WriteAsync(w => AccountStore.Add(w, account)), Is.True);
        var expected = account with
        {
            Email = "anna@example.org",
            Name = "anna",
            DisplayName = "ANNA",
            Uri = actor.Uri,
            Kind = ActorKind.Person,
            CreatedAt = Clock.GetUtcNow(),
        };
        Assert.That(await Store.FindAsync(actor.Id), Is.EqualTo(expected));
        Assert.That(await Store.FindByEmailAsync("aNNa@example.org"), Is.EqualTo(expected));
        Assert.That(await Store.FindByNameAsync("ANNA"), Is.EqualTo(expected));
        Assert.That(await Store.FindByEmailAsync("%"), Is.Null);
    }

    [Test]
    public async Task An_address_or_actor_has_one_account()
    {
        var anna = await AddAccountAsync("anna");
        var bram = await AddActorAsync("bram");
        Assert.That(
            await WriteAsync(w => AccountStore.Add(
                w, new Account { ActorId = bram.Id, Email = "ANNA@example.org", Role = Role.Member })), Is.False);
        Assert.That(
            await WriteAsync(w => AccountStore.Add(
                w, new Account { ActorId = anna, Email = "new@example.org", Role = Role.Member })), Is.False);
        Assert.That(await CountAsync("accounts"), Is.EqualTo(1));
        // Several accounts may have no address.
        Assert.That(
            await WriteAsync(w => AccountStore.Add(w, new Account { ActorId = bram.Id, Role = Role.Member })), Is.True);
    }

    [Test]
    public async Task The_first_administrator_is_noticed()
    {
        var anna = await AddAccountAsync("anna");
        Assert.That(await Store.HasAdministratorAsync(), Is.False);
        await WriteAsync(w => AccountStore.SetRole(w, anna, Role.Administrator));
        Assert.That(await Store.HasAdministratorAsync(), Is.True);
        Assert.That((await Store.FindAsync(anna))!.Role, Is.EqualTo(Role.Administrator));
    }

    [Test]
    public async Task A_new_password_ends_all_sessions_but_one()
    {
        var (anna, bram) = (await AddAccountAsync("anna"), await AddAccountAsync("bram"));
        await WriteAsync(w =>
        {
            SessionStore.Start(w, [1], anna, w.Now.AddDays(1));
            SessionStore.Start(w, [2], anna, w.Now.AddDays(1));
            SessionStore.Start(w, [3], bram, w.Now.AddDays(1));
        });
        await WriteAsync(w => AccountStore.SetPassword(w, anna, "hash", [2]));
        var sessions = new SessionStore(Db);
        Assert.That(await sessions.FindAsync([1], Clock.GetUtcNow()), Is.Null);
        Assert.That(await sessions.FindAsync([2], Clock.GetUtcNow()), Is.EqualTo(anna));
        Assert.That(await sessions.FindAsync([3], Clock.GetUtcNow()), Is.EqualTo(bram));
        await WriteAsync(w => AccountStore.SetPassword(w, anna, null, null));
        Assert.That(await sessions.FindAsync([2], Clock.GetUtcNow()), Is.Null);
        Assert.That((await Store.FindAsync(anna))!.PasswordHash, Is.Null);
    }

    [Test]
    public async Task Preferences_organisations_and_pages()
    {
        var plein = await AddPleinAsync();
        await WriteAsync(w => AccountStore.SetPreferences(w, plein.Asker, "over mij", "en", mailNotices: false));
        var anna = (await Store.FindAsync(plein.Asker))!;
        Assert.That((anna.About, anna.Language, anna.MailNotices), Is.EqualTo(("over mij", "en", false)));
        Assert.That((await Store.ListOrganisationsAsync(plein.Member)).Single().Id, Is.EqualTo(plein.Organisation));
        Assert.That(await Store.ListOrganisationsAsync(plein.Asker), Is.Empty);

        var first = await Store.ListAsync(PageRequest.Newest(2));
        Assert.That(first.Items.Select(a => a.ActorId), Is.EqualTo(new[] { plein.Other, plein.Member }));
        var second = await Store.ListAsync(new PageRequest(first.Next, 2));
        Assert.That(second.Items.Select(a => a.ActorId), Is.EqualTo(new[] { plein.Asker }));
        Assert.That(second.Next, Is.Null);
    }

    [Test]
    public async Task An_account_whose_actor_is_gone_cannot_be_found()
    {
        var anna = await AddAccountAsync("anna");
        await WriteAsync(w => ActorStore.MarkDeleted(w, anna));
        Assert.That(await Store.FindByEmailAsync("anna@example.org"), Is.Null);
        Assert.That(await Store.FindAsync(anna), Is.Null);
    }
}

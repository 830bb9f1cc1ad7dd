using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class SessionStoreTests(TestEngine engine) : StorageTest(engine)
{
    private SessionStore Store => new(Db);

    private SignInLink Link(LinkPurpose purpose = LinkPurpose.SignIn) => new()
    {
        Purpose = purpose,
        Email = "Anna@Example.org",
        ReturnPath = "/vragen/1",
        ExpiresAt = Clock.GetUtcNow().AddMinutes(15),
    };

    [Test]
    public async Task A_session_lasts_until_it_expires_or_ends()
    {
        var anna = await AddAccountAsync("anna");
        await WriteAsync(w =>
        {
            SessionStore.Start(w, [1, 2], anna, w.Now.AddHours(1));
            SessionStore.Start(w, [3], anna, w.Now.AddHours(1));
        });
        Assert.That(await Store.FindAsync([1, 2], Clock.GetUtcNow()), Is.EqualTo(anna));
        Assert.That(await Store.FindAsync([1], Clock.GetUtcNow()), Is.Null);
        Assert.That(await Store.FindAsync([1, 2], Clock.GetUtcNow().AddHours(1)), Is.Null);
        await WriteAsync(w => SessionStore.End(w, [1, 2]));
        Assert.That(await Store.FindAsync([1, 2], Clock.GetUtcNow()), Is.Null);
        Clock.Advance(TimeSpan.FromHours(2));
        await WriteAsync(SessionStore.Sweep);
        Assert.That(await CountAsync("sessions"), Is.Zero);
    }

    [Test]
    public async Task A_link_works_once_even_when_two_use_it_at_the_same_time()
    {
        await WriteAsync(w => SessionStore.AddLink(w, [1], Link()));
        var link = (await Store.FindLinkAsync([1]))!;
        Assert.That(link, Is.EqualTo(Link() with { Email = "anna@example.org" }));
        var used = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => Task.Run(() => WriteAsync(w => SessionStore.UseLink(w, [1])))));
        Assert.That(used.Count(worked => worked), Is.EqualTo(1));
        Assert.That((await Store.FindLinkAsync([1]))!.UsedAt, Is.EqualTo(Clock.GetUtcNow()));
    }

    [Test]
    public async Task A_link_that_expired_was_revoked_or_never_was_does_not_work()
    {
        await WriteAsync(w =>
        {
            SessionStore.AddLink(w, [1], Link());
            SessionStore.AddLink(w, [2], Link(LinkPurpose.BecomeAdministrator));
            SessionStore.RevokeLinks(w, LinkPurpose.BecomeAdministrator);
        });
        Assert.That(await WriteAsync(w => SessionStore.UseLink(w, [2])), Is.False);
        Assert.That(await WriteAsync(w => SessionStore.UseLink(w, [9])), Is.False);
        Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.That(await WriteAsync(w => SessionStore.UseLink(w, [1])), Is.False);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await WriteAsync(SessionStore.Sweep);
        Assert.That(await CountAsync("sign_in_links"), Is.Zero);
    }
}

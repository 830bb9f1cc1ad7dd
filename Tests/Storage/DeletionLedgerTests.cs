using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Deletions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class DeletionLedgerTests(TestEngine engine) : StorageTest(engine)
{
    private const string Gone = "https://plein.example/q/1";

    private DeletionLedger Ledger => new(Db);

    private Task DeleteAsync(string uri) => WriteAsync(w => TombstoneStore.Add(w, uri, "Note"));

    // What a restored backup does to what was deleted after it was made.
    private Task<int> RestoreAsync() => WriteAsync(w => w.Execute("delete from tombstones"));

    [Test]
    public async Task What_was_deleted_is_known_after_a_restore_until_it_was_repeated()
    {
        await DeleteAsync(Gone);
        Assert.That(await Ledger.ListForgottenAsync(9), Is.Empty);
        await RestoreAsync();
        await ReopenAsync();
        Assert.That(
            await Ledger.ListForgottenAsync(9), Is.EqualTo(new[] { new Deletion(Gone, "Note", Clock.GetUtcNow()) }));
        await DeleteAsync(Gone);
        Assert.That(await Ledger.ListForgottenAsync(9), Is.Empty);
    }

    [Test]
    public async Task A_deletion_that_was_not_made_is_not_in_the_ledger()
    {
        Action<Writing> failing = w =>
        {
            TombstoneStore.Add(w, Gone, "Note");
            throw new InvalidOperationException();
        };
        await Assert.ThatAsync(() => WriteAsync(failing), Throws.InvalidOperationException);
        await RestoreAsync();
        Assert.That(await Ledger.ListForgottenAsync(9), Is.Empty);
    }

    [Test]
    public async Task A_ledger_that_is_new_or_was_lost_takes_over_what_the_database_knows_to_be_gone()
    {
        await DeleteAsync(Gone + "0");
        Clock.Advance(TimeSpan.FromDays(30));
        for (var number = 1; number <= 3; number++)
            await DeleteAsync(Gone + number);
        await WriteAsync(w => w.Execute($"delete from {w.Ledger}"));
        var since = Clock.GetUtcNow().AddDays(-1);
        Assert.That(await WriteAsync(w => DeletionLedger.CatchUp(w, since, 2)), Is.EqualTo(2));
        Assert.That(await WriteAsync(w => DeletionLedger.CatchUp(w, since, 2)), Is.EqualTo(1));
        Assert.That(await WriteAsync(w => DeletionLedger.CatchUp(w, since, 2)), Is.Zero);
        await RestoreAsync();
        Assert.That(await Ledger.ListForgottenAsync(9), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task What_no_backup_can_bring_back_any_more_is_forgotten()
    {
        await DeleteAsync(Gone);
        Clock.Advance(TimeSpan.FromDays(2));
        await DeleteAsync(Gone + "2");
        Assert.That(await WriteAsync(w => DeletionLedger.Sweep(w, Clock.GetUtcNow().AddDays(-1))), Is.EqualTo(1));
        await RestoreAsync();
        Assert.That((await Ledger.ListForgottenAsync(9)).Select(one => one.Uri), Is.EqualTo(new[] { Gone + "2" }));
    }

    [Test]
    public async Task An_attestation_that_was_taken_back_is_told_apart_from_what_was_deleted()
    {
        var issuer = await AddActorAsync("gemeente", ActorKind.Organisation);
        var id = await WriteAsync(w =>
        {
            var number = w.Ids.Next();
            w.Execute(
                """
                insert into attestations (id, issuer_id, subject_uri, subject_name, body, valid_until, created_at)
                values (@number, @Id, 'https://b.example/u/x', 'X', @body, 1, 1)
                """, new { number, issuer.Id, body = new byte[1] });
            OrganisationStore.Revoke(w, number);
            return number;
        });
        await RestoreAsync();
        var deletion = (await Ledger.ListForgottenAsync(9)).Single();
        Assert.That(OrganisationStore.AttestationOf(deletion), Is.EqualTo(id));
        Assert.That(OrganisationStore.AttestationOf(deletion with { Uri = Gone }), Is.Null);
    }
}

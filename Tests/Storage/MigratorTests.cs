using Microsoft.Extensions.Logging.Abstractions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Engines;
using Ontmoetingsplein.Storage.Settings;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class MigratorTests(TestEngine engine) : StorageTest(engine)
{
    [Test]
    public async Task Migrations_are_known_in_order_and_applied_once()
    {
        var known = Migrator.Known(Db.Engine).Select(file => file.Name).ToList();
        Assert.That(known[..2], Is.EqualTo(new[] { "0001-forum", "0002-fediverse" }));
        Assert.That(known[^1], Does.StartWith(Db.Engine.Name.ToLowerInvariant() + "-000"));
        await WriteAsync(w => SettingStore.Set(w, "kept", "yes"));
        await ReopenAsync();
        var applied = await Db.QueryAsync<string>("select name from migrations", null, default);
        Assert.That(applied, Is.EquivalentTo(known));
        Assert.That(await new SettingStore(Db).FindAsync("kept"), Is.EqualTo("yes"));
    }

    [Test]
    public async Task A_newer_schema_is_refused_with_its_name()
    {
        await WriteAsync(w => w.Execute("insert into migrations (name) values ('9999-future')"));
        Assert.That(
            async () => await ReopenAsync(),
            Throws.TypeOf<StorageException>().With.Property("Kind").EqualTo(StorageFaultKind.NewerSchema)
                .And.Message.Contains("9999-future"));
    }

    [Test]
    public async Task A_failed_migration_leaves_the_old_schema_and_data()
    {
        await WriteAsync(w => SettingStore.Set(w, "kept", "yes"));
        (string Name, string Sql)[] known =
        [
            .. Migrator.Known(Db.Engine),
            ("0003-good", "create table extra (id {int}); update settings set value = 'changed'"),
            ("0004-bad", "create table more (id {int}); insert into nowhere values (1)"),
        ];
        Assert.That(
            () =>
            {
                using var connection = Db.Engine.OpenWritable();
                Migrator.Migrate(Db.Engine, connection, NullLogger.Instance, known);
            },
            Throws.InstanceOf<System.Data.Common.DbException>());
        Assert.That(await new SettingStore(Db).FindAsync("kept"), Is.EqualTo("yes"));
        Assert.That(await CountAsync("migrations"), Is.EqualTo(known.Length - 2));
        Assert.That(async () => await CountAsync("extra"), Throws.InstanceOf<System.Data.Common.DbException>());
        await ReopenAsync();
    }

    [Test]
    public async Task Two_that_start_at_once_on_an_empty_database_both_come_up()
    {
        await using var place = await TestDatabase.CreateAsync(Engine);
        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => place.OpenAsync())));
        foreach (var database in both)
        {
            Assert.That(
                await database.FirstAsync<long>("select count(*) from migrations", null, default),
                Is.EqualTo(Migrator.Known(database.Engine).Count));
            await database.DisposeAsync();
        }
    }
}

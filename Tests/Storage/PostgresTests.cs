using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Engines;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Settings;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

/// <summary>Several processes on one PostgreSQL database; each <see cref="Database"/> here stands for one.</summary>
public sealed class PostgresTests
{
    private TestDatabase place = null!;
    private Database first = null!;
    private Database second = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        if (TestEngines.Postgres is null)
        {
            Assert.Ignore($"{TestEngines.Variable} is not set.");
        }

        place = await TestDatabase.CreateAsync(TestEngine.Postgres);
        first = await place.OpenAsync();
        second = await place.OpenAsync();
    }

    [TearDown]
    public async Task CloseAsync()
    {
        if (place is not null)
        {
            await first.DisposeAsync();
            await second.DisposeAsync();
            await place.DisposeAsync();
        }
    }

    private static async Task<string> NextAsync(Database database, Func<Task> cause, params string[] awaited)
    {
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Hear(string name)
        {
            if (awaited.Contains(name))
            {
                heard.TrySetResult(name);
            }
        }

        database.Signalled += Hear;
        await cause();
        var name = await heard.Task.WaitAsync(TimeSpan.FromSeconds(20));
        database.Signalled -= Hear;
        return name;
    }

    [Test]
    public async Task Text_is_compared_byte_by_byte_in_a_new_database_and_in_an_older_one()
    {
        const string others = "select count(*) from information_schema.columns where table_schema = current_schema()"
            + " and data_type = 'text' and collation_name is distinct from 'C'";
        Assert.That(await first.FirstAsync<long>(others, null, default), Is.Zero, "a new one");
        await first.WriteAsync(w =>
        {
            w.Execute("alter table inbox alter column activity_uri type text, alter column reason type text");
            w.Execute("alter table peers alter column host type text");
            w.Execute("delete from migrations where name = 'postgres-0003-collation'");
        });
        Assert.That(await first.FirstAsync<long>(others, null, default), Is.EqualTo(3));
        await using var later = await place.OpenAsync();
        Assert.That(await later.FirstAsync<long>(others, null, default), Is.Zero, "after the migration");
    }

    [Test]
    public async Task A_migration_may_take_longer_than_a_statement_of_a_page()
    {
        var hurried = new NpgsqlConnectionStringBuilder(place.Options.Database) { CommandTimeout = 1 };
        await using var connection = new NpgsqlConnection(hurried.ToString());
        await connection.OpenAsync();
        await using var other = first.Engine.OpenWritable();
        await using var migrating = await other.BeginTransactionAsync();
        first.Engine.LockSchema(other, migrating);
        var waiting = Task.Run(() => Migrator.Migrate(
            first.Engine, connection, NullLogger.Instance,
            [.. Migrator.Known(first.Engine), ("9998-slow", "select pg_sleep(1.5)")]));
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        Assert.That(waiting.IsCompleted, Is.False, "it waits for the one that migrates");
        await migrating.RollbackAsync();
        await waiting;
        Assert.That(
            await first.FirstAsync<long>("select count(*) from migrations where name = '9998-slow'", null, default),
            Is.EqualTo(1));
    }

    [Test]
    public async Task A_signal_reaches_the_other_process_and_its_own_only_once()
    {
        var own = 0;
        first.Signalled += name => own += name == "a" ? 1 : 0;
        await NextAsync(second, () => first.WriteAsync(w => w.Signal("a")), "a");
        await NextAsync(first, () => second.WriteAsync(w => w.Signal("b")), "b");
        Assert.That(own, Is.EqualTo(1));
    }

    [Test]
    public async Task Thousands_of_signals_of_one_change_all_arrive()
    {
        var heard = new HashSet<string>();
        using var all = new SemaphoreSlim(0);
        second.Signalled += name =>
        {
            lock (heard)
            {
                if (heard.Add(name) && heard.Count == 5_000)
                {
                    all.Release();
                }
            }
        };
        await first.WriteAsync(w =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                w.Signal($"question:{i}é");
            }
        });
        Assert.That(await all.WaitAsync(TimeSpan.FromSeconds(20)), Is.True);
    }

    [Test]
    public async Task Ids_of_two_processes_never_meet()
    {
        var made = await Task.WhenAll(new[] { first, second }.Select(database => Task.Run(
            () => Enumerable.Range(0, 100_000).Select(_ => database.Ids.Next()).ToList())));
        Assert.That(made[0].Intersect(made[1]), Is.Empty);
    }

    [Test]
    public async Task Two_processes_share_the_inbox_and_the_outbox_and_none_works_for_a_host_twice()
    {
        string[] hosts = [.. Enumerable.Range(0, 40).Select(i => $"h{i}.example")];
        var now = TimeProvider.System.GetUtcNow();
        await Task.WhenAll(hosts.Select((host, i) => new InboxStore(i % 2 == 0 ? first : second).KeepAsync(
            Some.Entry($"https://{host}/1", now, host))));
        await first.WriteAsync(w =>
        {
            var anna = Some.Actor(w, "anna");
            ActorStore.Add(w, anna);
            var activity = Some.Activity(w, anna.Id);
            OutboxStore.Add(w, activity);
            OutboxStore.Queue(w, activity.Id, anna.Uri, "t", hosts.Select(host => ($"https://{host}/inbox", host)));
        });
        var inbound = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            () => new InboxStore(i % 2 == 0 ? first : second).TakeAsync(new(5, 5), TimeSpan.FromMinutes(5)))));
        var outbound = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            () => new OutboxStore(i % 2 == 0 ? first : second).TakeAsync(5, 5, TimeSpan.FromMinutes(5)))));
        var left = (await new InboxStore(first).TakeAsync(new(100, 5), TimeSpan.FromMinutes(5))).Select(b => b.Host);
        var due = (await new OutboxStore(first).TakeAsync(100, 5, TimeSpan.FromMinutes(5))).Select(b => b.Host);
        Assert.That(inbound.SelectMany(b => b).Select(b => b.Host).Concat(left), Is.EquivalentTo(hosts));
        Assert.That(outbound.SelectMany(b => b).Select(b => b.Host).Concat(due), Is.EquivalentTo(hosts));
    }

    [Test]
    public async Task An_activity_that_reaches_two_processes_at_once_is_kept_once()
    {
        var now = TimeProvider.System.GetUtcNow();
        var stores = new[] { new InboxStore(first), new InboxStore(second) };
        var results = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => Task.Run(
            () => stores[i % 2].KeepAsync(Some.Entry($"https://a.example/{i / 4}", now, $"h{i % 7}.example")))));
        Assert.That(results.Count(r => r == KeepResult.New), Is.EqualTo(250));
        Assert.That(await stores[0].CountWaitingAsync(), Is.EqualTo(250));
    }

    [Test]
    public async Task Changes_that_lock_the_same_rows_in_another_order_all_succeed_once()
    {
        await first.WriteAsync(w => w.Execute("create table sums (name text primary key, value bigint not null)"));
        await first.WriteAsync(w => w.Execute("insert into sums values ('a', 0), ('b', 0), ('c', 0)"));
        static void Raise(Writing w, string name) =>
            w.Execute("update sums set value = value + 1 where name = @name", new { name });
        string[][] orders = [["a", "b", "c"], ["c", "b", "a"], ["b", "a", "c"], ["c", "a", "b"]];
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(() =>
            (i % 2 == 0 ? first : second).WriteAsync(w => Array.ForEach(orders[i % 4], name => Raise(w, name))))));
        Assert.That(
            await first.QueryAsync<long>("select value from sums order by name", null, default),
            Is.EqualTo(new[] { 60L, 60L, 60L }));
    }

    [Test]
    public async Task Two_processes_that_remember_the_same_actor_at_once_agree_on_its_number()
    {
        for (var round = 0; round < 20; round++)
        {
            var name = $"vera{round}";
            var ids = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() =>
                (i % 2 == 0 ? first : second).WriteAsync(w => ActorStore.Remember(
                    w, Some.Actor(w, name, host: "b.example"), [Some.Key(default, $"{name}#key")])))));
            Assert.That(ids.Distinct().Count(), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task When_the_server_drops_every_connection_all_is_well_again_by_itself()
    {
        await first.WriteAsync(w => SettingStore.Set(w, "before", "1"));
        var admin = await PostgresSchema.CreateAsync(TestEngines.Postgres!);
        var reconnected = await NextAsync(
            first,
            () => admin.RunAsync(
                "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                + " and application_name = 'ontmoetingsplein'"),
            Database.EverythingSignal);
        await admin.DisposeAsync();
        Assert.That(reconnected, Is.EqualTo(Database.EverythingSignal));

        // Readers whose pooled connection broke may fail, with the fault that becomes a 503; soon none does.
        var faults = 0;
        for (var i = 0; i < 50; i++)
        {
            try
            {
                await first.WriteAsync(w => SettingStore.Set(w, $"after{i}", "1"));
                Assert.That(await new SettingStore(first).FindAsync($"after{i}"), Is.EqualTo("1"));
            }
            catch (StorageException fault)
            {
                Assert.That(fault.Kind, Is.EqualTo(StorageFaultKind.Unreachable));
                faults++;
            }
        }

        Assert.That(faults, Is.LessThan(10));
        await NextAsync(first, () => second.WriteAsync(w => SettingStore.Set(w, "again", "1")), "settings");
    }

    [Test]
    public async Task A_connection_that_breaks_in_the_middle_of_a_change_undoes_it_with_a_clear_fault()
    {
        var fault = (await Assert.ThrowsAsync<StorageException>(() => first.WriteAsync(w =>
        {
            SettingStore.Set(w, "half", "1");
            var process = w.First<int>("select pg_backend_pid()");
            using var killer = second.Engine.OpenWritable();
            Dapper.SqlMapper.Execute(killer, "select pg_terminate_backend(@process)", new { process });
            SettingStore.Set(w, "whole", "1");
        })))!;
        Assert.That(fault.Kind, Is.EqualTo(StorageFaultKind.Unreachable));
        Assert.That(await new SettingStore(second).ListAsync(), Is.Empty);
        await first.WriteAsync(w => SettingStore.Set(w, "next", "1"));
    }

    [Test]
    public async Task Activities_kept_while_connections_break_are_there_once_and_none_that_was_accepted_is_missing()
    {
        var now = TimeProvider.System.GetUtcNow();
        var store = new InboxStore(first);
        using var killer = second.Engine.OpenWritable();
        var accepted = 0;
        for (var round = 0; round < 20; round++)
        {
            var kept = Enumerable.Range(round * 100, 100).Select(i => Task.Run(async () =>
            {
                try
                {
                    await store.KeepAsync(Some.Entry($"https://a.example/{i}", now, $"h{i % 7}.example"));
                    return 1;
                }
                catch (StorageException fault)
                {
                    Assert.That(fault.Kind, Is.EqualTo(StorageFaultKind.Unreachable));
                    return 0;
                }
            })).ToArray();
            await kept[round];
            Dapper.SqlMapper.Execute(
                killer,
                "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                + " and application_name = 'ontmoetingsplein' and query like 'with other as (%'");
            accepted += (await Task.WhenAll(kept)).Sum();
        }

        Assert.That(accepted, Is.GreaterThan(1_900), "what broke was tried again");
        Assert.That(await store.CountWaitingAsync(), Is.InRange(accepted, 2_000));
        for (var i = 0; i < 2_000; i++)
        {
            await store.KeepAsync(Some.Entry($"https://a.example/{i}", now, $"h{i % 7}.example"));
        }

        Assert.That(await store.CountWaitingAsync(), Is.EqualTo(2_000));
    }

    [Test]
    public async Task A_server_that_is_not_there_is_told_at_the_start()
    {
        var options = new StorageOptions { Database = "Host=127.0.0.1;Port=1;Username=x;Timeout=2" };
        var fault = (await Assert.ThrowsAsync<StorageException>(
            () => Database.OpenAsync(options, TimeProvider.System, NullLogger.Instance)))!;
        Assert.That(fault.Kind, Is.EqualTo(StorageFaultKind.Unreachable));
    }
}

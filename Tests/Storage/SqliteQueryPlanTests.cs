using System.Text.RegularExpressions;
using Dapper;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Deletions;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Reports;
using Ontmoetingsplein.Storage.Settings;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Storage.Votes;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

/// <summary>
/// The SQL that hot reads really send is caught on its way and explained: none walks through a table that grows.
/// </summary>
public sealed partial class SqliteQueryPlanTests
{
    private static readonly ActorId Account = new(1);

    private static readonly (string Name, Func<Database, Task> Run)[] Reads =
    [
        ("organisations", db => new ActorStore(db).ListOrganisationsAsync()),
        ("similar", db => new QuestionSearch(db).FindSimilarAsync("grof afval", Viewer.Anyone, 5)),
        ("topics", db => new TopicStore(db).ListAsync()),
        ("home", db => new QuestionStore(db).ListAsync(default, Viewer.Anyone, PageRequest.Newest(20))),
        ("open", db => new QuestionStore(db).ListAsync(new(Unanswered: true), Viewer.Anyone, PageRequest.Newest(20))),
        ("topic", db =>
            new QuestionStore(db).ListAsync(new(Topic: Account), Viewer.Member(Account), PageRequest.Newest(20))),
        ("topic, open", db => new QuestionStore(db).ListAsync(
            new(Topic: Account, Unanswered: true), Viewer.Member(Account), PageRequest.Newest(20))),
        ("pinned", db => new QuestionStore(db).ListPinnedAsync(Account, Viewer.Anyone, 20)),
        ("moderator", db => new ModeratorStore(db).HasAsync(Account, Account)),
        ("moderators", db => new ModeratorStore(db).ListAsync(Account)),
        ("reports", db => new ReportStore(db).ListAsync(
            new ReportScope(new ActorId(1), true, false), handled: false, PageRequest.Newest(20))),
        ("reports dealt with", db => new ReportStore(db).ListAsync(
            new ReportScope(new ActorId(1), false, false), handled: true, PageRequest.Newest(20))),
        ("reports count", db => new ReportStore(db).CountAsync(new ReportScope(new ActorId(1), true, false))),
        ("profile", db => new QuestionStore(db).ListAsync(new(Author: Account), Viewer.Anyone, PageRequest.Newest(20))),
        ("question", db => new QuestionStore(db).FindAsync(new QuestionId(1), Viewer.Member(Account))),
        ("question by id", db => new QuestionStore(db).FindByUriAsync("x", Viewer.Anyone)),
        ("answers", db => new AnswerStore(db).ListAsync(new QuestionId(1), Viewer.Anyone, 0, 100)),
        ("replies to a question", db =>
            new AnswerStore(db).ListRepliesAsync(new QuestionId(1), null, Viewer.Anyone, 0, 21)),
        ("replies to an answer", db =>
            new AnswerStore(db).ListRepliesAsync(new QuestionId(1), new AnswerId(2), Viewer.Anyone, 0, 21)),
        ("number of answers", db => new AnswerStore(db).CountAsync(new QuestionId(1), Viewer.Anyone)),
        ("official answers", db => new AnswerStore(db).ListOfficialAsync(new QuestionId(1), Viewer.Anyone)),
        ("answer by id", db => new AnswerStore(db).FindByUriAsync("x", Viewer.Anyone)),
        ("answers of one", db => new AnswerStore(db).ListByAuthorAsync(Account, Viewer.Anyone, PageRequest.Newest(20))),
        ("votes", db => new VoteStore(db).ListAsync(Account, [1, 2, 3])),
        ("news", db => new NoticeStore(db).ListAsync(Account, PageRequest.Newest(20))),
        ("search", db => new QuestionSearch(db).FindAsync("grof afval", Viewer.Anyone, 20)),
        ("outbox", db => new OutboxStore(db).ListAsync(Account, PageRequest.Newest(20))),
        ("shares", db => new OutboxStore(db).CountSharesAsync("x")),
        ("outbox count", db => new OutboxStore(db).CountAsync(Account)),
        ("adding up outboxes", db => db.WriteAsync(w => OutboxStore.FoldCounts(w))),
        ("withdrawing", db => db.WriteAsync(w => OutboxStore.Withdraw(w, "x"))),
        ("node counts", db => new SettingStore(db).CountAsync()),
        ("activity", db => new OutboxStore(db).FindAsync("x")),
        ("actor by id", db => new ActorStore(db).FindByUriAsync("x")),
        ("actor by key", db => new ActorStore(db).FindByKeyAsync("x")),
        ("actor by name", db => new ActorStore(db).FindLocalAsync("x")),
        ("account", db => new AccountStore(db).FindByEmailAsync("x")),
        ("account by name", db => new AccountStore(db).FindByNameAsync("x")),
        ("session", db => new SessionStore(db).FindAsync([1], DateTimeOffset.UnixEpoch)),
        ("peer", db => new PeerStore(db).FindAsync("x")),
        ("followers", db => new FollowStore(db).CountFollowersAsync(Account)),
        ("tombstone", db => new TombstoneStore(db).HasAsync("x")),
        ("inbox work", db => new InboxStore(db).TakeAsync(new(50, 20), TimeSpan.FromMinutes(1))),
        ("delivery work", db => new OutboxStore(db).TakeAsync(50, 20, TimeSpan.FromMinutes(1))),
        ("servers", db => new PeerStore(db).ListAsync("a", 21)),
        ("servers with something waiting", db => new PeerStore(db).ListWaitingAsync("a", 21)),
        ("waking a host that spoke", db => WakeAsync(db)),
        ("what a host rejects", db => db.WriteAsync(w => OutboxStore.Reject(w, "x", ["x"], "Create"))),
        ("settling what is not believed", db => SettleAsync(
            db,
            new DeliveryNote(1, "x", "t", DeliveryOutcome.PostponeAlone, DateTimeOffset.UnixEpoch, 401, null),
            new DeliveryNote(2, "x", "t", DeliveryOutcome.PostponeThread, DateTimeOffset.UnixEpoch, 401, null))),
        ("threads", db => new ThreadFetchStore(db).TakeAsync(4, TimeSpan.FromMinutes(1))),
        ("changes", db => new OutboxStore(db).ListAnnouncedAsync(null, 1, 21)),
        ("changes of a topic", db => new OutboxStore(db).ListAnnouncedAsync(Account, 1, 21)),
        ("changes that are known", db => new InboxStore(db).ListKnownAsync(["x", "y"])),
        ("asking for a thread", db => db.WriteAsync(w => ThreadFetchStore.Ask(w, new QuestionId(1), TimeSpan.Zero))),
        ("official answers that are due", db => new StatementStore(db).TakeAsync(4, TimeSpan.FromMinutes(1))),
        ("asking for official answers", db => db.WriteAsync(
            w => StatementStore.Ask(w, new QuestionId(1), TimeSpan.Zero))),
        ("who is vouched for", db => new RecognitionStore(db).ListStaleAsync(DateTimeOffset.UnixEpoch, 10)),
        ("changing one's mind", db => db.WriteAsync(w => AnswerStore.Judge(w, Account, isOfficial: true))),
        ("settling", db => SettleAsync(
            db, new DeliveryNote(1, "x", "t", DeliveryOutcome.InboxGone, null, 410, null))),
        ("fan-out", db => db.WriteAsync(w => FollowStore.ListInboxes(w, Account))),
        ("hosts reached since", db => db.WriteAsync(w => PeerStore.ListReached(w, DateTimeOffset.UnixEpoch))),
        ("forgetting", db => db.WriteAsync(w => InboxStore.Sweep(w))),
    ];

    [TestCaseSource(nameof(Names))]
    public async Task A_hot_read_walks_along_an_index(string name)
    {
        await using var place = await TestDatabase.CreateAsync(TestEngine.Sqlite);
        await using var database = await place.OpenAsync(new ManualClock());
        var caught = new List<(string Sql, object? Parameters)>();
        database.Engine.Observer = (sql, parameters) => caught.Add((sql, parameters));
        await Reads.Single(read => read.Name == name).Run(database);

        await using var connection = database.Engine.OpenWritable();
        Assert.That(caught, Is.Not.Empty);
        foreach (var (sql, parameters) in caught.DistinctBy(one => one.Sql))
        {
            // A prepared statement has its values elsewhere; any constant leads to the same plan.
            var text = "explain query plan " + (parameters is null ? Placeholder().Replace(sql, "1") : sql);
            var plan = (await connection.QueryAsync<PlanLine>(text, parameters)).Select(line => line.Detail).ToList();
            // What it names is the alias; those of subqueries and of the word index are no tables that grow.
            var walks = plan.Where(line =>
                line.StartsWith("SCAN ", StringComparison.Ordinal)
                && !line.Contains("USING INDEX", StringComparison.Ordinal)
                && !line.Contains("USING COVERING INDEX", StringComparison.Ordinal)
                && !line.Contains("VIRTUAL TABLE", StringComparison.Ordinal)
                && line is not (
                    "SCAN due" or "SCAN held" or "SCAN CONSTANT ROW" or "SCAN w" or "SCAN part" or "SCAN t"
                    or "SCAN failing"));
            Assert.That(walks, Is.Empty, $"{sql}\n\n{string.Join('\n', plan)}");
        }
    }

    [Test]
    public async Task What_is_due_next_is_found_without_sorting_all_that_waits_for_a_host()
    {
        await using var place = await TestDatabase.CreateAsync(TestEngine.Sqlite);
        await using var database = await place.OpenAsync(new ManualClock());
        var caught = new List<(string Sql, object? Parameters)>();
        database.Engine.Observer = (sql, parameters) => caught.Add((sql, parameters));
        await SettleAsync(database, new DeliveryNote(1, "x", "t", DeliveryOutcome.Delivered, null, 202, null));

        await using var connection = database.Engine.OpenWritable();
        var (sql, values) = caught.Single(one => one.Sql.Contains("string_agg", StringComparison.Ordinal));
        var plan = (await connection.QueryAsync<PlanLine>("explain query plan " + sql, values))
            .Select(line => line.Detail).ToList();
        Assert.That(plan, Has.None.Contains("TEMP B-TREE"), string.Join('\n', plan));
    }

    private static async Task WakeAsync(Database database)
    {
        await database.WriteAsync(w => w.Execute(
            "insert into peers (host, created_at, delivery_due_at) values ('x', 0, 0)"));
        await new OutboxStore(database).TakeAsync(50, 20, TimeSpan.FromMinutes(1));
    }

    private static async Task SettleAsync(Database database, params DeliveryNote[] notes)
    {
        await database.WriteAsync(w => w.Execute(
            "insert into peers (host, created_at, delivery_lease) values ('x', 0, 1)"
            + " on conflict (host) do update set delivery_lease = 1"));
        await new OutboxStore(database).SettleAsync("x", 1, notes, 20, TimeSpan.FromMinutes(1));
    }

    [GeneratedRegex("@[a-zA-Z]+")]
    private static partial Regex Placeholder();

    private static IEnumerable<string> Names => Reads.Select(read => read.Name);

    private sealed record PlanLine
    {
        public required string Detail { get; init; }
    }
}

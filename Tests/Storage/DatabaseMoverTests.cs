using Microsoft.Extensions.Logging.Abstractions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Deletions;
using Ontmoetingsplein.Storage.Engines;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Notices;
using Ontmoetingsplein.Storage.Processes;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Reports;
using Ontmoetingsplein.Storage.SetAside;
using Ontmoetingsplein.Storage.Settings;
using Ontmoetingsplein.Storage.Topics;
using Ontmoetingsplein.Storage.Votes;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

/// <summary>From SQLite to each engine and back again.</summary>
public sealed class DatabaseMoverTests(TestEngine engine) : StorageTest(engine)
{
    private TestDatabase small = null!;

    private DatabaseMover Mover => new(Clock, NullLogger.Instance);

    [SetUp]
    public async Task MakeAsync() => small = await TestDatabase.CreateAsync(TestEngine.Sqlite);

    [TearDown]
    public async Task RemoveAsync() => await small.DisposeAsync();

    /// <summary>A row in every table, in the database of the fixture.</summary>
    private async Task FillAsync()
    {
        var plein = await AddPleinAsync();
        var question = await AskAsync(plein, "Wanneer komt de speeltuin \0 é 😀", Audience.Organisation, "wipkip");
        await AskAsync(plein, "Wie weet of het zwembad open is?");
        var answer = await AnswerAsync(plein, question, "<p>voorjaar</p>", kind: AnswerKind.Official);
        var vera = await AddActorAsync("vera", host: "b.example");
        for (var i = 0; i < 1_200; i++)
        {
            await AnswerAsync(plein, question, $"<p>nummer{i}</p>");
        }

        await new InboxStore(Db).KeepAsync(Some.Entry("https://b.example/1", Clock.GetUtcNow(), "b.example", [0, 255]));
        await new ProcessStore(Db).BeatAsync(1, takesRequests: true, TimeSpan.FromMinutes(1));
        await WriteAsync(w =>
        {
            // A remote comment that is older by number than what it replies to.
            var parent = Some.Answer(
                w, question, vera.Id, "<p>x</p>") with
            { Kind = AnswerKind.Comment, ParentId = answer.Id };
            AnswerStore.Add(w, parent);
            var early = new AnswerId(IdSource.At(w.Now.AddYears(-1)));
            AnswerStore.Add(w, Some.Answer(w, question, vera.Id, "<p>y</p>") with
            {
                Id = early,
                Uri = "https://b.example/early",
                Kind = AnswerKind.Comment,
                ParentId = parent.Id,
            });
            QuestionStore.Revise(w, question, question with { Title = "Nieuwe titel", UpdatedAt = w.Now });
            QuestionStore.Follow(w, question.Id, plein.Other, on: true);
            VoteStore.Vote(w, question.Id, plein.Other, 1, null);
            NoticeStore.Add(w, plein.Asker, NoticeKind.Answered, question.Id, answer.Id, plein.Other);
            MailStore.Add(w, "a@example.org", "Onderwerp", "tekst", w.Now.AddHours(1));
            SetAsideStore.Add(w, new SetAsideItem { Kind = SetAsideKind.Activity, ItemId = 1, Reason = "x" });
            WriteTrouble.Try(w);
            SessionStore.Start(w, [1, 2, 3], plein.Asker, w.Now.AddDays(1));
            SessionStore.AddLink(w, [9], new SignInLink { Purpose = LinkPurpose.SignIn, ExpiresAt = w.Now.AddDays(1) });
            SettingStore.AddDataProtectionKey(w, "key", "<xml/>");
            SettingStore.Set(w, "name", "Plein");
            ActorStore.AddKey(w, Some.Key(plein.Asker, "k1") with { PrivateBox = [0, 1, 255] });
            OtherAccountStore.Put(
                w, plein.Asker, new OtherAccount { Uri = "https://b.example/u/a", Handle = "@a@b.example" });
            FollowStore.Put(w, new Follow
            {
                FollowerId = vera.Id,
                TargetId = plein.Topic,
                State = FollowState.Accepted,
                ActivityUri = "x",
            });
            StatementStore.Put(
                w, new Statement { AnswerId = early, Revision = 2, Version = "sha256-0", CheckedAt = w.Now });
            RecognitionStore.Put(w, new Recognition { ActorId = vera.Id, Ground = RecognitionGround.Admitted });
            OrganisationStore.Put(w, new Organisation { ActorId = plein.Asker, Website = "https://c.example/" });
            OrganisationStore.Add(w, new Attestation
            {
                Id = 1,
                IssuerId = plein.Asker,
                SubjectUri = vera.Uri,
                SubjectName = "Vera",
                Body = [0, 255],
                ValidUntil = w.Now,
            });
            OrganisationStore.Hold(w, new HeldAttestation
            {
                ActorId = plein.Asker,
                Uri = "https://b.example/1",
                Issuer = vera.Uri,
                Body = [255, 0],
                ValidUntil = w.Now,
            });
            OrganisationStore.Register(w, [new RegisterEntry("c.example", "https://r.example/1", "C")]);
            TombstoneStore.Add(w, "https://b.example/gone", "Note");
            TombstoneStore.Remove(w, "https://b.example/removed", plein.Topic);
            PeerRuleStore.Put(w, "slecht.example", PeerVerdict.Refuse, "Spam.");
            ThreadFetchStore.Ask(w, question.Id, TimeSpan.Zero);
            w.Execute("insert into change_reads (topic_id, due_at, read_through) select min(id), 0, 0 from actors");
            TimerStore.Take(w, "chore", TimeSpan.FromDays(1));
            AllowanceStore.Take(w, "somebody", 5, TimeSpan.FromHours(1));
            PostedFormStore.Claim(w, "a form", w.Now.AddDays(1));
            HeldAnswerStore.TakeTurn(w, question.Id, plein.Asker, TimeSpan.FromHours(1));
            HeldAnswerStore.Hold(w, question.Id, plein.Asker, answer.Id, TimeSpan.FromHours(1));
            ModeratorStore.Add(w, plein.Topic, vera.Id);
            ReportStore.Add(w, Some.Report(w, vera, question.Uri) with { QuestionId = question.Id });
            w.Execute("insert into outbox_counts (actor_id, listed) select min(id), 1 from actors");
            w.Execute("insert into outbox_counted (id, through) values (1, 0)");
            var activity = Some.Activity(w, plein.Asker);
            OutboxStore.Add(w, activity);
            OutboxStore.Queue(
                w, activity.Id, "https://plein.example/u/anna", "t", [("https://b.example/inbox", "b.example")]);
        });
        // Nobody may use a database that is moved.
        await Db.DisposeAsync();
    }

    [Test]
    public async Task Every_table_is_moved_there_and_back_and_is_the_same_to_the_byte()
    {
        await FillAsync();
        var steps = new List<MoveProgress>();
        var there = await Mover.MoveAsync(Place.Options, small.Options, new Steps(steps));
        Assert.That(there.Select(t => t.Rows), Is.All.Positive, "the test fills every table");
        Assert.That(steps.Last(s => s is { Table: "answers", Comparing: false }), Is.EqualTo(
            new MoveProgress("answers", 1_203, 1_203, Comparing: false)));

        await using var back = await TestDatabase.CreateAsync(Engine);
        var again = await Mover.MoveAsync(small.Options, back.Options);
        Assert.That(again, Is.EqualTo(there));

        await using var database = await back.OpenAsync(Clock);
        var search = new QuestionSearch(database);
        Assert.That(await search.FindAsync("nieuwe titel", Viewer.Node, 5), Has.Count.EqualTo(1));
        Assert.That(await search.FindAsync("nummer77", Viewer.Node, 5), Has.Count.EqualTo(1));
        Assert.That(await database.FirstAsync<long>("select count(*) from settings", null, default), Is.EqualTo(1));
        Assert.That(
            await new InboxStore(database).TakeAsync(new(9, 9), TimeSpan.FromMinutes(1)), Has.Count.EqualTo(1));
        Assert.That(
            await new OutboxStore(database).TakeAsync(9, 9, TimeSpan.FromMinutes(1)), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Every_table_and_column_of_the_schema_is_moved()
    {
        var tables = await Db.QueryAsync<string>(
            Engine == TestEngine.Sqlite
                ? "select name from sqlite_master where type = 'table' and name not like '%words%'"
                : "select table_name from information_schema.tables where table_schema = current_schema()"
                  + " and table_name not like '%words%'", null, default);
        Assert.That(MovableTable.All.Select(t => t.Name).Append("migrations"), Is.EquivalentTo(tables));
        foreach (var table in MovableTable.All)
        {
            await using var lease = await Db.Engine.OpenReadAsync(default);
            await using var command = lease.Connection.CreateCommand();
#pragma warning disable CA2100 // A name of the list above.
            command.CommandText = $"select * from {table.Name}";
#pragma warning restore CA2100
            await using var reader = await command.ExecuteReaderAsync();
            Assert.That(
                Enumerable.Range(0, reader.FieldCount).Select(reader.GetName),
                Is.EquivalentTo(table.Insert.Columns.Select(c => c.Name)), table.Name);
        }
    }

    [Test]
    public async Task A_target_in_use_is_refused_and_left_alone()
    {
        await FillAsync();
        await using var target = await small.OpenAsync(Clock);
        await target.WriteAsync(w => TombstoneStore.Add(w, "https://x.example/1", "Note"));
        Assert.That(
            async () => await Mover.MoveAsync(Place.Options, small.Options),
            Throws.TypeOf<MoveException>().With.Message.Contains("tombstones"));
        Assert.That(await new TombstoneStore(target).HasAsync("https://x.example/1"), Is.True);
        Assert.That(await target.FirstAsync<long>("select count(*) from actors", null, default), Is.Zero);
    }

    [Test]
    public async Task A_move_that_was_interrupted_can_be_made_again()
    {
        await FillAsync();
        using var cancel = new CancellationTokenSource();
        Assert.That(
            async () => await Mover.MoveAsync(
                Place.Options, small.Options, new Cancelling(cancel, "answers"), cancel.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(
            async () => await small.OpenAsync(Clock),
            Throws.TypeOf<StorageException>().With.Property("Kind").EqualTo(StorageFaultKind.Unfinished),
            "a node on half of its data would publish that the rest is gone");
        await using (var half = await Database.OpenEvenUnfinishedAsync(
            small.Options, Clock, NullLogger.Instance, default))
        {
            Assert.That(await half.FirstAsync<long>("select count(*) from actors", null, default), Is.Positive);
        }

        var moved = await Mover.MoveAsync(Place.Options, small.Options);
        Assert.That(moved.Single(t => t.Table == "answers").Rows, Is.EqualTo(1_203));
    }

    [Test]
    public async Task A_database_that_another_process_uses_is_not_moved()
    {
        Assume.That(Engine, Is.EqualTo(TestEngine.Postgres), "SQLite: the data folder's lock");
        await FillAsync();
        await using (await Place.OpenAsync(Clock))
        {
            Assert.That(
                async () => await Mover.MoveAsync(Place.Options, small.Options),
                Throws.TypeOf<MoveException>().With.Message.Contains("source is in use by 1"));
        }

        await Mover.MoveAsync(Place.Options, small.Options);
    }

    [Test]
    public async Task A_database_is_not_moved_onto_itself_nor_from_where_there_is_no_node()
    {
        await FillAsync();
        var again = Place.Options with { Database = Place.Options.Database + ";" };
        Assert.That(
            async () => await Mover.MoveAsync(Place.Options, again),
            Throws.TypeOf<MoveException>().With.Message.Contains("the same database"));
        await using var other = await TestDatabase.CreateAsync(Engine);
        Assert.That(
            async () => await Mover.MoveAsync(small.Options, other.Options),
            Throws.TypeOf<MoveException>().With.Message.Contains("source is empty"));
        await ReopenAsync();
        Assert.That(await CountAsync("answers"), Is.EqualTo(1_203), "nothing was emptied");
    }

    [Test]
    public void A_checksum_knows_each_value_but_not_the_order_of_rows()
    {
        static string Sum(params object?[][] rows)
        {
            var sum = new RowChecksum();
            Array.ForEach(rows, sum.Add);
            return sum.ToString();
        }

        Assert.That(Sum(["a", 1L], ["b", null]), Is.EqualTo(Sum(["b", null], ["a", 1L])));
        string[] different =
        [
            Sum(["a", "b"]), Sum(["ab", ""]), Sum(["a", null]), Sum(["a", ""]), Sum([new byte[] { 97 }, "b"]),
            Sum(["a"], ["b"]),
            Sum([1L, 2L]), Sum([2L, 1L]), Sum(["a", "b"], ["a", "b"]), Sum(),
        ];
        Assert.That(different, Is.Unique);
    }

    private sealed class Steps(List<MoveProgress> steps) : IProgress<MoveProgress>
    {
        public void Report(MoveProgress value) => steps.Add(value);
    }

    private sealed class Cancelling(CancellationTokenSource cancel, string table) : IProgress<MoveProgress>
    {
        public void Report(MoveProgress value)
        {
            if (value.Table == table)
            {
                cancel.Cancel();
            }
        }
    }
}

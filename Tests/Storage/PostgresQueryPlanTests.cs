using System.Text.Json;
using Dapper;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

/// <summary>The plans of the ten hottest reads with 100,000 questions: none walks through a table that grows.</summary>
public sealed class PostgresQueryPlanTests
{
    private const int Rows = 100_000;

    private static readonly ActorId Topic = new(1);
    private static readonly ActorId Author = new(1_000);

    private static readonly (string Name, Func<Database, Task> Run)[] Reads =
    [
        ("home", db => new QuestionStore(db).ListAsync(default, Viewer.Anyone, PageRequest.Newest(20))),
        ("open", db => new QuestionStore(db).ListAsync(new(Unanswered: true), Viewer.Anyone, PageRequest.Newest(20))),
        ("topic", db =>
            new QuestionStore(db).ListAsync(new(Topic: Topic), Viewer.Anyone, new PageRequest(Rows / 2, 20))),
        ("question", db => new QuestionStore(db).FindAsync(new QuestionId(5_000), Viewer.Anyone)),
        ("answers", db => new AnswerStore(db).ListAsync(new QuestionId(5_000), Viewer.Anyone, 0, 100)),
        ("search", db => new QuestionSearch(db).FindAsync("woord77 woord78", Viewer.Anyone, 20)),
        ("outbox", db => new OutboxStore(db).ListAsync(Topic, PageRequest.Newest(20))),
        ("withdrawing", db => db.WriteAsync(w => OutboxStore.Withdraw(w, "https://b.example/q/5000"))),
        ("actor", db => new ActorStore(db).FindByUriAsync("https://b.example/u/1500")),
        ("official answers that are due", db => new StatementStore(db).TakeAsync(4, TimeSpan.FromMinutes(1))),
        ("asking for official answers", db => db.WriteAsync(
            w => StatementStore.Ask(w, new QuestionId(5_000), TimeSpan.Zero))),
        ("inbox work", db => new InboxStore(db).TakeAsync(new(50, 20), TimeSpan.FromMinutes(1))),
        ("delivery work", db => new OutboxStore(db).TakeAsync(50, 20, TimeSpan.FromMinutes(1))),
    ];

    // Cut to what the indexes see; each statement makes a table of the size of a large node.
    private static readonly string[] Filling =
    [
        """
        insert into actors (id, kind, name, uri, display_name, inbox, created_at, updated_at, host)
        select n, case when n <= 10 then 2 else 0 end, 'a' || n, 'https://b.example/u/' || n, 'A',
          'https://b.example/i/' || n,
          0, 0, case when n <= 10 then null else 'b.example' end from generate_series(1, 20000) n
        """,
        "insert into topics (actor_id) select n from generate_series(1, 10) n",
        $"""
        insert into questions (id, uri, url, topic_id, author_id, is_local, audience, title, body_html, language,
          context_uri,
          published_at, updated_at, active_at, answer_count)
        select n, 'https://b.example/q/' || n, '', 1 + n % 10, 1000 + n % 9000, 0, 0, 'Vraag woord' || n % 1000,
          '<p></p>', 'nl',
          '', 0, 0, 0, n % 3 from generate_series(1, {Rows}) n
        """,
        $"""
        insert into question_words (id, words) select n, array_to_tsvector(array['vraag', '=vraag', 'woord' || n % 1000,
          '=woord' || n % 1000]) from generate_series(1, {Rows}) n
        """,
        $"""
        insert into answers (id, uri, url, question_id, author_id, is_local, kind, audience, body_html, language,
          published_at,
          updated_at)
        select n, 'https://b.example/a/' || n, '', n, 1000 + n % 9000, 0, 0, 0, '<p></p>', 'nl', 0, 0
        from generate_series(1, {Rows}) n
        """,
        $"""
        insert into answer_words (id, words) select n, array_to_tsvector(array['antwoord', 'woord' || n % 2000])
        from generate_series(1, {Rows}) n
        """,
        "insert into peers (host, created_at, inbox_due_at, delivery_due_at)"
        + " select 'h' || n, 0, case when n <= 60 then n end, case when n <= 60 then n end from generate_series(1,"
        + " 20000) n",
        $"""
        insert into inbox (id, activity_uri, host, actor_uri, type, scheme, state, due_at, received_at, body)
        select n, 'https://b.example/act/' || n, 'h' || 1 + n % 20000, '', 'Create', 1,
          case when n % 50 = 0 then 0 else 1 end,
          0, 0, 'x' from generate_series(1, {Rows}) n
        """,
        $"""
        insert into activities (id, uri, actor_id, type, object_uri, is_public, is_listed, body, created_at)
        select n, 'https://p.example/' || n, 1 + n % 10, 'Create', 'https://b.example/q/' || n, 1, 1, 'x', 0
        from generate_series(1, {Rows}) n
        """,
        $"""
        insert into deliveries (id, activity_id, actor_uri, host, inbox, thread_key, due_at)
        select n, n, '', 'h' || 1 + n % 20000, 'https://x/' || n % 20000, 't' || n % 500, 0 from generate_series(1,
          {Rows}) n
        """,
        "insert into statements (answer_id, revision, version, checked_at, due_at)"
        + " select n, 1, 'sha256-', 0, n from generate_series(1, 20000) n",
        "insert into recognitions (actor_id, ground, checked_at, created_at)"
        + " select n, 1 + n % 2, 0, 0 from generate_series(1000, 3000) n",
        "insert into outbox_counts (actor_id, listed) select n, 1 from generate_series(1, 20000) n",
        // Autovacuum may be at work on what was just filled; it ends by itself, later than a change waits.
        "set lock_timeout = '60s'",
        "vacuum analyze",
    ];

    private TestDatabase place = null!;
    private Database database = null!;

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        if (TestEngines.Postgres is null)
        {
            Assert.Ignore($"{TestEngines.Variable} is not set.");
        }

        place = await TestDatabase.CreateAsync(TestEngine.Postgres);
        database = await place.OpenAsync();
        await using var connection = database.Engine.OpenWritable();
        foreach (var sql in Filling)
        {
            await connection.ExecuteAsync(sql, commandTimeout: 120);
        }
    }

    [OneTimeTearDown]
    public async Task RemoveAsync()
    {
        if (database is not null)
        {
            await database.DisposeAsync();
            await place.DisposeAsync();
        }
    }

    [TestCaseSource(nameof(Names))]
    public async Task A_hot_read_walks_along_an_index(string name)
    {
        var caught = new List<(string Sql, object? Parameters)>();
        database.Engine.Observer = (sql, parameters) => caught.Add((sql, parameters));
        await Reads.Single(read => read.Name == name).Run(database);
        database.Engine.Observer = null;
        var explainable = caught.Where(one => one.Parameters is not null).DistinctBy(one => one.Sql).ToList();
        Assert.That(explainable, Is.Not.Empty);

        await using var connection = database.Engine.OpenWritable();
        foreach (var mode in new[] { "force_custom_plan", "force_generic_plan" })
        {
            await connection.ExecuteAsync($"set plan_cache_mode = {mode}");
            foreach (var (sql, parameters) in explainable)
            {
                // Twice, so that the statement is prepared and a plan for any values is what is explained.
                var json = "";
                for (var i = 0; i < 3; i++)
                {
                    json = await connection.QuerySingleAsync<string>("explain (format json) " + sql, parameters);
                }

                using var plan = JsonDocument.Parse(json);
                Assert.That(Walks(plan.RootElement[0].GetProperty("Plan")), Is.Empty, $"{mode}: {sql}\n{json}");
            }
        }
    }

    // Ten topics, settings and the like stay small: walking through them is right.
    private static IEnumerable<string> Walks(JsonElement node)
    {
        var own = node.GetProperty("Node Type").GetString() == "Seq Scan"
            && node.GetProperty("Relation Name").GetString() is not ("topics" or "memberships" or "outbox_counted")
            ? [node.GetProperty("Relation Name").GetString()!]
            : Array.Empty<string>();
        return node.TryGetProperty("Plans", out var plans) ? own.Concat(plans.EnumerateArray().SelectMany(Walks)) : own;
    }

    private static IEnumerable<string> Names => Reads.Select(read => read.Name);
}

using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Questions;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>
/// The database of a node with so many objects: half questions, half answers, each with its activity, and as many
/// received activities that are worked off. Filled with statements over many rows.
/// </summary>
internal sealed class FilledDatabase : IAsyncDisposable
{
    private const int Part = 100_000;
    private const long Step = 0x20000;

    // The same however much there is: what waits for a worker, and the hosts it is for.
    private const int WaitingHosts = 50;
    private const int WaitingEach = 20;

    private static readonly string[] PartSql =
    [
        """
        insert into actors (id, kind, name, uri, display_name, inbox, created_at, updated_at, host) {rows}
        select @base - n, 0, 'a' || n, 'https://b.example/u/' || (1000000000 + n), 'Iemand', 'https://b.example/inbox',
          0, 0, 'b.example' from rows where n % 10 = 0
        """,
        """
        insert into questions (id, uri, url, topic_id, author_id, is_local, audience, title, body_html, language,
          context_uri, published_at, updated_at, active_at, answer_count) {rows}
        select @base + n * @step, @origin || '/q/' || (@base + n * @step), @origin || '/q/' || (@base + n * @step),
          case when n % 2 = 0 then @topic else @other end, @person, 1, 0,
          'Vraag over de afvalcontainer in wijk' || (100 + n % 100) || ' bij plek' || (1000 + n % 1000) || ' straat'
            || (100000000 + n / 10),
          '<p>Sinds vorige week staat hij er niet meer.</p>', 'nl', @origin || '/q/' || (@base + n * @step)
            || '/context', (@base + n * @step) / 65536, 0, 0, case n % 7 when 0 then 0 when 6 then 2 else 1 end
        from rows where n <= @half
        """,
        """
        insert into answers (id, uri, url, question_id, author_id, is_local, kind, audience, body_html, language,
          published_at, updated_at) {rows}
        select @base + n * @step + 1, @origin || '/r/' || (@base + n * @step + 1), '',
          @base + (n - case when n % 7 = 0 then 1 else 0 end) * @step,
          @base - case when n < 10 then 10 else n - n % 10 end, 0, 0, 0,
          '<p>Bel de gemeente; die brengt een nieuwe.</p>', 'nl', 0, 0
        from rows where n <= @half
        """,
        """
        insert into inbox (id, activity_uri, host, actor_uri, type, scheme, state, due_at, received_at, body) {rows}
        select @base + n * 65536, 'https://b.example/x/' || (1000000000 + n), 'h' || n % 1000 || '.example',
          'https://b.example/u/1', 'Create', 1, 1, 0, 0, cast('{"type":"Create"}' as {blob}) from rows
        """,
        """
        insert into activities (id, uri, actor_id, type, object_uri, is_public, is_listed, body, created_at) {rows}
        select @base + n * 65536, @origin || '/x/' || (@base + n * 65536), case when n % 2 = 0 then @topic else @other
          end, 'Announce', @origin || '/q/' || (@base + n * 65536), 1, 1,
          cast('{"type":"Announce","object":"https://b.example/q/1"}' as {blob}), 0 from rows
        """,
        """
        insert into deliveries (id, activity_id, actor_uri, host, inbox, thread_key, due_at) {rows}
        select @base + n * 65536, @base + n * 65536, '', 'h' || n % 1000 || '.example',
          'https://h' || n % 1000 || '.example/inbox', 't' || n, @later from rows where n % 10 = 0
        """,
    ];

    private static readonly string[] SqliteWordsSql =
    [
        """
        insert into question_words (rowid, title, body) {rows}
        select @base + n * @step, 'vraag over de afvalcontainer in wijk' || (100 + n % 100) || ' bij plek'
            || (1000 + n % 1000) || ' straat' || (100000000 + n / 10), 'sinds vorige week staat hij er niet meer'
        from rows where n <= @half
        """,
        """
        insert into answer_words (rowid, body) {rows}
        select @base + n * @step + 1, 'bel de gemeente die brengt een nieuwe' from rows where n <= @half
        """,
    ];

    private static readonly string[] PostgresWordsSql =
    [
        """
        insert into question_words (id, words) {rows}
        select @base + n * @step, array_to_tsvector(string_to_array(
          'vraag over de afvalcontainer in bij =vraag =over =de =afvalcontainer =in =bij sinds vorige week staat hij er'
          || ' niet meer wijk' || (100 + n % 100) || ' plek' || (1000 + n % 1000) || ' straat' || (100000000 + n / 10)
          || ' =wijk' || (100 + n % 100) || ' =plek' || (1000 + n % 1000) || ' =straat' || (100000000 + n / 10), ' '))
        from rows where n <= @half
        """,
        """
        insert into answer_words (id, words) {rows}
        select @base + n * @step + 1, array_to_tsvector(string_to_array('bel de gemeente die brengt een nieuwe', ' '))
        from rows where n <= @half
        """,
    ];

    private static readonly string[] OnceSql =
    [
        """
        insert into peers (host, created_at, delivery_due_at)
        with recursive rows (n) as (select 0 union all select n + 1 from rows where n < 999)
        select 'h' || n || '.example', 0, @later from rows
        """,
        """
        insert into peers (host, created_at, inbox_due_at, delivery_due_at)
        with recursive rows (n) as (select 1 union all select n + 1 from rows where n < @hosts)
        select 'w' || n || '.example', 0, n, n from rows
        """,
        """
        insert into inbox (id, activity_uri, host, actor_uri, type, scheme, state, due_at, received_at, body)
        with recursive rows (n) as (select 1 union all select n + 1 from rows where n < @hosts * @each)
        select @base + (@size + n) * 65536, 'https://w.example/x/' || n, 'w' || (1 + n % @hosts) || '.example',
          'https://w.example/u/1', 'Create', 1, 0, 0, 0, cast('{"type":"Create"}' as {blob}) from rows
        """,
        """
        insert into deliveries (id, activity_id, actor_uri, host, inbox, thread_key, due_at)
        with recursive rows (n) as (select 1 union all select n + 1 from rows where n < @hosts * @each)
        select @base + (@size + n) * 65536, @base + n * 65536, '', 'w' || (1 + n % @hosts) || '.example',
          'https://w.example/inbox', 't' || n, 0 from rows
        """,
        "update topics set question_count = @half / 2 where actor_id in (@topic, @other)",
    ];

    private readonly string folder;

    private FilledDatabase(string folder, string connection, int port, int size, Database database)
    {
        (this.folder, Connection, Port, Size, Database) = (folder, connection, port, size, database);
        Search = new QuestionSearch(database);
        FirstId = IdSource.FirstAt(TimeProvider.System.GetUtcNow().AddDays(-10));
    }

    public string Folder => folder;

    public string Connection { get; }

    public int Port { get; }

    public int Size { get; }

    public Database Database { get; }

    /// <summary>Kept, as a server keeps it.</summary>
    public QuestionSearch Search { get; }

    public ActorId Topic { get; private set; }

    /// <summary>What its numbers are counted from.</summary>
    private long FirstId { get; }

    /// <summary>Makes one.</summary>
    /// <param name="folder">An empty data folder.</param>
    /// <param name="connection">Connection string of an empty database.</param>
    /// <param name="port">Of the server that will show it.</param>
    /// <param name="size">How many questions and answers.</param>
    public static async Task<FilledDatabase> CreateAsync(string folder, string connection, int port, int size)
    {
        await SeededNode.AskAsync(folder, port, Loads.Topic, connection);
        var database = await Database.OpenAsync(
            new StorageOptions { Database = connection }, TimeProvider.System, NullLogger.Instance);
        var filled = new FilledDatabase(folder, connection, port, size, database);
        await filled.FillAsync();
        return filled;
    }

    /// <summary>The number of a question that is there.</summary>
    public QuestionId Question() => new(FirstId + (Random.Shared.NextInt64(1, Size / 2) * Step));

    /// <summary>The title of a question that is there.</summary>
    public string Title()
    {
        var n = Random.Shared.NextInt64(1, Size / 2);
        return $"Vraag over de afvalcontainer in wijk{100 + (n % 100)} bij plek{1000 + (n % 1000)} straat"
            + $"{100_000_000 + (n / 10)}";
    }

    /// <summary>The id of an actor that is there.</summary>
    public string Actor() => $"https://b.example/u/{1_000_000_000 + (Random.Shared.NextInt64(1, Size / 10) * 10)}";

    /// <summary>The number of an activity that is there.</summary>
    public long Activity() => FirstId + (Random.Shared.NextInt64(1, Size) * 0x10000);

    /// <summary>A word that ten questions have.</summary>
    public string RareWord() => $"straat{100_000_000 + Random.Shared.NextInt64(1, Size / 20)}";

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    private async Task FillAsync()
    {
        var topics = await new TopicStore(Database).ListAsync();
        Topic = topics.Single(topic => topic.Slug == Loads.Topic).Id;
        var person = await Database.FirstAsync<long>("select actor_id from accounts", null, default);
        var isPostgres = new StorageOptions { Database = Connection }.AllowsSeveralProcesses;
        await using var connection = Database.Engine.OpenWritable();
        await RunAsync(isPostgres ? ["drop index question_words_words", "drop index answer_words_words"] : [], 0, 0);
        for (var from = 1; from <= Size; from += Part)
        {
            await RunAsync(
                [.. PartSql, .. isPostgres ? PostgresWordsSql : SqliteWordsSql], from,
                Math.Min(from + Part - 1, Size));
        }

        await RunAsync(OnceSql, 0, 0);
        if (isPostgres)
        {
            await RunAsync(
                [
                    "create index question_words_words on question_words using gin (words)"
                        + " with (gin_pending_list_limit = 256)",
                    "create index answer_words_words on answer_words using gin (words)"
                        + " with (gin_pending_list_limit = 256)",
                ], 0, 0);
        }

        while (await Database.WriteAsync(OutboxStore.FoldCounts) > 0)
        {
        }

        // As the server does by itself after a while; SQLite does no such thing.
        await RunAsync(isPostgres ? ["set lock_timeout = '60s'", "vacuum analyze"] : [], 0, 0);

        async Task RunAsync(IEnumerable<string> statements, int from, int to)
        {
            var values = new
            {
                @base = FirstId,
                step = Step,
                from = (long)from,
                to = (long)to,
                size = (long)Size,
                half = (long)(Size / 2),
                hosts = (long)WaitingHosts,
                each = (long)WaitingEach,
                topic = Topic.Value,
                other = topics.First(topic => topic.Id != Topic).Id.Value,
                person,
                origin = $"http://localhost:{Port}",
                later = TimeProvider.System.GetUtcNow().AddDays(1),
            };
            foreach (var sql in statements)
            {
                var whole = Database.Engine.FillIn(sql).Replace(
                    "{rows}",
                    "with recursive rows (n) as (select cast(@from as bigint) union all select n + 1 from rows"
                    + " where n < @to)",
                    StringComparison.Ordinal);
                await connection.ExecuteAsync(whole, whole.Contains('@') ? values : null, commandTimeout: 600);
            }
        }
    }
}

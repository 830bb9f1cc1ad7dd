using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Ontmoetingsplein.Federation.Signatures;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Accounts;
using Ontmoetingsplein.Forum.Settings;
using Ontmoetingsplein.Forum.Topics;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Server;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Accounts;
using Ontmoetingsplein.Storage.Actors;
using Ontmoetingsplein.Storage.Fediverse;
using Ontmoetingsplein.Storage.Topics;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>A whole node in this process: real web server on loopback, real database in a folder of its own.</summary>
internal sealed class Plein : IAsyncDisposable
{
    private readonly Node _node;
    private readonly KeyPairs _keys;
    private readonly DirectoryInfo _folder;
    private readonly PostgresSchema? _schema;
    private readonly Plein? _first;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private Plein(Node node, KeyPairs keys, DirectoryInfo folder, PostgresSchema? schema, Plein? first)
    {
        (_node, _keys, _folder, _schema, _first) = (node, keys, folder, schema, first);
        _http.BaseAddress = Door = new Uri(Get<ServerOptions>().Urls);
    }

    /// <summary>Of the node, by which others know it.</summary>
    public Uri Origin => Get<ServerOptions>().Origin;

    /// <summary>Where this process listens.</summary>
    public Uri Door { get; }

    public HttpClient Http => _http;

    public static Caller Operator { get; } = new(new Account { ActorId = default, Role = Role.Administrator }, []);

    /// <summary>Starts a node with these topics, on a port that was free.</summary>
    public static async Task<Plein> StartAsync(
        KeyPairs keys, IEnumerable<string> topics, Func<ServerOptions, ServerOptions>? change = null,
        TimeProvider? clock = null, TestEngine engine = TestEngine.Sqlite)
    {
        var schema = engine == TestEngine.Postgres ? await PostgresSchema.CreateAsync(TestEngines.Postgres!) : null;
        var plein = await BuildAsync(
            keys, topics, Directory.CreateTempSubdirectory("plein-test-"), FreePort(),
            options => (change ?? (same => same))(
                schema is null ? options : options with { Database = schema.ConnectionString }),
            clock, schema);
        await plein._node.StartAsync();
        return plein;
    }

    /// <summary>
    /// Starts what stands for another process of the same node, on the same PostgreSQL database and at a door of its
    /// own; to be disposed of before the first.
    /// </summary>
    public async Task<Plein> BesideAsync(Func<ServerOptions, ServerOptions>? change = null)
    {
        var options = Get<ServerOptions>() with { Urls = $"http://localhost:{FreePort()}" };
        var log = new RequestLog();
        var node = await Node.BuildAsync(
            change?.Invoke(options) ?? options, Get<TimeProvider>(), quiet: true,
            services => services.AddSingleton<IStartupFilter>(log));
        await node.StartAsync();
        return new Plein(node, _keys, _folder, null, this) { Seen = log.Seen };
    }

    /// <summary>Makes the data folder of a node that another process is to run.</summary>
    public static async Task PrepareAsync(KeyPairs keys, IEnumerable<string> topics, DirectoryInfo folder, int port)
    {
        var plein = await BuildAsync(keys, topics, folder, port);
        plein._http.Dispose();
        await plein._node.DisposeAsync();
    }

    /// <summary>A node on the folder of one that was prepared or killed.</summary>
    public static async Task<Plein> ResumeAsync(DirectoryInfo folder, int port)
    {
        var plein = await BuildAsync(TestKeys.Node, [], folder, port);
        await plein._node.StartAsync();
        return plein;
    }

    /// <summary>A port that nobody listens on now; ids start with the origin, so it must be known beforehand.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public T Get<T>() where T : notnull => _node.Services.GetRequiredService<T>();

    public string DatabaseFile => Path.Combine(_folder.FullName, "plein.db");

    public Uri Url(string path) => new(Origin, path);

    /// <summary>What was asked of this node: method and path.</summary>
    public required ConcurrentQueue<string> Seen { get; init; }

    /// <summary>A topic of this node.</summary>
    public async Task<Topic> TopicAsync(string slug) => (await Get<TopicStore>().FindLocalAsync(slug))!;

    /// <summary>Makes somebody who can sign in.</summary>
    public async Task<Caller> PersonAsync(string name, Role role = Role.Member, bool forOrganisation = false)
    {
        var made = await Get<Database>().WriteAsync(writing =>
        {
            var actor = Get<CreateAccount>().Execute(writing, name, null, role)!;
            GiveKey(writing, actor);
            return actor;
        });
        var account = await Get<AccountStore>().FindAsync(made.Id);
        return new Caller(account, forOrganisation ? await Get<ActorStore>().ListOrganisationsAsync() : []);
    }

    /// <summary>Follows a topic of another node and waits until that accepted.</summary>
    /// <returns>The topic as it is known here.</returns>
    public async Task<Topic> FollowAsync(string topicUri)
    {
        var outcome = await Get<FollowTopic>().FollowRemoteAsync(topicUri, Operator, default);
        Assert.That(outcome.Refusal?.ToString(), Is.Null);
        await Until.TrueAsync(
            async () => await FollowStateAsync(outcome.Value!.Id) == FollowState.Accepted, "the follow is accepted");
        return (await Get<TopicStore>().FindAsync(outcome.Value!.Id))!;
    }

    public async Task<FollowState?> FollowStateAsync(ActorId topic)
    {
        var node = await Get<ActorStore>().FindByUriAsync(Origin + "actor");
        return (await Get<FollowStore>().FindAsync(node!.Id, topic))?.State;
    }

    /// <summary>GET as another server asks, perhaps with the name of the bytes that it has.</summary>
    public async Task<HttpResponseMessage> GetDocumentAsync(
        string address, string? known = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/activity+json"));
        if (known is not null)
            request.Headers.IfNoneMatch.ParseAdd(known);
        return await Http.SendAsync(request);
    }

    /// <summary>The same: its status and what it holds.</summary>
    public async Task<(int Status, JsonNode? Body)> GetActivityAsync(string path)
    {
        using var response = await GetDocumentAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text) : null);
    }

    /// <summary>How the node took an activity; waits until it was tried.</summary>
    public async Task<(InboxState State, string? Reason)> OutcomeAsync(string activityId) =>
        await Until.FoundAsync(
            () => Task.FromResult(Rows<(InboxState State, string? Reason)?>(
                "select state, reason from inbox where activity_uri = @id and (state <> 0 or attempts > 0)",
                row => ((InboxState)row.GetInt32(0), row.IsDBNull(1) ? null : row.GetString(1)),
                activityId).FirstOrDefault()),
            $"the outcome of {activityId}") ?? default;

    /// <summary>A number from the database.</summary>
    public long Count(string sql, string? id = null) =>
        Rows(sql, row => row.GetInt64(0), id).Single();

    /// <summary>Text from the database.</summary>
    public IReadOnlyList<string> Texts(string sql, string? id = null) => Rows(sql, row => row.GetString(0), id);

    /// <summary>All that the node ever said.</summary>
    public IReadOnlyList<string> Bodies() =>
        Rows("select body from activities", row => Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(0)), null);

    /// <summary>Everything that another server could have changed, to see that it did not.</summary>
    public string Fingerprint() => string.Join(' ', new[] { "inbox", "questions", "answers", "votes", "follows" }
        .Select(table => string.Create(
            CultureInfo.InvariantCulture, $"{table}={Count($"select count(*) from {table}")}")));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _node.StopAsync(patience.Token);
        await _node.DisposeAsync();
        if (_first is not null)
            return;
        if (_schema is not null)
            await _schema.DisposeAsync();
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    private static async Task<Plein> BuildAsync(
        KeyPairs keys, IEnumerable<string> topics, DirectoryInfo folder, int port,
        Func<ServerOptions, ServerOptions>? change = null, TimeProvider? clock = null, PostgresSchema? schema = null)
    {
        var origin = new Uri($"http://localhost:{port}");
        var options = new ServerOptions
        {
            Origin = origin,
            Name = "Testplein",
            Organisation = "Gemeente Test",
            DataFolder = folder.FullName,
            Database = $"Data Source={Path.Combine(folder.FullName, "plein.db")}",
            Urls = origin.GetLeftPart(UriPartial.Authority),
            Language = "nl",
            FormOfAddress = FormOfAddress.U,
            Topics = "geen",
            AllowHttp = true,
            AllowPrivateAddresses = true,
            PostingFactor = 1_000,
            InboxPerHostPerSecond = 1_000,
            InboxPerActorPerMinute = 100_000,
        };
        var log = new RequestLog();
        var node = await Node.BuildAsync(
            change?.Invoke(options) ?? options, clock ?? TimeProvider.System, quiet: true,
            services => services.AddSingleton<IStartupFilter>(log));
        var plein = new Plein(node, keys, folder, schema, null) { Seen = log.Seen };
        await plein.Get<Database>().WriteAsync(writing =>
        {
            foreach (var slug in topics)
                plein.Get<CreateTopic>().Add(writing, slug, slug, "", null, 1);
        });
        foreach (var actor in await plein.Get<ActorStore>().ListWithoutKeysAsync(100))
            await plein.Get<Database>().WriteAsync(writing => plein.GiveKey(writing, actor));
        return plein;
    }

    private List<T> Rows<T>(string sql, Func<DbDataReader, T> read, string? id)
    {
        using DbConnection connection = (_first ?? this)._schema is { } schema
            ? new NpgsqlConnection(schema.ConnectionString)
            : OpenFile(_folder);
        return Rows(connection, sql, read, id);
    }

    /// <summary>Rows of the SQLite database of any node on this machine.</summary>
    public static List<T> Rows<T>(DirectoryInfo folder, string sql, Func<DbDataReader, T> read, string? id = null)
    {
        using var connection = OpenFile(folder);
        return Rows(connection, sql, read, id);
    }

    private static SqliteConnection OpenFile(DirectoryInfo folder) =>
        new($"Data Source={Path.Combine(folder.FullName, "plein.db")};Mode=ReadOnly;Pooling=False");

    private static List<T> Rows<T>(DbConnection connection, string sql, Func<DbDataReader, T> read, string? id)
    {
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are the tests' own.
        command.CommandText = sql;
#pragma warning restore CA2100
        if (id is not null)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("id", id);
            command.Parameters.Add(parameter);
        }

        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    // Making an RSA key takes up to a second: all actors of one test node share one.
    private void GiveKey(Writing writing, Actor actor)
    {
        var key = SigningKey.FromRsaPkcs8(actor.Uri + "#main-key", _keys.RsaPkcs8);
        ActorStore.AddKeyOnce(writing, new ActorKey
        {
            KeyId = key.PublicKey.Id,
            ActorId = actor.Id,
            Algorithm = (int)KeyAlgorithm.Rsa,
            PublicBytes = key.PublicKey.Bytes.ToArray(),
            PrivateBox = Get<NodeKey>().Seal(_keys.RsaPkcs8),
        });
    }

    private sealed class RequestLog : IStartupFilter
    {
        public ConcurrentQueue<string> Seen { get; } = new();

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                Seen.Enqueue($"{context.Request.Method} {context.Request.Path}");
                return rest(context);
            });
            next(app);
        };
    }
}

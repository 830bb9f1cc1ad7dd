using Microsoft.Extensions.Logging.Abstractions;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>The engine that a fixture runs on.</summary>
public enum TestEngine
{
    Sqlite,
    Postgres,
}

/// <summary>The engines to test: SQLite always, PostgreSQL where one is at hand.</summary>
public static class TestEngines
{
    public const string Variable = "PLEIN_TEST_POSTGRES";

    public static string? Postgres =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? text : null;

    public static IEnumerable<TestEngine> All =>
        Postgres is null ? [TestEngine.Sqlite] : [TestEngine.Sqlite, TestEngine.Postgres];
}

/// <summary>An empty database of its own: a file in a temporary folder, or a schema on the server.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string? folder;
    private readonly PostgresSchema? schema;

    private TestDatabase(string? folder, PostgresSchema? schema, string connection)
    {
        (this.folder, this.schema) = (folder, schema);
        Options = new StorageOptions { Database = connection };
    }

    public StorageOptions Options { get; }

    /// <summary>The file, on SQLite.</summary>
    public string File => Path.Combine(folder!, "plein.db");

    public static async Task<TestDatabase> CreateAsync(TestEngine engine)
    {
        if (engine == TestEngine.Postgres)
        {
            var schema = await PostgresSchema.CreateAsync(TestEngines.Postgres!);
            return new TestDatabase(null, schema, schema.ConnectionString);
        }

        var folder = Directory.CreateTempSubdirectory("plein-").FullName;
        return new TestDatabase(folder, null, $"Data Source={Path.Combine(folder, "plein.db")};Default Timeout=1");
    }

    public Task<Database> OpenAsync(TimeProvider? clock = null) =>
        Database.OpenAsync(Options, clock ?? TimeProvider.System, NullLogger.Instance);

    public async ValueTask DisposeAsync()
    {
        if (folder is not null)
        {
            Directory.Delete(folder, recursive: true);
        }

        if (schema is not null)
        {
            await schema.DisposeAsync();
        }
    }
}

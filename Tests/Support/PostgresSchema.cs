using Npgsql;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>A schema of its own on a PostgreSQL server; dropped with all that is in it.</summary>
public sealed class PostgresSchema : IAsyncDisposable
{
    private readonly string server;
    private readonly string name;

    private PostgresSchema(string server, string name) => (this.server, this.name) = (server, name);

    public string ConnectionString =>
        new NpgsqlConnectionStringBuilder(server) { SearchPath = name, MaxPoolSize = 12 }.ToString();

    public static async Task<PostgresSchema> CreateAsync(string server)
    {
        var schema = new PostgresSchema(server, $"t{Guid.NewGuid():N}");
        await schema.RunAsync($"create schema {schema.name}");
        return schema;
    }

    public async ValueTask DisposeAsync() => await RunAsync(
        $"drop schema {name} cascade; drop schema if exists {name}_deletions cascade");

    public async Task RunAsync(string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(server) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Made by tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}

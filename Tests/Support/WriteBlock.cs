using Microsoft.Data.Sqlite;
using Npgsql;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Tests.Support;

/// <summary>
/// An empty database in which nothing can be written while a test wants that, and all can be read: another program
/// holds the file, or the server's user lost its rights.
/// </summary>
internal sealed class WriteBlock : IAsyncDisposable
{
    private readonly DirectoryInfo folder;
    private readonly string? role;
    private SqliteConnection? holder;
    private SqliteTransaction? held;

    private WriteBlock(DirectoryInfo folder, string? role, string connection) =>
        (this.folder, this.role, ConnectionString) = (folder, role, connection);

    public string ConnectionString { get; }

    public StorageOptions Options => new() { Database = ConnectionString };

    public static async Task<WriteBlock> CreateAsync(TestEngine engine)
    {
        var folder = Directory.CreateTempSubdirectory("plein-test-");
        if (engine == TestEngine.Sqlite)
        {
            return new WriteBlock(
                folder, null, $"Data Source={Path.Combine(folder.FullName, "plein.db")};Default Timeout=1");
        }

        var role = $"r{Guid.NewGuid():N}";
        var connection = new NpgsqlConnectionStringBuilder(TestEngines.Postgres!)
        {
            Username = role,
            Password = role,
            SearchPath = role,
            MaxPoolSize = 12,
        };
        var block = new WriteBlock(folder, role, connection.ToString());
        await RunAsync($"create role {role} login password '{role}'");
        await RunAsync($"create schema {role} authorization {role}");
        // Where deletions are remembered.
        await RunAsync($"create schema {role}_deletions authorization {role}");
        return block;
    }

    /// <summary>From now on nothing can be written.</summary>
    public async Task CloseAsync()
    {
        if (role is not null)
        {
            await RunAsync($"revoke insert, update, delete on all tables in schema {role} from {role}");
            return;
        }

        holder = new SqliteConnection($"{ConnectionString};Pooling=False");
        await holder.OpenAsync();
        // A change of the node's may be under way.
        await Until.TrueAsync(
            () =>
            {
                try
                {
                    held = holder.BeginTransaction(System.Data.IsolationLevel.Serializable, deferred: false);
                    return Task.FromResult(true);
                }
                catch (SqliteException)
                {
                    return Task.FromResult(false);
                }
            }, "the file is held");
    }

    /// <summary>All can be written again.</summary>
    public async Task OpenAsync()
    {
        if (role is not null)
        {
            await RunAsync($"grant insert, update, delete on all tables in schema {role} to {role}");
        }

        await (held?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (holder?.DisposeAsync() ?? ValueTask.CompletedTask);
        (held, holder) = (null, null);
    }

    public async ValueTask DisposeAsync()
    {
        await OpenAsync();
        if (role is not null)
        {
            await RunAsync($"drop schema {role} cascade");
            await RunAsync($"drop schema {role}_deletions cascade");
            await RunAsync($"drop role {role}");
        }

        folder.Delete(recursive: true);
    }

    private static async Task RunAsync(string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder(TestEngines.Postgres!) { Pooling = false };
        await using var connection = new NpgsqlConnection(settings.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Made by tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ontmoetingsplein.Storage.Engines.Postgres;

/// <summary>
/// Signals between the processes on one database (listen and notify), and the process's lane for ids: both live as long
/// as one connection, which is made again, with growing pauses, when it breaks.
/// </summary>
internal sealed partial class PostgresSignals(
    PostgresEngine engine, NpgsqlDataSource source, string connectionString, TimeProvider clock, ILogger log)
        : IAsyncDisposable
{
    private const int LaneBits = 6;
    private const int LongestPayload = 7_500;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly string process = RandomNumberGenerator.GetHexString(16);
    private readonly CancellationTokenSource stopping = new();

    // Not part of the transaction that signals: the server makes transactions that notify wait for each other's flush.
    private readonly Channel<string> unsent = Channel.CreateUnbounded<string>(new() { SingleReader = true });
    private string channel = "";
    private int lanes;
    private Task listening = Task.CompletedTask;
    private Task sending = Task.CompletedTask;

    /// <summary>A select of how many other processes have a lane in this database.</summary>
    public string OthersSql =>
        "select count(*) - 1 from pg_locks where locktype = 'advisory' and objsubid = 2 and granted"
        + $" and classid = {unchecked((uint)lanes)}"
        + " and database = (select oid from pg_database where datname = current_database())";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken);
        listening = Task.Run(() => ListenAsync(connection), CancellationToken.None);
        sending = Task.Run(SendAsync, CancellationToken.None);
    }

    /// <summary>Sends names to the other processes, soon: those that come together go together.</summary>
    public void Send(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            unsent.Writer.TryWrite(name);
        }
    }

    public async ValueTask DisposeAsync()
    {
        unsent.Writer.TryComplete();
        await stopping.CancelAsync();
        await Task.WhenAll(listening, sending);
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, KeepAlive = 15 };
        var connection = new NpgsqlConnection(settings.ToString());
        try
        {
            await connection.OpenAsync(cancellationToken);
            var schema = await ScalarAsync(connection, "select current_schema()", cancellationToken) as string
                ?? throw new StorageException(
                    StorageFaultKind.Unreachable, "The schema in the search path does not exist in this database.");
            // Two pleinen may live in two schemas of one database; a name of fixed length fits any schema.
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(schema));
            channel = $"plein_{Convert.ToHexStringLower(hash.AsSpan(0, 8))}";
            lanes = BitConverter.ToInt32(hash);
            var lane = await ScalarAsync(
                connection,
                $"select n from generate_series(0, {(1 << LaneBits) - 1}) n"
                + $" where pg_try_advisory_lock({lanes}, n) limit 1",
                cancellationToken) as int?
                ?? throw new StorageException(
                    StorageFaultKind.Locked, $"More than {1 << LaneBits} processes use this database.");
            engine.Ids.UseLane(lane, LaneBits);
            connection.Notification += (_, notice) => Receive(notice.Payload);
            await ScalarAsync(connection, $"listen {channel}", cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever breaks, listening goes on.")]
    private async Task ListenAsync(NpgsqlConnection? connection)
    {
        var pause = ShortestPause;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (connection is null)
                {
                    connection = await ConnectAsync(stopping.Token);
                    pause = ShortestPause;
                    Log.Reconnected(log);
                    engine.Raise(Database.EverythingSignal);
                }

                await connection.WaitAsync(stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                Log.Broken(log, exception, pause);
                await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
                connection = null;
                await Task.Delay(pause, clock, stopping.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }

        await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever breaks, sending goes on.")]
    private async Task SendAsync()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (await unsent.Reader.WaitToReadAsync())
        {
            while (unsent.Reader.TryRead(out var name))
            {
                names.Add(name);
            }

            try
            {
                await using var connection = await source.OpenConnectionAsync();
                foreach (var payload in Payloads(names))
                {
                    await using var command = new NpgsqlCommand("select pg_notify($1, $2)", connection)
                    {
                        Parameters = { new() { Value = channel }, new() { Value = payload } },
                    };
                    await command.ExecuteNonQueryAsync();
                }
            }
            catch (Exception exception)
            {
                // Hints only: the others look by themselves from time to time, and look at all when they reconnect.
                Log.Unsent(log, exception, names.Count);
            }

            names.Clear();
        }
    }

    private IEnumerable<string> Payloads(IEnumerable<string> names)
    {
        var payload = new StringBuilder(process);
        foreach (var name in names)
        {
            if (Encoding.UTF8.GetMaxByteCount(payload.Length + name.Length) > LongestPayload)
            {
                yield return payload.ToString();
                payload.Clear().Append(process);
            }

            payload.Append('\n').Append(name);
        }

        yield return payload.ToString();
    }

    private void Receive(string payload)
    {
        var lines = payload.Split('\n');
        if (lines[0] != process)
        {
            foreach (var name in lines.Skip(1))
            {
                engine.Raise(name);
            }
        }
    }

    [SuppressMessage("Security", "CA2100", Justification = "Made of numbers and hexadecimal digits here.")]
    private static async Task<object?> ScalarAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(2020, LogLevel.Warning, "Signals of other processes are not heard; trying again in {Pause}")]
        public static partial void Broken(ILogger logger, Exception exception, TimeSpan pause);

        [LoggerMessage(2022, LogLevel.Warning, "{Count} signals could not be sent to other processes")]
        public static partial void Unsent(ILogger logger, Exception exception, int count);

        [LoggerMessage(2021, LogLevel.Information, "Signals of other processes are heard again")]
        public static partial void Reconnected(ILogger logger);
    }
}

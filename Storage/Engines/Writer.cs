using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Ontmoetingsplein.Storage.Engines;

/// <summary>
/// A thread with one connection that makes changes. Changes that wait together are committed together (group commit):
/// each has a savepoint of its own, one flush to disk serves them all, and none is reported before it is durable.
/// </summary>
internal sealed partial class Writer : IAsyncDisposable
{
    private const int LargestGroup = 512;

    private readonly Engine engine;
    private readonly Func<DbConnection> open;
    private readonly TimeProvider clock;
    private readonly TimeSpan slow;
    private readonly ILogger log;
    private readonly ChannelReader<PendingWrite> queue;
    private readonly Thread thread;
    private readonly CancellationTokenSource stopping = new();
    private DbConnection? connection;
    private PreparedCommands? prepared;

    public Writer(
        Engine engine, Func<DbConnection> open, ChannelReader<PendingWrite> queue, TimeProvider clock, TimeSpan slow,
        ILogger log, int number)
    {
        (this.engine, this.open, this.queue, this.clock, this.slow, this.log) = (engine, open, queue, clock, slow, log);
        thread = new Thread(Loop) { IsBackground = true, Name = $"writer {number}" };
        thread.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        thread.Join();
        stopping.Dispose();
    }

    private void Loop()
    {
        var group = new List<PendingWrite>(LargestGroup);
        while (WaitForWork())
        {
            group.Clear();
            while (group.Count < LargestGroup && queue.TryRead(out var write))
            {
                if (write.Start())
                {
                    group.Add(write);
                }
            }

            if (group.Count > 0)
            {
                Commit(group);
            }
        }

        Close();
    }

    private bool WaitForWork()
    {
        try
        {
            // Thread of our own: waiting here blocks nobody else.
            return queue.WaitToReadAsync(stopping.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever fails goes to the callers of the group.")]
    private void Commit(List<PendingWrite> group)
    {
        var started = clock.GetTimestamp();
        try
        {
            if (connection is null)
            {
                connection = open();
                prepared = new PreparedCommands(connection);
            }

            using (var transaction = engine.Begin(connection))
            {
                foreach (var write in group)
                {
                    RunOne(write, transaction);
                }

                transaction.Commit();
            }
        }
        catch (Exception exception)
        {
            Close();
            var fault = engine.Explain(exception);
            Log.GroupFailed(log, fault, group.Count);
            group.ForEach(write => write.Fail(fault));
            return;
        }

        var signals = group.Where(write => !write.Failed).SelectMany(write => write.Signals).ToHashSet();
        group.ForEach(write => write.Complete());
        foreach (var signal in signals)
        {
            engine.Raise(signal);
        }

        var taken = clock.GetElapsedTime(started);
        if (taken > slow)
        {
            Log.SlowGroup(log, group.Count, (long)taken.TotalMilliseconds);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A failing change is undone alone and told to its caller.")]
    private void RunOne(PendingWrite write, DbTransaction transaction)
    {
        Statement("savepoint one", transaction);
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var writing = new Writing(connection!, transaction, prepared!, engine, now);
        try
        {
            write.Run(writing);
        }
        catch (Exception exception)
        {
            // If the whole transaction is gone this throws too, and the group fails as one.
            Statement("rollback to savepoint one", transaction);
            write.Refuse(engine.Explain(exception));
        }

        Statement("release savepoint one", transaction);
    }

    private void Statement(string sql, DbTransaction transaction) => prepared!.Get(sql, [], transaction).Execute();

    private void Close()
    {
        prepared?.Dispose();
        connection?.Dispose();
        (prepared, connection) = (null, null);
    }

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Error, "A group of {Count} changes could not be written")]
        public static partial void GroupFailed(ILogger logger, Exception exception, int count);

        [LoggerMessage(2002, LogLevel.Information, "Writing a group of {Count} changes took {Milliseconds} ms")]
        public static partial void SlowGroup(ILogger logger, int count, long milliseconds);
    }
}

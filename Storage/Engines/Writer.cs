using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace Ontmoetingsplein.Storage.Engines;

/// <summary>How a writer works.</summary>
/// <param name="Open">Opens its connection.</param>
/// <param name="LargestGroup">How many changes commit together at most.</param>
/// <param name="Slow">A group that takes longer is logged.</param>
internal sealed record WriterPlan(Func<DbConnection> Open, int LargestGroup, TimeSpan Slow);

/// <summary>
/// A thread with one connection that makes changes. Changes that wait together are committed together (group commit):
/// each has a savepoint of its own, one flush to disk serves them all, and none is reported before it is durable.
/// </summary>
internal sealed partial class Writer : IAsyncDisposable
{
    private const int MostAttempts = 5;

    private readonly Engine engine;
    private readonly WriterPlan plan;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly WriteQueue queue;
    private readonly WriteQueue.Desk desk = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DbConnection? connection;
    private PreparedCommands? prepared;
    private bool connectionLost;

    public Writer(
        Engine engine, WriterPlan plan, WriteQueue queue, TimeProvider clock, ILogger log, int number)
    {
        (this.engine, this.plan, this.queue, this.clock, this.log) = (engine, plan, queue, clock, log);
        new Thread(Loop) { IsBackground = true, Name = $"writer {number}" }.Start();
    }

    /// <summary>Waits until what is in the queue is done; the queue must have been completed before.</summary>
    public ValueTask DisposeAsync() => new(ended.Task);

    private void Loop()
    {
        var group = new List<PendingWrite>(plan.LargestGroup);
        // A thread of our own: waiting here blocks nobody else.
        while (queue.Take(desk) is { } write)
        {
            group.Clear();
            do
            {
                if (write.Start())
                {
                    group.Add(write);
                }
            }
            while (group.Count < plan.LargestGroup && queue.TryTake(out write));

            if (group.Count > 0)
            {
                Work(group);
            }
        }

        Close();
        ended.SetResult();
    }

    private void Work(List<PendingWrite> group)
    {
        var started = clock.GetTimestamp();
        Finish(group, Attempt(group, again: false));
        var taken = clock.GetElapsedTime(started);
        if (taken > plan.Slow)
        {
            Log.SlowGroup(log, group.Count, (long)taken.TotalMilliseconds);
        }
    }

    private void Finish(List<PendingWrite> group, Exception? fault)
    {
        var lost = connectionLost;
        if (lost)
        {
            engine.ConnectionLost();
        }

        if (fault is not null)
        {
            foreach (var write in group.Where(write => !write.Failed || lost || engine.MayRetry(fault)))
            {
                write.Refuse(fault);
            }
        }

        // What another process was in the way of, or what a broken connection took along before the commit, runs again.
        foreach (var write in group)
        {
            for (var attempt = 2; attempt <= MostAttempts && write.Fault is { } f; attempt++)
            {
                if (!engine.MayRetry(f) && !(lost && attempt == 2))
                {
                    break;
                }

                if (Attempt([write], again: engine.MayRetry(f)) is { } sequel)
                {
                    write.Refuse(sequel);
                }
            }
        }

        // Before the callers go on: whoever reads after a change must not find something kept from before it.
        engine.Committed(group.SelectMany(write => write.Signals).ToHashSet(StringComparer.Ordinal));
        foreach (var write in group)
        {
            if (write.Fault is { } final)
            {
                var told = engine.Explain(final);
                if (told is StorageException known && !engine.MayRetry(final))
                {
                    Note(known);
                }

                write.Refuse(told);
            }

            write.Complete();
        }
    }

    // A connection may remember what ailed the file or the server: the next change asks anew.
    private void Note(StorageException fault)
    {
        engine.WriteTrouble.Note(fault);
        if (fault.Kind is StorageFaultKind.Damaged or StorageFaultKind.ReadOnly)
        {
            Close();
            engine.Distrust(fault.Kind);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever fails goes to the callers of the group.")]
    private Exception? Attempt(List<PendingWrite> group, bool again)
    {
        if (!again && group is [{ CommitsItself: true } only])
        {
            RunByItself(only);
            return null;
        }

        var committing = false;
        var name = default(string);
        connectionLost = false;
        try
        {
            using var transaction = Begin(again);
            if (group.Count == 1)
            {
                RunAlone(group[0], transaction);
            }
            else
            {
                group.ForEach(write => RunOne(write, transaction));
            }

            if (group.Exists(write => !write.Failed))
            {
                name = engine.NameOf(transaction);
                committing = name is not null;
                transaction.Commit();
            }

            connectionLost = !committing && group.Exists(write => write.Fault is { } f && engine.IsConnectionLost(f));
            if (connectionLost)
            {
                Close();
            }

            return null;
        }
        catch (Exception exception)
        {
            Close();
            if (committing && engine.IsConnectionLost(exception))
            {
                switch (engine.FindFate(name!))
                {
                    case true:
                        return null;
                    case null:
                        Log.InDoubt(log, exception, group.Count);
                        return new StorageException(
                            StorageFaultKind.InDoubt,
                            "The connection to the database broke while a change was made final: it may have been made"
                            + " or not.", exception);
                    default:
                        committing = false;
                        break;
                }
            }

            connectionLost = !committing && engine.IsConnectionLost(exception);
            if (!connectionLost && !engine.MayRetry(exception))
            {
                // What has a known cause needs no stack trace for each change, least of all on a full disk.
                if (engine.Explain(exception) is StorageException known)
                {
                    Log.GroupRefused(log, group.Count, known.Message);
                }
                else
                {
                    Log.GroupFailed(log, exception, group.Count);
                }
            }

            return exception;
        }
    }

    // When the connection breaks nobody asks whether it was committed: it runs again.
    [SuppressMessage("Design", "CA1031", Justification = "A failing change is told to its caller.")]
    private void RunByItself(PendingWrite statement)
    {
        connectionLost = false;
        try
        {
            Connect();
            statement.Run(NewWriting(null));
        }
        catch (Exception exception)
        {
            statement.Refuse(exception);
            connectionLost = engine.IsConnectionLost(exception);
            if (connectionLost)
            {
                Close();
            }
        }
    }

    private DbTransaction Begin(bool again)
    {
        Connect();
        return engine.Begin(connection!, again);
    }

    private void Connect()
    {
        if (connection is { State: not ConnectionState.Open })
        {
            Close();
        }

        if (connection is null)
        {
            connection = plan.Open();
            prepared = new PreparedCommands(connection);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A failing change is told to its caller.")]
    private void RunAlone(PendingWrite write, DbTransaction transaction)
    {
        try
        {
            write.Run(NewWriting(transaction));
        }
        catch (Exception exception)
        {
            write.Refuse(exception);
            Undo(exception, transaction.Rollback);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A failing change is undone alone and told to its caller.")]
    private void RunOne(PendingWrite write, DbTransaction transaction)
    {
        Statement("savepoint one", transaction);
        try
        {
            write.Run(NewWriting(transaction));
        }
        catch (Exception exception)
        {
            write.Refuse(exception);
            Undo(exception, () => Statement("rollback to savepoint one", transaction));
        }

        Statement("release savepoint one", transaction);
    }

    /// <summary>
    /// If the whole transaction is gone, the group fails as one: with what ended it, not with the sequel.
    /// </summary>
    private static void Undo(Exception cause, Action undo)
    {
        try
        {
            undo();
        }
        catch (Exception sequel) when (sequel is DbException or InvalidOperationException && cause is DbException)
        {
            ExceptionDispatchInfo.Throw(cause);
        }
    }

    private Writing NewWriting(DbTransaction? transaction) => new(
        connection!, transaction, prepared!, engine,
        DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds()));

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

        [LoggerMessage(2004, LogLevel.Error, "A group of {Count} changes could not be written: {Reason}")]
        public static partial void GroupRefused(ILogger logger, int count, string reason);

        [LoggerMessage(2005, LogLevel.Error, "Whether a group of {Count} changes was made is not known")]
        public static partial void InDoubt(ILogger logger, Exception exception, int count);

        [LoggerMessage(2002, LogLevel.Information, "Writing a group of {Count} changes took {Milliseconds} ms")]
        public static partial void SlowGroup(ILogger logger, int count, long milliseconds);
    }
}

using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Ontmoetingsplein.Storage.Engines.Sqlite;

/// <summary>
/// Copies the write-ahead log into the database beside the writer (SQLite's passive checkpoint), on a thread and a
/// connection of its own: the writer, and with it everyone who waits for a change, would stand still for it. What comes
/// in meanwhile stays for the next time. As long as changes keep coming the log does not end so; the little that is
/// left of a long one the writer copies itself, and begins it anew.
/// </summary>
internal sealed partial class LogCopier : IDisposable
{
    /// <summary>As soon as so many pages were written since the last time.</summary>
    public const int Pages = 2_000;

    /// <summary>The length of the log, in pages, from which the writer copies too.</summary>
    public const int LongLog = 4_000;

    // SQLITE_DBSTATUS_CACHE_WRITE: pages that a connection wrote, in this mode to the log.
    private const int WrittenPages = 9;

    private readonly AutoResetEvent due = new(false);
    private readonly Func<SqliteConnection> open;
    private readonly ILogger log;
    private readonly Thread thread;
    private int copiedAt;
    private volatile bool isOver;

    /// <summary>Starts it.</summary>
    /// <param name="open">Opens a connection that may write.</param>
    /// <param name="log">Takes what an administrator should know.</param>
    public LogCopier(Func<SqliteConnection> open, ILogger log)
    {
        (this.open, this.log) = (open, log);
        thread = new Thread(Loop) { IsBackground = true, Name = "log copier" };
        thread.Start();
    }

    /// <summary>Something was committed.</summary>
    /// <param name="writer">The connection of the writer, on whose thread this is called.</param>
    public void Committed(SqliteConnection writer)
    {
        if (raw.sqlite3_db_status(writer.Handle, WrittenPages, out var written, out _, 0) == raw.SQLITE_OK
            && Math.Abs(written - copiedAt) >= Pages)
        {
            copiedAt = written;
            due.Set();
        }
    }

    /// <summary>Waits for the copying under way.</summary>
    public void Dispose()
    {
        isOver = true;
        due.Set();
        thread.Join();
        due.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "What escaped from this thread would end the process.")]
    private void Loop()
    {
        SqliteConnection? connection = null;
        while (due.WaitOne() && !isOver)
        {
            try
            {
                connection ??= open();
                SqliteEngine.Pragma(connection, "pragma wal_checkpoint(passive)");
            }
            catch (Exception fault)
            {
                // Nothing is lost: it stays in the log, and the writer meets whatever ails the disk too.
                Log.NotCopied(log, fault.Message);
                connection?.Dispose();
                connection = null;
            }
        }

        connection?.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(2006, LogLevel.Warning, "The log of changes could not be copied into the database: {Reason}")]
        public static partial void NotCopied(ILogger logger, string reason);
    }
}

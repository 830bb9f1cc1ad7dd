using System.Threading.Channels;
using Ontmoetingsplein.Forum.Work;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Answers;
using Ontmoetingsplein.Storage.Fediverse;

namespace Ontmoetingsplein.Forum.Answers;

/// <summary>
/// Writes down which questions of elsewhere readers open, for whoever completes their threads and looks at their
/// official answers again, in this process or another. Works where pages are shown. Bounded, and costs a request
/// nothing: what does not fit is told again by the next reader.
/// </summary>
internal sealed class OpenedThreads(Database database, TimeProvider clock, ILogger<OpenedThreads> logger)
    : Worker(clock, logger)
{
    /// <summary>A thread is looked at again for a reader after this time, not sooner.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private readonly Channel<QuestionId> opened = Channel.CreateBounded<QuestionId>(
        new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Somebody reads this.</summary>
    public void Add(QuestionId question) => opened.Writer.TryWrite(question);

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        HashSet<QuestionId> questions = [await opened.Reader.ReadAsync(stoppingToken)];
        while (opened.Reader.TryRead(out var next))
        {
            questions.Add(next);
        }

        await database.WriteAsync(
            writing =>
            {
                foreach (var question in questions)
                {
                    ThreadFetchStore.Ask(writing, question, Fresh);
                    StatementStore.Ask(writing, question, StatementSchedule.Shown);
                }
            }, stoppingToken);
    }
}

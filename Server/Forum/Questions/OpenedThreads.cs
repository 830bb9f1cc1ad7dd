using System.Threading.Channels;
using Ontmoetingsplein.Storage;

namespace Ontmoetingsplein.Forum.Questions;

/// <summary>
/// Questions of elsewhere that readers opened, for whoever completes their threads. Bounded, and costs a request
/// nothing: what does not fit is told again by the next reader.
/// </summary>
internal sealed class OpenedThreads
{
    private readonly Channel<QuestionId> opened = Channel.CreateBounded<QuestionId>(
        new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Somebody reads this.</summary>
    public void Add(QuestionId question) => opened.Writer.TryWrite(question);

    /// <summary>What was opened since the last call, each once; waits until there is something.</summary>
    public async Task<IReadOnlyCollection<QuestionId>> TakeAsync(CancellationToken cancellationToken)
    {
        HashSet<QuestionId> taken = [await opened.Reader.ReadAsync(cancellationToken)];
        while (opened.Reader.TryRead(out var next))
        {
            taken.Add(next);
        }

        return taken;
    }
}

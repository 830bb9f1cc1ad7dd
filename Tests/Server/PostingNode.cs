using System.Globalization;
using Ontmoetingsplein.Forum.Questions;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>
/// A node that is to be killed while its people post; it says on its output what they were told is posted.
/// </summary>
internal static class PostingNode
{
    public const string Command = "ask-until-killed";

    public static async Task RunAsync(string folder, string port, string round)
    {
        await using var plein = await Plein.ResumeAsync(
            new DirectoryInfo(folder), int.Parse(port, CultureInfo.InvariantCulture));
        var anna = await plein.PersonAsync($"Anna {round}");
        var topic = await plein.TopicAsync("afval");
        using var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(task => Task.Run(async () =>
        {
            for (var number = 0; number < 1_000_000; number++)
            {
                var asked = await plein.Get<AskQuestion>().ExecuteAsync(
                    new AskQuestion.Form($"Vraag {round} van taak {task}, nummer {number}?", "", topic.Id), anna,
                    default);
                output.WriteLine($"posted {asked.Value!.Uri}");
            }
        })));
    }
}

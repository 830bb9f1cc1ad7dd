using System.Runtime.InteropServices;
using System.Text;
using Ontmoetingsplein.Federation.Vocabulary;
using Ontmoetingsplein.Forum.Html;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Server.Peers.Inbound;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Benchmarks;

/// <summary>
/// What texts cost that were made to be dear to read: documents, HTML and Markdown, changed at random. In processor
/// time of the thread that reads them, so that whatever else the machine does counts for nothing.
/// </summary>
internal static class TextCosts
{
    private const string Place = "https://a.example/2";
    private const double Most = 50;
    private const int ThreadTime = 3;

    /// <summary>Reads so many of them.</summary>
    /// <returns>0 when each was read, none with an exception, and each in less than 50 ms: the best of three.</returns>
    public static int Run(int count, int seed)
    {
        var random = new Random(seed);
        var failed = 0;
        foreach (var kind in Enum.GetValues<HostileTexts.Kind>())
        {
            foreach (var _ in Enumerable.Range(0, 300))
            {
                Read(kind, HostileTexts.Make(kind, random));
            }
        }

        var costs = Enum.GetValues<HostileTexts.Kind>().ToDictionary(kind => kind, _ => new List<double>());
        for (var n = 0; n < count; n++)
        {
            var kind = (HostileTexts.Kind)(n % 3);
            var text = HostileTexts.Make(kind, random);
            try
            {
                var cost = Cost(kind, text);
                for (var again = 0; again < 2 && cost > Most / 2; again++)
                {
                    cost = Math.Min(cost, Cost(kind, text));
                }

                costs[kind].Add(cost);
                if (cost > Most)
                {
                    failed++;
                    Console.WriteLine($"{kind} {n}: {cost:F1} ms, {text.Length} characters: {Start(text)}");
                }
            }
            catch (Exception problem)
            {
                failed++;
                Console.WriteLine($"{kind} {n}: {problem} of {Start(text)}");
            }
        }

        foreach (var (kind, all) in costs)
        {
            all.Sort();
            Console.WriteLine(
                $"{kind,-9} {all.Count,7}: median {all[all.Count / 2]:F2} ms, 99.9 % {all[(int)(all.Count * 0.999)]:F1}"
                + $" ms, most {all[^1]:F1} ms");
        }

        Console.WriteLine($"{failed} of {count} failed or cost more than {Most} ms (seed {seed}).");
        return failed == 0 ? 0 : 1;
    }

    private static double Cost(HostileTexts.Kind kind, string text)
    {
        var before = Now();
        Read(kind, text);
        return Now() - before;
    }

    private static void Read(HostileTexts.Kind kind, string text)
    {
        if (kind != HostileTexts.Kind.Document)
        {
            Index(kind == HostileTexts.Kind.Html
                ? SafeHtml.FromPeer(text, Place)
                : SafeHtml.FromMarkdown(ReadableText.Lines(text), Place));
            return;
        }

        var read = VocabularyReader.Read(Encoding.UTF8.GetBytes(text));
        if (read.Value?.Object is [var thing, ..] && RemotePost.IsPost(thing))
        {
            Index(RemotePost.ReadQuestion(thing, "nl", TimeProvider.System.GetUtcNow())?.BodyHtml ?? "");
        }
    }

    private static void Index(string html) => WordList.Of(PlainText.Of(html));

    private static string Start(string text) => text[..Math.Min(text.Length, 300)].ReplaceLineEndings("\\n");

    private static double Now()
    {
        _ = ClockGetTime(ThreadTime, out var at);
        return (at.Seconds * 1e3) + (at.Nanoseconds / 1e6);
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int ClockGetTime(int clock, out Moment at);

    private struct Moment
    {
        public long Seconds;
        public long Nanoseconds;
    }
}

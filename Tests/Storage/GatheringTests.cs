using System.Collections.Concurrent;
using Ontmoetingsplein.Storage;
using Ontmoetingsplein.Storage.Engines;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class GatheringTests(TestEngine engine) : StorageTest(engine)
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task What_comes_in_during_a_write_goes_along_in_the_next_and_what_fails_fails_alone(bool isStatement)
    {
        using var writing = new ManualResetEventSlim();
        using var queued = new ManualResetEventSlim();
        var batches = new ConcurrentQueue<int>();
        IReadOnlyList<string> Work(Writing w, IReadOnlyList<string> items)
        {
            writing.Set();
            queued.Wait();
            batches.Enqueue(items.Count);
            return items.Contains("bad") ? throw new FormatException("bad") : [.. items.Select(item => $"{item} done")];
        }

        var gathering = new Gathering<string, string>(Db, Work, isStatement);
        var first = gathering.AddAsync("first");
        writing.Wait();
        string[] others = ["a", "bad", "b"];
        var rest = others.Select(gathering.AddAsync).ToArray();
        queued.Set();
        Assert.That(await first, Is.EqualTo("first done"));
        Assert.That(await rest[0], Is.EqualTo("a done"));
        Assert.That(await rest[2], Is.EqualTo("b done"));
        Assert.That(async () => await rest[1], Throws.TypeOf<FormatException>());
        Assert.That(batches.Sum(), Is.EqualTo(1 + 3 + 3), "those that waited were first tried together");
        Assert.That(await gathering.AddAsync("later"), Is.EqualTo("later done"));
    }
}

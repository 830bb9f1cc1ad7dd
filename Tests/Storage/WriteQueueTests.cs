using Ontmoetingsplein.Storage.Engines;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Storage;

public sealed class WriteQueueTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    private WriteQueue queue = null!;

    [SetUp]
    public void Make() => queue = new WriteQueue(capacity: 2);

    [TearDown]
    public void Remove()
    {
        queue.Close();
        queue.Dispose();
    }

    [Test]
    public async Task The_writer_that_worked_last_gets_the_next_change()
    {
        var (first, second) = (new WriteQueue.Desk(), new WriteQueue.Desk());
        var early = await SitAsync(first);
        var late = await SitAsync(second);
        for (var i = 0; i < 3; i++)
        {
            var change = Change();
            await queue.AddAsync(change, default);
            Assert.That(await late.WaitAsync(Long), Is.SameAs(change));
            Assert.That(early.IsCompleted, Is.False, "the other one goes on waiting");
            late = await SitAsync(second);
        }
    }

    [Test]
    public async Task Whoever_finds_the_queue_full_waits_until_a_writer_takes_one()
    {
        var changes = Enumerable.Range(0, 3).Select(_ => Change()).ToList();
        await queue.AddAsync(changes[0], default);
        await queue.AddAsync(changes[1], default);
        var third = queue.AddAsync(changes[2], default).AsTask();
        Assert.That(third.IsCompleted, Is.False);
        Assert.That(queue.TryTake(out var taken), Is.True);
        await third.WaitAsync(Long);
        var desk = new WriteQueue.Desk();
        Assert.That(new[] { taken, queue.Take(desk), queue.Take(desk) }, Is.EqualTo(changes));
    }

    [Test]
    public async Task What_waits_when_the_queue_is_closed_is_taken_and_nothing_else_comes_in()
    {
        var (waiting, idle) = (Change(), new WriteQueue.Desk());
        var sitting = await SitAsync(idle);
        queue.Close();
        Assert.That(await sitting.WaitAsync(Long), Is.Null, "an idle writer stops");
        Assert.That(
            async () => await queue.AddAsync(waiting, default), Throws.TypeOf<ObjectDisposedException>());

        using var full = new WriteQueue(capacity: 1);
        await full.AddAsync(waiting, default);
        var late = full.AddAsync(Change(), default).AsTask();
        full.Close();
        Assert.That(async () => await late.WaitAsync(Long), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(full.Take(idle), Is.SameAs(waiting));
        Assert.That(full.Take(idle), Is.Null);
    }

    private static PendingWrite<int> Change() => new(_ => 0, default);

    // Until the thread stands in line as the last one.
    private async Task<Task<PendingWrite?>> SitAsync(WriteQueue.Desk desk)
    {
        var before = queue.Idle;
        var sitting = Task.Factory.StartNew(
            () => queue.Take(desk), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Until.TrueAsync(() => Task.FromResult(queue.Idle > before), "the writer waits");
        return sitting;
    }
}

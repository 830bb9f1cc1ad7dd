using Ontmoetingsplein.Server.Peers.Inbound;

namespace Ontmoetingsplein.Tests.Server;

/// <summary>Threads, statements and the like of one party leave room for those of others.</summary>
public class PartyTurnsTests
{
    [Test]
    public async Task Thousands_of_one_party_leave_room_for_another_and_come_back_themselves()
    {
        var turns = new PartyTurns<string>(2);
        var due = new Queue<string>(
            Enumerable.Range(0, 3_000).Select(i => $"h{i}.evil.example").Append("eerlijk.example"));
        var later = new Queue<string>();
        Task<IReadOnlyList<string>> TakeAsync(Queue<string> from) => turns.TakeAsync(
            16,
            most => Task.FromResult<IReadOnlyList<string>>(
                [.. Enumerable.Range(0, Math.Min(most, from.Count)).Select(_ => from.Dequeue())]),
            host => Task.FromResult<string?>(host),
            others =>
            {
                foreach (var other in others)
                    later.Enqueue(other);
                return Task.CompletedTask;
            });

        var taken = await TakeAsync(due);
        Assert.That(taken, Is.EqualTo(new[] { "h0.evil.example", "h1.evil.example", "eerlijk.example" }));
        Assert.That(later, Has.Count.EqualTo(2_998));
        turns.End("h0.evil.example");
        (due, later) = (later, new Queue<string>());
        Assert.That(await TakeAsync(due), Is.EqualTo(new[] { "h2.evil.example" }));
    }
}

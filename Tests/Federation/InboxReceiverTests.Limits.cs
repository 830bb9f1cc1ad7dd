using System.Text.Json.Nodes;
using Ontmoetingsplein.Federation.Inbox;
using Ontmoetingsplein.Tests.Support;

namespace Ontmoetingsplein.Tests.Federation;

public partial class InboxReceiverTests
{
    private JsonObject Deletion() => new()
    {
        ["id"] = $"{_bram}#delete",
        ["type"] = "Delete",
        ["actor"] = _bram.AbsoluteUri,
        ["object"] = _bram.AbsoluteUri,
    };

    [Test]
    public async Task A_deletion_by_an_unknown_actor_gets_202_without_a_fetch()
    {
        Assert.That((await SendAsync(Signed(Deletion()))).Status, Is.EqualTo(202));
        Assert.That(_remote.Seen, Is.Empty);
        Assert.That(_node.Journal.Rows, Is.Empty);
    }

    [Test]
    public async Task A_known_actor_deletes_itself_while_its_host_says_410()
    {
        await SendAsync(Signed(Create()));
        _remote.ServeStatus("/u/bram", 410);
        _node.Clock.Advance(TimeSpan.FromHours(25));
        Assert.That((await SendAsync(Signed(Deletion()))).Status, Is.EqualTo(202));
        Assert.That(_node.Journal.Rows, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_host_that_sends_more_than_its_share_gets_429_and_may_come_back()
    {
        for (var i = 0; i < 20; i++)
            Assert.That((await SendAsync(Signed(Create(i)))).Status, Is.EqualTo(202));
        var answer = await SendAsync(Signed(Create(20)));
        Assert.That((answer.Status, answer.RetryAfter), Is.EqualTo((429, TimeSpan.FromMilliseconds(50))));
        _node.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await SendAsync(Signed(Create(20)))).Status, Is.EqualTo(202));
    }

    [Test]
    public async Task An_actor_that_sends_more_than_its_share_gets_429()
    {
        for (var i = 0; i < 100; i++)
        {
            if (i % 20 == 19)
                _node.Clock.Advance(TimeSpan.FromMilliseconds(1000));
            Assert.That((await SendAsync(Signed(Create(i)))).Status, Is.EqualTo(202));
        }
        _node.Clock.Advance(TimeSpan.FromSeconds(1));
        var statuses = new List<int>();
        for (var i = 100; i < 115; i++)
            statuses.Add((await SendAsync(Signed(Create(i)))).Status);
        Assert.That(statuses, Does.Contain(429));
    }

    [Test]
    public async Task Refusals_do_not_use_up_a_hosts_share()
    {
        for (var i = 0; i < 30; i++)
            await SendAsync(new SignedRequest(Create(i).ToJsonString(), _node.Clock.GetUtcNow())
                .SignCavage(TestKeys.Other, $"{_bram}#main-key"));
        Assert.That((await SendAsync(Signed(Create()))).Status, Is.EqualTo(202));
    }

    [Test]
    public async Task Row_28_unknown_keys_of_one_host_are_fetched_so_many_times_a_minute()
    {
        await using var node = new TestNode(o => o with { KeyFetchesPerHostPerMinute = 3 });
        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            var actor = _remote.Url($"/u/x{i}");
            var like = new JsonObject { ["id"] = $"{actor}#l", ["type"] = "Like", ["actor"] = actor.AbsoluteUri };
            statuses.Add((await node.Get<InboxReceiver>().ReceiveAsync(
                new SignedRequest(like.ToJsonString(), node.Clock.GetUtcNow())
                    .SignCavage(TestKeys.Other, $"{actor}#main-key").Build(), default)).Status);
        }
        Assert.That(statuses, Is.EqualTo(new[] { 401, 401, 401, 429, 429 }));
    }
}

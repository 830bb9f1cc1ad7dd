using Ontmoetingsplein.Federation.Delivery;

namespace Ontmoetingsplein.Tests.Federation;

public class DeliveryScheduleTests
{
    [TestCase(1, 30)]
    [TestCase(2, 120)]
    [TestCase(3, 600)]
    [TestCase(4, 3600)]
    [TestCase(5, 3 * 3600)]
    [TestCase(6, 6 * 3600)]
    [TestCase(7, 12 * 3600)]
    [TestCase(8, 24 * 3600)]
    [TestCase(100, 24 * 3600)]
    public void The_wait_grows_with_each_failure(int failures, int seconds)
    {
        var expected = TimeSpan.FromSeconds(seconds);
        Assert.Multiple(() =>
        {
            Assert.That(DeliverySchedule.ForActivity(failures, TimeSpan.Zero, 0, null), Is.EqualTo(expected));
            Assert.That(DeliverySchedule.ForHost(failures, TimeSpan.Zero, 0, null), Is.EqualTo(expected));
            Assert.That(DeliverySchedule.ForActivity(failures, TimeSpan.Zero, -1, null), Is.EqualTo(expected * 0.8));
            Assert.That(DeliverySchedule.ForActivity(failures, TimeSpan.Zero, 1, null), Is.EqualTo(expected * 1.2));
        });
    }

    [Test]
    public void An_activity_is_given_up_after_seven_days() => Assert.Multiple(() =>
    {
        Assert.That(DeliverySchedule.ForActivity(9, TimeSpan.FromDays(6.9), 0, null), Is.EqualTo(TimeSpan.FromDays(1)));
        Assert.That(DeliverySchedule.ForActivity(9, TimeSpan.FromDays(7), 0, null), Is.Null);
    });

    [Test]
    public void A_host_is_probed_daily_after_seven_days_and_dropped_after_thirty() => Assert.Multiple(() =>
    {
        Assert.That(DeliverySchedule.ForHost(2, TimeSpan.FromDays(7), 0, null), Is.EqualTo(TimeSpan.FromDays(1)));
        Assert.That(DeliverySchedule.ForHost(40, TimeSpan.FromDays(29.9), 0, null), Is.EqualTo(TimeSpan.FromDays(1)));
        Assert.That(DeliverySchedule.ForHost(40, TimeSpan.FromDays(30), 0, null), Is.Null);
    });

    [TestCase(10, 30)]
    [TestCase(300, 300)]
    [TestCase(10 * 86_400, 86_400)]
    public void Retry_After_is_honoured_up_to_a_day(int asked, int seconds) => Assert.That(
        DeliverySchedule.ForHost(1, TimeSpan.Zero, 0, TimeSpan.FromSeconds(asked)),
        Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    private static Uri At(string inbox, string? shared = null) =>
        Audience.InboxOf(new Uri(inbox), shared is null ? null : new Uri(shared));

    private static readonly Uri Origin = new(Support.TestNode.Origin);

    [Test]
    public void Recipients_that_share_an_inbox_get_one_delivery() => Assert.That(
        Audience.Collapse(
        [
            At("https://a.example/u/1/inbox", "https://a.example/inbox"),
            At("https://b.example/u/1/inbox"),
            At("https://a.example/u/2/inbox", "https://a.example/inbox"),
            At("https://b.example/u/1/inbox"),
            At("https://b.example/u/2/inbox"),
        ], Origin).Select(u => u.AbsoluteUri),
        Is.EqualTo(new[] { "https://a.example/inbox", "https://b.example/u/1/inbox", "https://b.example/u/2/inbox" }));

    [TestCase("https://evil.example/inbox")]
    [TestCase("https://a.example:8443/inbox")]
    [TestCase("http://a.example/inbox")]
    public void A_shared_inbox_on_another_origin_does_not_count(string shared) => Assert.That(
        At("https://a.example/u/1/inbox", shared).AbsoluteUri,
        Is.EqualTo("https://a.example/u/1/inbox"));

    [Test]
    public void The_own_host_gets_nothing() =>
        Assert.That(Audience.Collapse([At("https://plein.example/p/anna/inbox")], Origin), Is.Empty);
}

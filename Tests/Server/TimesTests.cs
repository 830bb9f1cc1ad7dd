using Ontmoetingsplein.Forum.Wording;

namespace Ontmoetingsplein.Tests.Server;

internal sealed class TimesTests
{
    // 12.00 in Amsterdam, summer time.
    private static readonly DateTimeOffset Now = new(2026, 4, 21, 10, 0, 0, TimeSpan.Zero);
    private static readonly Times Dutch = new(Texts.For("nl", FormOfAddress.U), Now);
    private static readonly Times English = new(Texts.For("en", FormOfAddress.U), Now);

    [TestCase("2026-04-21T10:00:30Z", "zojuist", TestName = "A peer's clock that is a little ahead is now")]
    [TestCase("2026-04-21T09:59:30Z", "zojuist")]
    [TestCase("2026-04-21T09:59:00Z", "1 minuut geleden")]
    [TestCase("2026-04-21T09:15:00Z", "45 minuten geleden")]
    [TestCase("2026-04-21T08:00:00Z", "2 uur geleden")]
    [TestCase("2026-04-20T21:59:00Z", "gisteren", TestName = "One minute before midnight in Amsterdam is yesterday")]
    [TestCase("2026-04-20T22:00:00Z", "12 uur geleden", TestName = "Midnight in Amsterdam is today")]
    [TestCase("2026-04-19T10:00:00Z", "2 dagen geleden")]
    [TestCase("2026-04-14T10:00:00Z", "7 dagen geleden")]
    [TestCase("2026-04-13T10:00:00Z", "13 april 2026")]
    [TestCase("2027-01-01T00:00:00Z", "1 januari 2027", TestName = "A time far ahead is a date")]
    public void Times_are_relative_up_to_seven_days(string at, string text) =>
        Assert.That(Dutch.Ago(Parse(at)), Is.EqualTo(text));

    [Test]
    public void A_moment_names_day_and_time_and_only_another_year()
    {
        Assert.That(Dutch.Moment(Parse("2026-04-14T09:40:00Z")), Is.EqualTo("14 april, 11.40 uur"));
        Assert.That(Dutch.Moment(Parse("2025-12-31T23:30:00Z")), Is.EqualTo("1 januari, 0.30 uur"));
        Assert.That(Dutch.Moment(Parse("2025-04-14T09:05:00Z")), Is.EqualTo("14 april 2025, 11.05 uur"));
        Assert.That(English.Moment(Parse("2026-04-14T09:40:00Z")), Is.EqualTo("14 April, 11:40"));
    }

    [Test]
    public void Dates_are_written_in_the_language_of_the_page()
    {
        Assert.That(Dutch.Date(new DateOnly(2026, 3, 1)), Is.EqualTo("1 maart 2026"));
        Assert.That(English.Date(new DateOnly(2026, 3, 1)), Is.EqualTo("1 March 2026"));
        Assert.That(English.Ago(Parse("2026-04-20T08:00:00Z")), Is.EqualTo("yesterday"));
    }

    [Test]
    public void Machines_get_local_time_with_its_offset()
    {
        Assert.That(Times.Machine(Parse("2026-04-14T07:12:00Z")), Is.EqualTo("2026-04-14T09:12:00+02:00"));
        Assert.That(Times.Machine(Parse("2026-01-14T07:12:00Z")), Is.EqualTo("2026-01-14T08:12:00+01:00"));
    }

    private static DateTimeOffset Parse(string at) =>
        DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
}

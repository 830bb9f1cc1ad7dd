using System.Globalization;

namespace Ontmoetingsplein.Forum.Wording;

/// <summary>Times as people here say them: Dutch time, relative up to seven days, then the date.</summary>
internal sealed class Times(Texts texts, DateTimeOffset now)
{
    private static readonly TimeZoneInfo Amsterdam = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");

    private readonly DateTimeOffset local = TimeZoneInfo.ConvertTime(now, Amsterdam);

    public DateOnly Today => DateOnly.FromDateTime(local.DateTime);

    /// <summary>The day that a moment falls on, here.</summary>
    public static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(Local(at).DateTime);

    /// <summary>For the datetime attribute: local time with its offset.</summary>
    public static string Machine(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, Amsterdam).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

    public string Ago(DateTimeOffset at)
    {
        var age = now - at;
        var days = Today.DayNumber - Day(at).DayNumber;
        if (age < TimeSpan.FromHours(-1) || days > 7)
            return Date(at);
        if (age < TimeSpan.FromMinutes(1))
            return texts["time.justNow"];
        if (age < TimeSpan.FromHours(1))
            return texts["time.minutes", ("n", (int)age.TotalMinutes)];
        if (days == 0 || age < TimeSpan.FromHours(6))
            return texts["time.hours", ("n", (int)age.TotalHours)];
        return days == 1 ? texts["time.yesterday"] : texts["time.days", ("n", days)];
    }

    public string Date(DateTimeOffset at) => Date(Day(at));

    public string Date(DateOnly day) => day.ToString("d MMMM yyyy", texts.Culture);

    public string Moment(DateTimeOffset at)
    {
        var then = Local(at);
        var date = then.ToString(then.Year == local.Year ? "d MMMM" : "d MMMM yyyy", texts.Culture);
        return texts["time.moment", ("date", date), ("time", then.ToString(texts["time.clock"], texts.Culture))];
    }

    private static DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Amsterdam);
}

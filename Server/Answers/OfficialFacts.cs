using System.Globalization;
using Ontmoetingsplein.Server.Hosting;
using Ontmoetingsplein.Server.Layout;
using Ontmoetingsplein.Storage.Answers;

namespace Ontmoetingsplein.Server.Answers;

/// <summary>What an official answer says besides its text (federation.md §4.5).</summary>
/// <param name="SourceTitle">Name of the source; null for its host.</param>
/// <param name="ValidFrom">First day on which it holds; null for the day on which it is given.</param>
/// <param name="ValidUntil">Last day on which it holds.</param>
/// <param name="ReviewBefore">The day before which it is looked at again.</param>
/// <param name="ReviewedBy">Who checked it, as text.</param>
internal sealed record OfficialFacts(
    string? SourceTitle = null, DateOnly? ValidFrom = null, DateOnly? ValidUntil = null, DateOnly? ReviewBefore = null,
    string? ReviewedBy = null)
{
    private static readonly string[] DateForms = ["yyyy-MM-dd", "d-M-yyyy"];

    /// <summary>What is wrong with it.</summary>
    public IEnumerable<FieldFault> Faults()
    {
        if (ValidUntil < ValidFrom)
        {
            yield return new FieldFault("validUntil", "error.dateOrder");
        }

        if (ReviewBefore <= ValidFrom)
        {
            yield return new FieldFault("reviewBefore", "error.dateOrder");
        }
    }

    /// <summary>Reads the form; what is no date becomes a fault.</summary>
    public static OfficialFacts Read(Posted form, ICollection<FieldFault> faults) => new(
        form["sourceTitle"].Trim() is { Length: > 0 } title ? title : null, Day(form, "validFrom", faults),
        Day(form, "validUntil", faults), Day(form, "reviewBefore", faults), form["checkedBy"]);

    /// <summary>The form as it was typed.</summary>
    public static OfficialForm Typed(Posted form) => new()
    {
        SourceTitle = form["sourceTitle"],
        ValidFrom = form["validFrom"],
        ValidUntil = form["validUntil"],
        ReviewBefore = form["reviewBefore"],
        CheckedBy = form["checkedBy"],
    };

    /// <summary>The form with what an answer says now.</summary>
    public static OfficialForm Of(Answer answer) => new()
    {
        SourceTitle = answer.SourceTitle ?? "",
        ValidFrom = Text(answer.ValidFrom),
        ValidUntil = Text(answer.ValidUntil),
        ReviewBefore = Text(answer.ReviewBefore),
        CheckedBy = answer.ReviewedBy ?? "",
    };

    /// <summary>A day as it is kept: noon, so that it is that day in every nearby time zone.</summary>
    public static DateTimeOffset? Noon(DateOnly? day) =>
        day is { } date ? new DateTimeOffset(date, new TimeOnly(12, 0), TimeSpan.Zero) : null;

    private static string Text(DateTimeOffset? moment) =>
        moment?.UtcDateTime.ToString(DateForms[0], CultureInfo.InvariantCulture) ?? "";

    // Browsers send year first, people may type day first.
    private static DateOnly? Day(Posted form, string field, ICollection<FieldFault> faults)
    {
        var typed = form[field].Trim();
        if (typed.Length == 0)
        {
            return null;
        }

        if (DateOnly.TryParseExact(typed, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        faults.Add(new FieldFault(field, "error.date"));
        return null;
    }
}

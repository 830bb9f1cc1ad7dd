using System.Globalization;
using Ontmoetingsplein.Forum;
using Ontmoetingsplein.Forum.Answers;
using Ontmoetingsplein.Forum.Wording;
using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Server.Web.Serving;
using Ontmoetingsplein.Storage.Answers;

namespace Ontmoetingsplein.Server.Web.Answers;

/// <summary>The fields of a form that say the facts of an official answer.</summary>
internal static class OfficialInput
{
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

    private static string Text(DateTimeOffset? moment) =>
        moment?.UtcDateTime.ToString(TypedDay.Form, CultureInfo.InvariantCulture) ?? "";

    private static DateOnly? Day(Posted form, string field, ICollection<FieldFault> faults)
    {
        var typed = form[field].Trim();
        var day = TypedDay.Read(typed);
        if (day is null && typed.Length > 0)
        {
            faults.Add(new FieldFault(field, "error.date"));
        }

        return day;
    }
}

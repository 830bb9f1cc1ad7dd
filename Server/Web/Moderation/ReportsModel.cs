using Ontmoetingsplein.Server.Web.Parts;
using Ontmoetingsplein.Storage.Reports;

namespace Ontmoetingsplein.Server.Web.Moderation;

/// <summary>Reports for those who moderate.</summary>
/// <param name="Handled">Those that were dealt with, instead of the open ones.</param>
/// <param name="Reports">Newest first.</param>
/// <param name="Pager">Where more of them are.</param>
public sealed record ReportsModel(bool Handled, IReadOnlyList<ReportView> Reports, PagerLinks Pager)
{
    /// <summary>What was filled in and refused; null when nothing was.</summary>
    public HandlingDraft? Draft { get; init; }
}

/// <summary>The form to deal with a report: as filled in, with what is wrong.</summary>
/// <param name="Id">Of the report.</param>
/// <param name="Outcome">What was chosen.</param>
/// <param name="Note">What was typed.</param>
/// <param name="Errors">Fields: outcome, note.</param>
public sealed record HandlingDraft(
    long Id, string Outcome, string Note, IReadOnlyDictionary<string, string> Errors);

/// <summary>What a report is about.</summary>
public enum ReportedThing
{
    Question,
    Answer,
    Comment,
    Person,
}

/// <summary>One report. All words in it are plain text from anyone.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Thing">What it is about.</param>
/// <param name="Reason">Why, as the reporter wrote it; may be empty.</param>
/// <param name="At">When it came.</param>
public sealed record ReportView(long Id, ReportedThing Thing, string Reason, DateTimeOffset At)
{
    /// <summary>Who reported, when that is somebody of here.</summary>
    public LinkItem? Reporter { get; init; }

    /// <summary>The other server that it came from, when it did.</summary>
    public string? Host { get; init; }

    /// <summary>Where it stands, and the question's title or a name; null when the reader may not see it.</summary>
    public LinkItem? Post { get; init; }

    /// <summary>The first words of it.</summary>
    public string Excerpt { get; init; } = "";

    /// <summary>It was deleted.</summary>
    public bool Gone { get; init; }

    /// <summary>What was done; null when it is open.</summary>
    public ReportOutcome? Outcome { get; init; }

    public DateTimeOffset? HandledAt { get; init; }

    /// <summary>Who dealt with it; null when that account is gone.</summary>
    public string? HandledBy { get; init; }

    /// <summary>What who dealt with it wrote down; may be empty.</summary>
    public string Note { get; init; } = "";
}

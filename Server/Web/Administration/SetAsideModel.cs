using Ontmoetingsplein.Server.Web.Parts;

namespace Ontmoetingsplein.Server.Web.Administration;

/// <summary>The administrator's page about what failed for good.</summary>
/// <param name="Items">One page of it, newest first.</param>
/// <param name="Pager">Where the other pages are.</param>
public sealed record SetAsideModel(IReadOnlyList<SetAsideRow> Items, PagerLinks Pager);

/// <summary>One thing that was set aside.</summary>
/// <param name="Id">To try it again or drop it.</param>
/// <param name="IsMail">A mail; otherwise an activity of another server.</param>
/// <param name="Title">Subject of the mail, type of the activity.</param>
/// <param name="Party">Whom the mail is for, who sent the activity.</param>
/// <param name="Reason">Why, in words for a technician.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="At">When it was set aside.</param>
public sealed record SetAsideRow(
    long Id, bool IsMail, string Title, string Party, string Reason, int Attempts, DateTimeOffset At)
{
    /// <summary>Trying it again makes sense.</summary>
    public bool MayBeTried { get; init; }
}

namespace Ontmoetingsplein.Forum.Answers;

/// <summary>What an official answer says besides its text (CONTRACT.md §4.5).</summary>
/// <param name="SourceTitle">Name of the source; null for its host.</param>
/// <param name="ValidFrom">First day on which it holds; null for the day on which it is given.</param>
/// <param name="ValidUntil">Last day on which it holds.</param>
/// <param name="ReviewBefore">The day before which it is looked at again.</param>
/// <param name="ReviewedBy">Who checked it, as text.</param>
internal sealed record OfficialFacts(
    string? SourceTitle = null, DateOnly? ValidFrom = null, DateOnly? ValidUntil = null, DateOnly? ReviewBefore = null,
    string? ReviewedBy = null)
{
    /// <summary>Nothing was filled in.</summary>
    public bool IsEmpty => SourceTitle is null && ValidFrom is null && ValidUntil is null && ReviewBefore is null
        && string.IsNullOrWhiteSpace(ReviewedBy);

    /// <summary>The same, holding from this day when no other was filled in.</summary>
    public OfficialFacts From(DateOnly? day) => this with { ValidFrom = ValidFrom ?? day };

    /// <summary>What is wrong with it.</summary>
    /// <param name="hasSource">Whether the answer names the address of a source.</param>
    public IEnumerable<FieldFault> Faults(bool hasSource)
    {
        if (SourceTitle is not null && !hasSource)
        {
            yield return new FieldFault("source", "error.sourceMissing");
        }

        if (ValidUntil < ValidFrom)
        {
            yield return new FieldFault("validUntil", "error.dateOrder");
        }

        if (ReviewBefore <= ValidFrom)
        {
            yield return new FieldFault("reviewBefore", "error.dateOrder");
        }
    }
}

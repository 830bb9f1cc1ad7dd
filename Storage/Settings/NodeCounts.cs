namespace Ontmoetingsplein.Storage.Settings;

/// <summary>How much there is on this node.</summary>
public sealed record NodeCounts
{
    /// <summary>People who can sign in.</summary>
    public long Accounts { get; init; }

    /// <summary>Questions asked here that everyone may see.</summary>
    public long Questions { get; init; }

    /// <summary>Answers and comments given here that everyone may see.</summary>
    public long Answers { get; init; }
}

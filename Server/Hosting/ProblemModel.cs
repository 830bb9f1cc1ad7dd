namespace Ontmoetingsplein.Server.Hosting;

/// <summary>Something did not work: what, and what to do.</summary>
/// <param name="Status">The HTTP status.</param>
public sealed record ProblemModel(int Status)
{
    /// <summary>A more exact sentence for the reader than the usual one.</summary>
    public string? Text { get; init; }

    /// <summary>Number to name when telling the keeper of the plein.</summary>
    public string? Reference { get; init; }
}

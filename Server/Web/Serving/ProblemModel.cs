using Ontmoetingsplein.Forum.Addresses;

namespace Ontmoetingsplein.Server.Web.Serving;

/// <summary>Something did not work: what, and what to do.</summary>
/// <param name="Status">The HTTP status.</param>
public sealed record ProblemModel(int Status)
{
    /// <summary>A more exact sentence for the reader than the usual one.</summary>
    public string? Text { get; init; }

    /// <summary>Number to name when telling the keeper of the plein.</summary>
    public string? Reference { get; init; }

    /// <summary>What the reader had typed in a form that could not be taken: nothing has to be typed twice.</summary>
    public IReadOnlyList<string> Typed { get; init; } = [];

    /// <summary>Where the form is: where to go after signing in.</summary>
    public string Back { get; init; } = Paths.Home;
}
